"""Bringing the tables to the standards at start: types and fields are added, anything that would break is refused."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from jjm.kit import Fault, Problem, WriteConnection
from jjm.registry.service.context import Registry
from jjm.registry.service.naming import bring_names
from jjm.registry.service.partitions import known_partitions
from jjm.registry.store import queries
from jjm.registry.table import Table
from jjm.standards import Standard

_LOCK = 7_219_003


async def prepare(registry: Registry) -> list[str]:
    """Make or extend the tables of every type; a sentence for each thing done.

    Raises Problem `standard-breaking` when a standard no longer fits the records kept under its predecessor.
    """
    async with registry.database.write() as conn:
        await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
        applied = {
            r["type"]: msgspec.json.decode(r["body"], type=Standard) async for r in queries.applied_standards(conn)
        }
        faults = [f for t in registry.tables.values() if (old := applied.get(t.standard.name)) for f in breaks(old, t)]
        if faults:
            raise Problem("standard-breaking", 409, "A standard no longer fits the records", _HOW, faults)
        done = [line for t in registry.tables.values() for line in await _bring(conn, t, applied.get(t.standard.name))]
        done += await bring_names(registry, conn)
        registry.partitions = await known_partitions(conn)
    return done


_HOW = "Nothing was changed. Raise the major version, keep the old field, or write the migration named below."


def breaks(old: Standard, table: Table) -> list[Fault]:
    """What of the old standard's tables the new one has no place for, with the migration that would be needed."""
    new = Table(table.standard)
    before = Table(old)
    faults: list[Fault] = []
    for name, column in before.columns.items():
        file, pointer = table.standard.file, f"/properties/{name}"
        if name not in new.columns:
            remedy = f"Migration needed: move what {new.current}.{name} holds elsewhere, then drop the column."
            faults.append(Fault(f"`{name}` of {old.name} is no longer declared", remedy, pointer, file=file))
        elif new.columns[name].type != column.type:
            remedy = (
                f"Migration needed: alter table {new.current} alter column {name} type {new.columns[name].type} using …"
            )
            was, now = column.type, new.columns[name].type
            faults.append(Fault(f"`{name}` of {old.name} was {was} and is now {now}", remedy, pointer, file=file))
    if old.by_state != table.standard.by_state:
        remedy = f"Migration needed: rebuild {new.current}."
        faults.append(Fault(f"{old.name} changes its partitioning", remedy, file=table.standard.file))
    return faults


async def _bring(conn: WriteConnection, table: Table, old: Standard | None) -> Sequence[str]:
    standard = table.standard
    if old == standard:
        return []
    if old is None:
        statements, line = table.create(), f"{standard.name}: tables made"
    else:
        added = [name for name in table.columns if name not in {f.name for f in old.fields}]
        statements = [s for name in added for s in table.add_column(name)] + table.indexes() + table.comments()
        line = (
            f"{standard.name}: added {', '.join(added)}"
            if added
            else f"{standard.name}: indexes and comments brought up"
        )
    await conn.execute(";\n".join(statements))
    id = f"jjm:registry/{standard.group}/{standard.name}/{standard.version}"
    await queries.keep_standard(conn, type=standard.name, id=id, body=msgspec.json.encode(standard).decode())
    return [line]
