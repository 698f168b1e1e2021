"""Documents and photos that are added to a case on its page, by the plain form of a browser."""

from __future__ import annotations

import asyncio

from starlette.responses import RedirectResponse, Response

from jjm.kit import Fault, Problem, WriteConnection, invalid
from jjm.registry import act_once
from jjm.web.adding import kinds_of
from jjm.web.cases import Words
from jjm.web.forms import posted_file
from jjm.web.pages.case import MENDED, Sent, shown
from jjm.web.site import Page
from jjm.workflow import LARGEST, attach, look, shown_case

_SEE_OTHER = 303


async def attaching(page: Page) -> Response:
    """Add what was chosen to the case, and show the case again; where that cannot be, with the reason at the field."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    fields, content = await posted_file(page.site.access, page.request, LARGEST)
    try:
        return await _added(page, fields.get("kind", ""), content)
    except Problem as problem:
        if problem.status not in MENDED:
            raise
        return await shown(page, page.actor, Sent({**fields, "what": "document"}, problem))


async def _added(page: Page, kind: str, content: bytes) -> Response:
    id, known, actor = page.request.path_params["id"], Words.of(page).known, page.actor
    if not content:
        raise invalid("Nothing was added.", [Fault("no file was chosen", "Choose one.", "/file")], "case-incomplete")
    async with page.read() as conn:
        body, _ = await shown_case(known, conn, actor, id)
        workflow = await known.version(conn, body["workflow"], body["version"])
    if kind not in kinds_of(workflow, body["state"]):
        fault = Fault(f"`{kind}` is no kind of document of this case", "Choose one of the list.", "/kind")
        raise invalid("Nothing was added.", [fault], "case-incomplete")
    looked = await asyncio.to_thread(look, content)

    async def act(conn: WriteConnection) -> Response:
        await attach(known, conn, actor, id, kind, content, looked)
        return RedirectResponse(f"/cases/{id}?done=document#steps", _SEE_OTHER)

    return await act_once(page.request, page.registry, actor, b"", act)
