"""A node for tests of calls and commands, and its callers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import httpx
import nodes
import pytest
import pytest_asyncio
from databases import passable_folder

from jjm.app.node import Node
from jjm.kit import Clock, DatabaseUrl, SystemClock


@pytest.fixture
def clock() -> Clock:
    """The clock of the node; a test module that sets the time has a fixture of this name with a `SetClock`."""
    return SystemClock()


@pytest_asyncio.fixture
async def node(database_url: DatabaseUrl, tmp_path: Path, clock: Clock) -> AsyncGenerator[Node, None]:
    """A started node on a fresh database that holds the States and nothing else."""
    async with nodes.started(tmp_path / "node", database_url, clock) as started:
        yield started


@pytest_asyncio.fixture
async def client(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator, as an HTTP client of the node."""
    async with nodes.caller(node, "admin") as found:
        yield found


@pytest_asyncio.fixture
async def reader(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody with a read token: every type, and no personal field."""
    async with nodes.caller(node, "read") as found:
        yield found


@pytest_asyncio.fixture
async def anonymous(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Anybody, without a token."""
    async with nodes.caller(node) as found:
        yield found


@pytest.fixture
def start() -> Iterator[nodes.Start]:
    """Starts a node in a process of its own: `start(folder, "--port", "0")`."""
    with nodes.starting() as found:
        yield found


@pytest.fixture(scope="session")
def served() -> Iterator[nodes.Served]:
    """A node in a process of its own, shared by all tests: a test changes only what it made."""
    with passable_folder() as folder, nodes.starting() as start_one:
        yield start_one(folder / "node", "--port", "0")


@pytest.fixture(scope="session")
def places(served: nodes.Served) -> dict[str, str]:
    """Odisha with a district, a block and two villages, on the shared node."""
    made = {
        "district": {"code": "345", "name": "Angul", "state": "STA-21"},
        "block": {"code": "3339", "name": "Athamallik", "districts": ["DIS-345"]},
    }
    with served.client() as client:
        for type, record in made.items():
            assert client.post(f"/api/v1/{type}s", json=record).status_code == 201
        for code, name in (("399515", "Rampur"), ("399612", "Sundarpur")):
            body = {"code": code, "name": name, "blocks": ["BLK-3339"]}
            assert client.post("/api/v1/villages", json=body, params={"valid_from": "2020-01-26"}).status_code == 201
    return {"district": "DIS-345", "block": "BLK-3339", "village": "VIL-399515", "other": "VIL-399612"}
