"""My messages, and what I want to be told: two pages of the one who is signed in."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.access import Actor
from jjm.kit import Problem, WriteConnection
from jjm.notify import (
    OUTSIDE,
    Notices,
    Preference,
    cursor_behind,
    languages,
    mark,
    mark_all,
    notices_of,
    own_messages,
    own_preference,
    place_from,
    prefer,
    quiet_from,
    told_preference,
)
from jjm.web.forms import posted
from jjm.web.language import N_
from jjm.web.site import Page

_SEE_OTHER, _ON_A_PAGE = 303, 20
CHANNELS = {"email": N_("E-mail"), "sms": N_("SMS"), "whatsapp": N_("WhatsApp")}
_HOURS = [f"{hour:02}:00" for hour in range(24)]


async def messages(page: Page) -> Response:
    """What the node has told, the newest first; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in/phone", _SEE_OTHER)
    notices, cursor = notices_of(page.request), page.query.get("cursor")
    if page.request.method == "POST":
        fields = await posted(page.site.access, page.request)
        async with notices.access.database.write() as conn:
            await _marked(notices, conn, page.actor, fields.get("id"), read=fields.get("act") != "unread")
        return RedirectResponse(page.here(), _SEE_OTHER)
    async with notices.access.database.read() as conn:
        found = await own_messages(notices, conn, page.actor, place_from(cursor), most=_ON_A_PAGE)
    values: dict[str, Any] = {"found": found, "kinds": notices.kinds, "cursor": cursor}
    values["following"] = page.here(cursor=cursor_behind(found.next)) if found.next else None
    return page.render("messages.html", values)


async def _marked(notices: Notices, conn: WriteConnection, actor: Actor, id: str | None, *, read: bool) -> None:
    if id is None:
        await mark_all(notices, conn, actor)
    else:
        await mark(notices, conn, actor, id, read=read)


async def preferences(page: Page) -> Response:
    """What one wants to be told and how; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in/phone", _SEE_OTHER)
    if page.request.method == "GET":
        return await _shown(page)
    notices, fields = notices_of(page.request), await posted(page.site.access, page.request)
    choices = {
        kind: [c for c in OUTSIDE if f"{kind}.{c}" in fields or _is_fixed(notices, kind, c)] for kind in notices.kinds
    }
    try:
        quiet = quiet_from(fields.get("quiet_from", ""), fields.get("quiet_to", ""))
        wanted = Preference(fields.get("language") or None, quiet, choices)
        async with notices.access.database.write() as conn:
            await prefer(notices, conn, page.actor, wanted)
    except Problem as problem:
        return await _shown(page, problem)
    return RedirectResponse("/me/preferences?kept=1", _SEE_OTHER)


def _is_fixed(notices: Notices, kind: str, channel: str) -> bool:
    return kind in notices.needed and channel != "whatsapp"


async def _shown(page: Page, problem: Problem | None = None) -> Response:
    notices = notices_of(page.request)
    async with notices.access.database.read() as conn:
        told = told_preference(notices, await own_preference(notices, conn, page.actor))
    hours = sorted({*_HOURS, told["quiet"]["from"], told["quiet"]["to"]})
    values = {"told": told, "problem": problem, "channels": CHANNELS, "hours": hours, "kept": page.query.get("kept")}
    values["languages"] = [page.site.languages[code] for code in languages(notices) if code in page.site.languages]
    return page.render("preferences.html", values, problem.status if problem else 200)
