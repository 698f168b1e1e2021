"""Water samples for measurements of cases: a place to take them, a laboratory, and samples brought as far as wanted."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from jjm.access import NODE
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.workflow import Ask, begin, take

PARAMETERS = ("as", "f", "fe", "no3", "tds", "cl", "so4", "mn", "th", "alk")
VILLAGE, DISTRICT = "VIL-990001", "DIS-99001"
CLIENTS = 8
_AT_ONCE = 50


@dataclass
class Bench:
    """A node in this process, with its ledger, a village and a laboratory; and its HTTP without a network between."""

    node: Node
    client: httpx.AsyncClient
    laboratory: str

    async def begun(self, count: int) -> list[str]:
        """Samples that were registered."""
        return await self._each(count, lambda conn, _: self._registered(conn))

    async def under_test(self, count: int) -> list[str]:
        """Samples that wait for their results."""
        asks = (("RECEIVE", received(self.laboratory)), ("ACCEPT", {}))

        async def accepted(conn: Any, _: int) -> str:
            id = await self._registered(conn)
            for action, told in asks:
                await take(self.node.workflows, conn, NODE, id, Ask(action, told))
            return id

        return await self._each(count, accepted)

    async def _registered(self, conn: Any) -> str:
        return (await begin(self.node.workflows, conn, NODE, "sample", Ask("REGISTER", registered()))).item.id

    async def _each(self, count: int, make: Callable[[Any, int], Awaitable[str]]) -> list[str]:
        found: list[str] = []
        for first in range(0, count, _AT_ONCE):
            async with self.node.database.write() as conn:
                found += [await make(conn, n) for n in range(first, min(first + _AT_ONCE, count))]
        return found


@asynccontextmanager
async def bench(**settings: Any) -> AsyncGenerator[Bench, None]:
    """A node in this process on a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with running(Settings(folder, calls_per_minute=10**9, **settings)) as node:
            headers = {"authorization": f"Bearer {node.admin_token}"}
            transport = httpx.ASGITransport(app=application(node))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://node.bench", headers=headers, timeout=600
            ) as client:
                yield Bench(node, client, await places(client))


async def places(client: httpx.AsyncClient) -> str:
    """A village, and the laboratory of its district, which is named."""
    for plural, values in (
        ("districts", {"code": "99001", "name": "Nayi", "state": "STA-21"}),
        ("subdistricts", {"code": "990001", "name": "Nayi", "district": DISTRICT}),
        ("villages", {"code": "990001", "name": "Naya Gaon", "subdistrict": "SDT-990001"}),
    ):
        (await client.post(f"/api/v1/{plural}", json=values)).raise_for_status()
    body = {
        "name": "Bench", "level": "district", "district": DISTRICT, "accreditation": "nabl",
        "accredited_upto": "2099-01-01", "accredited_parameters": list(PARAMETERS),
    }  # fmt: skip
    return str((await client.post("/api/v1/laboratories", json=body)).raise_for_status().json()["id"])


def registered() -> dict[str, Any]:
    """What is told of a sample that was taken an hour ago."""
    taken = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    return {"village": VILLAGE, "point_kind": "source", "collected_at": taken, "tests_asked": list(PARAMETERS)}


def received(laboratory: str) -> dict[str, Any]:
    """What a laboratory tells of a sample that comes in."""
    return {"laboratory": laboratory, "received_at": datetime.now(UTC).isoformat(), "condition": "good"}


async def by_many(ids: Iterable[str], act: Callable[[int, str], Awaitable[object]]) -> tuple[list[float], float]:
    """Have this done with each of them by several at a time: the seconds each took, and those of all."""
    waiting, spent, begun = iter(ids), list[float](), time.perf_counter()

    async def one(number: int) -> None:
        for id in waiting:
            start = time.perf_counter()
            await act(number, id)
            spent.append(time.perf_counter() - start)

    await asyncio.gather(*(itertools.starmap(one, ((n,) for n in range(CLIENTS)))))
    return spent, time.perf_counter() - begun
