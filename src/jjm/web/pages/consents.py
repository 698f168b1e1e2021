"""My consents: what was asked of the one who is signed in, what they agreed to, and a button for each answer."""

from __future__ import annotations

from typing import Any, Final, Literal, cast

from starlette.responses import RedirectResponse, Response

from jjm.access import Answer, answer, before_consents, behind_consent, caller_of, own_consents
from jjm.kit import Problem
from jjm.web.forms import posted
from jjm.web.language import N_
from jjm.web.site import Page

_SEE_OTHER, _ON_A_PAGE = 303, 20
STANDING = {
    "REQUESTED": N_("waits for your answer"),
    "GRANTED": N_("you agreed"),
    "PAUSED": N_("paused by you"),
    "DENIED": N_("you refused"),
    "REVOKED": N_("withdrawn"),
    "EXPIRED": N_("expired"),
}
ACTS: Final = {"REQUESTED": ("grant", "deny"), "GRANTED": ("revoke", "pause"), "PAUSED": ("revoke", "resume")}
NAMES = {
    "grant": N_("I agree"),
    "deny": N_("I refuse"),
    "revoke": N_("Withdraw"),
    "pause": N_("Pause"),
    "resume": N_("Resume"),
}


async def consents(page: Page) -> Response:
    """What was asked, and what was said; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in/phone", _SEE_OTHER)
    if page.request.method == "GET":
        return await _shown(page)
    fields = await posted(page.site.access, page.request)
    act, notice = fields.get("act", ""), fields.get("notice") or None
    if act not in NAMES:
        return await _shown(page)
    said = Answer(cast("Literal['grant', 'deny', 'pause', 'resume', 'revoke']", act), notice)
    try:
        await answer(page.site.access, page.actor, fields.get("id", ""), said, caller_of(page.request))
    except Problem as problem:
        return await _shown(page, problem)
    page.request.app.state.sequencer.wake()
    return RedirectResponse("/me/consents", _SEE_OTHER)


async def _shown(page: Page, problem: Problem | None = None) -> Response:
    access, cursor = page.site.access, page.query.get("cursor")
    async with access.database.read() as conn:
        found = await own_consents(access, conn, page.actor, before_consents(cursor), _ON_A_PAGE)
    values: dict[str, Any] = {"found": found, "problem": problem, "standing": STANDING, "acts": ACTS, "names": NAMES}
    values["following"] = page.here(cursor=behind_consent(found[-1])) if len(found) == _ON_A_PAGE else None
    values["types"] = page.registry.catalogue.types
    return page.render("consents.html", values, problem.status if problem else 200)
