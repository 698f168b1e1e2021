"""Keeping changes inside the areas in which their actor may make them: set-wise, for one record as for thousands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, NamedTuple

from jjm.access import Actor, require_write
from jjm.kit import Fault, Problem, ReadConnection
from jjm.registry import store
from jjm.registry.bounds import Places, outside, outside_area, places_of
from jjm.registry.model import Change, Draft
from jjm.registry.placing import areas_of
from jjm.registry.reorganise import Step
from jjm.registry.rows import data_of
from jjm.registry.service.context import Registry
from jjm.registry.service.reach import lying_in, roots
from jjm.registry.service.trees import parents_of
from jjm.registry.table import Table
from jjm.standards import Standard

Held = Mapping[str, Mapping[str, Any]]
"""The values that records had before, by identifier; those that are new are left out."""


async def stay_inside(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, drafts: Sequence[Draft], held: Held
) -> None:
    """Allow changes, all of them or none. Raises Problem 401, or 403 `outside-area` with every one that is outside."""
    allowed = require_write(actor, table.standard)
    if allowed is None:
        return
    found = await strays(registry, conn, actor, table, drafts, held)
    if found:
        raise outside_area(table.standard, [fault for _, fault in found], allowed)


async def strays(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, drafts: Sequence[Draft], held: Held
) -> list[tuple[int, Fault]]:
    """A fault for each draft that lies outside where the actor may change records of the type, with its place."""
    return await _judged(
        registry, conn, actor, table, [places_of(table.standard, d, held.get(d.id or "")) for d in drafts]
    )


async def strangers(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, records: Iterable[Mapping[str, Any]]
) -> list[tuple[int, Fault]]:
    """The same for new records, of each the fields that say where it lies."""
    named = [frozenset(areas_of(table.standard, record)) for record in records]
    return await _judged(registry, conn, actor, table, [Places(becomes=at, nowhere=not at) for at in named])


def discreet(problem: Problem, standard: Standard) -> Problem:
    """A refusal for somebody who sees some areas only: which other record stands in the way is not told."""
    if problem.code not in ("external-id-taken", "value-taken") or (standard.public and not standard.is_personal):
        return problem
    faults = [replace(fault, message="another record carries the same already") for fault in problem.faults]
    return replace(problem, faults=faults)


async def steps_stay_inside(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    subject: tuple[Table, str],
    steps: Sequence[Step],
    made: Set[str],
) -> None:
    """Allow a re-organisation of areas: every area that it touches lies inside, and comes to lie inside.

    `made` are the areas that it makes itself, which lie where what they lie in does. Raises Problem 401, or 403.
    """
    about, id = subject
    await stay_inside(registry, conn, actor, about, [Draft(Change.RETIRE, {}, id)], {} if id in made else {id: {}})
    held = await _held(registry, conn, [*steps, *([] if id in made else [_Named(about.standard.name, id)])])
    above = {area for (type, _), data in held.items() for area in parents_of(registry.table(type).standard, data)}
    for type in sorted({s.type for s in steps}):
        table = registry.table(type)
        if (allowed := require_write(actor, table.standard)) is None:
            continue
        drafts = [Draft(s.change, s.data, s.id) for s in steps if s.type == type]
        before = [None if d.id in made else held.get((type, d.id or ""), {}) for d in drafts]
        places = [places_of(table.standard, d, b) for d, b in zip(drafts, before, strict=True)]
        # What comes to lie beside areas that are touched in any case lies no further out than they do.
        places = [replace(at, becomes=at.becomes - above) for at in places]
        if found := await _judged(registry, conn, actor, table, places, made):
            raise outside_area(table.standard, [fault for _, fault in found], allowed)


class _Named(NamedTuple):
    type: str
    id: str


async def _held(
    registry: Registry, conn: ReadConnection, areas: Sequence[Step | _Named]
) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """The values that areas have today, by type and identifier."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for type in {area.type for area in areas}:
        table = registry.table(type)
        rows = await store.get_many(conn, table, [area.id for area in areas if area.type == type])
        found |= {(type, row["id"]): data_of(table, row) for row in rows}
    return found


async def _judged(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    table: Table,
    places: Sequence[Places],
    made: Set[str] = frozenset(),
) -> list[tuple[int, Fault]]:
    allowed = require_write(actor, table.standard)
    if allowed is None:
        return []
    named = frozenset[str]().union(*(at.all for at in places))
    inside = await lying_in(conn, await roots(registry, conn, allowed), named) | made
    judged = ((n, outside(table.standard, at, inside, allowed)) for n, at in enumerate(places))
    return [(n, fault) for n, fault in judged if fault is not None]
