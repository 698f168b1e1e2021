"""Which agreements are in force for a partner at an instant: looked up at the gate, with the token."""

from __future__ import annotations

from datetime import datetime

from jjm.access.agreements.rules import parsed, terms_of
from jjm.access.model import Terms
from jjm.kit import ReadConnection, load_queries

_queries = load_queries("jjm.access", "agreements")


async def terms_in_force(
    conn: ReadConnection, participant: str, now: datetime
) -> tuple[tuple[Terms, ...], datetime | None]:
    """What the agreements of a participant open now, and the instant at which the first of them ends."""
    rows = [row async for row in _queries.in_force(conn, participant=participant, now=now)]
    ends = [row["revoked_at"] or row["ends_at"] for row in rows]
    return tuple(terms_of(row["id"], parsed(row["document"])) for row in rows), min(ends, default=None)
