"""Pages that solutions bring: they tell what is to be read, the site lays it out; they take in what is sent."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from jjm.kit import Sheet
from jjm.web.forms import posted_file
from jjm.web.site import Handler, Page, Site, Taken, Told
from jjm.workflow import LARGEST

_SEE_OTHER = 303


def sheet_route(site: Site, path: str) -> Route:
    """The page of a solution at an address, with the form that it may hold."""
    told, taken = site.sheets[path], site.forms.get(path)
    methods = ("GET",) if taken is None else ("GET", "POST")
    return site.page(path, _sheet(told, taken), *methods)


def _sheet(told: Told, taken: Taken | None) -> Handler:
    """The page of a solution; what it brings as a file goes out as it is, to whom it was made for."""

    async def show(page: Page) -> Response:
        if taken is not None and page.request.method == "POST":
            found = await _sent(page, taken)
        else:
            found = await told(page.request, page.actor, page.language.code)
        if not isinstance(found, Sheet):
            found.headers["cache-control"] = "private, no-store"
            return found
        return page.render("sheet.html", {"sheet": found}, found.status)

    return show


async def _sent(page: Page, taken: Taken) -> Sheet | Response:
    """What became of a form; only a person who is signed in sends one. Raises Problem 403 `wrong-form`, 413."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    fields, content = await posted_file(page.site.access, page.request, LARGEST)
    return await taken(page.request, page.actor, page.language.code, fields, content)
