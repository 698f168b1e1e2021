"""Every check a draft must pass before it is recorded; the same for one record and for a million."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from jjm.kit import Fault, ReadConnection
from jjm.registry import store
from jjm.registry.columns import entries, normalise
from jjm.registry.model import Change, Draft
from jjm.registry.rules import holds_on
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import identify, states_of_drafts
from jjm.registry.store import lineage
from jjm.registry.table import Table
from jjm.standards import Field, Standard


async def examine(registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]) -> list[list[Fault]]:
    """The faults of each draft, none for a good one; gives identifiers and brings values into their stored form."""
    retiring = [d for d in drafts if d.change == Change.RETIRE]
    if len(retiring) == len(drafts):
        return [[] for _ in drafts]
    for draft in drafts:
        draft.data = {k: v for k, v in draft.data.items() if v is not None}
    states = await states_of_drafts(registry, conn, table, drafts)
    faults = [_shape(registry, table, d, s) for d, s in zip(drafts, states, strict=True)]
    good = [n for n, found in enumerate(faults) if not found]
    await _identify(registry, table, drafts, states, good, faults)
    for n in good:
        drafts[n].data = normalise(drafts[n].data, table.columns)
    await _references(registry, conn, table, drafts, good, faults)
    return faults


def _shape(registry: Registry, table: Table, draft: Draft, state: str | None) -> list[Fault]:
    validator = registry.validators[table.standard.name]
    if validator.is_valid(draft.data, state):
        return []
    return validator.validate(draft.data, state)


async def _identify(
    registry: Registry,
    table: Table,
    drafts: Sequence[Draft],
    states: Sequence[str | None],
    good: Sequence[int],
    faults: list[list[Fault]],
) -> None:
    found = identify(registry, table, [drafts[n] for n in good], [states[n] for n in good])
    for n, more in zip(good, found, strict=True):
        faults[n].extend(more)


async def _references(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    drafts: Sequence[Draft],
    good: Sequence[int],
    faults: list[list[Fault]],
) -> None:
    fields = reference_fields(table.standard)
    if not fields:
        return
    for type, places in _by_target(fields, drafts, good).items():
        own = {d.id for d in drafts} if type == table.standard.name else set[str | None]()
        asked = [id for id in places if id not in own]
        target = registry.table(type)
        absent = await store.missing(conn, target, asked)
        headers = await store.headers(conn, target, absent) if absent else {}
        today = registry.clock.today()
        wrong = [
            (n, pointer, id)
            for id in absent
            for n, pointer in places[id]
            if not holds_on(headers[id], drafts[n].valid_from or today)
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


def _by_target(
    fields: Sequence[tuple[str, Field]], drafts: Sequence[Draft], good: Sequence[int]
) -> dict[str, dict[str, list[tuple[int, str]]]]:
    wanted: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for name, field in fields:
        target = wanted.setdefault(field.ref or "", {})
        for n in good:
            value = drafts[n].data.get(name)
            if value is None:
                continue
            for pointer, id in _pointers(f"/{name}", value):
                target.setdefault(id, []).append((n, pointer))
    return wanted


def _pointers(at: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        yield from ((f"{at}/{n}", item) for n, item in enumerate(entries(cast("object", value))))
    else:
        yield at, value


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
