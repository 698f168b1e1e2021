"""The console of a participant: its use, quota, error rates, how far it has read, and how deliveries to it fare."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.access import console, looked_after
from jjm.web.language import N_
from jjm.web.site import Page

_SEE_OTHER, _DAYS, _MOST_REFUSALS = 303, 30, 10
_MINUTES, _HOURS = 120, 72
STATES = {"active": N_("is served"), "paused": N_("disabled"), "dead": N_("disabled: given up")}
STANDING = {
    "requested": N_("asked, not decided"),
    "approved": N_("approved"),
    "refused": N_("refused"),
    "suspended": N_("suspended"),
}
REASONS = {
    "asked": N_("It was paused by whoever looks after it."),
    "owner-revoked": N_("What it belongs to was revoked, suspended, or has no key that is good."),
    "gone": N_("Its address answered that it is gone for good (410)."),
    "unreachable": N_("It could not be reached for five days."),
    "over-frequency": N_("The agreement allows no more calls in this period; it goes on with the next."),
}


async def participants(page: Page) -> Response:
    """The participants whose console is open to the one who is signed in; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    async with page.read() as conn:
        found = await looked_after(conn, page.actor)
    return page.render("participants.html", {"found": found, "standing": STANDING})


async def participant(page: Page) -> Response:
    """One of them. Raises Problem 403 for somebody else's, 404 for one that is not there."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    found, used = await console(page.site.access, page.actor, page.request.path_params["id"], _DAYS)
    values: dict[str, Any] = {"found": found, "used": used, "refusals": _refusals(used)}
    ages = {one["subscription"]: _age(one["oldest_pending_seconds"]) for one in used["deliveries"]}
    words = {"states": STATES, "standing": STANDING, "reasons": REASONS}
    return page.render("participant.html", values | words | {"ages": ages, "days": _DAYS})


def _refusals(used: dict[str, Any]) -> list[tuple[int, str, int]]:
    """What calls were refused for in all, most often first: status, code, how many."""
    counted = Counter[tuple[int, str]]()
    for application in used["applications"]:
        for day in application["days"]:
            for one in day["refusals"]:
                counted[one["status"], one["code"]] += one["calls"]
    return [(status, code, calls) for (status, code), calls in counted.most_common(_MOST_REFUSALS)]


def _age(seconds: float | None) -> tuple[int, str] | None:
    """A time in the largest unit in which it is still told well."""
    if seconds is None:
        return None
    minutes = int(seconds // 60)
    if minutes < _MINUTES:
        return minutes, "minutes"
    return (minutes // 60, "hours") if minutes // 60 < _HOURS else (minutes // 1_440, "days")
