"""What sessions need now and then: when they were used is written down, and what is too old is forgotten."""

from __future__ import annotations

from jjm.access.context import Access
from jjm.access.events import tidy_events
from jjm.access.outside import store as outside
from jjm.access.sessions import store
from jjm.access.sessions.presence import Presence


async def write_down(access: Access, presence: Presence) -> None:
    """Write down when sessions were used."""
    async with access.database.write() as conn:
        await presence.write_down(conn)


async def tidy(access: Access) -> None:
    """Forget codes, attempts, sessions and events that are of no use any more."""
    now = access.clock.now()
    async with access.database.write() as conn:
        await store.tidy(conn, now)
        await tidy_events(conn, now)
        await outside.tidy(conn, now)
