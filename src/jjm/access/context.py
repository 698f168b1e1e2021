"""What every use case of access needs at hand, and how a call reaches it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.routing import APIRoute

from jjm.access.gate import Gate
from jjm.access.keys import NodeKey
from jjm.access.model import Actor
from jjm.kit import Clock, Database, ReadConnection
from jjm.standards import Catalogue


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
    """Who may do what on one node: its tables, its clock, its standards, and the folder in which its keys are kept."""

    database: Database
    clock: Clock
    catalogue: Catalogue
    node: str
    folder: Path
    key: NodeKey
    gate: Gate
    places: Places


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


def guarded(check: Callable[[Actor], object]) -> type[APIRoute]:
    """Declared calls for whom `check` lets pass; others are refused before anything of the call is looked at."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def allowed(request: Request) -> Response:
                check(await actor_of(request))
                return await answer(request)

            return allowed

    return Guarded
