"""A case: what is recorded, who answers for it and until when, what was done, and a form for all that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.access import Actor
from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, invalid
from jjm.registry import act_once
from jjm.standards import Workflow
from jjm.web import places
from jjm.web.acting import Form, ask_of, forms_of, kept_of, offered_for
from jjm.web.adding import kinds_of
from jjm.web.asked import shape
from jjm.web.cases import Words
from jjm.web.choosing import is_seeking, picked
from jjm.web.forms import posted
from jjm.web.hidden import asking_for, hidden_of
from jjm.web.shown import label_of
from jjm.web.site import Page
from jjm.workflow import Desk, assign, content_of, desks_of, picture_of, say, shown_case, take, timeline_of

_SEE_OTHER, _MOST_SAID = 303, 4_000
MENDED = (403, 409, 412, 413, 415, 422)
"""Refusals that the reader can mend on the page; what was typed is kept on it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form, and why it was not done."""

    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    problem: Problem | None = None
    hidden: Problem | None = None

    @property
    def what(self) -> str:
        """Which form it was: `action`, `comment`, `assign`, `document`; empty for none."""
        return self.fields.get("what", "")


async def case(page: Page) -> Response:
    """A case as the reader may see it; or on to signing in. Raises Problem 404."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    if page.request.method == "GET":
        return await shown(page, page.actor, Sent())
    fields = picked(await posted(page.site.access, page.request, long=True))
    if "what" not in fields:
        actor, problem = asking_for(page, fields)
        return await shown(page, actor, Sent(hidden=problem))
    if "more" in fields or is_seeking(fields):
        return await shown(page, page.actor, Sent(fields))
    try:
        return await _done(page, fields)
    except Problem as problem:
        if problem.status not in MENDED:
            raise
        return await shown(page, page.actor, Sent(fields, problem))


async def document(page: Page) -> Response:
    """A document of a case, as the reader may see it. Raises Problem 404, 403 `original-only`."""
    if page.actor.kind != "person":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    known, params = Words.of(page).known, page.request.path_params
    async with page.read() as conn:
        found = await content_of(known, conn, page.actor, params["id"], params["number"], original=False)
    name = f"{params['id']}-{params['number']}.{found.type.partition('/')[2]}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Response(found.body, media_type=found.type, headers=headers)


async def _done(page: Page, fields: Mapping[str, str]) -> Response:
    """Do what a form asks, in one transaction; then the case again."""
    id, words = page.request.path_params["id"], Words.of(page)
    known, actor = words.known, page.actor
    comment = _comment(fields)
    async with page.read() as conn:
        body, _ = await shown_case(known, conn, actor, id)
        workflow = await known.version(conn, body["workflow"], body["version"])
    ask = ask_of(page, workflow, body, fields) if fields["what"] == "action" else None

    async def act(conn: WriteConnection) -> Response:
        if ask is not None:
            await take(known, conn, actor, id, ask)
        elif fields["what"] == "assign":
            await assign(known, conn, actor, id, fields.get("person", "").strip() or None, comment)
        else:
            await say(known, conn, actor, id, comment or "")
        return RedirectResponse(f"/cases/{id}?done={fields['what']}#state", _SEE_OTHER)

    return await act_once(page.request, page.registry, actor, b"", act)


def _comment(fields: Mapping[str, str]) -> str | None:
    """What was said. Raises Problem 422 for more than a case takes, or for nothing where that is all there is."""
    said = fields.get("comment", "").strip()
    if len(said) > _MOST_SAID:
        fault = Fault(f"`comment` has {len(said)} characters", f"Say it in {_MOST_SAID}.", "/comment")
        raise invalid("Nothing was done.", [fault], "case-incomplete")
    if not said and fields["what"] == "comment":
        raise invalid(
            "Nothing was said.", [Fault("`comment` is missing", "Say something.", "/comment")], "case-incomplete"
        )
    return said or None


async def shown(page: Page, actor: Actor, sent: Sent) -> Response:
    """The case as this actor sees it, with what was sent and why it was not done. Raises Problem 404."""
    words, id = Words.of(page), page.request.path_params["id"]
    async with page.read() as conn:
        body, etag = await shown_case(words.known, conn, actor, id)
        workflow = await words.known.version(conn, body["workflow"], body["version"])
        values = await _values(page, conn, words, workflow, body, actor, sent)
    values |= {"etag": etag, "sent": sent, "done": page.query.get("done"), "shape": shape}
    return page.render("case.html", values, sent.problem.status if sent.problem else 200)


async def _values(
    page: Page,
    conn: ReadConnection,
    words: Words,
    workflow: Workflow,
    body: Mapping[str, Any],
    actor: Actor,
    sent: Sent,
) -> dict[str, object]:
    record, table = body["record"], page.registry.table(workflow.type)
    told, desk = await timeline_of(words.known, conn, actor, body["id"]), body["responsible"]
    facts = page.shown.fields(table.standard, record)
    await page.shown.learn(conn, facts)
    await words.learn(conn, [desk["place"], *(one["step"]["responsible"]["place"] for one in told if one["step"])])
    found = await offered_for(page, conn, workflow, body, sent.fields)
    forms: list[Form] = forms_of(page, workflow, body, sent.fields, sent.problem, found)
    given = await words.choices(conn, body, [form.action["to"] for form in forms if form.action["assigns"]])
    adds = body["ended_at"] is None and (bool(forms) or body["begun_by"] == page.actor.name)
    gives = Desk(desk["role"], desk["place"]) in desks_of(page.actor) or desk["person"] == page.actor.id
    return {
        "words": words,
        "workflow": workflow,
        "standard": table.standard,
        "case": body,
        "name": label_of(table.standard, record),
        "path": places.address(table.standard, body["id"], None),
        "facts": facts,
        "hidden": await hidden_of(page, conn, table, record, actor, sent.hidden),
        "parts": await page.parts_of(conn, workflow.type, record),
        "timeline": told,
        "forms": forms,
        "given": given,
        "kept": kept_of(page, workflow, body, sent.fields) if sent.problem else [],
        "kinds": kinds_of(workflow, body["state"]) if adds else [],
        "gives": gives and body["ended_at"] is None,
        "picture": picture_of(words.known, workflow, page.language.code, body["state"]),
    }
