"""Who read my data, and who read what in the place that one oversees, in plain words."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.access import (
    Sifting,
    cursor_of,
    mark_from,
    overseen,
    own_readings,
    places_overseen,
    told_overseen,
    told_readings,
)
from jjm.kit import Problem
from jjm.web.language import N_
from jjm.web.site import Page

_SEE_OTHER, _FORBIDDEN, _ON_A_PAGE, _RECORDS = 303, 403, 20, 10
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


async def place_readings(page: Page) -> Response:
    """Who read what in a place that the one who is signed in oversees; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    access, catalogue, query = page.site.access, page.registry.catalogue, page.query
    values: dict[str, Any] = {"problem": None, "ways": WAYS, "types": catalogue.types, "most": _RECORDS}
    sifting = Sifting(query.get("type") or None, query.get("reader") or None, query.get("purpose") or None)
    try:
        async with access.database.read() as conn:
            places = await places_overseen(access, conn, page.actor)
            place, after = query.get("place") or next(iter(places), None), mark_from(query.get("cursor"))
            found = await overseen(access, conn, page.actor, place, sifting, after, _ON_A_PAGE)
    except Problem as problem:
        if problem.status != _FORBIDDEN:
            raise
        return page.render("overseen.html", values | {"problem": problem}, problem.status)
    personal = [one for one in catalogue.types.values() if one.personal_fields]
    values |= {"registers": sorted(personal, key=lambda one: page.language.of(one.plural_title)), "places": places}
    purposes = catalogue.codelists["purpose"].codes.values()
    values["purposes"] = [(code.code, page.language.of(code.title)) for code in purposes]
    values["found"] = told_overseen(catalogue, page.actor.name, found)
    values["following"] = page.here(place=found.place, cursor=cursor_of(found.next)) if found.next else None
    return page.render("overseen.html", values)
