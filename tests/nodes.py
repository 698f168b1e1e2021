"""Started nodes for tests: in this process behind ASGI, or as a process of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from jjm.access import NODE, create_token
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.kit import Clock


@asynccontextmanager
async def started(folder: Path, database_url: str, clock: Clock | None = None) -> AsyncGenerator[Node, None]:
    """A node on that database, with no limit on calls that a test would notice."""
    settings = Settings(folder, database=database_url, calls_per_minute=1_000_000)
    async with running(settings, clock) as node:
        yield node


async def token(node: Node, *scopes: str) -> str:
    """A new token with these scopes, named after them."""
    async with node.database.write() as conn:
        made = await create_token(conn, NODE, node.registry.clock, name="-".join(scopes), scopes=scopes)
    return made.secret


@asynccontextmanager
async def caller(node: Node, *scopes: str) -> AsyncGenerator[httpx.AsyncClient, None]:
    """An HTTP client of the node with a token of these scopes, or without a token."""
    headers = {"authorization": f"Bearer {await token(node, *scopes)}"} if scopes else {}
    transport = httpx.ASGITransport(app=application(node))
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as client:
        yield client


async def sequenced(node: Node) -> None:
    """Wait until every change committed so far has its position in the ledger."""
    waiting = "select exists (select from ledger.batch where first is null)"
    while True:
        async with node.database.read() as conn:
            if not await conn.fetchval(waiting):
                return
        node.sequencer.wake()
        await node.sequencer.news(0.2)
