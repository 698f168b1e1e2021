"""Cases over HTTP: begun, moved, commented and given on; the inbox; the workflows themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from jjm.access import Actor, Scope, actor_of, guarded, require_some
from jjm.kit import Problem, WriteConnection
from jjm.kit.http import answer, decode_cursor, encode_cursor
from jjm.registry import act_once
from jjm.standards import Workflow, digit_from_workflow, drawing
from jjm.workflow import service
from jjm.workflow.answers import (
    CaseTold,
    CountsTold,
    InboxTold,
    ReceiptsTold,
    RefusalsTold,
    StepsTold,
    TimelineTold,
    WorkflowsTold,
)
from jjm.workflow.asked import AssignAsked, CaseAsked, CommentAsked, ManyAsked, StepAsked
from jjm.workflow.context import Workflows, workflows_of
from jjm.workflow.giving import assign, say
from jjm.workflow.inbox import Clock, counts_of, inbox_of
from jjm.workflow.many import take_each
from jjm.workflow.model import Ask
from jjm.workflow.news import refused_of
from jjm.workflow.showing import shown_case, shown_steps
from jjm.workflow.timeline import timeline_of
from jjm.workflow.who import may_act, must_be_known

_SVG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {}}}}


open_door = APIRouter(prefix="/api/v1", tags=["workflow"])
router = APIRouter(prefix="/api/v1", tags=["workflow"], route_class=guarded(must_be_known))
acting = APIRouter(prefix="/api/v1", tags=["workflow"], route_class=guarded(may_act))


@open_door.get("/workflows", response_model=WorkflowsTold)
async def workflows(request: Request) -> dict[str, Any]:
    """The workflows of this node: what they move, and through which states."""
    return {"items": [_told(w) for w in workflows_of(request).declared.values()]}


@open_door.get("/workflows/{name}", response_model=dict[str, Any])
async def workflow(request: Request, name: str, form: Annotated[str, Query(pattern="^(own|digit)$")] = "own") -> Any:
    """A workflow as it is declared, or as a BusinessService of DIGIT's."""
    found = workflows_of(request).newest(name)
    return digit_from_workflow(found, "in") if form == "digit" else dict(found.said)


@open_door.get(
    "/workflows/{name}/drawing.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}}
)
async def picture(request: Request, name: str, lang: Annotated[str, Query(pattern="^[a-z]{2,3}$")] = "en") -> Response:
    """A workflow as a picture."""
    known = workflows_of(request)
    return Response(picture_of(known, known.newest(name), lang), media_type="image/svg+xml")


def picture_of(known: Workflows, found: Workflow, lang: str, now: str | None = None) -> str:
    """A workflow drawn with the words of a language."""
    field = next((f for f in known.registry.catalogue.types[found.type].fields if f.name == found.moves), None)
    codes = known.registry.catalogue.codelists[field.code].codes.values() if field and field.code else ()
    names = {entry.code: entry.title.get(lang) or entry.title["en"] for entry in codes}
    actions = {a.name: a.title.get(lang) or a.title.get("en") or a.name for _, a in found.actions()}
    return drawing(found, names, actions, now, found.title.get(lang))


