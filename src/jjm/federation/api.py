"""How it stands between the nodes, over HTTP; and what a person decides about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from jjm.access import Scope, actor_of, guarded, require
from jjm.federation.context import federation_of
from jjm.federation.following import store
from jjm.federation.sharing import store as lent
from jjm.federation.standing import Status, status
from jjm.kit import not_found

router = APIRouter(prefix="/api/v1/federation", tags=["federation"])
deciding = APIRouter(
    prefix="/api/v1/federation",
    tags=["federation"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Deciding about other nodes")),
)


class Cleared(BaseModel):
    """Why a node whose ledger was rewritten is followed again."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=1_000, description="What its keepers said, and what was decided")


class HeldBack(BaseModel):
    """A copy that could not be taken."""

    node: str
    type: str
    id: str
    version: int
    held_at: datetime
    why: str


class HeldList(BaseModel):
    """Copies that could not be taken, oldest first, at most 500."""

    items: list[HeldBack]


@router.get("")
async def stands(request: Request) -> Status:
    """The nodes, how far each is followed, what was held back, and ledgers found rewritten."""
    federation = federation_of(request)
    async with federation.registry.database.snapshot() as conn:
        return await status(federation, conn)


@deciding.get("/held")
async def held(request: Request) -> HeldList:
    """Copies that could not be taken, and why; for the administrator."""
    async with federation_of(request).registry.database.read() as conn:
        rows = await store.held_back(conn)
    return HeldList(items=[HeldBack(**{n: row[n] for n in HeldBack.model_fields}) for row in rows])


@deciding.post("/nodes/{name}:clear", status_code=200)
async def clear(request: Request, name: str, asked: Cleared) -> dict[str, Any]:
    """Follow a node again from the beginning, although its ledger was rewritten: a person has looked at the evidence.

    Versions that are the same as before are passed over; others under the same number are held back.
    """
    federation, actor = federation_of(request), await actor_of(request)
    async with federation.registry.database.write() as conn:
        peer = await store.peer(conn, name)
        if peer is None or peer.forked_at is None:
            raise not_found(f"The ledger of {name} was not found rewritten.")
        await store.clear(conn, name, actor.name, asked.reason, federation.registry.clock.now())
        await lent.again(conn, name, list(federation.registry.tables))
    return {"cleared": name}
