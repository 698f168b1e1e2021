"""Taking a re-organisation back: what was believed before is asserted again, as corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from jjm.access import Actor, require_write
from jjm.kit import Fault, ReadConnection, WriteConnection, conflict, not_found
from jjm.registry import store
from jjm.registry.extent import naming
from jjm.registry.model import Change
from jjm.registry.reorganise import Step
from jjm.registry.service.areas import assert_steps
from jjm.registry.service.areas_scene import look
from jjm.registry.service.context import Registry
from jjm.registry.service.fence import steps_stay_inside
from jjm.registry.service.references import reference_fields
from jjm.registry.store import lineage
from jjm.registry.table import Table

_NAMED = 20


async def undo(registry: Registry, conn: WriteConnection, actor: Actor, id: str) -> None:
    """Assert again what was believed before an operation, wherever it changed something.

    Raises Problem 404 for an unknown operation; 409 when it was undone already, or naming what was changed since.
    """
    await lineage.lock_operations(conn)
    operation = await lineage.operation(conn, id=id)
    if operation is None:
        raise not_found(f"There is no operation `{id}` here.", "operation-unknown")
    if operation["undone_at"] is not None:
        raise conflict("undone", f"{id} was undone by {operation['undone_by']} already.")
    steps: list[dict[str, Any]] = orjson.loads(operation["steps"])
    for type in sorted({s["type"] for s in steps}):  # as others hold several types, or two could wait for each other
        require_write(actor, registry.table(type).standard)
        await store.lock(conn, registry.table(type), [s["id"] for s in steps if s["type"] == type])
    since = await _changed_since(registry, conn, steps) or await _came_since(registry, conn, operation, steps)
    if since:
        raise conflict("changed-since", f"{id} cannot be undone: something was built on it since.", *since)
    back, now = await _back(registry, conn, steps), registry.clock.now()
    made = {s["id"] for s in steps if s["kind"] == "created"}
    await steps_stay_inside(registry, conn, actor, await _subject(registry, conn, operation, steps), back, made)
    await lineage.undo_edges(conn, operation=id, at=now)
    await assert_steps(registry, conn, actor, back, f"undo of {id}")
    await lineage.undo_operation(conn, id=id, at=now, actor=actor.name)


async def _subject(
    registry: Registry, conn: ReadConnection, operation: Any, steps: Sequence[dict[str, Any]]
) -> tuple[Table, str]:
    """The area that an operation was asked of, with its tables."""
    id = operation["subject"]
    known = {row["id"]: row["type"] async for row in lineage.types(conn, ids=[id])}
    return registry.table(known.get(id) or steps[0]["type"]), id


async def _changed_since(registry: Registry, conn: ReadConnection, steps: Sequence[dict[str, Any]]) -> list[Fault]:
    last: dict[tuple[str, str], int] = {}
    for step in steps:
        key = step["type"], step["id"]
        last[key] = max(last.get(key, 0), step["after"])
    found: list[Fault] = []
    for type in sorted({type for type, _ in last}):
        headers = await store.headers(conn, registry.table(type), [id for t, id in last if t == type])
        for id, known in headers.items():
            newest = max(h.version for h in known)
            if newest > last[type, id]:
                remedy = "Put that change right by hand, or leave the operation standing."
                found.append(Fault(f"{id} was changed since, in version {newest}", remedy, value=id))
    return found[:_NAMED]


async def _came_since(
    registry: Registry, conn: ReadConnection, operation: Any, steps: Sequence[dict[str, Any]]
) -> list[Fault]:
    """Records that came to name an area which the operation made, and would be left without it."""
    made = {s["id"]: s["type"] for s in steps if s["kind"] == "created"}
    own = {s["id"] for s in steps}
    found: list[str] = []
    for table in registry.tables.values() if made else ():
        for name, field in reference_fields(table.standard):
            ids = [id for id, type in made.items() if type == field.ref]
            if ids and (asked := naming(table, name)):
                rows = await conn.fetch(asked, ids, _NAMED + len(own))
                found += [row["id"] for row in rows if row["id"] not in own]
    found += await _to_come(registry, conn, made, own, operation["effective"])
    remedy = "Move it elsewhere first, or leave the operation standing."
    return [Fault(f"{id} lies in an area that it made", remedy, value=id) for id in list(dict.fromkeys(found))[:_NAMED]]


async def _to_come(
    registry: Registry, conn: ReadConnection, made: Mapping[str, str], own: set[str], effective: date
) -> list[str]:
    """Areas that lay or will lie in one of these on another day than today."""
    if not made:
        return []
    candidates = [row["id"] async for row in lineage.children(conn, ids=list(made), day=effective)]
    others = [id for id in candidates if id not in own]
    if not others:
        return []
    areas = await look(registry, conn, registry.table(next(iter(made.values()))), others, effective)
    return [id for id in others if any(areas[id].lies_in(area) for area in made)]


async def _back(registry: Registry, conn: ReadConnection, steps: Sequence[dict[str, Any]]) -> list[Step]:
    """The steps that take these back, in reverse: areas that ended hold again before anything lies in them again."""
    back: list[Step] = []
    values: dict[tuple[str, str, int], dict[str, Any]] = {}
    for type in sorted({s["type"] for s in steps}):
        wanted = [(s["id"], s["before"]) for s in steps if s["type"] == type and s["before"] is not None]
        known = await store.values_at(conn, registry.table(type), wanted)
        values |= {(type, *key): data for key, data in known.items()}
    for step in reversed(steps):
        first, last = date.fromisoformat(step["valid_from"]), step["valid_to"] and date.fromisoformat(step["valid_to"])
        change = Change.RETIRE if step["kind"] == "created" else Change.CORRECT
        data = {} if change == Change.RETIRE else values[step["type"], step["id"], step["before"]]
        kind = "retired" if change == Change.RETIRE else "changed"
        back.append(Step(kind, step["type"], step["id"], change, data, first, last or None, step["after"]))
    return back
