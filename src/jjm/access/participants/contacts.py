"""Whom to write to about a participant: personal data, sealed, for administrators and the participant itself."""

from __future__ import annotations

from dataclasses import asdict

import orjson

from jjm.access.context import Access
from jjm.access.participants.model import Contact
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "participants")


async def keep_contact(access: Access, conn: WriteConnection, participant: str, contact: Contact) -> None:
    """Keep whom to write to, in place of whoever it was before."""
    sealed = access.vault.seal(f"contact:{participant}", orjson.dumps(asdict(contact)))
    await _queries.keep_contact(conn, participant=participant, sealed=sealed)


async def contact_of(access: Access, conn: ReadConnection, participant: str) -> Contact | None:
    """Whom to write to; None once that is forgotten."""
    found = await _queries.contact(conn, participant=participant)
    return None if found is None else Contact(**orjson.loads(access.vault.open(f"contact:{participant}", found)))


async def forget_contact(conn: WriteConnection, participant: str) -> None:
    """Keep nobody to write to any more."""
    await _queries.forget_contact(conn, participant=participant)
