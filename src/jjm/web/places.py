"""Areas as pages show them: found by level and code, with what they lie in and what lies in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jjm.access import ANONYMOUS
from jjm.kit import ReadConnection, not_found
from jjm.registry import AsOf, Registry, batch_get, get
from jjm.standards import Standard
from jjm.web.store import queries

_MOST_TRAILS = 4
_BY_NAME_UP_TO = 5_000
_MOST_AT_ONCE = 1_000
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Area:
    """One area: its level's standard, its code and its name at the time looked at."""

    id: str
    standard: Standard
    code: str
    name: str

    @property
    def level(self) -> str:
        """The level by which its page is addressed."""
        return self.standard.level.name if self.standard.level else self.standard.name

    @property
    def path(self) -> str:
        """The address of its page."""
        return address(self.standard, self.id, self.code)


def address(standard: Standard, id: str, code: str | None) -> str:
    """The address of a record's page; those of areas are found by their code, or their identifier without one."""
    if standard.level is None:
        return f"/types/{standard.plural}/{id}"
    if standard.level.name == "village":
        return f"/villages/{code or id}"
    return f"/areas/{standard.level.name}/{code or id}"


async def find(
    registry: Registry, conn: ReadConnection, level: str, code: str, as_of: AsOf | None
) -> tuple[Area, dict[str, Any]]:
    """The area with that code and its record, now or at another point in time.

    Raises Problem 404 for a level or code never known, 410 for an area that has ended.
    """
    standard, id = await find_id(registry, conn, level, code)
    record, _ = await get(registry, conn, ANONYMOUS, registry.table(standard.name), id, as_of)
    return Area(id, standard, code, str(record.get(standard.label or "name") or id)), record


async def find_id(registry: Registry, conn: ReadConnection, level: str, code: str) -> tuple[Standard, str]:
    """The identifier of the area that has that code or had it. Raises Problem 404."""
    standard = registry.catalogue.level(level)
    if standard is None:
        known = ", ".join(s.level.name for s in registry.levels() if s.level)
        raise not_found(f"There is no level `{level}`; levels are {known}.", "area-unknown")
    id = await queries.area_by_code(conn, type=standard.name, code=code)
    if id is None:
        raise not_found(f"No {level} with code {code} is known here.", "area-unknown")
    return standard, id


async def trails(registry: Registry, conn: ReadConnection, id: str, as_of: AsOf | None) -> list[list[Area]]:
    """The ways from the top of the trees down to an area, itself left out; one for each tree it hangs in."""
    if as_of is None:
        rows = {r["id"]: r async for r in queries.above(conn, id=id)}
    else:
        asked = queries.above_as_of(conn, id=id, day=as_of.valid_at, known=as_of.known_at)
        rows = {r["id"]: r async for r in asked}
    found = [[_area(registry, rows[step]) for step in chain[:-1]] for chain in _chains(rows, id)]
    return [trail for trail in found if trail][:_MOST_TRAILS]


def _chains(rows: Mapping[str, Any], id: str) -> list[list[str]]:
    """Every way down to an area that no other way contains."""
    if id not in rows:
        return [[id]]
    ways = [[*way, id] for parent in rows[id]["parents"] or () if parent in rows for way in _chains(rows, parent)]
    ways = ways or [[id]]
    return [way for way in ways if not any(set(way) < set(other) for other in ways)]


def _area(registry: Registry, row: Any) -> Area:
    return Area(row["id"], registry.table(row["type"]).standard, row["code"], row["name"])


async def named(registry: Registry, conn: ReadConnection, ids: Sequence[str]) -> dict[str, Area]:
    """Those of these identifiers that are areas of today, by identifier."""
    return {r["id"]: _area(registry, r) async for r in queries.areas(conn, ids=ids)}


async def levels_inside(
    registry: Registry, conn: ReadConnection, area: Area, as_of: AsOf | None
) -> list[tuple[Standard, int]]:
    """The levels of which areas lie in an area, from the top down, and how many; of another day only the next below."""
    if as_of is None:
        counts = {r["type"]: r["count"] async for r in queries.counts(conn, id=area.id)}
    else:
        counts: dict[str, int] = {}
        for child in await _held(registry, conn, area.id, as_of):
            counts[child.standard.name] = counts.get(child.standard.name, 0) + 1
    return [(s, counts[s.name]) for s in registry.levels() if counts.get(s.name)]


async def children(
    registry: Registry,
    conn: ReadConnection,
    area: Area,
    standard: Standard,
    *,
    count: int,
    after: Sequence[str],
    limit: int,
    as_of: AsOf | None,
) -> list[Area]:
    """The areas of one level in an area: by name, or by code where there are more than 5,000; `after` is the last."""
    if as_of is not None:
        held = [c for c in await _held(registry, conn, area.id, as_of) if c.standard == standard]
        return [c for c in held if not after or (c.name, c.id) > tuple(after)][:limit]
    name, last = (*after, "", "")[:2]
    prefix = standard.id.partition("{")[0]
    inside: dict[str, Any] = {"id": area.id, "type": standard.name, "beyond": prefix + _LAST, "limit": limit}
    if count <= _BY_NAME_UP_TO:
        asked = queries.children(conn, prefix=prefix, name=name, after=last, **inside)
    else:
        asked = queries.children_by_id(conn, after=last or prefix, **inside)
    return [Area(r["id"], standard, r["code"], r["name"]) async for r in asked]


async def local_names(registry: Registry, conn: ReadConnection, areas: Sequence[Area]) -> dict[str, str]:
    """The names of areas of one level in the local language, by identifier, where they are recorded."""
    tables = {area.standard.name: registry.table(area.standard.name) for area in areas}
    found: dict[str, str] = {}
    for table in tables.values():
        ids = [a.id for a in areas if a.standard is table.standard][:_MOST_AT_ONCE]
        records, _ = await batch_get(registry, conn, ANONYMOUS, table, ids)
        found |= {r["id"]: r["name_local"] for r in records if r.get("name_local")}
    return found


async def states(registry: Registry, conn: ReadConnection) -> list[Area]:
    """The States and UTs of today, by name."""
    standard = registry.levels()[0]
    return [Area(r["id"], standard, r["code"], r["name"]) async for r in queries.states(conn, top=standard.name)]


async def fullest_state(registry: Registry, conn: ReadConnection) -> Area | None:
    """The State or UT with the most areas in it, for examples."""
    standard = registry.levels()[0]
    row = await queries.fullest_state(conn, top=standard.name)
    return Area(row["id"], standard, row["code"], row["name"]) if row else None


async def _held(registry: Registry, conn: ReadConnection, id: str, as_of: AsOf) -> list[Area]:
    asked = queries.children_as_of(conn, id=id, day=as_of.valid_at, known=as_of.known_at)
    return sorted([_area(registry, r) async for r in asked], key=lambda a: (a.name, a.id))
