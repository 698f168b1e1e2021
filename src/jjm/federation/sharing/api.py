"""Agreements between nodes over HTTP: told and signed, and what is lent under them; and what a person decides here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from jjm.access import Scope, actor_of, guarded, require, sign_for_node
from jjm.federation.context import Federation, federation_of
from jjm.federation.following import store as following
from jjm.federation.following.rules import unfit
from jjm.federation.network.model import Member
from jjm.federation.sharing import lend, store
from jjm.federation.sharing.borrow import handover_of, hear, is_open, keys_of, sign, take
from jjm.federation.sharing.model import HANDOVER, Lent, read_parts
from jjm.kit.http import JSON_TYPE, dumps, read_body, read_object

nodes = APIRouter(prefix="/api/v1/federation/offers", tags=["federation"])
deciding = APIRouter(
    prefix="/api/v1/federation/agreements",
    tags=["federation"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Deciding about other nodes")),
)
_LARGEST = 64 * 1024 * 1024
_JSON: dict[int | str, dict[str, Any]] = {200: {"content": {JSON_TYPE: {"schema": {"type": "object"}}}}}
_BODY = {"requestBody": {"content": {JSON_TYPE: {"schema": {"type": "object"}}}}}

After = Annotated[int, Query(ge=-1, lt=2**62, description="Position behind which to begin; -1 for the first")]
Until = Annotated[int, Query(ge=0, lt=2**62, description="Entries that the asker has taken up")]
Epoch = Annotated[str | None, Query(max_length=64, description="History in which that position was given")]


class Taken(BaseModel):
    """How far personal parts were taken."""

    position: int


class Offered(BaseModel):
    """An agreement by which another node lends this one what is personal in its records."""

    id: str
    node: str = Field(description="The node that lends")
    state: str = Field(description="Where it stands, as that node told last")
    is_open: bool = Field(description="In force, and signed by both nodes with the keys by which they are listed")
    document: dict[str, Any] | None = Field(description="What both sign; null for a State that is moving")
    signed_by: str | None = Field(description="Who decided here to sign")
    position: int = Field(description="Position of that node's ledger up to which parts were taken")
    taken: int = Field(description="Parts taken since it began anew")
    lived: int = Field(description="Up to this position data lives have run: erased here, and asked for no more")
    told_at: datetime = Field(description="When that node last told of it")
    ended_at: datetime | None = Field(description="When what was lent was erased here")
    fault: str | None


class OfferedList(BaseModel):
    """Agreements by which other nodes lend this one something, whatever became of them."""

    items: list[Offered]


@nodes.get("", response_class=Response, responses=_JSON)
async def offered(request: Request) -> Response:
    """The agreements by which this node lends the calling one what is personal; signed by a listed node."""
    federation = federation_of(request)
    other = await federation.callers.member(request, b"")
    async with federation.registry.database.read() as conn:
        return Response(dumps(await lend.offers(federation, conn, other)), media_type=JSON_TYPE)


@nodes.post("/{id}/signature", status_code=200, openapi_extra=_BODY)
async def signed(request: Request, id: str) -> dict[str, str]:
    """The signature of the calling node under an agreement that it was told of; signed by a listed node."""
    federation, body = federation_of(request), await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    signature = str(read_object(body).get("signature", ""))
    async with federation.registry.database.write() as conn:
        await sign_for_node(federation.access, conn, other.name, id, signature, keys_of(other))
    federation.wake()
    return {"signed": id}


@nodes.get("/{id}/parts", response_class=Response, responses=_JSON)
async def parts(request: Request, id: str, until: Until = 0, after: After = -1, epoch: Epoch = None) -> Response:
    """What is personal in this node's records, as far as an agreement with the calling node opens it; signed by it.

    Each use is written down for both sides, and each record noted as shown, with the purpose of the agreement.
    """
    federation = federation_of(request)
    other = await federation.callers.member(request, b"")
    made = await lend.parts(
        federation, other, id, after=after, until=until, epoch=epoch, path=request.url.path,
        trace=request.scope.get("trace", ""),
    )  # fmt: skip
    return Response(made.written(), media_type=JSON_TYPE, headers={"cache-control": "no-store"})


@nodes.post("", response_class=Response, responses=_JSON, openapi_extra=_BODY)
async def told(request: Request) -> Response:
    """The agreements of a node that nobody can reach; answered with the signatures and positions of this one."""
    federation, body = federation_of(request), await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    said = read_object(body)
    if not isinstance(said.get("items"), list):
        raise unfit(f"What {other.name} says of agreements cannot be understood.")
    await hear(federation, other, said)
    return Response(dumps(await _known(federation, other)), media_type=JSON_TYPE)


async def _known(federation: Federation, other: Member) -> dict[str, Any]:
    async with federation.registry.database.read() as conn:
        peer = await following.peer(conn, other.name)
        lent = [one for one in await store.lent(conn) if one.node == other.name]
    now = federation.registry.clock.now()
    waiting = [one for one in lent if one.signature is not None and one.state in ("draft", "proposed")]
    names = {handover_of(other.name): HANDOVER}
    return {
        "signatures": {one.id: one.signature for one in waiting},
        "positions": {names.get(one.id, one.id): one.position for one in lent if is_open(federation, one, now)},
        "size": peer.edge.size if peer else 0,
        "epoch": peer.epoch if peer else None,
    }


@nodes.post("/{id}/parts", openapi_extra=_BODY)
async def brought(request: Request, id: str) -> Taken:
    """Take up personal parts that a node sends because nobody can reach it; with the same checks as those asked for."""
    federation, body = federation_of(request), await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    known = handover_of(other.name) if id == HANDOVER else id
    return Taken(position=await take(federation, other, known, read_parts(body)))


@deciding.get("")
async def listed(request: Request) -> OfferedList:
    """Agreements by which other nodes lend this one what is personal in their records; for the administrator."""
    federation = federation_of(request)
    async with federation.registry.database.read() as conn:
        return OfferedList(items=[_shown(federation, lent) for lent in await store.lent(conn)])


@deciding.post("/{id}:sign")
async def decide(request: Request, id: str) -> Offered:
    """Sign an agreement that another node offers, with this node's key; it is brought there with the next turn."""
    federation, actor = federation_of(request), await actor_of(request)
    async with federation.registry.database.write() as conn:
        lent = await sign(federation, conn, actor, id)
    federation.wake()
    return _shown(federation, lent)


def _shown(federation: Federation, lent: Lent) -> Offered:
    names = ("id", "node", "state", "signed_by", "position", "taken", "lived", "told_at", "ended_at", "fault")
    document = dict(lent.document) if lent.document else None
    told = {name: getattr(lent, name) for name in names}
    return Offered(**told, document=document, is_open=is_open(federation, lent, federation.registry.clock.now()))
