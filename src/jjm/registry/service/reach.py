"""Where somebody's work reaches: the areas that addresses stand for, and what lies in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from jjm.kit import Fault, ReadConnection, bad_request, not_found
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.extent import naming
from jjm.registry.service.context import Registry
from jjm.registry.store import queries, scope

_UNIT = "department_unit"
_MOST_UNITS = 1_000


@dataclass(frozen=True, slots=True)
class Reach:
    """What access has to know of areas."""

    registry: Registry

    async def ids(self, conn: ReadConnection, address: str) -> Sequence[str]:
        """The area at `level/code`, or the blocks, else districts, that the unit at `department_unit/ID` works in.

        Raises Problem 400 or 404.
        """
        kind, _, id = address.partition("/")
        if kind != _UNIT:
            return [await area_id(self.registry, conn, address)]
        found = await _of_units(self.registry, conn, [id])
        if not found:
            raise not_found(f"There is no department unit `{id}` here.", "area-unknown")
        return found

    async def around(self, conn: ReadConnection, areas: Sequence[str]) -> list[str]:
        """The places that these areas are or lie in today, the nearest first, such as `village/…`, `district/345`.

        A unit of the department stands behind the areas that it works in.
        """
        rows = [row async for row in scope.areas_around(conn, ids=list(areas))]
        levels = {s.name: s.level.name for s in self.registry.levels() if s.level}
        units = await _units_in(self.registry, conn, [row["id"] for row in rows])
        found: list[str] = []
        for row in rows:
            found += [f"{levels[row['type']]}/{row['code']}", *units.get(row["id"], ())]
        return list(dict.fromkeys(found))

    async def name(self, conn: ReadConnection, address: str) -> str:
        """What people call the area at `level/code`, with its address; the address alone where it has no name."""
        (id, *_), kind = await self.ids(conn, address), address.partition("/")[0]
        standard = self.registry.catalogue.level(kind)
        if standard is None:
            return address
        rows = await store.get_many(conn, self.registry.table(standard.name), [id])
        return f"{rows[0]['name']} ({address})" if rows else address

    async def lie_within(self, conn: ReadConnection, inner: Sequence[str], outer: Sequence[str]) -> bool:
        """True if each of these areas is one of those, or lies in one of them, today."""
        return (await lying_in(conn, outer, inner)).issuperset(inner)


async def roots(registry: Registry, conn: ReadConnection, addresses: Iterable[str]) -> tuple[str, ...]:
    """The areas that permits at these addresses reach down from; an address of nothing known here reaches nowhere."""
    pairs = [(kind, code) for kind, _, code in (address.partition("/") for address in addresses)]
    units = [id for kind, id in pairs if kind == _UNIT]
    found = set(await _of_units(registry, conn, units)) if units else set[str]()
    levels = [(s.name, code) for kind, code in pairs if kind != _UNIT and (s := registry.catalogue.level(kind))]
    if levels:
        types, codes = (list(part) for part in zip(*levels, strict=True))
        found |= {row["id"] async for row in scope.areas_by_code(conn, types=types, codes=codes)}
    return tuple(sorted(found))


async def _of_units(registry: Registry, conn: ReadConnection, ids: Sequence[str]) -> list[str]:
    """The blocks, else districts, that units of the department work in today."""
    if _UNIT not in registry.tables:
        return []
    rows = await store.get_many(conn, registry.table(_UNIT), ids)
    return [area for row in rows for area in entries(row["blocks"]) or entries(row["districts"])]


async def _units_in(registry: Registry, conn: ReadConnection, areas: Sequence[str]) -> dict[str, list[str]]:
    """The units of the department by the areas they work in: their blocks, else their districts."""
    if _UNIT not in registry.tables or not areas:
        return {}
    table, found = registry.table(_UNIT), dict[str, list[str]]()
    asked = [statement for field in ("blocks", "districts") if (statement := naming(table, field))]
    ids = {row["id"] for statement in asked for row in await conn.fetch(statement, list(areas), _MOST_UNITS)}
    rows = [
        (row["id"], entries(row["blocks"]) or entries(row["districts"]))
        for row in await store.get_many(conn, table, sorted(ids))
    ]
    for id, works_in in sorted(rows, key=lambda row: (len(row[1]), row[0])):  # a section before its division
        for area in works_in:
            found.setdefault(area, []).append(f"{_UNIT}/{id}")
    return found


async def lying_in(conn: ReadConnection, roots: Sequence[str], areas: Collection[str]) -> set[str]:
    """Those of these areas that are one of the roots, or lie in one of them, today."""
    if not roots or not areas:
        return set()
    return {row["id"] async for row in scope.lying_in(conn, roots=roots, ids=list(areas))}


async def area_id(registry: Registry, conn: ReadConnection, address: str) -> str:
    """The area at `level/code`, such as `district/345`, whether it holds today or not. Raises Problem 400 or 404."""
    level, _, code = address.partition("/")
    standard = registry.catalogue.level(level)
    if standard is None or not code:
        levels = ", ".join(s.level.name for s in registry.levels() if s.level)
        fault = Fault(
            f"`{address}` is not an area", f"Write level/code; levels are {levels}.", "/within", value=address
        )
        raise bad_request("bad-area", "The area cannot be understood.", fault)
    found = await queries.area_id_by_code(conn, type=standard.name, code=code)
    if found is None:
        raise not_found(f"No {level} with code {code} is known here.", "area-unknown")
    return found
