"""A session begun: its secret is made anew each time, told once, and kept as a digest."""

from __future__ import annotations

import secrets

from jjm.access.context import Access
from jjm.access.events import note
from jjm.access.sessions import store
from jjm.access.sessions.model import PHONE, PREFIX, Caller, NewSession
from jjm.access.sessions.rules import FIELD, OFFICE
from jjm.kit import WriteConnection


async def begin(
    access: Access, conn: WriteConnection, person: str, means: str, caller: Caller, *, is_strong: bool
) -> NewSession:
    """Begin a session of a person who has shown who they are."""
    now, life = access.clock.now(), FIELD if means == PHONE else OFFICE
    made = NewSession(
        secrets.token_hex(8), PREFIX + secrets.token_urlsafe(32), person, means, is_strong, now + life.whole
    )
    await store.add(conn, made, caller, life, now)
    await note(access, conn, "signed-in", person, caller.address, means)
    return made
