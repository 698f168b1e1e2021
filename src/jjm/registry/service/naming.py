"""Names for the search, noted anew for a type whose search fields or whose rules of comparison have changed."""

from __future__ import annotations

from jjm.kit import WriteConnection
from jjm.registry.listing import ListQuery
from jjm.registry.names import EDITION
from jjm.registry.rows import data_of
from jjm.registry.service.context import Registry
from jjm.registry.service.reflect import note_names
from jjm.registry.store import queries
from jjm.registry.table import Table
from jjm.standards import Standard

_AT_ONCE = 5_000


async def bring_names(registry: Registry, conn: WriteConnection) -> list[str]:
    """Note the names of every type whose rules are not those of last time; a sentence for each that had records."""
    noted = {row["type"]: row["basis"] async for row in queries.named(conn)}
    done: list[str] = []
    for table in registry.tables.values():
        basis = _basis(table.standard)
        if noted.get(table.standard.name, "") != basis:
            count = await _anew(conn, table)
            if not table.standard.search:
                await queries.forget_unused_spellings(conn)
            await queries.keep_named(conn, type=table.standard.name, basis=basis)
            done += [f"{table.standard.name}: names of {count} records noted anew"] if count else []
    return done


def _basis(standard: Standard) -> str:
    return f"{EDITION} {standard.area} {' '.join(standard.search)}" if standard.search else ""


async def _anew(conn: WriteConnection, table: Table) -> int:
    await queries.forget_all_names(conn, type=table.standard.name)
    count, after = 0, ""
    while table.standard.search:
        statement, values = ListQuery(table, _AT_ONCE, after=[after] if after else []).page()
        rows = await conn.fetch(statement, *values)
        await note_names(conn, table.standard, [(row["id"], data_of(table, row)) for row in rows])
        count += len(rows)
        if len(rows) < _AT_ONCE:
            break
        after = rows[-1]["id"]
    return count
