"""Tokens over HTTP: made, listed and revoked by an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from jjm.access.context import access_of, actor_of, guarded
from jjm.access.model import Scope
from jjm.access.rules import require
from jjm.access.tokens.service import create_token, revoke_token, tokens

router = APIRouter(
    prefix="/api/v1/tokens",
    tags=["access"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Managing tokens")),
)


class TokenAsked(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=80, pattern=r"^[\w .@-]+$", description="Stands as actor in versions")
    scopes: list[str] = Field(min_length=1, max_length=4, description="read, personal, write, admin")
    expires_at: datetime | None = Field(default=None, description="Refused from this instant on")


@router.post("", status_code=201)
async def make(request: Request, asked: TokenAsked) -> dict[str, Any]:
    """Make a token. Its secret is in this answer and nowhere else."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.write() as conn:
        made = await create_token(
            conn, actor, access.clock, name=asked.name, scopes=asked.scopes, expires_at=asked.expires_at
        )
    return {"id": made.id, "name": made.name, "scopes": list(made.scopes), "token": made.secret}


@router.get("")
async def listed(request: Request) -> dict[str, Any]:
    """All tokens, without their secrets."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        return {"items": await tokens(conn, actor)}


@router.delete("/{id}", status_code=204)
async def revoke(request: Request, id: str) -> None:
    """Refuse a token from now on."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.write() as conn:
        await revoke_token(conn, actor, access.clock, id)
