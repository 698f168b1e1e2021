"""What follows from a record's values today: its other identifiers, its places, its names, and the trees of areas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jjm.kit import Fault, WriteConnection, conflict
from jjm.registry.columns import entries
from jjm.registry.names import keys, near, sound
from jjm.registry.placing import areas_of
from jjm.registry.service.context import Registry
from jjm.registry.service.trees import Today, keep_trees
from jjm.registry.store import queries
from jjm.registry.table import Table
from jjm.standards import Standard

OTHER_RANK = 9


async def reflect(registry: Registry, conn: WriteConnection, table: Table, today: Today, stood: Today) -> None:
    """Bring everything derived from these records up to what holds today; None where nothing does.

    `stood` is what stood until now of those records that were there before; None where that is not known. What follows
    from values that stay the same is left as it is.
    """
    standard, fresh = table.standard, stood.keys().isdisjoint(today)
    await _external_ids(conn, standard, _other(today, stood, lambda data: data.get("external_ids")), fresh)
    if standard.area and standard.field(standard.area).is_list_of_refs:
        await _places(conn, standard, _other(today, stood, lambda data: areas_of(standard, data)), fresh)
    if standard.search:
        await _names(conn, standard, _other(today, stood, lambda data: _named(standard, data)), fresh)
    if standard.level is not None:
        await keep_trees(registry, conn, standard, today, fresh)


def _other(today: Today, stood: Today, derived: Callable[[Mapping[str, Any]], Any]) -> Today:
    """Those records of which something else is derived than before."""
    return {
        id: v for id, v in today.items() if not (v and (old := stood.get(id)) and derived(v.data) == derived(old.data))
    }


def _named(standard: Standard, data: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What the rows of the search are made of."""
    return names_of(standard, data), areas_of(standard, data)[:1]


def follows_nothing(standard: Standard) -> bool:
    """True if nothing but external identifiers is derived from the values of this type's records."""
    placed = standard.area is not None and standard.field(standard.area).is_list_of_refs
    return not placed and not standard.search and standard.level is None


async def _external_ids(conn: WriteConnection, standard: Standard, today: Today, fresh: bool) -> None:
    if not today:
        return
    rows = [(e["system"], e["value"], v.id) for v in today.values() if v for e in v.data.get("external_ids", ())]
    if not fresh:
        await queries.forget_external_ids(conn, type=standard.name, ids=list(today))
    if not rows:
        return
    systems, values, ids = (list(part) for part in zip(*rows, strict=True))
    taken = await external_ids_taken(conn, standard, rows)
    if taken:
        raise conflict("external-id-taken", "Another record already carries this identifier.", *taken)
    await queries.keep_external_ids(conn, type=standard.name, systems=systems, values=values, ids=ids)


async def external_ids_taken(
    conn: WriteConnection, standard: Standard, rows: Sequence[tuple[str, str, str]]
) -> list[Fault]:
    """Faults for those of these (system, value, record) that already name another record."""
    systems, values, ids = (list(part) for part in zip(*rows, strict=True))
    found = queries.external_ids_taken(conn, type=standard.name, systems=systems, values=values, ids=ids)
    remedy = "Leave the identifier out, or correct the record that carries it."
    return [
        Fault(f"{r['system']} {r['value']} names {r['id']}", remedy, "/external_ids", value=r["value"])
        async for r in found
    ]


async def _places(conn: WriteConnection, standard: Standard, today: Today, fresh: bool) -> None:
    if not today:
        return
    if not fresh:
        await queries.forget_places(conn, type=standard.name, ids=list(today))
    rows = [(area, v.id) for v in today.values() if v for area in areas_of(standard, v.data)]
    if rows:
        areas, ids = (list(part) for part in zip(*rows, strict=True))
        await queries.keep_places(conn, type=standard.name, areas=areas, ids=ids)


async def _names(conn: WriteConnection, standard: Standard, today: Today, fresh: bool) -> None:
    if not today:
        return
    if not fresh:
        await queries.forget_names(conn, type=standard.name, ids=list(today))
    await note_names(conn, standard, [(v.id, v.data) for v in today.values() if v])


async def note_names(
    conn: WriteConnection, standard: Standard, records: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    """Put the names of these records (identifier and values) into the search."""
    rows = [
        (id, name, key, id if standard.level else next(iter(areas_of(standard, data)), None), place)
        for id, data in records
        for name in names_of(standard, data)
        for place, key in enumerate(keys(name))
    ]
    if not rows:
        return
    ids, names, found, areas, places = (list(part) for part in zip(*rows, strict=True))
    spelled = sorted(set(found))
    await queries.keep_names(
        conn,
        type=standard.name,
        ids=ids,
        names=names,
        keys=found,
        rank=standard.level.rank if standard.level else OTHER_RANK,
        areas=areas,
        places=places,
        spelled=spelled,
        sounds=[sound(key) for key in spelled],
        nears=[" ".join(map(str, near(key))) for key in spelled],
    )


def names_of(standard: Standard, data: Mapping[str, Any]) -> list[str]:
    """The names a record is found by: its search fields, and the names inside lists of names."""
    found: list[Any] = [e for field in standard.search for e in entries(data.get(field)) if e]
    return list(dict.fromkeys(e if isinstance(e, str) else str(e["name"]) for e in found))
