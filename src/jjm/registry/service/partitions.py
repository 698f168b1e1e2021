"""Partitions of large types: one a State, made when its first record comes."""

from __future__ import annotations

import time
from collections.abc import Iterable

from jjm.kit import ReadConnection, WriteConnection
from jjm.registry.service.context import Registry
from jjm.registry.store import queries
from jjm.registry.table import Table

_LOCK = 7_219_002


async def known_partitions(conn: ReadConnection) -> set[tuple[str, str]]:
    """The (type, State) pairs that have their partition."""
    return {(row["type"], row["state"]) async for row in queries.partitions(conn)}


async def ensure_partitions(
    registry: Registry, conn: WriteConnection, table: Table, states: Iterable[str | None]
) -> None:
    """Make the partitions of these States where they are missing, in transactions of their own.

    The transaction of `conn` can write to them from then on, also where it wrote to the table before they were made.
    """
    if not table.by_state:
        return
    for state in sorted({s for s in states if s}):
        key = (table.standard.name, state)
        if key not in registry.partitions:
            await _make(registry, table, state)
            registry.partitions[key] = time.monotonic()
        if conn.has_begun_before(registry.partitions[key]):
            await conn.execute(table.notice_partition(state))


async def _make(registry: Registry, table: Table, state: str) -> None:
    async with registry.database.write() as conn:
        await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
        if (table.standard.name, state) not in await known_partitions(conn):
            for statement in table.partition(state):
                await conn.execute(statement)
