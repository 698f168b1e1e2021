"""The registry's calls over HTTP, for tests: an application around one registry, and clients with tokens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from jjm.access import NODE, Gate, bearers, create_token, known_purposes
from jjm.kit import Problem, SetClock
from jjm.kit.http import problem_answer
from jjm.registry import Bulk, Registry, routes


class Quiet:
    """Stands where a node has its sequencer: nothing waits for news here."""

    def wake(self) -> None:
        """Nothing to wake."""


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_answer(error, request)


@asynccontextmanager
async def client(
    registry: Registry, *scopes: str, bulk: Bulk | None = None, name: str = "tester"
) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A client whose token has these scopes; without any, one that sends no token."""
    app = Starlette(routes=routes(), exception_handlers={Problem: _refuse})
    gate = Gate(registry.database, registry.clock, bearers(), known_purposes(registry.catalogue))
    app.state.registry, app.state.gate, app.state.sequencer = registry, gate, Quiet()
    app.state.bulk = bulk
    headers = {}
    if scopes:
        async with registry.database.write() as conn:
            token = await create_token(conn, NODE, registry.clock, name=name, scopes=scopes)
        headers["Authorization"] = f"Bearer {token.secret}"

    async def tick(request: httpx.Request) -> None:
        """Let time pass between calls, on a clock that stands otherwise."""
        if isinstance(registry.clock, SetClock):
            registry.clock.instant += timedelta(seconds=1)

    transport, hooks = httpx.ASGITransport(app), {"request": [tick]}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://node", headers=headers, event_hooks=hooks
    ) as opened:
        yield opened
