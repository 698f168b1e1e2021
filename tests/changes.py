"""Changes to put into a ledger under test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from jjm import ledger
from jjm.kit import Database, WriteConnection
from jjm.ledger import Change, Sequencer

AT = datetime(2026, 11, 23, 6, 30, 0, 123456, UTC)


def changes(count: int, name: str = "SCH", change: str = "create", version: int = 1) -> list[Change]:
    """So many changes of records `NAME-0`, `NAME-1`...; the digest is that of the record's id."""
    ids = [f"{name}-{i}" for i in range(count)]
    return [Change(id, version, change, sha256(id.encode()).digest()) for id in ids]


async def record(conn: WriteConnection, made: Sequence[Change], type: str = "scheme") -> int:
    """Append changes as an engineer of Odisha would."""
    return await ledger.append(conn, actor="engineer-7", node="jjm.odisha.example", type=type, at=AT, changes=made)


async def commit(database: Database, *made: Sequence[Change]) -> list[int]:
    """Append each lot of changes in a transaction of its own."""
    batches: list[int] = []
    for lot in made:
        async with database.write() as conn:
            batches.append(await record(conn, lot))
    return batches


async def sequence(database: Database, sequencer: Sequencer) -> int:
    """Give everything committed its position; returns how many batches there were."""
    done = 0
    while True:
        async with database.write() as conn:
            step = await sequencer.step(conn)
        if step == 0:
            return done
        done += step
