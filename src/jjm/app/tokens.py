"""Tokens over HTTP: made, listed and revoked by an administrator."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from jjm.access import Actor, Scope, create_token, require, revoke_token, tokens
from jjm.app.node import Node


class _ForAdministrators(APIRoute):
    """Whoever is no administrator is told so before anything of the call is looked at."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def allowed(request: Request) -> Response:
            _, actor = await _caller(request)
            require(actor, Scope.ADMIN, "Managing tokens")
            return await answer(request)

        return allowed


router = APIRouter(prefix="/api/v1/tokens", tags=["access"], route_class=_ForAdministrators)


class TokenAsked(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=80, pattern=r"^[\w .@-]+$", description="Stands as actor in versions")
    scopes: list[str] = Field(min_length=1, max_length=4, description="read, personal, write, admin")
    expires_at: datetime | None = Field(default=None, description="Refused from this instant on")


async def _caller(request: Request) -> tuple[Node, Actor]:
    node: Node = request.app.state.node
    return node, await node.gate.actor(request.headers.get("authorization"))


@router.post("", status_code=201)
async def make(request: Request, asked: TokenAsked) -> dict[str, Any]:
    """Make a token. Its secret is in this answer and nowhere else."""
    node, actor = await _caller(request)
    async with node.database.write() as conn:
        made = await create_token(
            conn, actor, node.registry.clock, name=asked.name, scopes=asked.scopes, expires_at=asked.expires_at
        )
    return {"id": made.id, "name": made.name, "scopes": list(made.scopes), "token": made.secret}


@router.get("")
async def listed(request: Request) -> dict[str, Any]:
    """All tokens, without their secrets."""
    node, actor = await _caller(request)
    async with node.database.read() as conn:
        return {"items": await tokens(conn, actor)}


@router.delete("/{id}", status_code=204)
async def revoke(request: Request, id: str) -> None:
    """Refuse a token from now on."""
    node, actor = await _caller(request)
    async with node.database.write() as conn:
        await revoke_token(conn, actor, node.registry.clock, id)
