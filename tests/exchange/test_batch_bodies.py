"""What a large batch holds is sealed while it is worked on, follows the master key, and is gone when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import nodes
import orjson
import pytest

from jjm.app.node import Node
from jjm.exchange.batches import service
from jjm.kit import DatabaseUrl

PATH, COUNT = "/api/v1/batches/people", 1_500
NAME = b"Sitara"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Large batches wait for this before anything of them is taken in."""
    may_go, take = asyncio.Event(), vars(service)["_take"]

    async def later(*args: Any) -> None:
        await may_go.wait()
        await take(*args)

    monkeypatch.setattr("jjm.exchange.batches.service._take", later)
    return may_go


@asynccontextmanager
async def living(folder: Path, url: DatabaseUrl) -> AsyncGenerator[tuple[Node, httpx.AsyncClient], None]:
    """A node and its administrator."""
    async with nodes.started(folder, url) as node, nodes.caller(node, "admin") as keeper:
        yield node, keeper


async def sent(keeper: httpx.AsyncClient) -> None:
    """A batch of households, pushed."""
    for plural, record in (
        ("districts", {"code": "345", "name": "Angul", "state": "STA-21"}),
        ("blocks", {"code": "3339", "name": "Athamallik", "districts": ["DIS-345"]}),
        ("villages", {"code": "399515", "name": "Rampur", "blocks": ["BLK-3339"]}),
    ):
        assert (await keeper.post(f"/api/v1/{plural}", json=record)).status_code == 201
    items = [
        {"type": "households", "data": {"village": "VIL-399515", "head_name": f"Sitara {n}", "phone": f"9{n:09}"}}
        for n in range(COUNT)
    ]
    answer = await keeper.put(PATH, json=items, timeout=60)
    assert (answer.status_code, answer.json()["state"]) == (202, "working"), answer.text


async def body(node: Node) -> bytes | None:
    """What the table of batches holds of it."""
    return await value(node, "body")


async def done(keeper: httpx.AsyncClient) -> dict[str, Any]:
    """The batch once it is done."""
    async with asyncio.timeout(60):
        while (told := (await keeper.get(PATH)).json())["state"] == "working":
            await asyncio.sleep(0.1)
    return told


async def test_it_is_sealed_while_it_is_worked_on_and_gone_when_it_is_done(
    tmp_path: Path, database_url: DatabaseUrl, held: asyncio.Event
) -> None:
    async with living(tmp_path / "node", database_url) as (node, keeper):
        node.rotation.grace = 0
        await sent(keeper)
        kept = await body(node)
        assert kept is not None and NAME not in kept and b"9000000001" not in kept
        asked = (await keeper.post("/api/v1/master-key:rotate")).json()
        async with asyncio.timeout(20):
            while (anew := await body(node)) == kept:
                await asyncio.sleep(0.05)
        assert anew is not None and node.access.vault.box.is_current(anew[16:]), "it follows the master key"
        held.set()
        assert (await done(keeper))["accepted"] == COUNT
        assert await body(node) is None
        assert (await keeper.get(asked["url"], params={"wait": 30})).json()["state"] == "done"
        (found,) = (await keeper.get("/api/v1/households", params={"phone": "9000001499"})).json()["items"]
        assert found["head_name"] == "Sitara 1499"


async def test_what_an_earlier_release_kept_in_the_clear_is_sealed_at_the_start(
    tmp_path: Path, database_url: DatabaseUrl, held: asyncio.Event
) -> None:
    folder = tmp_path / "node"
    async with living(folder, database_url) as (node, keeper):
        await sent(keeper)
        id = await value(node, "id")
        kept = await body(node)
        assert kept is not None
        clear = node.access.vault.open(f"batch:{id}", kept)
        assert len(orjson.loads(clear)) == COUNT
        async with node.database.write() as conn:
            await conn.execute("update exchange.batch set body = $1", clear)
    async with living(folder, database_url) as (node, _):
        kept = await body(node)
        assert kept is not None and NAME not in kept
        assert node.access.vault.open(f"batch:{id}", kept) == clear


async def value(node: Node, column: str) -> Any:
    """What the table of batches says of the one batch."""
    async with node.database.read() as conn:
        return await conn.fetchval(f"select {column} from exchange.batch")
