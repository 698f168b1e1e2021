"""The nodes of the federation as this one sees them."""

from __future__ import annotations

from starlette.responses import Response

from jjm.federation import Federation, status
from jjm.web.site import Page


async def network(page: Page) -> Response:
    """Who there is, how far each is followed, and what does not fit."""
    federation: Federation = page.request.app.state.federation
    async with page.read() as conn:
        found = await status(federation, conn)
    titles = {c.code: c.title for c in page.registry.catalogue.codelists["state"].codes.values()}
    now = page.registry.clock.now()
    age = now - found.list.fetched_at if found.list and found.list.fetched_at else None
    minutes = int(age.total_seconds() // 60) if age is not None else None
    return page.render("network.html", {"status": found, "states": titles, "minutes": minutes})
