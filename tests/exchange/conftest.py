"""A node for tests of the exchange, and its callers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import nodes
import pytest
import pytest_asyncio

from jjm.app.node import Node
from jjm.kit import Clock, DatabaseUrl, SystemClock


@pytest.fixture
def clock() -> Clock:
    """The clock of the node; a test module that sets the time has a fixture of this name with a `SetClock`."""
    return SystemClock()


@pytest_asyncio.fixture
async def node(database_url: DatabaseUrl, tmp_path: Path, clock: Clock) -> AsyncGenerator[Node, None]:
    """A started node on a fresh database that holds the States and nothing else."""
    # On one machine every receiver is inside the network.
    async with nodes.started(tmp_path / "node", database_url, clock, webhooks_private=True) as started:
        yield started


@pytest_asyncio.fixture
async def client(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator, as an HTTP client of the node."""
    async with nodes.caller(node, "admin") as found:
        yield found


@pytest_asyncio.fixture
async def places(client: httpx.AsyncClient) -> None:
    """Two districts of Odisha with a block and a village each."""
    made = [
        ("districts", {"code": "345", "name": "Angul", "state": "STA-21"}),
        ("districts", {"code": "346", "name": "Balangir", "state": "STA-21"}),
        ("blocks", {"code": "3339", "name": "Athamallik", "districts": ["DIS-345"]}),
        ("blocks", {"code": "3340", "name": "Agalpur", "districts": ["DIS-346"]}),
        ("villages", {"code": "399515", "name": "Rampur", "blocks": ["BLK-3339"]}),
        ("villages", {"code": "399612", "name": "Sundarpur", "blocks": ["BLK-3340"]}),
    ]
    for plural, record in made:
        answer = await client.post(f"/api/v1/{plural}", json=record)
        assert answer.status_code == 201, answer.text
