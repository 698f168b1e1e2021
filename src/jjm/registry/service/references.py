"""Whether what records point to is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Any, TypeAlias, cast

from jjm.kit import Fault, ReadConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.model import Draft
from jjm.registry.rules import holds_on, state_in_id
from jjm.registry.service.authority import abroad
from jjm.registry.service.context import Registry
from jjm.registry.store import lineage
from jjm.registry.table import Table
from jjm.standards import Field, Standard

Columns: TypeAlias = Mapping[str, Sequence[Any]]


async def dangling(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft], absent: Mapping[str, Set[str]]
) -> list[tuple[int, Fault]]:
    """A fault for every reference to a record that does not hold then, with the place of its draft.

    `absent` names what does not hold today, by type. Drafts of one type may point to one another.
    """
    if registry.authority is None and not absent:
        return []
    today, own = registry.clock.today(), {d.id for d in drafts}
    columns = {name: [d.data.get(name) for d in drafts] for names in table.targets.values() for name in names}
    days = [d.valid_from or today for d in drafts]
    states = [state_in_id(d.id or "") for d in drafts] if registry.authority is not None else ()
    gone = {type: ids - own if type == table.standard.name else ids for type, ids in absent.items()}
    return await _dangling(registry, conn, table, columns, days, gone, states)


async def dangling_in(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    columns: Columns,
    days: Sequence[date],
    states: Sequence[str | None] = (),
) -> list[tuple[int, Fault]]:
    """The same for references side by side in columns, each record true from its day.

    Where States keep nodes, a record of one State does not refer to another's; `states` are those of the records.
    """
    absent: dict[str, Set[str]] = {}
    for type, names in table.targets.items():
        named = {id for name in names for id in _ids(columns.get(name, ()))}
        absent[type] = set(await store.missing(conn, registry.table(type), list(named))) if named else set()
    return await _dangling(registry, conn, table, columns, days, absent, states)


async def _dangling(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    columns: Columns,
    days: Sequence[date],
    absent: Mapping[str, Set[str]],
    states: Sequence[str | None],
) -> list[tuple[int, Fault]]:
    found: list[tuple[int, Fault]] = []
    for type, names in table.targets.items():
        if registry.authority is not None:
            found += abroad(registry, table, type, _each(names, columns), states)
        if ids := absent.get(type):
            told = {(n, fault.pointer) for n, fault in found}
            places = [p for p in _places(names, columns, ids) if p[:2] not in told]
            found += await _not_then(registry, conn, type, places, days)
    return found


def _ids(values: Sequence[Any]) -> set[str]:
    if values and any(value.__class__ is list for value in values):
        return {id for value in values for id in entries(value)}
    return {value for value in set(values) if value is not None}


async def _not_then(
    registry: Registry, conn: ReadConnection, type: str, places: Sequence[tuple[int, str, str]], days: Sequence[date]
) -> list[tuple[int, Fault]]:
    headers = await store.headers(conn, registry.table(type), sorted({id for *_, id in places}))
    wrong = [place for place in places if not holds_on(headers[place[2]], days[place[0]])]
    came_of = await successors(conn, sorted({id for *_, id in wrong})) if wrong else {}
    # What came of a record that not everybody sees is not for whoever only names it.
    told = came_of if (target := registry.table(type).standard).public and not target.is_personal else {}
    return [(n, _fault(type, pointer, id, told.get(id, []))) for n, pointer, id in wrong]


async def successors(conn: ReadConnection, ids: Sequence[str]) -> dict[str, list[str]]:
    """What came of each of these records that ended, by their lineage."""
    found: dict[str, list[str]] = {}
    async for row in lineage.successors(conn, ids=ids):
        found.setdefault(row["from_id"], []).append(row["to_id"])
    return found


def _places(names: Sequence[str], columns: Columns, wanted: Set[str]) -> Iterator[tuple[int, str, str]]:
    """Which records name one of these, and where."""
    yield from (place for place in _each(names, columns) if place[2] in wanted)


def _each(names: Sequence[str], columns: Columns) -> Iterator[tuple[int, str, str]]:
    for name in names:
        for n, value in enumerate(columns.get(name, ())):
            yield from ((n, pointer, id) for pointer, id in _pointers(name, value))


def _pointers(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        yield from ((f"/{name}/{n}", item) for n, item in enumerate(cast("list[str]", value)))
    elif value is not None:
        yield f"/{name}", value


def reference_fields(standard: Standard) -> list[tuple[str, Field]]:
    """The fields of a type that point to other records, each with the field that says to what."""
    singles = [(f.name, f) for f in standard.fields if f.kind == "ref"]
    return singles + [(f.name, f.item) for f in standard.fields if f.is_list_of_refs and f.item]


def _fault(type: str, pointer: str, id: str, successors: Sequence[str]) -> Fault:
    remedy = f"Give the id of a {type} that is recorded here and not retired, or record it first."
    if successors:
        remedy = f"It ended; give what came of it: {' or '.join(successors)}."
    return Fault(f"no {type} `{id}` holds then", remedy, pointer, value=id)
