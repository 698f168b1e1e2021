"""Handovers over HTTP: what a person decides on the Centre's node, and what the two nodes tell each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from jjm.access import Scope, actor_of, guarded, require
from jjm.federation.context import Federation, federation_of
from jjm.federation.following.rules import unfit
from jjm.federation.handover import asking, service
from jjm.federation.handover import report as comparing
from jjm.federation.handover.store import Moving
from jjm.federation.network.model import Member
from jjm.kit import not_found
from jjm.kit.http import JSON_TYPE, dumps, read_body, read_object

deciding = APIRouter(
    prefix="/api/v1/federation/handovers",
    tags=["federation"],
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Deciding about other nodes")),
)
nodes = APIRouter(prefix="/api/v1/federation/handover", tags=["federation"])
_LARGEST, _LARGEST_LIST = 1024 * 1024, 64 * 1024 * 1024
_JSON: dict[int | str, dict[str, Any]] = {200: {"content": {JSON_TYPE: {"schema": {"type": "object"}}}}}
_BODY = {"requestBody": {"content": {JSON_TYPE: {"schema": {"type": "object"}}}}}


class Why(BaseModel):
    """Why it is decided so; it stands in the ledger of decisions."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=1_000)


class MovingTold(BaseModel):
    """A handover, and where it stands."""

    node: str
    state: str = Field(description="`begun`, `returning`, `taken_back`, `called_off` or `confirmed`")
    states: list[str] = Field(description="LGD codes of the States that move")
    position: int | None = Field(description="Position up to which the new node must have followed before it writes")
    begun_by: str
    decided_by: str | None
    called_off_at: datetime | None = Field(description="When it was called off without the node; null otherwise")


class Holds(BaseModel):
    """What one node holds of a type."""

    versions: int
    personal: int = Field(description="Versions with all that is personal in them")
    digest: str = Field(description="SHA-256 of the digests of all versions, by record and version")


class Compared(BaseModel):
    """A type on both nodes."""

    type: str
    here: Holds | None
    there: Holds | None
    equal: bool
    named: list[str] = Field(description="What differs, the first twenty")


class Report(BaseModel):
    """What both nodes hold of the States that move."""

    node: str
    states: list[str]
    equal: bool
    types: list[Compared]


class Asked(BaseModel):
    """What the Centre asks of a node that it cannot reach."""

    asked: list[str] = Field(description="Types of which each version is to be named; empty text: the sums of all")


class Leased(BaseModel):
    """Leave to write the records of a State whose handover is not confirmed yet."""

    seconds: float = Field(description="Counted from before it was asked for")


class Back(BaseModel):
    """Whether a State is back on the Centre's node."""

    back: bool


@deciding.post("/{name}:begin")
async def begin(request: Request, name: str, asked: Why) -> MovingTold:
    """Begin to hand the States of a node over to it; that node writes once it has all, what is personal included."""
    return _told(await service.begin(federation_of(request), await actor_of(request), name, asked.reason))


@deciding.get("/{name}/report")
async def report(request: Request, name: str) -> Report:
    """What both nodes hold of the States that move, type by type: equal, or with the differences named."""
    return Report(**await service.report(federation_of(request), await actor_of(request), name))


@deciding.post("/{name}:confirm")
async def confirm(request: Request, name: str, asked: Why) -> MovingTold:
    """Make a handover final, if both nodes hold the same; what is personal is erased here, and nobody can undo it."""
    return _told(await service.confirm(federation_of(request), await actor_of(request), name, asked.reason))


@deciding.post("/{name}:take-back")
async def take_back(request: Request, name: str, asked: Why) -> MovingTold:
    """Take a State back that was not confirmed, with all that its node wrote meanwhile."""
    return _told(await service.take_back(federation_of(request), await actor_of(request), name, asked.reason))


@deciding.post("/{name}:call-off")
async def call_off(request: Request, name: str, asked: Why) -> MovingTold:
    """Call a handover off although the State's node does not answer; hosted again once that surely writes no more."""
    return _told(await service.call_off(federation_of(request), await actor_of(request), name, asked.reason))


