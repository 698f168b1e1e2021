"""What every use case of access needs at hand, and how a call reaches it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from jjm.access.gate import Gate
from jjm.access.keys import NodeKey
from jjm.access.limits import Limiter
from jjm.access.messages import Messages
from jjm.access.model import Actor, Environment
from jjm.access.outside.provider import Remote
from jjm.access.readings.model import Subject
from jjm.access.sessions.model import Caller
from jjm.access.sessions.passwords import Passwords
from jjm.access.sessions.presence import Presence
from jjm.access.sessions.rules import network_of
from jjm.access.usage.meter import Meter
from jjm.access.usage.model import Delivery
from jjm.access.vault import Vault
from jjm.kit import Clock, Database, Fault, ReadConnection, WriteConnection, bad_request
from jjm.kit.http import header, read_body
from jjm.standards import Catalogue

_BODY = 256_000


class Places(Protocol):
    """What access has to know of areas, which the registry knows."""

    async def ids(self, conn: ReadConnection, address: str) -> Sequence[str]:
        """The areas that an address such as `district/345` stands for. Raises Problem 400 or 404."""
        ...

    async def around(self, conn: ReadConnection, areas: Sequence[str]) -> Sequence[str]:
        """The places that these areas are or lie in today, the nearest first."""
        ...

    async def lie_within(self, conn: ReadConnection, inner: Sequence[str], outer: Sequence[str]) -> bool:
        """True if each of these areas is one of those, or lies in one of them, today."""
        ...

    async def name(self, conn: ReadConnection, address: str) -> str:
        """What people call the area at `level/code`; the address itself where it has no name."""
        ...


class Subjects(Protocol):
    """What access has to know of records that are about a person."""

    async def about(self, conn: ReadConnection, phone: str) -> tuple[Sequence[Subject], bool]:
        """Records that carry this telephone number as somebody's own, and whether there are more than these."""
        ...

    async def phone_in(self, conn: ReadConnection, actor: Actor, type: str, id: str) -> str | None:
        """The telephone number that a record carries as somebody's own. Raises Problem for one the actor cannot see."""
        ...

    async def ever_inside(
        self, conn: ReadConnection, type: str, ids: Sequence[str], areas: Sequence[str]
    ) -> Collection[str]:
        """Those of these records that lie in one of these areas, or lay in one by any of their versions."""
        ...


class Deliveries(Protocol):
    """What access has to know of subscriptions, which the exchange knows."""

    async def of(self, conn: ReadConnection, participant: str) -> Sequence[Delivery]:
        """How deliveries to each subscription of a participant fare."""
        ...


class NoDeliveries:
    """A node that delivers nothing."""

    async def of(self, conn: ReadConnection, participant: str) -> Sequence[Delivery]:
        """None at all."""
        return ()


@dataclass
class Access:
    """Who may do what on one node: its tables, its clock, its standards, and the folder in which its keys are kept.

    `urls` are the addresses by which the node is known, the one it calls itself first; `environment` says whether it
    is for trying things out. `knocks` bounds what anybody may send in without being known, `meter` counts all calls.
    `vault` seals what is kept of people, `presence` knows who is signed in, `messages` carries codes to telephones
    where the node was told how, `providers` are outside ones at which people may sign in; `deliveries` tells how those
    to partners fare. `nodes` tells the public keys (a JWK Set) of another node by its name, None for one that is not
    listed; None on a node that knows no others.
    """

    database: Database
    clock: Clock
    catalogue: Catalogue
    node: str
    folder: Path
    key: NodeKey
    gate: Gate
    places: Places
    subjects: Subjects
    vault: Vault
    presence: Presence
    urls: tuple[str, ...] = ("http://127.0.0.1:8000",)
    environment: Environment = "sandbox"
    knocks: Limiter = field(default_factory=lambda: Limiter(per_minute=1 / 6, least=5))
    messages: Messages | None = None
    providers: Mapping[str, Remote] = field(default_factory=dict[str, Remote])
    passwords: Passwords = field(default_factory=Passwords)
    calls_per_minute: int = 6_000
    nodes: Callable[[str], Mapping[str, Any] | None] | None = None
    deliveries: Deliveries = field(default_factory=NoDeliveries)
    meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        self.meter = Meter(Limiter(self.calls_per_minute), self.clock)
        self.gate.met = self.meter.meet


async def actor_of(request: Request) -> Actor:
    """The actor behind a call, noted in its scope, with the purpose that its header `Purpose` names.

    Raises Problem 401 for a bad token, 400 for an unknown purpose.
    """
    gate: Gate = request.app.state.gate
    purpose = header(request.scope, b"purpose")
    actor = gate.asking(await gate.caller(request), None if purpose is None else purpose.decode("latin-1"))
    if actor.kind == "application" and actor.purpose is not None and header(request.scope, b"agreement") is not None:
        fault = Fault("an agreement and a purpose that rests on consent", "Name one of them.", "/Agreement")
        raise bad_request("agreement-or-consent", "A call reads under an agreement or under consents.", fault)
    request.scope["actor"] = actor
    return actor


def caller_of(request: Request) -> Caller:
    """Where a call comes from."""
    program = request.headers.get("user-agent", "")[:200].replace("\0", "") or None
    return Caller(network_of(request.client.host if request.client else None), program)


def base_of(request: Request) -> str:
    """The address of the node to be told to people: its public one, else the one that was called."""
    urls = access_of(request).urls
    return urls[0] if len(urls) == 1 else str(request.base_url).rstrip("/")


def access_of(request: Request) -> Access:
    """The access of the node that a call has come to."""
    access: Access = request.app.state.access
    return access


@asynccontextmanager
async def deciding(request: Request) -> AsyncGenerator[WriteConnection, None]:
    """The one transaction of a call that decides about access; the ledger's sequencer hears of it behind the commit."""
    async with access_of(request).database.write() as conn:
        yield conn
    request.app.state.sequencer.wake()


def guarded(check: Callable[[Actor], object] | None, most: int = _BODY) -> type[APIRoute]:
    """Declared calls for whom `check` lets pass; others are refused before anything of the call is looked at.

    Without `check` anybody may call and no token is looked at. A body beyond `most` bytes is refused with 413.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def allowed(request: Request) -> Response:
                if check is not None:
                    check(await actor_of(request))
                return await answer(await _bounded(request, most))

            return allowed

    return Guarded


async def _bounded(request: Request, most: int) -> Request:
    """The same call with its body read, within its limit."""
    body = await read_body(request, most)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)
