"""The first page: what this node is, where rural tap water stands, and the States."""

from __future__ import annotations

from starlette.responses import Response

from jjm.web import figures, places
from jjm.web.life import newest_checkpoint
from jjm.web.pages.inbox import waiting_for
from jjm.web.site import Page
from jjm.web.store import queries


async def home(page: Page) -> Response:
    """What this node is, headline figures, the States with their coverage."""
    registry, top, scheme = page.registry, page.registry.levels()[0], page.registry.tables.get("scheme")
    async with page.read() as conn:
        found = await places.states(registry, conn)
        values = {
            "states": found,
            "locals": await places.local_names(registry, conn, found),
            "coverage": await figures.coverage_of(conn, [s.id for s in found]),
            "country": await figures.coverage_of_country(conn, top),
            "counts": {r["type"]: r["count"] async for r in queries.country_counts(conn, top=top.name)},
            "schemes": await figures.number_of(registry, conn, scheme) if scheme else None,
            "checkpoint": await newest_checkpoint(conn),
            "waiting": await waiting_for(page, conn),
            "summed_at": await figures.summed_at(conn),
        }
    return page.render("home.html", values)
