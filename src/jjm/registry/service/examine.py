"""Every check a draft must pass before it is recorded; the same for one record and for a million."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.kit import Fault, ReadConnection, beside
from jjm.registry.columns import normalise
from jjm.registry.model import Change, Draft
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import identify, states_of_drafts
from jjm.registry.service.references import dangling
from jjm.registry.table import Table


async def examine(registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]) -> list[list[Fault]]:
    """The faults of each draft, none for a good one; gives identifiers and brings values into their stored form."""
    faults: list[list[Fault]] = [[] for _ in drafts]
    raw = [n for n, d in enumerate(drafts) if d.change != Change.RETIRE and not d.shaped]
    chosen = [drafts[n] for n in raw]
    states = await states_of_drafts(registry, conn, table, chosen)
    found = await beside(len(chosen), shape, registry, table, chosen, states)
    for n, more in zip(raw, found, strict=True):
        faults[n] = more
    good = [n for n, d in enumerate(drafts) if d.change != Change.RETIRE and not faults[n]]
    for n, fault in await dangling(registry, conn, table, [drafts[n] for n in good]):
        faults[good[n]].append(fault)
    return faults


def shape(registry: Registry, table: Table, drafts: Sequence[Draft], states: Sequence[str | None]) -> list[list[Fault]]:
    """The part of the checks that needs nothing but the draft and the State it lies in."""
    faults = [_validate(registry, table, d, s) for d, s in zip(drafts, states, strict=True)]
    good = [n for n, found in enumerate(faults) if not found]
    found = identify(registry, table, [drafts[n] for n in good], [states[n] for n in good])
    for n, more in zip(good, found, strict=True):
        draft = drafts[n]
        draft.data = normalise(draft.data, table.instants)
        draft.shaped = not more
        faults[n] = more
    return faults


def _validate(registry: Registry, table: Table, draft: Draft, state: str | None) -> list[Fault]:
    if None in draft.data.values():
        draft.data = {k: v for k, v in draft.data.items() if v is not None}
    validator = registry.validators[table.standard.name]
    if validator.is_valid(draft.data, state):
        return []
    return validator.validate(draft.data, state)


async def _references(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    drafts: Sequence[Draft],
    good: Sequence[int],
    faults: list[list[Fault]],
) -> None:
    today = registry.clock.today()
    for type, names in _by_target(table.standard).items():
        named = {id for n in good for name in names for id in entries(drafts[n].data.get(name))}
        own = {drafts[n].id for n in good} if type == table.standard.name else set[str | None]()
        target = registry.table(type)
        absent = await store.missing(conn, target, list(named - own))
        if not absent:
            continue
        headers = await store.headers(conn, target, absent)
        wrong = [
            (n, pointer, id)
            for n in good
            for pointer, id in _pointers(names, drafts[n].data)
            if id in headers and not holds_on(headers[id], drafts[n].valid_from or today)
        ]
        came_of = await successors(conn, sorted({id for *_, id in wrong})) if wrong else {}
        for n, pointer, id in wrong:
            faults[n].append(_dangling(type, pointer, id, came_of.get(id, [])))


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


def _pointers(names: Sequence[str], data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = data.get(name)
        if isinstance(value, list):
            yield from ((f"/{name}/{n}", item) for n, item in enumerate(cast("list[str]", value)))
        elif value is not None:
            yield f"/{name}", value


def reference_fields(standard: Standard) -> list[tuple[str, Field]]:
    """The fields of a type that point to other records, each with the field that says to what."""
    singles = [(f.name, f) for f in standard.fields if f.kind == "ref"]
    return singles + [(f.name, f.item) for f in standard.fields if f.is_list_of_refs and f.item]


def _dangling(type: str, pointer: str, id: str, successors: Sequence[str]) -> Fault:
    remedy = f"Give the id of a {type} that is recorded here and not retired, or record it first."
    if successors:
        remedy = f"It ended; give what came of it: {' or '.join(successors)}."
    return Fault(f"no {type} `{id}` holds then", remedy, pointer, value=id)


def without_meta(body: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """A record as sent: its identifier, and its values without what the node itself adds."""
    data = {name: value for name, value in body.items() if name not in ("id", "_meta")}
    id = body.get("id")
    return (str(id) if id is not None else None), data
