"""Webhooks to a hundred subscribers of whom ten are dead, against the same posts made by a bare client in one run."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks import load, stand
from benchmarks.table import Measure

LIVING, DEAD, OWNERS = 90, 10, 4
_PROBES_A_SECOND = 20
ROWS = ("fan_out",)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """The webhooks of a hundred subscribers."""
    yield "fan_out", Measure(**await run())


async def run(events: int = 500) -> dict[str, Any]:
    """Deliveries a second to those who live, one event a call, signed; and how long a read by id takes meanwhile."""
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        port, hole, closed = stand.free_port(), stand.free_port(), stand.free_port()
        async with stand.served(folder) as node:
            receiver = stand.start("benchmarks.receive", str(port), str(hole))
            try:
                await asyncio.sleep(1)
                return await _measured(node, port, [hole, closed], events)
            finally:
                receiver.terminate()
                receiver.wait(30)


async def _measured(node: stand.Stand, port: int, dead: list[int], events: int) -> dict[str, Any]:
    await _subscribe(node, [port] * LIVING + dead * (DEAD // len(dead)))
    rows = ({"name": f"Society {n} of the village water committee", "kind": "ngo"} for n in range(events))
    wanted, times, done = events * LIVING, list[float](), asyncio.Event()
    probing = asyncio.create_task(_probe(node, times, done))
    await node.load("organisations", rows)
    begin = time.perf_counter()
    already = await _count(port)
    while (taken := await _count(port)) < wanted:
        await asyncio.sleep(0.05)
    ours = (taken - already) / (time.perf_counter() - begin)
    done.set()
    await probing
    p99 = 1_000 * sorted(times)[len(times) * 99 // 100]
    bare = await _bare(port)
    what = "the same posts by a bare client, 90 connections"
    measured = {"value": ours, "unit": "events/s", "baseline": bare, "ratio": ours / bare, "p99_ms": p99}
    return measured | {"rss_mb": node.rss_mb(), "n": LIVING + DEAD, "what": what}


async def _subscribe(node: stand.Stand, ports: list[int]) -> None:
    async with node.client as client:
        for owner in range(OWNERS):
            made = await client.post("/api/v1/tokens", json={"name": f"owner {owner}", "scopes": ["read"]})
            headers = {"Authorization": f"Bearer {made.json()['token']}"}
            for n, port in list(enumerate(ports))[owner::OWNERS]:
                asked = {"url": f"http://127.0.0.1:{port}/r/{n}", "types": ["organisations"]}
                (await client.post("/api/v1/subscriptions", json=asked, headers=headers)).raise_for_status()


async def _probe(node: stand.Stand, times: list[float], done: asyncio.Event) -> None:
    """Read a record now and then, and note how long that takes."""
    async with node.client as client:
        while not done.is_set():
            begin = time.perf_counter()
            (await client.get("/api/v1/states/STA-21")).raise_for_status()
            times.append(time.perf_counter() - begin)
            await asyncio.sleep(1 / _PROBES_A_SECOND)


async def _count(port: int) -> int:
    async with httpx.AsyncClient() as client:
        return int((await client.get(f"http://127.0.0.1:{port}/")).text)


async def _bare(port: int) -> float:
    body = orjson.dumps({"specversion": "1.0", "data": {"name": "x" * 60}, "padding": "y" * 700})
    measured = await load.run(port, itertools.repeat(load.post("/r", body)), clients=LIVING, seconds=4)
    return measured.per_second
