"""Partitions of large types: one a State, made when its first record comes."""

from __future__ import annotations

from collections.abc import Iterable

from jjm.kit import ReadConnection
from jjm.registry.service.context import Registry
from jjm.registry.store import queries
from jjm.registry.table import Table

_LOCK = 7_219_002


async def known_partitions(conn: ReadConnection) -> set[tuple[str, str]]:
    """The (type, State) pairs that have their partition."""
    return {(row["type"], row["state"]) async for row in queries.partitions(conn)}


async def ensure_partitions(registry: Registry, table: Table, states: Iterable[str | None]) -> None:
    """Make the partitions of these States where they are missing, in a transaction of their own."""
    if not table.by_state:
        return
    name = table.standard.name
    for state in sorted({s for s in states if s and (name, s) not in registry.partitions}):
        async with registry.database.write() as conn:
            await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
            if (name, state) not in await known_partitions(conn):
                for statement in table.partition(state):
                    await conn.execute(statement)
        registry.partitions.add((name, state))
