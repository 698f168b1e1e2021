"""The first page: what this node is, where rural tap water stands, and the States."""

from __future__ import annotations

from starlette.responses import Response

from jjm.access import ANONYMOUS
from jjm.kit import ReadConnection
from jjm.registry import Ask, Registry, count, estimate
from jjm.web import figures, places
from jjm.web.life import newest_checkpoint
from jjm.web.shown import is_open
from jjm.web.site import Page
from jjm.web.store import queries

_COUNTED_UP_TO = 100_000


async def home(page: Page) -> Response:
    """What this node is, headline figures, the States with their coverage."""
    registry = page.registry
    async with page.read() as conn:
        found = await places.states(registry, conn)
        values = {
            "states": found,
            "locals": await places.local_names(registry, conn, found),
            "coverage": await figures.coverage_of(conn, [s.id for s in found]),
            "country": await figures.coverage_of_country(conn),
            "counts": {r["type"]: r["count"] async for r in queries.country_counts(conn)},
            "schemes": await _about(registry, conn, "scheme"),
            "checkpoint": await newest_checkpoint(conn),
            "summed_at": await figures.summed_at(conn),
        }
    return page.render("home.html", values)


async def _about(registry: Registry, conn: ReadConnection, type: str) -> tuple[int, bool] | None:
    """How many records of a type there are, and whether that is an estimate; None where it is not for everybody."""
    table = registry.tables.get(type)
    if table is None or not is_open(table.standard):
        return None
    about = await estimate(conn, ANONYMOUS, table)
    if about > _COUNTED_UP_TO:
        return about, True
    return await count(registry, conn, ANONYMOUS, table, Ask()), False
