"""What sessions need now and then: when they were used is written down, and what is too old is forgotten."""

from __future__ import annotations

from jjm.access.context import Access
from jjm.access.outside import store as outside
from jjm.access.sessions import store
from jjm.kit import WriteConnection


async def write_down_presence(access: Access) -> None:
    """Write down when sessions were used. Opens its own transaction."""
    async with access.database.write() as conn:
        await access.presence.write_down(conn)


async def tidy_people(access: Access, conn: WriteConnection) -> None:
    """Forget codes, attempts and visits that are of no use any more."""
    now = access.clock.now()
    await store.tidy(conn, now)
    await outside.tidy(conn, now)
