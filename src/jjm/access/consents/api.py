"""Consents over HTTP: asked for, answered by the person, withdrawn, and given out and taken in as signed artefacts."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from jjm.access.consents import store
from jjm.access.consents.answers import (
    AnswerAsked,
    CodeTyped,
    CodeWanted,
    ConsentAsked,
    ConsentsTold,
    ConsentTold,
    ConsentUsesTold,
    GrantAsked,
)
from jjm.access.consents.artefacts import artefact, artefact_in, take
from jjm.access.consents.asking import ask, consumer_of
from jjm.access.consents.deciding import Answer, answer, send_consent_code
from jjm.access.consents.refusing import refusals_noted
from jjm.access.consents.rules import Act
from jjm.access.consents.shapes.model import MOST_BYTES
from jjm.access.consents.signatures import HEADER
from jjm.access.consents.told import PAGE, asked_consents, known, own_consents, told_consents
from jjm.access.context import access_of, actor_of, caller_of, deciding, guarded
from jjm.access.decisions import decided
from jjm.access.model import Actor, Scope
from jjm.access.participants.answers import DecisionsTold
from jjm.access.participants.rules import require_partner
from jjm.access.sessions.answers import CodeSent
from jjm.access.sessions.own import own_account
from jjm.kit import ReadConnection, bad_request
from jjm.kit.http import decode_cursor, encode_cursor

_PATH = "/api/v1/consents"


def _side(actor: Actor) -> None:
    """Let pass who may be a side of a consent, and the keeper of the node. Raises Problem 401 or 403."""
    if not actor.has(Scope.ADMIN):
        consumer_of(actor)


everybody = APIRouter(prefix=_PATH, tags=["consents"], route_class=guarded(_side))
askers = APIRouter(prefix=_PATH, tags=["consents"], route_class=guarded(consumer_of))
bringers = APIRouter(prefix=_PATH, tags=["consents"], route_class=guarded(require_partner, MOST_BYTES + 1))
own = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=guarded(own_account))
routers = (askers, bringers, everybody, own)
_ARTEFACT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": f"The consent; with `shape` the artefact, signed by this node in the header `{HEADER}`",
        "content": {"application/xml": {"schema": {"type": "string"}}},
    }
}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The artefact, byte for byte as it was signed",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("application/json", "application/xml")
        },
    },
    "parameters": [
        {
            "name": HEADER, "in": "header", "required": True, "schema": {"type": "string"},
            "description": "Detached JWS (RFC 7515, appendix F) over the artefact, by a key of its provider",
        }
    ],
}  # fmt: skip
Shape = Literal["jjm", "meity", "aa", "abdm"]


@askers.post("", status_code=201, response_model=ConsentTold)
async def asked(request: Request, wanted: ConsentAsked) -> dict[str, Any]:
    """Ask a person for consent, as a participant or an officer. Nothing is opened until the person agrees."""
    access, actor = access_of(request), await actor_of(request)
    async with refusals_noted(access, actor, wanted.renews, "renew"), deciding(request) as conn:
        return await _told(request, conn, actor, await ask(access, conn, actor, wanted.wish()))


@bringers.post(":import", status_code=201, response_model=ConsentTold, openapi_extra=_BODY)
async def brought(request: Request, shape: Annotated[Shape, Query()]) -> dict[str, Any]:
    """Take in an artefact signed elsewhere, by a listed node or a consent manager; it is verified before it counts."""
    access, actor = access_of(request), await actor_of(request)
    content = await request.body()
    consent = artefact_in(content, shape)
    async with refusals_noted(access, actor, consent.id, "import"), deciding(request) as conn:
        id = await take(access, conn, actor, consent, content, request.headers.get(HEADER))
        (told,) = await told_consents(access, conn, [await store.locked(conn, access.vault, id)])
        return told


@everybody.get("", response_model=ConsentsTold)
async def listed(
    request: Request,
    after: str = Query(default="", max_length=100, pattern=r"^[A-Za-z0-9._~/-]*$", description="Behind this one"),
) -> dict[str, Any]:
    """What you asked people for; the keeper of the node sees what everybody did."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        items = await asked_consents(access, conn, actor, after)
    return {"items": items, "next": f"{_PATH}?after={items[-1]['id']}" if len(items) == PAGE else None}


