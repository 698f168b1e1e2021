"""Areas by level and code, as they are or were: what they lie in, what lies in them, where they came from and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from jjm.access import Actor, view_of
from jjm.kit import Fault, Problem, ReadConnection, bad_request
from jjm.registry.model import AsOf
from jjm.registry.service import read
from jjm.registry.service.context import Registry
from jjm.registry.store import areas
from jjm.registry.table import Table

_EVER = datetime.max.replace(tzinfo=UTC)


def as_today(registry: Registry) -> AsOf:
    """Today, with all that is known."""
    return AsOf(registry.clock.today(), _EVER)


@dataclass(frozen=True, slots=True)
class Place:
    """An area at a point on both clocks."""

    table: Table
    id: str
    at: AsOf


async def area(registry: Registry, conn: ReadConnection, actor: Actor, place: Place) -> dict[str, Any]:
    """The area with its record, all above it in both trees, what lies in it by type, and its lineage.

    Raises Problem 404 before it began or when it was never known, 410 with its lineage once it has ended.
    """
    try:
        record, _ = await read.get(registry, conn, actor, place.table, place.id, place.at)
    except Problem as absent:
        raise await _with_lineage(registry, conn, place, absent) from None
    above = await ancestors(registry, conn, actor, place)
    counts = areas.children_counted(conn, id=place.id, types=_visible(registry, actor), **_point(place))
    return {
        **above[-1],
        "record": record,
        "ancestors": above[:-1],
        "children": {row["type"]: row["count"] async for row in counts},
        "lineage": await lineage(registry, conn, place),
    }


async def _with_lineage(registry: Registry, conn: ReadConnection, place: Place, absent: Problem) -> Problem:
    edges = await lineage(registry, conn, place) if absent.status == 410 else []
    extra = {**absent.extra, "lineage": edges} if edges else absent.extra
    return Problem(absent.code, absent.status, absent.title, absent.detail, absent.faults, extra, absent.headers)


async def ancestors(registry: Registry, conn: ReadConnection, actor: Actor, place: Place) -> list[dict[str, Any]]:
    """All above the area in both trees from the top down, itself last."""
    await _in_force(registry, conn, actor, place)
    rows = [row async for row in areas.ancestors(conn, id=place.id, **_point(place))]
    own = [_shown(registry, row) for row in rows if row["id"] == place.id]
    return [_shown(registry, row) for row in rows if row["id"] != place.id] + own


async def children(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    place: Place,
    *,
    type: str | None = None,
    after: Sequence[str] = (),
    limit: int = 50,
) -> tuple[list[dict[str, Any]], Sequence[str]]:
    """What lies directly in the area, level by level and by name; and where the next page begins, if there is one."""
    await _in_force(registry, conn, actor, place)
    rank, key, last = after or (None, None, None)
    rows = [
        row
        async for row in areas.children(
            conn,
            id=place.id,
            types=_types(registry, actor, type),
            rank=int(rank) if rank is not None else None,
            key=key,
            after=last,
            limit=limit,
            **_point(place),
        )
    ]
    end = rows[-1] if len(rows) == limit else None
    return [_shown(registry, row) for row in rows], (str(end["rank"]), end["key"], end["id"]) if end else ()


async def lineage(registry: Registry, conn: ReadConnection, place: Place) -> list[dict[str, Any]]:
    """Where the area came from and what became of it, oldest first, each area under its name of that day."""
    return [_edge(registry, row) async for row in areas.lineage(conn, id=place.id, known=place.at.known_at)]


async def _in_force(registry: Registry, conn: ReadConnection, actor: Actor, place: Place) -> None:
    await read.get(registry, conn, actor, place.table, place.id, place.at)


def _point(place: Place) -> dict[str, date | datetime]:
    return {"day": place.at.valid_at, "known": place.at.known_at}


def _visible(registry: Registry, actor: Actor) -> list[str]:
    """The area types that the actor may see."""
    found: list[str] = []
    for standard in registry.levels():
        try:
            view_of(actor, standard)
        except Problem:
            continue
        found.append(standard.name)
    return found


def _types(registry: Registry, actor: Actor, type: str | None) -> list[str]:
    visible = _visible(registry, actor)
    if type is None:
        return visible
    if type not in visible:
        fault = Fault(f"`{type}` is not a type of area", f"Choose from: {', '.join(visible)}", "/type", value=type)
        raise bad_request("bad-parameter", "`type` cannot be understood.", fault)
    return [type]


def _shown(registry: Registry, row: Any) -> dict[str, Any]:
    return _named(registry, row["id"], row["type"], row["code"], row["name"]) | {"parents": row["parents"]}


def _named(registry: Registry, id: str, type: str, code: str, name: str) -> dict[str, Any]:
    level = registry.table(type).standard.level
    word = level.name if level else type
    return {
        "id": id,
        "type": type,
        "level": word,
        "code": code,
        "name": name,
        "href": f"/api/v1/areas/{word}/{code}",
    }


def _edge(registry: Registry, row: Any) -> dict[str, Any]:
    ends = {
        side: _named(registry, row[f"{side}_id"], *(row[f"{side}_{n}"] for n in ("type", "code", "name")))
        for side in ("from", "to")
        if row[f"{side}_id"] and row[f"{side}_type"]
    }
    order = orjson.loads(row["order"]) if row["order"] else None
    edge = {"kind": row["kind"], "effective": row["effective"], "operation": row["operation"], "order": order}
    return edge | {"from": ends.get("from"), "to": ends.get("to")}