def _told(moving: Moving) -> MovingTold:
    return MovingTold(**{name: getattr(moving, name) for name in MovingTold.model_fields})


@nodes.get("/sums", response_class=Response, responses=_JSON)
async def sums(request: Request) -> Response:
    """What this node holds of the States that move to it from the calling one; signed by the Centre."""
    federation = federation_of(request)
    states = await _states(federation, await federation.callers.member(request, b""))
    return Response(dumps(await comparing.own_sums(federation, states)), media_type=JSON_TYPE)


@nodes.get("/versions", response_class=Response, responses=_JSON)
async def versions(request: Request, type: Annotated[str, Query(max_length=60)] = "") -> Response:
    """The versions of a type that this node holds of those States, with their digests; signed by the Centre."""
    federation = federation_of(request)
    states = await _states(federation, await federation.callers.member(request, b""))
    if type not in federation.registry.tables:
        raise not_found(f"There is no registry type `{type}` here.", "registry-unknown")
    found = await comparing.own_versions(federation, type, states)
    return Response(dumps({"versions": found}), media_type=JSON_TYPE)


async def _states(federation: Federation, other: Member) -> list[str]:
    moving = federation.network.moves_to(other.name)
    if moving is None:
        raise not_found(f"No State is moving between here and {other.name}.", "handover-unknown")
    return sorted(moving)


@nodes.get("/asked")
async def asked(request: Request) -> Asked:
    """What the Centre wants to know of the calling node, which nobody can reach; signed by that node."""
    federation = federation_of(request)
    other = await federation.callers.member(request, b"")
    await _states(federation, other)
    return Asked(asked=federation.questions.of(other.name))


@nodes.post("/sums", status_code=204, response_class=Response, openapi_extra=_BODY)
async def tell_sums(request: Request) -> Response:
    """What a node that nobody can reach holds of the States that move to it; signed by that node."""
    federation, body = federation_of(request), await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    await _states(federation, other)
    said = read_object(body)
    if not isinstance(said.get("size"), int) or not isinstance(said.get("types"), dict):
        raise unfit(f"What {other.name} says it holds cannot be understood.")
    federation.questions.answer(other.name, asking.SUMS, said)
    return Response(status_code=204)


@nodes.post("/versions", status_code=204, response_class=Response, openapi_extra=_BODY)
async def tell_versions(request: Request, type: Annotated[str, Query(max_length=60)] = "") -> Response:
    """The versions of a type that a node that nobody can reach holds of those States; signed by that node."""
    federation, body = federation_of(request), await read_body(request, _LARGEST_LIST)
    other = await federation.callers.member(request, body)
    await _states(federation, other)
    said = read_object(body)
    if not type or not _are_versions(said.get("versions")):
        raise unfit(f"What {other.name} says of its versions cannot be understood.")
    federation.questions.answer(other.name, type, said)
    return Response(status_code=204)


def _are_versions(said: object) -> bool:
    try:
        return isinstance(said, list) and all(
            list(map(type, one)) == [str, int, str, bool] for one in cast("list[Any]", said)
        )
    except TypeError:
        return False


@nodes.post("/lease", openapi_extra=_BODY)
async def lease(request: Request) -> Leased:
    """For how long the calling node, to which a State moves, may write without asking again; signed by that node."""
    federation, body = federation_of(request), await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    begins = read_object(body).get("begins")
    if not isinstance(begins, int):
        raise unfit(f"What {other.name} asks for cannot be understood.")
    return Leased(seconds=await service.leased(federation, other, begins))


@nodes.post("/returned", openapi_extra=_BODY)
async def returned(request: Request) -> Back:
    """A node writes no more of the States that are taken back; it says how long its ledger is. Signed by that node."""
    federation, body = federation_of(request), await read_body(request, _LARGEST)
    other = await federation.callers.member(request, body)
    size = read_object(body).get("size")
    if not isinstance(size, int):
        raise unfit(f"What {other.name} says of its ledger cannot be understood.")
    return Back(back=await service.returned(federation, other, size))
