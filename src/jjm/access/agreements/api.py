"""Agreements over HTTP: drafted and signed by their sides, seen by all once agreed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request

from jjm.access.agreements import service
from jjm.access.agreements.answers import AgreementAsked, AgreementsTold, AgreementTold, SignatureAsked, UsesTold
from jjm.access.agreements.uses import uses
from jjm.access.context import access_of, actor_of, deciding, guarded
from jjm.access.decisions import decided
from jjm.access.model import Actor, Scope
from jjm.access.participants.answers import DecisionsTold, ReasonAsked
from jjm.access.participants.rules import require_partner
from jjm.kit import ReadConnection, not_found

_PATH, _PAGE = "/api/v1/agreements", 100
sides = APIRouter(prefix=_PATH, tags=["agreements"], route_class=guarded(require_partner))
everybody = APIRouter(prefix=_PATH, tags=["agreements"], route_class=guarded(lambda actor: actor))
routers = (sides, everybody)


@everybody.get("", response_model=AgreementsTold)
async def listed(
    request: Request,
    after: str = Query(default="", max_length=60, pattern=r"^[A-Z0-9-]*$", description="Behind this identifier"),
) -> dict[str, Any]:
    """The agreements of this node: who reads what, what for, until when. Drafts are seen by their sides alone."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await service.agreements(conn, actor, after, _PAGE)
        items = await service.shown(access, conn, found)
    return {"items": items, "next": f"{_PATH}?after={items[-1]['id']}" if len(items) == _PAGE else None}


@everybody.get("/{id}", response_model=AgreementTold)
async def one(request: Request, id: str) -> dict[str, Any]:
    """One agreement, with its signatures."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await service.known(conn, id)
        sees = actor.has(Scope.ADMIN) or actor.participant in (found["provider"], found["consumer"])
        if found["agreed_at"] is None and not sees:
            raise not_found(f"There is no agreement {id} here.", "agreement-unknown")
        return (await service.shown(access, conn, [found]))[0]


@sides.post("", status_code=201, response_model=AgreementTold)
async def draft(request: Request, asked: AgreementAsked) -> dict[str, Any]:
    """Draft an agreement, as either of its sides. It binds nobody before both have signed."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        id = await service.draft(access, conn, actor, asked.drafted(), asked.supersedes)
        return await _told(request, conn, id)


@sides.post("/{id}:sign", response_model=AgreementTold)
async def sign(request: Request, id: str, asked: SignatureAsked) -> dict[str, Any]:
    """Sign an agreement: a participant by a detached JWS of one of its keys, an administrator for this node."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await service.sign(access, conn, actor, id, asked.signature)
        told = await _told(request, conn, id)
    # Once it is committed: what it opens is open with the answer.
    access.gate.forget(told["consumer"])
    return told


@sides.post("/{id}:revoke", response_model=AgreementTold)
async def revoke(request: Request, id: str, asked: ReasonAsked) -> dict[str, Any]:
    """Revoke an agreement, or withdraw a draft, as either of its sides; it bites within five seconds."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await service.revoke(access, conn, actor, id, asked.reason)
        return await _told(request, conn, id)


async def _told(request: Request, conn: ReadConnection, id: str) -> dict[str, Any]:
    return (await service.shown(access_of(request), conn, [await service.known(conn, id)]))[0]


@sides.get("/{id}/uses", response_model=UsesTold)
async def used(
    request: Request, id: str, below: int = Query(default=2**62, ge=1, le=2**62, description="Older than this one")
) -> dict[str, Any]:
    """Every use of an agreement and every refusal, newest first, for its two sides and administrators."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        items = await uses(conn, actor, id, below, _PAGE)
    return {"items": items, "next": f"{_PATH}/{id}/uses?below={items[-1]['id']}" if len(items) == _PAGE else None}


@sides.get("/{id}/decisions", response_model=DecisionsTold)
async def decisions(request: Request, id: str) -> dict[str, Any]:
    """What was decided about an agreement, as it was entered in the ledger."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        _require_side(actor, await service.known(conn, id))
        return {"items": await decided(conn, [id])}


def _require_side(actor: Actor, found: dict[str, Any]) -> None:
    if not actor.has(Scope.ADMIN):
        service.side_of(actor, found["provider"], found["consumer"])