@everybody.get("/{id}", response_model=ConsentTold, responses=_ARTEFACT)
async def one(request: Request, id: str, shape: Annotated[Shape | None, Query()] = None) -> Any:
    """A consent and where it stands; with `shape` as a signed artefact. For its person, its consumer and the keeper."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        if shape is None:
            return await _told(request, conn, actor, id)
        content, kind, signature = artefact(access, await known(access, conn, actor, id), shape)
    return Response(content, media_type=kind, headers={HEADER: signature, "Cache-Control": "no-store"})


@everybody.post("/{id}:grant", response_model=ConsentTold)
async def grant(request: Request, id: str, said: GrantAsked) -> dict[str, Any]:
    """Agree to what the notice says: the person who is asked, signed in by telephone; or with a code sent to it."""
    return await _answered(request, id, Answer("grant", said.notice, _typed(said.code)))


@everybody.post("/{id}:deny", response_model=ConsentTold)
async def deny(request: Request, id: str, said: AnswerAsked | None = None) -> dict[str, Any]:
    """Refuse what is asked for."""
    return await _answered(request, id, _plain("deny", said))


@everybody.post("/{id}:pause", response_model=ConsentTold)
async def pause(request: Request, id: str, said: AnswerAsked | None = None) -> dict[str, Any]:
    """Let a consent open nothing until it is resumed."""
    return await _answered(request, id, _plain("pause", said))


@everybody.post("/{id}:resume", response_model=ConsentTold)
async def resume(request: Request, id: str, said: AnswerAsked | None = None) -> dict[str, Any]:
    """Let a paused consent open again what it did."""
    return await _answered(request, id, _plain("resume", said))


@everybody.post("/{id}:withdraw", response_model=ConsentTold)
async def withdraw(request: Request, id: str, said: AnswerAsked | None = None) -> dict[str, Any]:
    """Withdraw a consent: the person, in any session or with a code. It opens nothing from that moment on."""
    return await _answered(request, id, _plain("revoke", said))


@askers.post("/{id}:sendCode", status_code=201, response_model=CodeSent)
async def send(request: Request, id: str, wanted: CodeWanted) -> dict[str, Any]:
    """Send the person a code, which they say to whoever helps them to grant or to withdraw. Good for ten minutes."""
    sent = await send_consent_code(
        access_of(request), await actor_of(request), id, wanted.act, wanted.language, caller_of(request)
    )
    return dataclasses.asdict(sent)


@everybody.get("/{id}/uses", response_model=ConsentUsesTold)
async def used(
    request: Request, id: str, below: int = Query(default=2**62, ge=1, le=2**62, description="Older than this one")
) -> dict[str, Any]:
    """Every reading under a consent, every one that was refused, and every act about it that was; newest first."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        await known(access, conn, actor, id)
        items = await store.uses(conn, id, below, PAGE)
    return {"items": items, "next": f"{_PATH}/{id}/uses?below={items[-1]['id']}" if len(items) == PAGE else None}


@everybody.get("/{id}/decisions", response_model=DecisionsTold)
async def decisions(request: Request, id: str) -> dict[str, Any]:
    """What became of a consent, as it was entered in the ledger."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        await known(access, conn, actor, id)
        return {"items": await decided(conn, [id])}


@own.get("/me/consents", response_model=ConsentsTold)
async def mine(request: Request, cursor: str | None = Query(default=None, max_length=400)) -> dict[str, Any]:
    """What was asked of you, and what you said; newest first."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        items = await own_consents(access, conn, actor, before(cursor))
    return {"items": items, "next": f"/api/v1/me/consents?cursor={behind(items[-1])}" if len(items) == PAGE else None}


def behind(item: dict[str, Any]) -> str:
    """Where a page of a person's consents goes on behind one of them."""
    return encode_cursor([item["asked_at"].isoformat(), item["id"]])


def before(cursor: str | None) -> tuple[datetime, str]:
    """The place that such a cursor names. Raises Problem 400."""
    if cursor is None:
        return store.NEWEST
    at, id = [*decode_cursor(cursor), "", ""][:2]
    try:
        return datetime.fromisoformat(at), id
    except ValueError as error:
        raise bad_request("bad-cursor", "This is no cursor of this list.") from error


def _typed(code: CodeTyped | None) -> tuple[str, str] | None:
    return None if code is None else (code.id, code.code)


def _plain(act: Act, said: AnswerAsked | None) -> Answer:
    return Answer(act, code=_typed(said.code if said else None))


async def _answered(request: Request, id: str, said: Answer) -> dict[str, Any]:
    access, actor = access_of(request), await actor_of(request)
    await answer(access, actor, id, said, caller_of(request))
    request.app.state.sequencer.wake()
    async with access.database.read() as conn:
        return await _told(request, conn, actor, id)


async def _told(request: Request, conn: ReadConnection, actor: Actor, id: str) -> dict[str, Any]:
    access = access_of(request)
    (told,) = await told_consents(access, conn, [await known(access, conn, actor, id)])
    return told
