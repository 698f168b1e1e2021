"""People over HTTP: accounts made and looked after by officers, each in their own place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from jjm.access.context import access_of, actor_of, base_of, deciding, guarded
from jjm.access.events import events_of
from jjm.access.model import Actor, Scope
from jjm.access.people import recovery, service
from jjm.access.people.answers import (
    CodeTold,
    ContactAsked,
    EventsTold,
    InvitedTold,
    PeopleTold,
    PersonAsked,
    PersonTold,
    ReasonAsked,
    RecoveriesTold,
)
from jjm.access.people.rules import contact_of
from jjm.access.people.told import told_code, told_grants, told_person
from jjm.access.roles.model import Wish
from jjm.access.rules import require_person
from jjm.kit import forbidden

_PAGE = 200
_LAST = 2**62
router = APIRouter(prefix="/api/v1", tags=["people"], route_class=guarded(require_person))
Before = Query(default=_LAST, ge=1, le=_LAST, description="Behind this event")


@router.post("/people", status_code=201, response_model=InvitedTold)
async def invite(request: Request, asked: PersonAsked) -> dict[str, Any]:
    """Make an account with its first roles, and a one-time code by which the person opens it."""
    access, actor = access_of(request), await actor_of(request)
    roles = tuple(Wish(**role.model_dump()) for role in asked.roles)
    wanted = service.NewAccount(**asked.model_dump(exclude={"roles"}), roles=roles)
    async with deciding(request) as conn:
        person, code, grants = await service.make_account(access, conn, actor, wanted)
    return {
        "person": told_person(person),
        "grants": told_grants(grants, person.id, access.clock.today()),
        "invitation": told_code(code, base_of(request)) if code else None,
    }


@router.get("/people", response_model=PeopleTold)
async def listed(
    request: Request,
    after: str = Query(default="", max_length=60, pattern=r"^[A-Z0-9-]*$", description="Behind this identifier"),
    place: str | None = Query(default=None, max_length=100, description="As in `district/345`; what lies inside too"),
    role: str | None = Query(default=None, max_length=60, description="To whom this role is granted today"),
    limit: int = Query(default=_PAGE, ge=1, le=_PAGE),
) -> dict[str, Any]:
    """The accounts of the caller's places, by pages in the order of their identifiers."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await service.listed(access, conn, actor, after, limit, place, role)
    asked = {**dict(request.query_params), "after": found[-1].id if found else ""}
    following = f"/api/v1/people?{urlencode(asked)}" if len(found) == limit else None
    return {"items": [told_person(person) for person in found], "next": following}


@router.get("/people/{id}", response_model=PersonTold)
async def one(request: Request, id: str) -> dict[str, Any]:
    """One account, to the person and the officers of its place."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        return told_person(await service.shown(access, conn, actor, id))


@router.put("/people/{id}/contact", response_model=PersonTold)
async def change(request: Request, id: str, asked: ContactAsked) -> dict[str, Any]:
    """Another name, number or address, by an officer who has seen who it is."""
    access, actor = access_of(request), await actor_of(request)
    contact = contact_of(asked.name, asked.phone, asked.email)
    async with deciding(request) as conn:
        return told_person(await service.change_contact(access, conn, actor, id, contact, asked.language))


@router.post("/people/{id}:invite", status_code=201, response_model=CodeTold)
async def invite_again(request: Request, id: str) -> dict[str, Any]:
    """Another code for an account that was not opened yet; the one before is good no more."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return told_code(await service.invite_again(access, conn, actor, id), base_of(request))


@router.post("/people/{id}:close", status_code=204)
async def close(request: Request, id: str) -> None:
    """Close an account: roles and sessions end, name and numbers are forgotten."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await service.close(access, conn, actor, id)


@router.post("/people/{id}:recover", status_code=201, response_model=CodeTold)
async def recover(request: Request, response: Response, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Let a person back in: a one-time code for a new password; 202 where a second officer has to agree first."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        code = await recovery.recover(access, conn, actor, id, asked.reason)
    response.status_code = 201 if code.secret else 202
    return told_code(code, base_of(request))


@router.get("/recoveries", response_model=RecoveriesTold)
async def recoveries(request: Request) -> dict[str, Any]:
    """The recoveries that wait for the caller's word."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await recovery.waiting(access, conn, actor)
    names = ("id", "person", "reason", "asked_at", "asked_by")
    return {"items": [{name: getattr(code, name) for name in names} for code in found]}


@router.post("/recoveries/{id}:agree", status_code=201, response_model=CodeTold)
async def agree(request: Request, id: str) -> dict[str, Any]:
    """Agree to a recovery as the second officer, to whom the code is told."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return told_code(await recovery.agree(access, conn, actor, id), base_of(request))


@router.get("/people/{id}/events", response_model=EventsTold)
async def events(request: Request, id: str, before: int = Before) -> dict[str, Any]:
    """What happened to an account at the doors, newest first; to the person and the officers of its place."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        await service.shown(access, conn, actor, id)
        return _told_events(f"/api/v1/people/{id}/events", await events_of(conn, id, before, _PAGE))


@router.get("/access-events", response_model=EventsTold)
async def all_events(request: Request, before: int = Before) -> dict[str, Any]:
    """What happened at all doors, newest first; to the keeper of the node and auditors of all of it."""
    access, actor = access_of(request), await actor_of(request)
    _require_auditor(actor)
    async with access.database.read() as conn:
        return _told_events("/api/v1/access-events", await events_of(conn, None, before, _PAGE))


def _require_auditor(actor: Actor) -> None:
    audits = any(one.role == "auditor" and one.place == "node" for one in actor.holds)
    if not audits and not actor.has(Scope.ADMIN):
        raise forbidden("Events of the whole node are for its keeper and its auditors.")


def _told_events(path: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": found, "next": f"{path}?before={found[-1]['id']}" if len(found) == _PAGE else None}
