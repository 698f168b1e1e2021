"""Between nodes over HTTP: a stretch to be pulled, a stretch pushed, and how far this node is with the other."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from jjm.federation.context import federation_of
from jjm.federation.following import store
from jjm.federation.following.offer import MOST, stretch
from jjm.federation.following.service import take_up
from jjm.kit.http import NDJSON_TYPE, read_body
from jjm.ledger import size

router = APIRouter(prefix="/api/v1/federation", tags=["federation"])
_LARGEST = 256 * 1024 * 1024
_LONGEST_PAUSE = 1.0
_STRETCH: dict[int | str, dict[str, Any]] = {200: {"content": {NDJSON_TYPE: {"schema": {"type": "string"}}}}}

After = Annotated[int, Query(ge=-1, lt=2**62, description="Position behind which to begin; -1 for the first")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Entries at most")]
Seen = Annotated[int, Query(ge=0, lt=2**62, description="Entries of the newest checkpoint that the asker knows")]
Epoch = Annotated[str | None, Query(max_length=64, description="History in which that position was given")]
Wait = Annotated[int, Query(ge=0, le=60, description="Seconds to wait for news where there are none")]


class Followed(BaseModel):
    """How far this node has taken up another's ledger."""

    size: int = Field(description="Entries taken up")
    head_size: int = Field(description="Entries that the newest checkpoint known here speaks of")
    epoch: str | None = Field(description="History in which those positions were given")


@router.get("/feed", response_class=Response, responses=_STRETCH)
async def feed(
    request: Request, after: After = -1, limit: Limit = 5_000, seen: Seen = 0, epoch: Epoch = None, wait: Wait = 0
) -> Response:
    """A stretch of this node's ledger, with the versions that the calling node may have; signed by a listed node."""
    federation = federation_of(request)
    other = await federation.callers.member(request, b"")
    registry, state = federation.registry, request.app.state
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        async with registry.database.read() as conn:
            there = await size(conn)
        left = deadline - asyncio.get_running_loop().time()
        if there > after + 1 or left <= 0 or state.stopping.is_set():
            break
        await state.sequencer.news(min(left, _LONGEST_PAUSE))
    async with registry.database.snapshot() as conn:
        lines = await stretch(registry, conn, other, after=after, limit=limit, seen=seen, epoch=epoch)
    return Response(lines, media_type=NDJSON_TYPE, headers={"cache-control": "no-store"})


@router.get("/position")
async def position(request: Request) -> Followed:
    """How far the calling node's ledger has been taken up here; signed by a listed node."""
    federation = federation_of(request)
    other = await federation.callers.member(request, b"")
    async with federation.registry.database.read() as conn:
        peer = await store.peer(conn, other.name)
    if peer is None:
        return Followed(size=0, head_size=0, epoch=None)
    return Followed(size=peer.edge.size, head_size=peer.head_size, epoch=peer.epoch)


@router.post("/batches", openapi_extra={"requestBody": {"content": {NDJSON_TYPE: {"schema": {"type": "string"}}}}})
async def push(request: Request) -> Followed:
    """Take up a stretch that a listed node sends, because nobody can reach it; with the same checks as one pulled."""
    federation = federation_of(request)
    body = await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    peer = await take_up(federation.registry, other, body, federation.network.me)
    federation.wake()
    return Followed(size=peer.edge.size, head_size=peer.head_size, epoch=peer.epoch)
