"""What every use case of access needs at hand, and how a call reaches it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
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
from jjm.access.model import Actor, Environment
from jjm.kit import Clock, Database, ReadConnection, WriteConnection
from jjm.kit.http import read_body
from jjm.standards import Catalogue

_BODY = 256_000


class Places(Protocol):
    """What access has to know of areas, which the registry knows."""

    async def ids(self, conn: ReadConnection, address: str) -> Sequence[str]:
        """The areas that an address such as `district/345` stands for. Raises Problem 400 or 404."""
        ...

    async def lie_within(self, conn: ReadConnection, inner: Sequence[str], outer: Sequence[str]) -> bool:
        """True if each of these areas is one of those, or lies in one of them, today."""
        ...


@dataclass
class Access:
    """Who may do what on one node: its tables, its clock, its standards, and the folder in which its keys are kept.

    `urls` are the addresses by which the node is known, the one it calls itself first; `environment` says whether it
    is for trying things out. `knocks` bounds what anybody may send in without being known.
    """

    database: Database
    clock: Clock
    catalogue: Catalogue
    node: str
    folder: Path
    key: NodeKey
    gate: Gate
    places: Places
    urls: tuple[str, ...] = ("http://127.0.0.1:8000",)
    environment: Environment = "sandbox"
    knocks: Limiter = field(default_factory=lambda: Limiter(per_minute=1 / 6, least=5))


async def actor_of(request: Request) -> Actor:
    """The actor behind a call, noted in its scope, with the purpose that its header `Purpose` names.

    Raises Problem 401 for a bad token, 400 for an unknown purpose.
    """
    gate: Gate = request.app.state.gate
    actor = gate.asking(await gate.caller(request), request.headers.get("purpose"))
    request.scope["actor"] = actor
    return actor


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
