"""Bringing the tables to the standards at start: types and fields are added, anything that would break is refused."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import cast

import msgspec

from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, recall, remember
from jjm.registry.columns import column
from jjm.registry.service.codes_kept import codes_still_held, remember_codes
from jjm.registry.service.context import Registry
from jjm.registry.service.naming import bring_names
from jjm.registry.service.partitions import known_partitions
from jjm.registry.service.rewrapping import fill_numbers
from jjm.registry.service.sealing_up import seal_up
from jjm.registry.store import queries
from jjm.registry.table import Table
from jjm.standards import Standard, broken_rules

_LOCK = 7_219_003
_BROUGHT = ("x-personal", "x-blind")
_FILLING = "blind columns to fill: {}"


async def prepare(registry: Registry) -> list[str]:
    """Make or extend the tables of every type; a sentence for each thing done.

    Raises Problem `standard-breaking` when a standard no longer fits the records kept under its predecessor.
    """
    async with registry.database.read() as conn:
        applied = await _applied(conn)
        faults = [fault async for fault in codes_still_held(registry, conn, applied)]
        _refuse_breaking(registry, applied, faults)
    done = await seal_up(registry)
    async with registry.database.write() as conn:
        await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
        applied = await _applied(conn)
        done += [line for t in registry.tables.values() for line in await _bring(conn, t, applied.get(t.standard.name))]
        done += await bring_names(registry, conn)
        await remember_codes(conn, registry.catalogue)
        registry.partitions = dict.fromkeys(await known_partitions(conn), time.monotonic())
    return done + await _fill_blinds(registry)


async def _fill_blinds(registry: Registry) -> list[str]:
    """Have what was recorded before be found by fields that are found blindly only since; a sentence for each type."""
    done: list[str] = []
    for table in registry.tables.values():
        remembered = _FILLING.format(table.standard.name)
        async with registry.database.read() as conn:
            names = [str(name) for name in cast("list[object]", await recall(conn, remembered) or [])]
        if not names:
            continue
        if wanted := [name for name in names if name in table.blinds]:
            count = await fill_numbers(registry.database, table, wanted)
            done.append(f"{table.standard.name}: {count} versions read, to be found by {', '.join(wanted)}")
        async with registry.database.write() as conn:
            await remember(conn, remembered, [])
    return done


async def _applied(conn: ReadConnection) -> dict[str, Standard]:
    """The standards that the tables were last made from."""
    return {r["type"]: _read(r["body"]) async for r in queries.applied_standards(conn)}


@lru_cache(maxsize=256)
def _read(body: str) -> Standard:
    # Every start asks twice, before it changes anything and under the lock, and mostly finds the same text.
    return msgspec.json.decode(body, type=Standard)


def _refuse_breaking(registry: Registry, applied: Mapping[str, Standard], more: Sequence[Fault]) -> None:
    known = [(applied.get(t.standard.name), t) for t in registry.tables.values()]
    faults = [f for old, t in known if old and old != t.standard for f in breaks(old, t)]
    if faults := [*faults, *more]:
        raise Problem("standard-breaking", 409, "A standard no longer fits the records", _HOW, faults)


_HOW = "Nothing was changed. Raise the major version, keep the old field, or write the migration named below."


def breaks(old: Standard, table: Table) -> list[Fault]:
    """What of the old standard's tables the new one has no place for, with the migration that would be needed."""
    new = {f.name: f for f in table.standard.fields}
    faults: list[Fault] = []
    for field in old.fields:
        file, pointer, name = table.standard.file, f"/properties/{field.name}", field.name
        if name not in new:
            remedy = f"Migration needed: move what {table.current}.{name} holds elsewhere, then drop the column."
            faults.append(Fault(f"`{name}` of {old.name} is no longer declared", remedy, pointer, file=file))
        elif (was := column(field).type) != (now := column(new[name]).type):
            remedy = f"Migration needed: alter table {table.current} alter column {name} type {now} using …"
            faults.append(Fault(f"`{name}` of {old.name} was {was} and is now {now}", remedy, pointer, file=file))
        elif field.is_personal and not new[name].is_personal:
            remedy = f"Migration needed: open what is sealed in {table.current}, and give `{name}` a column."
            faults.append(Fault(f"`{name}` of {old.name} is no longer personal", remedy, pointer, file=file))
    if old.by_state != table.standard.by_state:
        remedy = f"Migration needed: rebuild {table.current}."
        faults.append(Fault(f"{old.name} changes its partitioning", remedy, file=table.standard.file))
    return faults + list(_misread(old, table, {fault.pointer for fault in faults}))


def _misread(old: Standard, table: Table, told: Collection[str | None]) -> Iterator[Fault]:
    """Changes after which kept values mean something else or break a rule, while the version says that they do not."""
    if old.major != table.standard.major:
        return
    remedy = f"Migration needed: bring what {table.current} holds to the new rule; then raise the major version."
    for pointer, change in broken_rules(old, table.standard):
        # What became personal is sealed at start, and what was found blindly is only no longer found so.
        if change.word not in _BROUGHT and f"/properties/{change.path[0]}" not in told:
            yield Fault(change.message, remedy, pointer, file=table.standard.file)


async def _bring(conn: WriteConnection, table: Table, old: Standard | None) -> Sequence[str]:
    standard = table.standard
    if old == standard:
        return []
    if old is None:
        statements, line = table.create(), f"{standard.name}: tables made"
    else:
        added = [name for name in table.columns if name not in {f.name for f in old.fields}]
        found = [name for name in table.blinds if name not in Table(old).blinds]
        added += found
        # A field that was found blindly once before has left numbers that are of no use.
        statements = [s for name in found for s in table.drop_column(name)]
        statements += [s for name in added for s in table.add_column(name)] + table.indexes() + table.comments()
        if found:
            known = cast("list[object]", await recall(conn, _FILLING.format(standard.name)) or [])
            await remember(conn, _FILLING.format(standard.name), [*known, *found])
        line = (
            f"{standard.name}: added {', '.join(added)}"
            if added
            else f"{standard.name}: indexes and comments brought up"
        )
    await conn.execute(";\n".join(statements))
    id = f"jjm:registry/{standard.group}/{standard.name}/{standard.version}"
    await queries.keep_standard(conn, type=standard.name, id=id, body=msgspec.json.encode(standard).decode())
    return [line]
