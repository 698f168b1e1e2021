"""Pages that solutions bring: they tell what is to be read, the site lays it out."""

from __future__ import annotations

from starlette.responses import Response

from jjm.kit import Sheet
from jjm.web.site import Handler, Page, Told


def sheet(told: Told) -> Handler:
    """The page of a solution; what it brings as a file goes out as it is, to whom it was made for."""

    async def show(page: Page) -> Response:
        found = await told(page.request, page.actor, page.language.code)
        if not isinstance(found, Sheet):
            found.headers["cache-control"] = "private, no-store"
            return found
        return page.render("sheet.html", {"sheet": found}, found.status)

    return show
