"""Applications and their keys over HTTP: decided by administrators, keys rotated by the application itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request

from jjm.access.context import access_of, actor_of, deciding, guarded
from jjm.access.model import Scope
from jjm.access.participants.answers import ApplicationApprovalAsked, ApplicationTold, KeysAsked, ReasonAsked
from jjm.access.participants.applications import application, decide_application, locked_application
from jjm.access.participants.keys import add_keys, decide_key
from jjm.access.participants.model import Decision
from jjm.access.participants.rules import require_own, require_partner, require_sight
from jjm.access.participants.shown import shown_applications
from jjm.access.rules import require

_PATH = "/api/v1/applications"
partners = APIRouter(prefix=_PATH, tags=["participants"], route_class=guarded(require_partner))
deciders = APIRouter(
    prefix=_PATH,
    tags=["participants"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Deciding about applications")),
)
routers = (partners, deciders)


@partners.get("/{id}", response_model=ApplicationTold)
async def one(request: Request, id: str) -> dict[str, Any]:
    """One application with its keys, for its participant and for administrators."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await application(conn, id)
        require_sight(actor, found["participant"])
        return (await shown_applications(access, conn, [found]))[0]


@deciders.post("/{id}:approve", response_model=ApplicationTold)
async def approve(request: Request, id: str, asked: ApplicationApprovalAsked) -> dict[str, Any]:
    """Approve an application; or change what it was given."""
    return await _decide(request, id, Decision("approve", asked.reason, asked.scopes))


@deciders.post("/{id}:refuse", response_model=ApplicationTold)
async def refuse(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Refuse an application that was asked for."""
    return await _decide(request, id, Decision("refuse", asked.reason))


@deciders.post("/{id}:suspend", response_model=ApplicationTold)
async def suspend(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Suspend an application; it bites within five seconds."""
    return await _decide(request, id, Decision("suspend", asked.reason))


@deciders.post("/{id}:resume", response_model=ApplicationTold)
async def resume(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """End the suspension of an application."""
    return await _decide(request, id, Decision("resume", asked.reason))


async def _decide(request: Request, id: str, made: Decision) -> dict[str, Any]:
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await decide_application(access, conn, actor, id, made)
        return (await shown_applications(access, conn, [await application(conn, id)]))[0]


@partners.post("/{id}/keys", status_code=201, response_model=ApplicationTold)
async def register(request: Request, id: str, asked: KeysAsked) -> dict[str, Any]:
    """Register more keys of an application, by itself with a token or by an administrator. The older ones go on."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        found = await locked_application(conn, id)
        require_own(actor, found["participant"], id)
        await add_keys(access, conn, actor, id, asked.jwks, asked.not_before, asked.expires_at)
        return (await shown_applications(access, conn, [await application(conn, id)]))[0]


@partners.delete("/{id}/keys/{kid}", response_model=ApplicationTold)
async def retire(
    request: Request, id: str, kid: str, reason: str = Query(default="no longer used", min_length=3, max_length=1_000)
) -> dict[str, Any]:
    """Retire a key for good, by the application itself or an administrator; its tokens end within five seconds."""
    return await _decide_key(request, id, kid, "retire", reason)


@deciders.post("/{id}/keys/{kid}:suspend", response_model=ApplicationTold)
async def suspend_key(request: Request, id: str, kid: str, asked: ReasonAsked) -> dict[str, Any]:
    """Suspend a key; tokens got with it are refused within five seconds."""
    return await _decide_key(request, id, kid, "suspend", asked.reason)


@deciders.post("/{id}/keys/{kid}:resume", response_model=ApplicationTold)
async def resume_key(request: Request, id: str, kid: str, asked: ReasonAsked) -> dict[str, Any]:
    """End the suspension of a key."""
    return await _decide_key(request, id, kid, "resume", asked.reason)


async def _decide_key(request: Request, id: str, kid: str, act: str, reason: str) -> dict[str, Any]:
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        found = await locked_application(conn, id)
        require_own(actor, found["participant"], id)
        await decide_key(access, conn, actor, id, kid, act, reason)
        return (await shown_applications(access, conn, [await application(conn, id)]))[0]
