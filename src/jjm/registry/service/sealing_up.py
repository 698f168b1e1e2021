"""Sealing at start what stands in the clear: records of release 0.1, and fields that turned out to be personal."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.kit import Database
from jjm.registry import moving
from jjm.registry.columns import column
from jjm.registry.rules import states_in
from jjm.registry.sealing import context, needed, sealed_later
from jjm.registry.service.context import Registry
from jjm.registry.store import queries
from jjm.registry.table import Table

_AT_ONCE, _TOLD = 5_000, 100_000
_SALT = "salt"
_log = logging.getLogger(__name__)


async def seal_up(registry: Registry) -> list[str]:
    """Seal what is personal and stands in columns of its own, and take those away; a sentence for each type.

    It goes on where it was stopped. To be called before anything is recorded.
    """
    there: dict[str, set[str]] = {}
    async with registry.database.read() as conn:
        async for row in queries.table_columns(conn):
            there.setdefault(row["type"], set()).add(row["name"])
    return [
        line
        for table in registry.tables.values()
        if (columns := there.get(table.standard.name))
        for line in await _bring(registry.database, table, columns)
    ]


async def _bring(database: Database, table: Table, there: set[str]) -> list[str]:
    clear = sorted((table.personal - {"ext"}) & there)
    shown = [*clear, *(["ext"] if "ext" in table.personal else []), *([_SALT] if _SALT in there else [])]
    if "sealed" in there and not shown:
        return []
    missing = [name for name in ("sealed", *table.blinds) if name not in there]
    async with database.write() as conn:
        for name in missing:
            await conn.execute(";\n".join(table.add_column(name)))
    count = 0
    if table.personal:
        count = sum([await _seal(database, table, shown, history=history) for history in (False, True)])
    if not clear and _SALT not in there:
        return [f"{table.standard.name}: {count} versions sealed"] if count else []
    async with database.write() as conn:
        await conn.execute(";\n".join(moving.drop(table, [*clear, *({_SALT} & there)])))
    if count:
        # What was updated still lies in the pages of the table until these are written anew.
        async with database.read() as conn:
            for source in (table.current, table.history):
                await conn.execute(f"vacuum (full, analyze) {source}")
    return [f"{table.standard.name}: {count} versions sealed, {', '.join(clear) or _SALT} taken out"]


async def _seal(database: Database, table: Table, names: Sequence[str], *, history: bool) -> int:
    asked, kept = moving.unsealed(table, names, history=history), moving.put_away(table, names, history=history)
    done, after = 0, ("", 0)
    while True:
        async with database.write() as conn:
            rows = await conn.fetch(asked, *after, _AT_ONCE)
            if rows:
                await conn.execute(kept, *_sealed(table, names, rows))
        if not rows:
            return done
        after = rows[-1]["id"], rows[-1]["version"]
        done += len(rows)
        if done % _TOLD < _AT_ONCE:
            _log.info("%s: %s versions sealed", table.standard.name, f"{done:,}")


def _sealed(table: Table, names: Sequence[str], rows: Sequence[Any]) -> list[list[Any]]:
    type, vault = table.standard.name, needed(table.vault)
    readers = {name: column(table.standard.field(name)).read for name in names if name in table.fields}
    moved = [_values(row, names, readers) for row in rows]
    ids, versions = [row["id"] for row in rows], [row["version"] for row in rows]
    sealed = [
        sealed_later(vault, context(type, row["id"], row["version"]), values, row.get(_SALT), row["sealed"])
        for row, values in zip(rows, moved, strict=True)
    ]
    return [ids, versions, sealed, *(table.blinded(field, states_in(ids), moved) for field in table.blinds.values())]


def _values(row: Any, names: Sequence[str], readers: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        if name != _SALT and (value := row[name]) is not None:
            read = readers.get(name, orjson.loads)
            found[name] = value if read is None else read(value)
    return found
