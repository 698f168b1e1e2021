"""What happened at the doors: every sign-in, failure, lock and recovery, kept for its term (`access.retention`)."""

from __future__ import annotations

from typing import Any, Literal

from jjm.access.context import Access
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "people")
Kind = Literal[
    "signed-in", "refused", "locked", "signed-out", "ended", "invited", "opened", "recovery-asked", "recovery-given",
    "recovered", "password-changed", "second-factor-set", "second-factor-removed", "phone-code-sent", "linked",
    "unlinked", "closed",
]  # fmt: skip


async def note(
    access: Access, conn: WriteConnection, kind: Kind, person: str | None, address: str | None, detail: str = ""
) -> None:
    """Note what happened; without secrets, names, numbers or what was typed."""
    now = access.clock.now()
    await _queries.add_event(conn, at=now, kind=kind, person=person, address=address, detail=detail or None)


async def events_of(conn: ReadConnection, person: str | None, before: int, most: int) -> list[dict[str, Any]]:
    """What happened to an account, or to all of them for None; newest first, behind the event `before`."""
    if person is None:
        return [dict(row) async for row in _queries.all_events(conn, before=before, most=most)]
    return [dict(row) async for row in _queries.events(conn, person=person, before=before, most=most)]
