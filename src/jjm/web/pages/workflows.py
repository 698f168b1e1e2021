"""The workflows of this node, open to all, as pictures and tables; who may begin a case finds the form for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.access import Actor
from jjm.kit import Problem, WriteConnection
from jjm.registry import act_once
from jjm.standards import Workflow
from jjm.web.acting import ask_of, forms_of, offered_for
from jjm.web.asked import shape
from jjm.web.cases import Words
from jjm.web.choosing import is_seeking, picked
from jjm.web.forms import posted
from jjm.web.site import Page
from jjm.workflow import begin, picture_of, shown_starts

_SEE_OTHER = 303
_MENDED = (403, 409, 412, 422)
_DEVICE_KEY = "client_key"
"""Devices give each entry a key, so that what is sent twice is there once. A page gives its form one."""


async def workflows(page: Page) -> Response:
    """What is moved here, and through how many states."""
    words = Words.of(page)
    return page.render("workflows.html", {"words": words, "found": list(words.known.declared.values())})


async def workflow(page: Page) -> Response:
    """One workflow, with a form for each way in which the reader may begin a case. Raises Problem 404."""
    found = Words.of(page).known.newest(page.request.path_params["name"])
    if page.request.method == "GET":
        return await _shown(page, found, {}, None)
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    fields = picked(await posted(page.site.access, page.request, long=True))
    if "more" in fields or is_seeking(fields):
        return await _shown(page, found, fields, None)
    try:
        return await _begun(page, found, page.actor, fields)
    except Problem as problem:
        if problem.status not in _MENDED:
            raise
        return await _shown(page, found, fields, problem)


async def _begun(page: Page, found: Workflow, actor: Actor, fields: Mapping[str, str]) -> Response:
    """Begin a case as a form asks; then the case."""
    known = Words.of(page).known
    ask = ask_of(page, found, _blank(page, found), fields)

    async def act(conn: WriteConnection) -> Response:
        moved = await begin(known, conn, actor, found.name, ask)
        return RedirectResponse(f"/cases/{moved.item.id}?done=action#state", _SEE_OTHER)

    return await act_once(page.request, page.registry, actor, b"", act)


def _blank(page: Page, found: Workflow) -> dict[str, Any]:
    """A case that is not begun yet: nothing recorded, and the ways in which the reader may begin it."""
    starts = shown_starts(Words.of(page).known, page.actor, found.name) if page.actor.kind == "person" else []
    return {"id": None, "record": _suggested(page, found), "actions": [_whole(page, found, one) for one in starts]}


def _suggested(page: Page, found: Workflow) -> dict[str, Any]:
    standard = page.registry.catalogue.types[found.type]
    keyed = page.request.method == "GET" and any(of.name == _DEVICE_KEY for of in standard.fields)
    return {_DEVICE_KEY: f"page-{secrets.token_hex(8)}"} if keyed else {}


def _whole(page: Page, found: Workflow, action: Mapping[str, Any]) -> dict[str, Any]:
    """A start with all that its record must have, since a case begins with the whole of it."""
    standard = page.registry.catalogue.types[found.type]
    asked = [*action["fields"], *action["optional"]]
    must = [n for n in standard.required if n not in asked and not standard.field(n).moved]
    return {**action, "fields": [*action["fields"], *must]}


async def _shown(page: Page, found: Workflow, sent: Mapping[str, str], problem: Problem | None) -> Response:
    words, blank = Words.of(page), _blank(page, found)
    async with page.read() as conn:
        offered = await offered_for(page, conn, found, blank, sent)
    values: dict[str, object] = {
        "words": words,
        "workflow": found,
        "standard": page.registry.catalogue.types[found.type],
        "picture": picture_of(words.known, found, page.language.code),
        "forms": forms_of(page, found, blank, sent, problem, offered),
        "problem": problem,
        "shape": shape,
    }
    return page.render("workflow.html", values, problem.status if problem else 200)
