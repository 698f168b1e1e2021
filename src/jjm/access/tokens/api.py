"""Tokens over HTTP: made, listed and revoked by an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from jjm.access.context import Access, access_of, actor_of, guarded
from jjm.access.model import Scope
from jjm.access.rules import require
from jjm.access.tokens.service import create_token, read_permit, revoke_token, tokens, unknown_scope
from jjm.kit import WriteConnection

router = APIRouter(
    prefix="/api/v1/tokens",
    tags=["access"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Managing tokens")),
)


_SCOPES = "read, personal, write, admin; or less: of one type, in one area, as in `scheme:write@district/345`"


class TokenAsked(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=80, pattern=r"^[\w .@-]+$", description="Stands as actor in versions")
    scopes: list[str] = Field(
        min_length=1,
        max_length=100,
        description=_SCOPES,
    )
    expires_at: datetime | None = Field(default=None, description="Refused from this instant on")


@router.post("", status_code=201)
async def make(request: Request, asked: TokenAsked) -> dict[str, Any]:
    """Make a token. Its secret is in this answer and nowhere else."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.write() as conn:
        await _known(access, conn, asked.scopes)
        made = await create_token(
            conn, actor, access.clock, name=asked.name, scopes=asked.scopes, expires_at=asked.expires_at
        )
    return {"id": made.id, "name": made.name, "scopes": list(made.scopes), "token": made.secret}


async def _known(access: Access, conn: WriteConnection, scopes: list[str]) -> None:
    """Refuse permits for types and areas that are not here. Raises Problem 400 or 404."""
    for permit in map(read_permit, scopes):
        if permit.type is not None and permit.type not in access.catalogue.types:
            raise unknown_scope(str(permit))
        if permit.area is not None:
            await access.places.ids(conn, permit.area)


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
