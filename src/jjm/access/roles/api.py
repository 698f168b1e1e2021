"""Roles over HTTP: which there are, and how they are granted, agreed to, passed on and ended."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from jjm.access.context import access_of, actor_of, deciding, guarded
from jjm.access.people.answers import DelegationAsked, GrantsTold, GrantTold, ReasonAsked, RoleAsked
from jjm.access.people.service import shown
from jjm.access.people.told import told_grant, told_grants
from jjm.access.roles import service, store
from jjm.access.roles.answers import RolesTold
from jjm.access.roles.model import Grant, Wish
from jjm.access.roles.powers import gives, powers_of, reaches
from jjm.access.rules import require_person

open_door = APIRouter(prefix="/api/v1", tags=["people"])
router = APIRouter(prefix="/api/v1", tags=["people"], route_class=guarded(require_person))


@open_door.get("/roles", response_model=RolesTold)
async def roles(request: Request) -> dict[str, Any]:
    """The roles of this node: for which places they are granted, what they permit, and whom their holders appoint."""
    names = ("name", "title", "description", "places", "permits", "gives", "given", "narrows", "state")
    words = ("recovers", "oversees", "second_person", "second_factor", "delegable")
    known = access_of(request).catalogue.roles.values()
    return {"items": [{name: getattr(role, name) for name in (*names, *words)} for role in known]}


@router.post("/people/{id}/grants", status_code=201, response_model=GrantTold)
async def grant(request: Request, id: str, asked: RoleAsked) -> dict[str, Any]:
    """Grant a role for a place inside the caller's own; it waits where the role asks for a second person."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return _told(request, await service.grant_role(access, conn, actor, id, Wish(**asked.model_dump())))


@router.get("/people/{id}/grants", response_model=GrantsTold)
async def grants_of(request: Request, id: str) -> dict[str, Any]:
    """All grants of a person, those that are over as well; to the person and the officers of the place."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        await shown(access, conn, actor, id)
        return {"items": told_grants(await store.grants_of(conn, id), id, access.clock.today())}


@router.get("/grants", response_model=GrantsTold)
async def waiting(request: Request) -> dict[str, Any]:
    """The grants that wait for a second person and that the caller may decide about."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        powers = await powers_of(access, conn, actor)
        found = [g for g in await store.waiting(conn) if powers.person not in (g.person, g.asked_by_person or "")]
        mine = [g for g in found if await reaches(access, conn, powers, g.place, gives(g.role))]
    return {"items": told_grants(mine, None, access.clock.today())}


@router.post("/grants/{id}:approve", response_model=GrantTold)
async def approve(request: Request, id: str) -> dict[str, Any]:
    """Agree to a grant as the second person."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return _told(request, await service.approve(access, conn, actor, id))


@router.post("/grants/{id}:refuse", response_model=GrantTold)
async def refuse(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Refuse a grant that waits."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return _told(request, await service.refuse(access, conn, actor, id, asked.reason))


@router.post("/grants/{id}:revoke", response_model=GrantTold)
async def revoke(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """End a grant now; by an officer, by who passed it on, or by its holder. It bites within five seconds."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return _told(request, await service.revoke(access, conn, actor, id, asked.reason))


@router.post("/grants/{id}:delegate", status_code=201, response_model=GrantTold)
async def delegate(request: Request, id: str, asked: DelegationAsked) -> dict[str, Any]:
    """Pass an own role on for a time within its own days; it ends with the own one and goes no further."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        made = await service.delegate(access, conn, actor, id, asked.person, asked.starts_on, asked.ends_on)
        original = await store.grant(conn, id)
    return told_grant(made, original, access.clock.today())


def _told(request: Request, grant: Grant) -> dict[str, Any]:
    return told_grant(grant, None, access_of(request).clock.today())
