"""Links between accounts here and people at outside providers, made by officers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request

from jjm.access.context import access_of, actor_of, deciding, guarded
from jjm.access.outside import service, store
from jjm.access.people.answers import LinkAsked, LinksTold
from jjm.access.people.service import shown
from jjm.access.rules import require_person

router = APIRouter(prefix="/api/v1/people", tags=["people"], route_class=guarded(require_person))
Subject = Query(min_length=1, max_length=255, description="`sub` of the person there")


@router.get("/{id}/links", response_model=LinksTold)
async def links(request: Request, id: str) -> dict[str, Any]:
    """Who an account is at outside providers."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        await shown(access, conn, actor, id)
        return {"items": await store.links(conn, id)}


@router.post("/{id}/links", status_code=201, response_model=LinksTold)
async def link(request: Request, id: str, asked: LinkAsked) -> dict[str, Any]:
    """Link an account of the officer's place to somebody at a provider, after seeing who it is."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        return {"items": await service.link(access, conn, actor, id, asked.provider, asked.subject)}


@router.delete("/{id}/links/{provider}", status_code=204)
async def unlink(request: Request, id: str, provider: str, subject: str = Subject) -> None:
    """Part an account from somebody at a provider."""
    access, actor = access_of(request), await actor_of(request)
    async with deciding(request) as conn:
        await service.unlink(access, conn, actor, id, provider, subject)
