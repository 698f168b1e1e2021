"""Whom to write to about a participant: personal data, kept apart, for administrators and the participant itself."""

from __future__ import annotations

from dataclasses import asdict

import orjson

from jjm.access.participants.model import Contact
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "participants")


async def keep_contact(conn: WriteConnection, participant: str, contact: Contact) -> None:
    """Keep whom to write to, in place of whoever it was before."""
    await _queries.keep_contact(conn, participant=participant, contact=orjson.dumps(asdict(contact)).decode())


async def contact_of(conn: ReadConnection, participant: str) -> Contact | None:
    """Whom to write to; None once that is forgotten."""
    found = await _queries.contact(conn, participant=participant)
    return None if found is None else Contact(**orjson.loads(found))


async def forget_contact(conn: WriteConnection, participant: str) -> None:
    """Keep nobody to write to any more."""
    await _queries.forget_contact(conn, participant=participant)
