"""Participants over HTTP: asked for by anybody, decided by an administrator, seen by all without contacts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request

from jjm.access.context import Access, access_of, actor_of, deciding, guarded
from jjm.access.decisions import decided
from jjm.access.model import ANONYMOUS, Actor, Scope
from jjm.access.participants import service
from jjm.access.participants.answers import (
    ApplicationAsked,
    ApprovalAsked,
    DecisionsTold,
    ParticipantAsked,
    ParticipantKnown,
    ParticipantsTold,
    ReasonAsked,
    Requested,
)
from jjm.access.participants.applications import applications_of, ask_for_application
from jjm.access.participants.contacts import contact_of
from jjm.access.participants.keys import add_keys
from jjm.access.participants.model import Contact, Decision
from jjm.access.participants.rules import require_own, require_partner, require_sight
from jjm.access.participants.shown import shown_applications
from jjm.access.rules import require
from jjm.kit import Problem, ReadConnection, WriteConnection

_PATH = "/api/v1/participants"
_PAGE = 100
open_door = APIRouter(prefix=_PATH, tags=["participants"], route_class=guarded(None))
partners = APIRouter(prefix=_PATH, tags=["participants"], route_class=guarded(require_partner))
everybody = APIRouter(prefix=_PATH, tags=["participants"], route_class=guarded(lambda actor: actor))
deciders = APIRouter(
    prefix=_PATH,
    tags=["participants"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Deciding about participants")),
)
routers = (open_door, partners, everybody, deciders)


@open_door.post("", status_code=201, response_model=Requested)
async def ask(request: Request, asked: ParticipantAsked) -> dict[str, Any]:
    """Ask to become a participant. Anybody may, without a token, a few times an hour."""
    access = access_of(request)
    _knock(access, request)
    contact = Contact(**asked.contact.model_dump())
    async with deciding(request) as conn:
        id = await service.ask_to_participate(
            access,
            conn,
            ANONYMOUS,
            kind=asked.kind,
            name=asked.name,
            node=asked.node,
            about=asked.about,
            contact=contact,
        )
        application = await _application(access, conn, ANONYMOUS, id, asked.application)
    return {"id": id, "application": application, "url": f"{_PATH}/{id}"}


def _knock(access: Access, request: Request) -> None:
    seconds = access.knocks.wait(request.client.host if request.client else "")
    if seconds:
        detail = f"A few requests an hour are taken from one address; try again in {seconds / 60:.0f} minutes."
        after = {"Retry-After": str(round(seconds) + 1)}
        raise Problem("too-many-calls", 429, "Too many calls", detail, headers=after)


@partners.post("/{id}/applications", status_code=201, response_model=Requested)
async def ask_for_another(request: Request, id: str, asked: ApplicationAsked) -> dict[str, Any]:
    """Ask for another application of a participant."""
    access, actor = access_of(request), await actor_of(request)
    require_own(actor, id)
    async with deciding(request) as conn:
        await service.locked(conn, id)
        application = await _application(access, conn, actor, id, asked)
    return {"id": id, "application": application, "url": f"/api/v1/applications/{application}"}


async def _application(access: Access, conn: WriteConnection, actor: Actor, id: str, asked: ApplicationAsked) -> str:
    environment = asked.environment or access.environment
    made = await ask_for_application(access, conn, actor, id, asked.name, environment, asked.scopes)
    await add_keys(access, conn, actor, made, asked.keys.jwks, asked.keys.not_before, asked.keys.expires_at)
    return made


@everybody.get("", response_model=ParticipantsTold)
async def listed(
    request: Request,
    state: str | None = Query(
        default=None, description="requested, approved, refused or suspended; all but approved for administrators"
    ),
    after: str = Query(default="", max_length=60, pattern=r"^[A-Z0-9-]*$", description="Behind this identifier"),
) -> dict[str, Any]:
    """The participants of this node, without whom to write to."""
    access, actor = access_of(request), await actor_of(request)
    if state not in (None, "approved"):
        require(actor, Scope.ADMIN, "Seeing who asked, was refused or is suspended")
    async with access.database.read() as conn:
        items = await service.participants(conn, [state or "approved"], after, _PAGE)
    told = f"&state={state}" if state else ""
    return {"items": items, "next": f"{_PATH}?after={items[-1]['id']}{told}" if len(items) == _PAGE else None}


@everybody.get("/{id}", response_model=ParticipantKnown, response_model_exclude_none=True)
async def one(request: Request, id: str) -> dict[str, Any]:
    """One participant: how it stands, for whoever has the number; with all else for itself and administrators."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await service.participant(conn, id)
        return await _shown(access, conn, actor, found)


async def _shown(access: Access, conn: ReadConnection, actor: Actor, found: dict[str, Any]) -> dict[str, Any]:
    if found["id"] not in actor.partners and not actor.has(Scope.ADMIN):
        hidden = ("about", "calls_per_minute", *(["reason"] if found["state"] == "suspended" else []))
        return {name: value for name, value in found.items() if name not in hidden}
    contact = await contact_of(access, conn, found["id"])
    shown = await shown_applications(access, conn, await applications_of(conn, [found["id"]]))
    return found | {"contact": contact, "applications": shown}


@deciders.post("/{id}:approve", response_model=ParticipantKnown, response_model_exclude_none=True)
async def approve(request: Request, id: str, asked: ApprovalAsked) -> dict[str, Any]:
    """Approve a participant with the applications it asked for; or change what it was given."""
    return await _decide(request, id, Decision("approve", **asked.model_dump()))


@deciders.post("/{id}:refuse", response_model=ParticipantKnown, response_model_exclude_none=True)
async def refuse(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Refuse a request. Whom to write to is forgotten; the reason is told to whoever has the number."""
    return await _decide(request, id, Decision("refuse", asked.reason))


@deciders.post("/{id}:suspend", response_model=ParticipantKnown, response_model_exclude_none=True)
async def suspend(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Suspend a participant with all its applications; it bites within five seconds."""
    return await _decide(request, id, Decision("suspend", asked.reason))


@deciders.post("/{id}:resume", response_model=ParticipantKnown, response_model_exclude_none=True)
async def resume(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """End the suspension of a participant."""
    return await _decide(request, id, Decision("resume", asked.reason))


async def _decide(request: Request, id: str, made: Decision) -> dict[str, Any]:
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await service.decide(access, conn, actor, id, made)
        return await _shown(access, conn, actor, await service.participant(conn, id))


@partners.get("/{id}/decisions", response_model=DecisionsTold)
async def decisions(request: Request, id: str) -> dict[str, Any]:
    """What was decided about a participant, its applications and keys, as it was entered in the ledger."""
    access, actor = access_of(request), await actor_of(request)
    require_sight(actor, id)
    async with access.database.read() as conn:
        await service.participant(conn, id)
        known = await shown_applications(access, conn, await applications_of(conn, [id]))
        keys = [f"{a['id']}/{k['kid']}" for a in known for k in a["keys"]]
        return {"items": await decided(conn, [id, *(a["id"] for a in known), *keys])}
