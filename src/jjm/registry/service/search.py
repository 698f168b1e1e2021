"""Search by name over all types: exact and beginning, then the same sound, then typing errors; in any script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jjm.access import Actor, Way
from jjm.kit import Problem, ReadConnection
from jjm.registry.service.context import Registry
from jjm.registry.service.read import batch_get
from jjm.registry.service.search_names import Found, Match, Names, Scope
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.store import queries
from jjm.registry.table import Table
from jjm.standards import Standard

_AREA_BELOW = 5  # villages are not taken for the place that another name is looked for in
_PLACES, _TAILS = 3, 2
_SCORES = {Match.EXACT: 1.0, Match.BEGINNING: 0.8, Match.WORD: 0.6, Match.SOUND: 0.4, Match.TYPING: 0.2}


@dataclass(frozen=True, slots=True)
class Above:
    """An area that a hit lies in."""

    id: str
    type: str
    level: str | None
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: its name, the name of it that matched and how well (`score`, 1 is exact), and where it lies.

    `level` and `code` are set for areas; `path` runs from the State down.
    """

    type: str
    id: str
    name: str
    matched: str
    match: str
    score: float
    level: str | None = None
    code: str | None = None
    path: Sequence[Above] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What is sought: a name as somebody typed it, in which types, inside which area, or best near which."""

    name: str
    types: Sequence[str] = ()
    within: str | None = None
    near: str | None = None
    limit: int = 20


async def search(registry: Registry, conn: ReadConnection, actor: Actor, sought: Sought) -> list[Hit]:
    """The records whose names are closest to what is sought, the closest first, then by level, then near an area.

    A place may follow the name, after a comma or simply behind it: `Rampur, Angul`. Raises Problem 401 or 403 for a
    type asked for by name that is not open to the actor, 404 for one that is not known.
    """
    found: list[Found] = []
    for seen, types in (await _types(registry, conn, actor, sought.types)).items():
        found += await _sought(registry, conn, sought, types, seen)
    return await _hits(registry, conn, actor, found, sought.limit)


async def _sought(
    registry: Registry, conn: ReadConnection, sought: Sought, types: Sequence[str], seen: Scope
) -> list[Found]:
    """What is found among types that are seen so far."""
    name, _, place = sought.name.partition(",")
    spread = [t for t in types if _is_spread(registry.table(t).standard)]
    within = [sought.within] if sought.within else []
    this = Names(conn, name, types, spread, sought.limit, within, seen)
    if not this.key or not all(seen):
        return []
    found = await _at_places(registry, this, place) if place.strip() else []
    return found or await _seek(registry, this, sought.near)


async def _seek(registry: Registry, this: Names, beside: str | None) -> list[Found]:
    await this.by_letters()
    if beside:
        there = replace(this, within=[beside], found={}, _is_small=None)
        await there.by_letters()
        this.keep((f.row for f in there.found.values()), is_near=True)
    if this.missing > 0:
        await this.by_sound()
    if not this.found:
        words = this.name.split()
        for n in range(len(words) - 1, max(0, len(words) - 1 - _TAILS), -1):
            head = replace(this, name=" ".join(words[:n]), found={})
            if found := await _at_places(registry, head, " ".join(words[n:])):
                return found
    if this.missing > 0:
        await this.by_typing()
    return list(this.found.values())


async def _at_places(registry: Registry, this: Names, place: str) -> list[Found]:
    """What is sought in the places of that name; nothing where there is none."""
    levels = [s.name for s in registry.levels() if s.level and s.level.rank < _AREA_BELOW]
    where = replace(this, name=place, types=levels, spread=(), scope=(), limit=_PLACES, found={}, _is_small=None)
    await where.by_letters()
    if not where.found:
        await where.by_sound()
    areas = sorted(where.found.values(), key=lambda f: f.order)[:_PLACES]
    inside = replace(this, within=[a.row["id"] for a in areas], found={}, _is_small=None)
    if areas:
        await inside.by_letters()
        if not inside.found:
            await inside.by_sound()
    return list(inside.found.values())


def _is_spread(standard: Standard) -> bool:
    return bool(standard.area) and standard.field(str(standard.area)).is_list_of_refs


async def _types(
    registry: Registry, conn: ReadConnection, actor: Actor, asked: Sequence[str]
) -> dict[Scope, list[str]]:
    """The types searched, by where their names are seen: those asked for by plural, or all of which some are seen."""
    found: dict[Scope, list[str]] = {}
    for table in [registry.by_plural(plural) for plural in asked] or registry.tables.values():
        if table.standard.search and (sight := await _sight(registry, conn, actor, table, bool(asked))):
            named = () if sight.hidden.isdisjoint(table.standard.search) else (sight.open_in,)
            seen = named if sight.areas is None else (*named, sight.areas)
            found.setdefault(seen, []).append(table.standard.name)
    return found


async def _sight(registry: Registry, conn: ReadConnection, actor: Actor, table: Table, insists: bool) -> Sight | None:
    try:
        return await sight_of(registry, conn, actor, table)
    except Problem:
        if insists:
            raise
        return None


async def _hits(
    registry: Registry, conn: ReadConnection, actor: Actor, found: Sequence[Found], limit: int
) -> list[Hit]:
    best = sorted(found, key=lambda f: f.order)[:limit]
    paths = await _paths(registry, conn, {f.row["area"] for f in best if f.row["area"]})
    names = await _names(registry, conn, actor, best)
    return [_hit(registry, f, paths.get(f.row["area"], []), names) for f in best]


def _hit(registry: Registry, found: Found, path: Sequence[Above], names: dict[str, str]) -> Hit:
    row, level = found.row, registry.table(found.row["type"]).standard.level
    itself = next((a for a in path if a.id == row["id"]), None)
    return Hit(
        type=row["type"],
        id=row["id"],
        name=itself.name if itself else names.get(row["id"], str(row["name"])),
        matched=row["name"],
        match=found.match.name.lower(),
        score=round(_SCORES[found.match] + (0.19 * row["closeness"] if found.match else 0), 3),
        level=level.name if level else None,
        code=itself.code if itself else None,
        path=[a for a in path if a.id != row["id"]],
    )


async def _paths(registry: Registry, conn: ReadConnection, areas: set[str]) -> dict[str, list[Above]]:
    found: dict[str, list[Above]] = {}
    async for r in queries.areas_above(conn, ids=list(areas)):
        level = registry.table(r["type"]).standard.level
        above = Above(r["id"], r["type"], level.name if level else None, r["code"], r["name"])
        found.setdefault(r["of"], []).append(above)
    return found


async def _names(registry: Registry, conn: ReadConnection, actor: Actor, best: Sequence[Found]) -> dict[str, str]:
    """The names that records other than areas go by, as far as the actor may see them."""
    names: dict[str, str] = {}
    for type in {f.row["type"] for f in best}:
        table = registry.table(type)
        if table.standard.level is None and (label := table.standard.label):
            ids = [f.row["id"] for f in best if f.row["type"] == type]
            records, _ = await batch_get(registry, conn, actor, table, ids, Way.SEARCH)
            names |= {r["id"]: str(re.sub(r"\s+", " ", str(r[label]))) for r in records if label in r}
    return names
