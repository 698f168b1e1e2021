"""Visits to providers, and who people are there, in the tables of access."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jjm.access.gate import secret_digest
from jjm.access.outside.model import Visit
from jjm.access.vault import Vault
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "outside")
LIFE = timedelta(minutes=10)


async def add_visit(conn: WriteConnection, vault: Vault, state: str, visit: Visit, address: str, now: datetime) -> None:
    """A visit begins."""
    digest = secret_digest(state)
    await _queries.add_visit(
        conn, state_digest=digest, provider=visit.provider, nonce=visit.nonce, binding=visit.binding, began_at=now,
        verifier=vault.seal(f"visit:{digest.hex()}", visit.verifier.encode()), address=address,
    )  # fmt: skip


async def end_visit(conn: WriteConnection, vault: Vault, state: str, now: datetime) -> Visit | None:
    """The visit with this `state`, which ends with that; None for one that is unknown or too old."""
    digest = secret_digest(state)
    row = await _queries.end_visit(conn, state_digest=digest)
    if row is None or row["began_at"] + LIFE <= now:
        return None
    verifier = vault.open(f"visit:{digest.hex()}", row["verifier"]).decode()
    return Visit(row["provider"], row["nonce"], verifier, row["binding"])


async def visits_from(conn: ReadConnection, address: str, now: datetime) -> int:
    """How many visits are under way from an address."""
    return await _queries.visits_from(conn, address=address, since=now - LIFE)


async def person_behind(conn: ReadConnection, provider: str, subject: str) -> str | None:
    """The open account that is linked to somebody at a provider."""
    return await _queries.person_behind(conn, provider=provider, subject=subject)


async def link(conn: WriteConnection, provider: str, subject: str, person: str, by: str, now: datetime) -> bool:
    """Link a person here to one at a provider; False where that one is linked already."""
    made = await _queries.link(conn, provider=provider, subject=subject, person=person, linked_by=by, linked_at=now)
    return made is not None


async def unlink(conn: WriteConnection, provider: str, subject: str, person: str) -> bool:
    """Part them again; False where they were not linked."""
    return await _queries.unlink(conn, provider=provider, subject=subject, person=person) is not None


async def links(conn: ReadConnection, person: str) -> list[dict[str, Any]]:
    """Who a person is at providers."""
    return [dict(row) async for row in _queries.links(conn, person=person)]


async def tidy(conn: WriteConnection, now: datetime) -> None:
    """Forget visits that nobody came back from."""
    await _queries.tidy_visits(conn, before=now - LIFE)
