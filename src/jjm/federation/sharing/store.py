"""What other nodes lend this one, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jjm.federation.sharing.lives import Mark
from jjm.federation.sharing.model import Lent
from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.kit.http import dumps

_sql = load_queries("jjm.federation", "sharing")


async def lent(conn: ReadConnection) -> list[Lent]:
    """The agreements by which others lend this node something, whatever became of them."""
    return [Lent.of(row) async for row in _sql.lent(conn)]


async def one(conn: WriteConnection, id: str) -> Lent | None:
    """One of them, held until the transaction ends."""
    row = await _sql.lent_one(conn, id=id)
    return Lent.of(row) if row else None


async def keep(
    conn: WriteConnection, id: str, node: str, state: str, document: dict[str, Any] | None,
    signatures: Sequence[dict[str, Any]], types: Sequence[str], ends_at: datetime | None, now: datetime,
) -> None:  # fmt: skip
    """Keep what a node told of an agreement."""
    await _sql.keep_lent(
        conn, id=id, node=node, state=state, document=None if document is None else dumps(document).decode(),
        signatures=dumps(list(signatures)).decode(), types=list(types), ends_at=ends_at, now=now,
    )  # fmt: skip


async def sign(conn: WriteConnection, id: str, signature: str, actor: str, now: datetime) -> None:
    """Keep this node's signature."""
    await _sql.sign_lent(conn, id=id, signature=signature, actor=actor, now=now)


async def advance(conn: WriteConnection, id: str, position: int, taken: int, marks: Sequence[Mark]) -> None:
    """Note up to where personal parts were taken, and since when they are here."""
    await _sql.advance_lent(conn, id=id, position=position, taken=taken, marks=_text(marks))


async def note_fault(conn: WriteConnection, id: str, fault: str) -> None:
    """Note why none could be taken."""
    await _sql.fault_lent(conn, id=id, fault=fault)


async def end(conn: WriteConnection, id: str, state: str, now: datetime) -> None:
    """What was lent is erased; what state the agreement came to."""
    await _sql.end_lent(conn, id=id, state=state, now=now)


async def age(conn: WriteConnection, id: str, position: int, marks: Sequence[Mark]) -> None:
    """What was lent up to a position has lived its life; it is asked for no more, and these marks are left."""
    await _sql.age_lent(conn, id=id, position=position, marks=_text(marks))


async def again(conn: WriteConnection, node: str, types: Sequence[str], but: str | None = None) -> None:
    """Ask anew for what a node still lends of these types, under all agreements `but` one."""
    await _sql.again_lent(conn, node=node, types=list(types), but=but)


def _text(marks: Sequence[Mark]) -> str:
    return dumps([mark.as_json() for mark in marks]).decode()
