"""Signing in: with a password, with a code sent to a telephone, or at an outside provider; and signing out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from jjm.access import (
    NewSession,
    arrive,
    base_of,
    caller_of,
    depart,
    end_own_session,
    send_code,
    sign_in_by_phone,
)
from jjm.access import sign_in as begin_session
from jjm.kit import Problem
from jjm.web.forms import cookie, give_cookie, posted, take_cookie
from jjm.web.site import Page

_SEE_OTHER = 303


async def sign_in(page: Page) -> Response:
    """The form, and the session of whoever filled it in right."""
    if page.request.method == "GET":
        return page.render("sign_in.html", {"problem": None, "name": ""})
    fields = await posted(page.site.access, page.request)
    name, caller = fields.get("name", ""), caller_of(page.request)
    try:
        made = await begin_session(
            page.site.access, name, fields.get("password", ""), fields.get("totp_code") or None, caller
        )
    except Problem as problem:
        return page.render("sign_in.html", {"problem": problem, "name": name}, problem.status, problem.headers)
    return _in(page, made, RedirectResponse("/me", _SEE_OTHER))


async def by_phone(page: Page) -> Response:
    """A telephone to which a code is sent; then the code."""
    values: dict[str, object] = {"problem": None, "phone": "", "sent": None}
    if page.request.method == "GET":
        return page.render("sign_in_phone.html", values)
    fields = await posted(page.site.access, page.request)
    values["phone"], caller = fields.get("phone", ""), caller_of(page.request)
    try:
        if fields.get("id"):
            values["sent"] = fields["id"]
            made = await sign_in_by_phone(page.site.access, fields["id"], fields.get("code", ""), caller)
            page.request.app.state.sequencer.wake()
            return _in(page, made, RedirectResponse("/me", _SEE_OTHER))
        sent = await send_code(page.site.access, fields.get("phone", ""), page.language.code, caller)
        values["sent"] = sent.id
    except Problem as problem:
        return page.render("sign_in_phone.html", values | {"problem": problem}, problem.status, problem.headers)
    return page.render("sign_in_phone.html", values)


async def outside(page: Page) -> Response:
    """On to an outside provider."""
    name = page.request.path_params["name"]
    left = await depart(page.site.access, name, _return(page, name), caller_of(page.request))
    answer = RedirectResponse(left.url, _SEE_OTHER)
    give_cookie(page.request, answer, "outside", left.binding, returning=True)
    return answer


async def back(page: Page) -> Response:
    """Back from an outside provider, with a session where its answer is believed."""
    name, request = page.request.path_params["name"], page.request
    binding = cookie(request, "outside")
    made = await arrive(
        page.site.access, name, dict(request.query_params), _return(page, name), binding, caller_of(request)
    )
    # A page of ours in between: a cookie that is never sent along from another site comes only with the next step.
    answer = _in(page, made, page.render("signed_in.html"))
    take_cookie(request, answer, "outside")
    return answer


async def sign_out(page: Page) -> Response:
    """End the session of this browser."""
    await posted(page.site.access, page.request)
    if page.actor.session is not None:
        async with page.site.access.database.write() as conn:
            await end_own_session(page.site.access, conn, page.actor, page.actor.session, caller_of(page.request))
    answer = RedirectResponse("/", _SEE_OTHER)
    take_cookie(page.request, answer, "session")
    return answer


def _return(page: Page, name: str) -> str:
    return f"{base_of(page.request)}/sign-in/{name}/return"


def _in(page: Page, made: NewSession, answer: Response) -> Response:
    """The browser gets the secret of the session just begun; whatever it brought along is no session of anybody's."""
    give_cookie(page.request, answer, "session", made.secret)
    take_cookie(page.request, answer, "form")
    answer.headers["cache-control"] = "private, no-store"
    return answer
