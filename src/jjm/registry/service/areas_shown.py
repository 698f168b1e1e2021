"""Showing re-organisations: what one would touch, and those that were recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.access import Actor
from jjm.kit import ReadConnection, WriteConnection, not_found
from jjm.registry.columns import instant
from jjm.registry.extent import count_inside
from jjm.registry.operations import Operation, kind_of
from jjm.registry.reorganise import Plan
from jjm.registry.service.areas import draw_up, faults, loops
from jjm.registry.service.context import Registry
from jjm.registry.store import lineage
from jjm.registry.table import Table

_LISTED = 1_000


async def preview(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, subject: str, asked: Operation
) -> dict[str, Any]:
    """What a re-organisation would touch, and what stands against it; whatever is tried for that is taken back.

    `affected` counts the areas and records of today that lie in what is moved, renamed or ended.
    """
    planned = await draw_up(registry, conn, actor, table, subject, asked)
    made = planned.plan
    problems = made.problems or await faults(registry, conn, made) or await loops(registry, conn, actor, planned)
    roots = [s.id for s in made.steps if s.kind != "created"]
    return {
        "kind": kind_of(asked),
        "subject": subject,
        "effective": asked.effective,
        "touched": _touched([(s.kind, s.id) for s in made.steps]),
        "areas": _areas(made),
        "affected": await affected(registry, conn, roots),
        "lineage": [{"kind": e.kind, "from": e.from_id, "to": e.to_id} for e in made.edges[:_LISTED]],
        "problems": [p.as_json() for p in problems],
    }


def _touched(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How many areas are created, changed, moved and retired, and which (the first thousand of each)."""
    found = {kind: list(dict.fromkeys(id for k, id in steps if k == kind)) for kind in _KINDS}
    return {kind: {"count": len(ids), "ids": ids[:_LISTED]} for kind, ids in found.items()}


_KINDS = ("created", "changed", "moved", "retired")


def _areas(made: Plan) -> list[dict[str, Any]]:
    """The areas that begin, with their values."""
    return [{"id": s.id, "type": s.type, **s.data} for s in made.of("created")]


async def affected(registry: Registry, conn: ReadConnection, roots: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many areas and records of each type lie in these areas today."""
    ids = list(dict.fromkeys(roots))
    areas = {row["type"]: row["count"] async for row in lineage.areas_inside(conn, ids=ids)}
    records: dict[str, int] = {}
    for name, table in registry.tables.items():
        statement = count_inside(table)
        if statement is not None and (count := await conn.fetchval(statement, ids)):
            records[name] = count
    return {"areas": areas, "records": records}


async def operation(conn: ReadConnection, id: str) -> dict[str, Any]:
    """One re-organisation with every step. Raises Problem 404."""
    row = await lineage.operation(conn, id=id)
    if row is None:
        raise not_found(f"There is no operation `{id}` here.", "operation-unknown")
    edges = [dict(e) async for e in lineage.edges_of_operation(conn, operation=id)]
    steps = orjson.loads(row["steps"])
    return _operation(row) | {
        "lineage": [{"kind": e["kind"], "from": e["from_id"], "to": e["to_id"]} for e in edges],
        "steps": steps,
    }


async def operations(conn: ReadConnection, *, area: str | None, before: str | None, limit: int) -> list[dict[str, Any]]:
    """Re-organisations, newest first: all of them, or those that touched an area."""
    return [_operation(row) async for row in lineage.operations(conn, area=area, before=before, limit=limit)]


def _operation(row: Any) -> dict[str, Any]:
    asked: Mapping[str, Any] = orjson.loads(row["asked"])
    steps = orjson.loads(row["steps"])
    return {
        "id": row["id"],
        "kind": row["kind"],
        "subject": row["subject"],
        "effective": row["effective"],
        "order": asked.get("order"),
        "note": asked.get("note"),
        "actor": row["actor"],
        "recorded_at": instant(row["recorded_at"]),
        "undone_at": instant(row["undone_at"]) if row["undone_at"] else None,
        "undone_by": row["undone_by"],
        "touched": _touched([(s["kind"], s["id"]) for s in steps]),
    }
