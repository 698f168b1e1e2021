"""Who read my data: everything noted about the records that carry one's telephone number, in plain words."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.access import cursor_of, mark_from, own_readings, told_readings
from jjm.kit import Problem
from jjm.web.language import N_
from jjm.web.site import Page

_SEE_OTHER, _FORBIDDEN, _ON_A_PAGE = 303, 403, 20
WAYS = {
    "record": N_("The record was opened"),
    "list": N_("It stood in a list"),
    "history": N_("The history of the record was opened"),
    "search": N_("It was found by a search"),
    "lookup": N_("It was looked up"),
    "feed": N_("It was passed on with the changes of the register"),
    "export": N_("It was put out into a file"),
    "change": N_("It was shown to whoever changed it"),
    "proof": N_("A proof of the record was fetched"),
}
GROUNDS = {
    "s7b_state_benefit": N_("Ground: to give you a service or benefit of the State."),
    "s7_other": N_("Ground: another duty or power that the law names."),
    "s17_2b_statistics": N_("Ground: statistics or research, never a decision about you."),
    "consent": N_("Ground: your consent."),
}


async def readings(page: Page) -> Response:
    """Who read what is about the one who is signed in; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in/phone", _SEE_OTHER)
    access, after = page.site.access, mark_from(page.query.get("cursor"))
    values: dict[str, Any] = {"problem": None, "ways": WAYS, "grounds": GROUNDS}
    values |= {"types": page.registry.catalogue.types, "following": None}
    try:
        async with access.database.read() as conn:
            found = await own_readings(access, conn, page.actor, after, _ON_A_PAGE)
    except Problem as problem:
        if problem.status != _FORBIDDEN:
            raise
        return page.render("readings.html", values | {"problem": problem}, problem.status)
    values["found"] = told_readings(access.catalogue, page.actor.name, found)
    values["following"] = page.here(cursor=cursor_of(found.next)) if found.next else None
    return page.render("readings.html", values)
