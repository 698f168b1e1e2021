"""Finding records by name or code: what the search page shows, and what a page that is not there offers instead."""

from __future__ import annotations

from dataclasses import dataclass

from jjm.access import ANONYMOUS, Actor
from jjm.kit import ReadConnection
from jjm.registry import Hit, Registry, Sought, search
from jjm.standards import Standard
from jjm.web.places import address
from jjm.web.store import queries

_MOST_NEAR = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record that may be what somebody looks for: its name, the one of its names that matched, and where it lies."""

    standard: Standard
    id: str
    code: str | None
    name: str
    matched: str
    above: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The address of its page."""
        return address(self.standard, self.id, self.code)


async def found(registry: Registry, conn: ReadConnection, sought: Sought, actor: Actor = ANONYMOUS) -> list[Suggestion]:
    """What has that code, then what has such a name, as far as the actor may see it."""
    coded = await _of_code(registry, conn, sought) if sought.within is None else []
    if sought.name.isdigit():
        return coded
    known = {one.id for one in coded}
    hits = await search(registry, conn, actor, sought)
    return coded + [_of_hit(registry, hit) for hit in hits if hit.id not in known]


async def _of_code(registry: Registry, conn: ReadConnection, sought: Sought) -> list[Suggestion]:
    wanted = [registry.by_plural(plural).standard for plural in sought.types] or list(registry.levels())
    levels = [s.name for s in wanted if s.level is not None]
    if not any(c.isdigit() for c in sought.name):
        return []
    rows = queries.areas_of_code(conn, code=sought.name.upper(), types=levels, limit=_MOST_NEAR)
    return [_of_row(registry, row) async for row in rows]


async def nearest(registry: Registry, conn: ReadConnection, name: str) -> list[Suggestion]:
    """The few records that come closest to a name or code."""
    return (await found(registry, conn, Sought(name, limit=_MOST_NEAR)))[:_MOST_NEAR]


def _of_row(registry: Registry, row: dict[str, str]) -> Suggestion:
    return Suggestion(registry.table(row["type"]).standard, row["id"], row["code"], row["name"], row["code"])


def _of_hit(registry: Registry, hit: Hit) -> Suggestion:
    above = tuple(area.name for area in hit.path)
    return Suggestion(registry.table(hit.type).standard, hit.id, hit.code, hit.name, hit.matched, above)
