"""Notices that the courier has carried a second: to a provider of SMS over HTTP, each signed and written down twice.

The messages are written in one transaction, so that they are all due at once; the time runs from its commit until the
last one is noted as sent. The yardstick are posts of the same size to the same receiver by a bare client.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import time
from collections.abc import AsyncIterator, Collection

import orjson
import psutil

from benchmarks import load, stand
from benchmarks.samples import Bench, bench
from benchmarks.table import Measure
from jjm.notify import Contact, tell

ROWS = ("notices",)
MESSAGES, LINES = 5_000, 64
_SECRET = "JJM_BENCH_SMS"
_SAID = {"workflow": "Water sample", "case": "SMP-21-0001", "action": "Approved"}


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """5,000 messages; fewer with fewer than 500,000 households."""
    messages = min(MESSAGES, max(200, n // 100))
    port, hole = stand.free_port(), stand.free_port()
    os.environ[_SECRET] = "whsec_" + base64.b64encode(os.urandom(24)).decode()
    receiver = stand.start("benchmarks.receive", str(port), str(hole))
    try:
        await asyncio.sleep(1)
        provider = {
            "carrier": "http",
            "url": f"http://127.0.0.1:{port}/sms",
            "auth": "signature",
            "secret_env": _SECRET,
        }
        async with bench(messages={"sms": provider}) as at:
            took = await _carried(at, messages)
            rss = psutil.Process().memory_info().rss / 1e6
        bare = await load.run(port, itertools.repeat(load.post("/sms", _body())), clients=LINES, seconds=3)
    finally:
        receiver.terminate()
        receiver.wait(30)
    rate, what = messages / took, f"posts of the same size by a bare client, {LINES} lines"
    yield "notices", Measure(rate, "messages/s", bare.per_second, rate / bare.per_second, None, rss, messages, what)


async def _carried(at: Bench, messages: int) -> float:
    """Seconds until all of them are noted as sent."""
    async with at.node.database.write() as conn:
        for n in range(messages):
            await tell(at.node.notices, conn, "case-moved", Contact(f"+9190000{n:05d}"), _SAID, key=str(n), urgent=True)
    begun = time.perf_counter()
    async with at.node.database.read() as conn, asyncio.timeout(600):
        while await conn.fetchval("select exists (select from notify.message where status <> 'sent')"):
            await asyncio.sleep(0.02)
    return time.perf_counter() - begun


def _body() -> bytes:
    """As long as what the node posts."""
    return orjson.dumps({"id": "MSG-" + "0" * 26, "text": "x" * 60, "padding": "y" * 220})
