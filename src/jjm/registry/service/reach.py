"""Where somebody's work reaches: the areas that an address stands for, and what lies in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jjm.kit import Fault, ReadConnection, bad_request, not_found
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.service.context import Registry
from jjm.registry.store import queries

_UNIT = "department_unit"


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
        row = await store.get(conn, self.registry.table(_UNIT), id, store.NOTHING_HIDDEN)
        if row is None:
            raise not_found(f"There is no department unit `{id}` here.", "area-unknown")
        return entries(row["blocks"]) or entries(row["districts"])

    async def lie_within(self, conn: ReadConnection, inner: Sequence[str], outer: Sequence[str]) -> bool:
        """True if each of these areas is one of those, or lies in one of them, today."""
        found = {row["id"] for root in outer async for row in queries.inside(conn, ancestor=root, ids=list(inner))}
        return found.issuperset(inner)


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
