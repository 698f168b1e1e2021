"""Documents and photos of cases over HTTP: added as the bytes of the call, listed, shown, erased."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from jjm.access import actor_of, guarded
from jjm.kit import WriteConnection
from jjm.kit.http import answer, read_body
from jjm.registry import act_once
from jjm.workflow.answers import DocumentsTold, DocumentTold
from jjm.workflow.asked import CommentAsked
from jjm.workflow.context import workflows_of
from jjm.workflow.documents import attach, content_of, erase_document, shown_documents
from jjm.workflow.looks import LARGEST, MOST, look
from jjm.workflow.who import may_act, must_be_known

_KIND = "^[a-z][a-z0-9]*([-_][a-z0-9]+)*$"
_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {type: {"schema": {"type": "string", "format": "binary"}} for type in MOST},
    }
}
reading = APIRouter(prefix="/api/v1", tags=["workflow"], route_class=guarded(must_be_known))
adding = APIRouter(prefix="/api/v1", tags=["workflow"], route_class=guarded(may_act))


@adding.post(
    "/cases/{id}/documents",
    status_code=201,
    response_model=DocumentTold,
    responses={200: {"description": "It was there already", "model": DocumentTold}},
    openapi_extra=_BYTES,
)
async def add(
    request: Request,
    id: str,
    kind: Annotated[str, Query(pattern=_KIND, max_length=64, description="What it is to the case, such as `photo`")],
) -> Response:
    """Add a document to a case: its bytes are the body of the call.

    The type is told by the bytes, whatever the call says; photos and PDFs have at most 10 MiB, videos (MP4) 40 MiB. The
    same bytes of a kind are added once in a state.
    """
    known, actor = workflows_of(request), await actor_of(request)
    body = await read_body(request, LARGEST)
    looked = await asyncio.to_thread(look, body)

    async def act(conn: WriteConnection) -> Response:
        number, is_new = await attach(known, conn, actor, id, kind, body, looked)
        documents = await shown_documents(known, conn.asking, actor, id)
        return answer(next(one for one in documents if one["number"] == number), 201 if is_new else 200)

    return await act_once(request, known.registry, actor, body, act)


@reading.get("/cases/{id}/documents", response_model=DocumentsTold)
async def documents(request: Request, id: str) -> Response:
    """The documents of a case. Where and when a photo was taken is told to those who act around the record."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        return answer({"items": await shown_documents(known, conn, actor, id)})


@reading.get(
    "/cases/{id}/documents/{number}",
    response_class=Response,
    responses={200: {"content": {type: {"schema": {"type": "string", "format": "binary"}} for type in MOST}}},
)
async def document(
    request: Request,
    id: str,
    number: str,
    original: Annotated[bool, Query(description="As it was sent, with place and time")] = False,
) -> Response:
    """What a document holds. Photos are shown without place, time and device, unless the original is asked for."""
    known, actor = workflows_of(request), await actor_of(request)
    async with known.registry.database.read() as conn:
        found = await content_of(known, conn, actor, id, _number(number), original=original)
    headers = {
        "Content-Disposition": f'attachment; filename="{id}-{number}.{found.type.rpartition("/")[2]}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(found.body, media_type=found.type, headers=headers)


@adding.post("/cases/{id}/documents/{number}:erase", status_code=204, response_class=Response)
async def erase(request: Request, id: str, number: str, asked: CommentAsked) -> Response:
    """Erase what a document holds, saying why; that it was there stays, and its digest. For the keeper of the node."""
    known, actor = workflows_of(request), await actor_of(request)

    async def act(conn: WriteConnection) -> Response:
        await erase_document(known, conn, actor, id, _number(number), asked.comment)
        return Response(status_code=204)

    return await act_once(request, known.registry, actor, await request.body(), act)


def _number(text: str) -> int:
    """The number of a document; 0, which none has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
