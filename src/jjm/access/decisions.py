"""Decisions about access, each under its version and entered in the ledger by the digest of what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from jjm.access.context import Access
from jjm.access.model import Actor
from jjm.kit import Fault, ReadConnection, WriteConnection, canonical, digest, load_queries
from jjm.ledger import Change, append, entry_id, kept

_queries = load_queries("jjm.access", "decisions")
_MOST, _AT_ONCE = 200, 1_000


async def enter(
    access: Access,
    conn: WriteConnection,
    actor: Actor,
    *,
    type: str,
    change: str,
    subject: str,
    document: Mapping[str, Any],
) -> int:
    """Keep a decision as the next version about its subject, whose row the caller has locked; that version.

    `type` begins with `access.`. The document holds no personal data: it is kept, and its digest is published.
    """
    now = access.clock.now()
    version = int(await _queries.next_version(conn, type=type, subject=subject))
    said = {"type": type, "subject": subject, "version": version, "change": change, "document": document}
    made = Change(subject, version, change, digest(said))
    batch = await append(conn, actor=actor.name, node=access.node, type=type, at=now, changes=[made])
    await _queries.add_decision(
        conn, type=type, subject=subject, version=version, change=change, at=now, actor=actor.name,
        document=canonical(said).decode(), entry=entry_id(batch, 0),
    )  # fmt: skip
    return version


async def decided(conn: ReadConnection, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """The newest 200 decisions about these subjects, newest first, each with the document whose digest was entered."""
    rows = [row async for row in _queries.decisions(conn, subjects=list(subjects), most=_MOST)]
    return [{**dict(row), "document": orjson.loads(row["document"])["document"]} for row in rows]


async def verify_decisions(conn: ReadConnection) -> AsyncIterator[Fault]:
    """Every decision about access that is not as it was entered in the ledger. `conn` should be a snapshot."""
    after = -1
    while rows := [row async for row in _queries.all_decisions(conn, after=after, most=_AT_ONCE)]:
        after = rows[-1]["entry"]
        for row, entry in zip(rows, await kept(conn, [row["entry"] for row in rows]), strict=True):
            made = sha256(row["document"].encode()).digest()
            if entry is None or (entry.type, entry.digest) != (row["type"], made):
                said = f"{row['type']} {row['subject']}, decision {row['version']}: not as it was entered in the ledger"
                yield Fault(said, "Compare it with a backup; what was decided is changed by another decision.")
