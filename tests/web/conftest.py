"""A node with a small synthetic State for tests of pages: read by HTTP in this process, and served for a browser."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import nodes
import pytest
import pytest_asyncio
import uvicorn
from databases import Postgres

from jjm.app.asgi import application
from jjm.app.node import Node
from jjm.sandbox import fill

VILLAGES, HOUSEHOLDS = 25, 300


@pytest_asyncio.fixture(scope="session")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A node with a synthetic State, shared by all tests of pages: a test changes only what it made."""
    folder: Path = tmp_path_factory.mktemp("web") / "node"
    async with postgres.fresh() as url, nodes.started(folder, url) as started:
        await fill(started.registry, villages=VILLAGES, households=HOUSEHOLDS)
        started.sequencer.wake()
        await nodes.summed(started)
        yield started


@pytest_asyncio.fixture(scope="session")
async def visitor(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody with a browser and no token."""
    transport, headers = httpx.ASGITransport(application(node)), {"accept": "text/html,*/*;q=0.8"}
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def admin(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator, by the API."""
    async with nodes.caller(node, "admin") as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def address(node: Node) -> AsyncGenerator[str, None]:
    """Where the node answers to a browser."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(application(node), lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving
