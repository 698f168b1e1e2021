"""Follows the water of a place through the registry of assets, and counts who drinks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.access import NODE
from jjm.kit import ReadConnection
from jjm.registry import Ask, Registry, count, page
from jjm.solutions.quality.served.model import Served, Traced
from jjm.solutions.quality.served.rules import AT_THE_SOURCE, ON_THE_WAY, downstream, habitations_of, villages_of

_MOST, _PAGES, _DEEP = 1_000, 50, 6
_TAPS = ["provided", "functional", "non_functional"]


async def served(registry: Registry, conn: ReadConnection, place: Mapping[str, Any]) -> Served:
    """Who drinks from a place: a record with `village` and, where known, `point_kind`, `habitation`, `scheme`,
    `component` and `water_source`."""
    kind, source, scheme = place.get("point_kind"), place.get("water_source"), place.get("scheme")
    if kind in AT_THE_SOURCE and source:
        schemes = await _with_children(registry, conn, await records_of(registry, conn, "scheme", sources=[source]))
        if schemes:
            return await _counted(registry, conn, "source", schemes, villages_of(schemes), habitations_of(schemes))
    if scheme and kind in (*AT_THE_SOURCE, *ON_THE_WAY):
        schemes = await _with_children(registry, conn, await records_of(registry, conn, "scheme", ids=[scheme]))
        found = await _behind(registry, conn, place, schemes)
        if found is not None:
            return await _counted(registry, conn, "network", schemes, *found)
        return await _counted(registry, conn, "scheme", schemes, villages_of(schemes), habitations_of(schemes))
    own = await records_of(registry, conn, "scheme", ids=[scheme]) if scheme else []
    parts = [place["habitation"]] if place.get("habitation") else []
    return await _counted(registry, conn, "place", own, [place["village"]], parts)


async def _behind(
    registry: Registry, conn: ReadConnection, place: Mapping[str, Any], schemes: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[str]] | None:
    """Villages and habitations where components downstream stand; None where nothing is known of what it feeds."""
    start = place.get("component")
    if not start:
        return None
    known = await records_of(registry, conn, "scheme_component", scheme=[one["id"] for one in schemes])
    found = downstream(start, known)
    if not found:
        return None
    fed = [one for one in known if one["id"] in found]
    parts = [one.get("habitation") for one in fed]
    villages = list(dict.fromkeys(one["village"] for one in fed))
    return villages, list(dict.fromkeys(p for p in parts if p)) if all(parts) else []


async def _with_children(
    registry: Registry, conn: ReadConnection, schemes: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Schemes with those that they feed: the in-village parts of a bulk scheme."""
    found, fresh = {one["id"]: one for one in schemes}, schemes
    for _ in range(_DEEP):
        below = await records_of(registry, conn, "scheme", parent=[one["id"] for one in fresh]) if fresh else []
        fresh = [one for one in below if one["id"] not in found]
        found |= {one["id"]: one for one in fresh}
    return list(found.values())


async def _counted(
    registry: Registry,
    conn: ReadConnection,
    traced: Traced,
    schemes: Sequence[Mapping[str, Any]],
    villages: list[str],
    habitations: list[str],
) -> Served:
    ids, inside = [one["id"] for one in schemes], {"village": villages}
    on = {"scheme": ids} if ids else {}
    narrow = {"habitation": habitations} if habitations else {}
    return Served(
        traced, tuple(ids), tuple(villages), tuple(habitations),
        await _count(registry, conn, "tap_connection", inside | on, status=_TAPS),
        await _count(registry, conn, "household", inside | narrow),
        await _count(registry, conn, "institution_connection", inside | on | narrow),
    )  # fmt: skip


async def _count(
    registry: Registry, conn: ReadConnection, type: str, equals: dict[str, list[str]], **more: list[str]
) -> int:
    if not equals["village"] or type not in registry.tables:
        return 0
    return await count(registry, conn, NODE, registry.table(type), Ask(equals=equals | more))


async def records_of(
    registry: Registry, conn: ReadConnection, type: str, ids: list[str] | None = None, **equals: list[str]
) -> list[dict[str, Any]]:
    """Records of today as plain values; the node itself asks, and only areas and numbers leave this file."""
    table, plain = registry.table(type), list[dict[str, Any]]()
    after: Sequence[str] = ()
    for _ in range(_PAGES):
        found = await page(registry, conn, NODE, table, Ask(limit=_MOST, equals=equals, ids=ids, after=after))
        plain += orjson.loads(orjson.dumps(found.items, default=str))
        after = found.next
        if not after:
            break
    return plain
