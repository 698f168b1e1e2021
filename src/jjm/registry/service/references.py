"""Whether what records point to is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from jjm.kit import Fault, ReadConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.model import Draft
from jjm.registry.rules import holds_on
from jjm.registry.service.context import Registry
from jjm.registry.store import lineage
from jjm.registry.table import Table
from jjm.standards import Field, Standard


async def dangling(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]
) -> list[tuple[int, Fault]]:
    """A fault for every reference to a record that does not hold then, with the place of its draft.

    Drafts of one type may point to one another.
    """
    found: list[tuple[int, Fault]] = []
    for type, names in _by_target(table.standard).items():
        named = {id for d in drafts for name in names for id in entries(d.data.get(name))}
        own = {d.id for d in drafts} if type == table.standard.name else set[str | None]()
        absent = await store.missing(conn, registry.table(type), list(named - own))
        if absent:
            found += await _dangling(registry, conn, type, list(_places(names, drafts, set(absent))), drafts)
    return found


async def _dangling(
    registry: Registry,
    conn: ReadConnection,
    type: str,
    places: Sequence[tuple[int, str, str]],
    drafts: Sequence[Draft],
) -> list[tuple[int, Fault]]:
    today = registry.clock.today()
    headers = await store.headers(conn, registry.table(type), sorted({id for *_, id in places}))
    wrong = [place for place in places if not holds_on(headers[place[2]], drafts[place[0]].valid_from or today)]
    came_of = await successors(conn, sorted({id for *_, id in wrong})) if wrong else {}
    return [(n, _fault(type, pointer, id, came_of.get(id, []))) for n, pointer, id in wrong]


async def successors(conn: ReadConnection, ids: Sequence[str]) -> dict[str, list[str]]:
    """What came of each of these records that ended, by their lineage."""
    found: dict[str, list[str]] = {}
    async for row in lineage.successors(conn, ids=ids):
        found.setdefault(row["from_id"], []).append(row["to_id"])
    return found


def _by_target(standard: Standard) -> dict[str, list[str]]:
    """The names of the fields that point to other records, by what they point to."""
    targets: dict[str, list[str]] = {}
    for name, field in reference_fields(standard):
        targets.setdefault(field.ref or "", []).append(name)
    return targets


def _places(names: Sequence[str], drafts: Sequence[Draft], wanted: set[str]) -> Iterator[tuple[int, str, str]]:
    """Which drafts name one of these records, and where."""
    for n, draft in enumerate(drafts):
        for name in names:
            yield from ((n, pointer, id) for pointer, id in _pointers(name, draft.data.get(name)) if id in wanted)


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
