"""The own account: roles and why, sessions, password and second factor; and a code by which an account is opened."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from jjm.access import (
    Scope,
    about_me,
    caller_of,
    change_password,
    check_new_password,
    end_other_sessions,
    new_secret,
    open_account,
    opening,
    picture_of,
    places_overseen,
    sessions_of,
    set_second_factor,
    uri_of,
)
from jjm.kit import Problem
from jjm.web.forms import give_cookie, posted
from jjm.web.site import Page

_SEE_OTHER = 303


async def me(page: Page) -> Response:
    """Who is signed in, and what they may do why; or on to signing in."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    return await _shown(page)


async def _shown(page: Page, problem: Problem | None = None) -> Response:
    access = page.site.access
    async with access.database.read() as conn:
        told = await about_me(access, conn, page.actor)
        sessions = await sessions_of(access, conn, page.actor)
        oversees = await places_overseen(access, conn, page.actor)
    secret = new_secret()
    uri = uri_of(secret, page.actor.name, access.node)
    values = {"me": told, "sessions": sessions, "problem": problem, "roles": access.catalogue.roles}
    looks_after = {"looks_after": bool(page.actor.partners) or page.actor.has(Scope.ADMIN)}
    status = problem.status if problem else 200
    values |= looks_after | {"oversees": oversees, "secret": secret, "picture": picture_of(uri)}
    return page.render("me.html", values, status)


async def change(page: Page) -> Response:
    """Another password, another second factor, or the end of all other sessions."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    access, caller = page.site.access, caller_of(page.request)
    fields = await posted(access, page.request)
    code = fields.get("totp_code") or None
    try:
        if fields.get("what") == "sessions":
            async with access.database.write() as conn:
                await end_other_sessions(access, conn, page.actor, caller)
            return RedirectResponse("/me", _SEE_OTHER)
        if fields.get("what") == "second-factor":
            given = fields.get("password", ""), fields.get("secret", ""), code or ""
            made = await set_second_factor(access, page.actor, *given, caller)
        else:
            old, new = fields.get("old", ""), fields.get("new", "")
            made = await change_password(access, page.actor, old, new, code, caller)
    except Problem as problem:
        return await _shown(page, problem)
    page.request.app.state.sequencer.wake()
    answer = RedirectResponse("/me", _SEE_OTHER)
    give_cookie(page.request, answer, "session", made.secret)
    return answer


async def invitation(page: Page) -> Response:
    """A one-time code: typed or brought by a link, and used to set a password and a second factor."""
    access, request = page.site.access, page.request
    fields = await posted(access, request) if request.method == "POST" else dict[str, str]()
    code = fields.get("code") or page.query.get("code") or ""
    if not code:
        return page.render("invitation.html", {"found": None, "problem": None, "code": ""})
    problem: Problem | None = None
    async with access.database.read() as conn:
        found = await opening(access, conn, code)
    if "password" in fields:
        try:
            step = check_new_password(access, found, fields["password"], fields.get("totp_code") or None)
            hashed = await access.passwords.hashed(fields["password"])
            async with access.database.write() as conn:
                await open_account(access, conn, found, hashed, step, caller_of(request).address)
            request.app.state.sequencer.wake()
            return RedirectResponse("/sign-in", _SEE_OTHER)
        except Problem as refused:
            problem = refused
    picture = picture_of(uri_of(found.totp, found.person.id, access.node))
    values = {"found": found, "problem": problem, "code": code, "picture": picture}
    return page.render("invitation.html", values, problem.status if problem else 200)