@router.get("/workflows/{name}/refused", response_model=RefusalsTold)
async def refused(request: Request, name: str, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """What should have begun a case by itself and could not, with the reason; for the keeper of the node."""
    known, actor = workflows_of(request), await actor_of(request)
    require_some(actor, Scope.ADMIN, "Reading what could not begin a case")
    async with known.registry.database.read() as conn:
        return {"items": await refused_of(conn, known.newest(name).name, limit)}


@acting.post("/cases", status_code=201, response_model=CaseTold)
async def begin(request: Request, asked: CaseAsked) -> Response:
    """Begin a case: a new record of the type that the workflow moves."""

    async def act(known: Workflows, conn: WriteConnection, actor: Actor) -> Response:
        moved = await service.begin(known, conn, actor, asked.workflow, _ask(request, asked))
        return await _answer(known, conn, actor, moved.item.id, 201)

    return await _changing(request, act)


@router.get("/cases/{id}", response_model=CaseTold)
async def case(request: Request, id: str) -> Response:
    """A case: its record, who answers for it, its clock explained, and what the caller can do."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        body, etag = await shown_case(known, conn, actor, id)
    return answer(body, headers={"ETag": etag})


@router.get("/cases/{id}/steps", response_model=StepsTold)
async def steps(request: Request, id: str) -> Response:
    """All that was done in a case, in order."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        return answer({"items": await shown_steps(known, conn, actor, id)})


@router.get("/cases/{id}/timeline", response_model=TimelineTold)
async def timeline(
    request: Request, id: str, linked: Annotated[bool, Query(description="Also of linked cases")] = False
) -> Response:
    """All that happened around a case, the oldest first: steps, comments, documents and links."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        return answer({"items": await timeline_of(known, conn, actor, id, linked=linked)})


@acting.post("/cases/{id}:transition", response_model=CaseTold)
async def transition(request: Request, id: str, asked: StepAsked) -> Response:
    """Take an action. `If-Match` with the record's ETag guards against acting on what another changed."""

    async def act(known: Workflows, conn: WriteConnection, actor: Actor) -> Response:
        await service.take(known, conn, actor, id, _ask(request, asked))
        return await _answer(known, conn, actor, id)

    return await _changing(request, act)


@acting.post("/cases:transition", response_model=ReceiptsTold)
async def transition_many(request: Request, asked: ManyAsked) -> Response:
    """Take one action in up to 200 cases. Each is done or refused by itself; the answer has a receipt for each."""

    async def act(known: Workflows, conn: WriteConnection, actor: Actor) -> Response:
        cases = {case.id: case.etag for case in asked.cases}
        return answer({"items": await take_each(known, conn, actor, cases, _ask(request, asked))})

    return await _changing(request, act)


@acting.post("/cases/{id}:comment", response_model=CaseTold)
async def comment(request: Request, id: str, asked: CommentAsked) -> Response:
    """Say something about a case."""

    async def act(known: Workflows, conn: WriteConnection, actor: Actor) -> Response:
        await say(known, conn, actor, id, asked.comment)
        return await _answer(known, conn, actor, id)

    return await _changing(request, act)


@acting.post("/cases/{id}:assign", response_model=CaseTold)
async def give(request: Request, id: str, asked: AssignAsked) -> Response:
    """Give a case to a person who holds a role that answers for it, or back to the desk."""

    async def act(known: Workflows, conn: WriteConnection, actor: Actor) -> Response:
        await assign(known, conn, actor, id, asked.person, asked.comment)
        return await _answer(known, conn, actor, id)

    return await _changing(request, act)


@router.get("/inbox", response_model=InboxTold)
async def inbox(
    request: Request,
    workflow: Annotated[list[str] | None, Query(description="Only cases of these workflows")] = None,
    state: Annotated[list[str] | None, Query(description="Only cases in these states")] = None,
    clock: Annotated[Clock | None, Query(description="Only what is late, near its end, or within its promise")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Response:
    """What waits for the caller: cases given to it, and those at the desks where it sits, by when they are due."""
    known, actor = workflows_of(request), await actor_of(request)
    after = _after(cursor)
    async with known.registry.database.read() as conn:
        found = await inbox_of(
            known, conn, actor, after=after, names=workflow or (), states=state or (), clock=clock, most=limit
        )
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    place = found.next and encode_cursor([found.next[0].isoformat(), found.next[1]])
    return answer({"items": found.items, "next": place and f"/api/v1/inbox?{urlencode([*kept, ('cursor', place)])}"})


@router.get("/inbox/counts", response_model=CountsTold)
async def inbox_counts(request: Request) -> Response:
    """How many cases wait for the caller, by workflow, state and how their clocks stand."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        return answer({"items": await counts_of(known, conn, actor)})


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    parts = decode_cursor(cursor)
    try:
        turn, id = parts
        return datetime.fromisoformat(turn), id
    except ValueError as error:
        raise Problem(
            "bad-cursor", 400, "The request cannot be understood", "Follow `next` as it was given."
        ) from error


def _told(found: Workflow) -> dict[str, Any]:
    return {
        "name": found.name, "version": found.version, "title": dict(found.title), "type": found.type,
        "states": list(found.stages), "drawing": f"/api/v1/workflows/{found.name}/drawing.svg",
    }  # fmt: skip


def _ask(request: Request, asked: StepAsked) -> Ask:
    links = tuple((link.kind, link.id) for link in asked.links)
    expected = request.headers.get("if-match")
    return Ask(asked.action, asked.data, asked.comment, asked.person, links, expected.strip() if expected else None)


async def _answer(known: Workflows, conn: WriteConnection, actor: Actor, id: str, status: int = 200) -> Response:
    body, etag = await shown_case(known, conn.asking, actor, id)
    headers = {"ETag": etag} | ({"Location": f"/api/v1/cases/{id}"} if status == 201 else {})
    return answer(body, status, headers)


Act = Callable[[Workflows, WriteConnection, Actor], Awaitable[Response]]


async def _changing(request: Request, act: Act) -> Response:
    known, actor, body = workflows_of(request), await actor_of(request), await request.body()
    return await act_once(request, known.registry, actor, body, lambda conn: act(known, conn, actor))
