"""What is measured on a node with many households: reads, writes, lists, the feed; each against its yardstick."""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from benchmarks import load
from benchmarks.plain import prepare
from benchmarks.stand import Stand, fill_areas, households, served, start, village
from benchmarks.table import Measure

ROWS = ("read", "read_personal", "batch_read", "deep_page", "subtree", "as_of", "feed", "create")
SECONDS = 5.0
CLIENTS = 8


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """These rows on one node with `n` households, in this order."""
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with served(folder) as node:
            await fill_areas(node)
            await node.load("households", households(n))
            await prepare(node)
            bare = start("benchmarks.bare", node.url, str(node.bare_port))
            try:
                await asyncio.sleep(2)
                for row in ROWS:
                    if row in wanted:
                        yield row, await globals()[row](node, n)
                        await pause()
            finally:
                bare.terminate()
                bare.wait(30)


def cycle(make: Any, items: list[Any]) -> Iterator[bytes]:
    """Requests over the items, round and round."""
    return (make(item) for item in itertools.cycle(items))


async def read(stand: Stand, n: int) -> Measure:
    """Read one household by id: the node against a bare Starlette route over the same rows, turn by turn.

    As it is shown to who says no more: nothing personal. The bare route has nothing to open either.
    """
    async with stand.client as client:
        made = await client.post("/api/v1/tokens", json={"name": "open", "scopes": ["read"]})
    return await _by_id(stand, n, made.raise_for_status().json()["token"])


async def read_personal(stand: Stand, n: int) -> Measure:
    """The same with what is personal, which is opened for each answer, and noted before it goes out."""
    return await _by_id(stand, n, stand.token)


async def _by_id(stand: Stand, n: int, token: str) -> Measure:
    ours = cycle(lambda i: load.get(f"/api/v1/households/{i}", token), stand.ids)
    bare = cycle(lambda i: load.get(f"/households/{i}"), stand.ids)
    a, b = await _turns(stand, ours, bare)
    return _measure(stand, n, a, b, 1, "records/s", "bare Starlette + asyncpg route")


async def batch_read(stand: Stand, n: int) -> Measure:
    """Read a hundred households at once."""
    rng = random.Random(5)
    bodies = [orjson.dumps({"ids": rng.sample(stand.ids, min(100, len(stand.ids)))}) for _ in range(200)]
    ours = cycle(lambda body: load.post("/api/v1/households:batchGet", body, stand.token), bodies)
    bare = cycle(lambda body: load.post("/many", body), bodies)
    a, b = await _turns(stand, ours, bare)
    return _measure(stand, n, a, b, min(100, len(stand.ids)), "records/s", "bare Starlette + asyncpg route")


async def create(stand: Stand, n: int) -> Measure:
    """Create households over HTTP, each durable and in the ledger: against a bare route that inserts the same row."""
    numbers = itertools.count(1)

    def household(number: int) -> bytes:
        values = {"village": village(number), "head_name": f"New Head {number}", "members": 4, "has_tap": True}
        return orjson.dumps(values)

    before = await _count(stand)
    ours = (load.post("/api/v1/households", household(next(numbers)), stand.token) for _ in itertools.count())
    bare = (load.post("/households", household(next(numbers))) for _ in itertools.count())
    a = await load.run(stand.port, ours, clients=CLIENTS, seconds=SECONDS, warm=0)
    b = await load.run(stand.bare_port, bare, clients=CLIENTS, seconds=SECONDS, warm=0)
    lost = a.calls - a.failed - (await _count(stand) - before)
    assert a.failed == 0, f"{a.failed} creates failed"
    assert lost == 0, f"{lost} acknowledged creates are not there"
    return _measure(stand, n, a, b, 1, "records/s", "bare Starlette + asyncpg insert")


async def _count(stand: Stand) -> int:
    conn = await asyncpg.connect(stand.url)
    try:
        return await conn.fetchval("select count(*) from registry.household")
    finally:
        await conn.close()


async def deep_page(stand: Stand, n: int) -> Measure:
    """A page of fifty at the end of the list, against the first page of the same list."""
    deep = list(await _cursors(stand, "/api/v1/households?limit=50", stand.ids[-200:]))
    a = await _few(stand, deep)
    b = await _few(stand, ["/api/v1/households?limit=50"])
    return _measure(stand, n, a, b, 1, "pages/s", "first page of the same list")


async def _cursors(stand: Stand, path: str, ids: list[str]) -> list[str]:
    from jjm.kit.http import encode_cursor

    return [f"{path}&cursor={encode_cursor([i])}" for i in ids]


async def subtree(stand: Stand, n: int) -> Measure:
    """A page of the households of a block or a district, against a page of all households."""
    paths = [f"/api/v1/households?limit=50&within=block/{9000 + k}" for k in range(0, 100, 7)]
    paths += [f"/api/v1/households?limit=50&within=district/{900 + k}" for k in range(10)]
    a = await _few(stand, paths)
    b = await _few(stand, ["/api/v1/households?limit=50"])
    return _measure(stand, n, a, b, 1, "pages/s", "page of all households")


async def as_of(stand: Stand, n: int) -> Measure:
    """One household, and a page of fifty, as of a past day; against the same as of now."""
    await _history(stand)
    day = "valid_at=2024-06-01"
    old = [f"/api/v1/households/{i}?{day}" for i in stand.ids[:200]]
    old += await _cursors(stand, f"/api/v1/households?limit=50&{day}", stand.ids[:100])
    now = [f"/api/v1/households/{i}" for i in stand.ids[:200]]
    now += await _cursors(stand, "/api/v1/households?limit=50", stand.ids[:100])
    a, b = await _few(stand, old), await _few(stand, now)
    return _measure(stand, n, a, b, 1, "answers/s", "the same as of now")


async def _history(stand: Stand) -> None:
    """A past for the records: some changed twice, one of them five hundred times."""
    async with stand.client as client:
        changes = [*stand.ids[:100] * 2, *[stand.ids[0]] * 500]
        for number, id in enumerate(changes):
            seen = await client.get(f"/api/v1/households/{id}")
            body = {"members": 1 + (seen.json().get("members", 1) % 9)}
            headers = {"If-Match": seen.headers["etag"]}
            when = {"valid_from": f"2025-{1 + number % 12:02d}-01"}
            (await client.patch(f"/api/v1/households/{id}", json=body, headers=headers, params=when)).raise_for_status()


async def feed(stand: Stand, n: int) -> Measure:
    """Drain the change feed from the beginning, against reading the same rows by a bare cursor in id order."""
    begin, position, lines, slowest = time.perf_counter(), -1, 0, 0.0
    async with stand.client as client:
        while True:
            start = time.perf_counter()
            answer = await client.get("/api/v1/changes", params={"after": position, "limit": 10_000})
            slowest = max(slowest, time.perf_counter() - start)
            got = answer.content.count(b"\n")
            if int(answer.headers["x-position"]) == position:
                break
            position, lines = int(answer.headers["x-position"]), lines + got
    ours = lines / (time.perf_counter() - begin)
    bare = await _drain_bare(stand)
    what = "rows by a server-side cursor, as JSON lines"
    return Measure(ours, "entries/s", bare, ours / bare, 1000 * slowest, stand.rss_mb(), n, what)


async def _drain_bare(stand: Stand) -> float:
    from benchmarks.bare import as_json

    conn = await asyncpg.connect(stand.url)
    try:
        begin, rows, size, after = time.perf_counter(), 0, 0, ""
        statement = "select * from bench.household where id > $1 order by id limit 10000"
        while found := await conn.fetch(statement, after):
            size += sum(len(orjson.dumps(as_json(r))) for r in found)
            rows, after = rows + len(found), found[-1]["id"]
        return rows / (time.perf_counter() - begin)
    finally:
        await conn.close()


async def _turns(stand: Stand, ours: Iterator[bytes], bare: Iterator[bytes]) -> tuple[load.Load, load.Load]:
    """Both loads in turns, twice; the better of each, so that a passing disturbance hits neither alone."""
    a: list[load.Load] = []
    b: list[load.Load] = []
    for _ in range(3):
        a.append(await load.run(stand.port, ours, clients=CLIENTS, seconds=SECONDS / 2))
        b.append(await load.run(stand.bare_port, bare, clients=CLIENTS, seconds=SECONDS / 2))
    return max(a, key=lambda x: x.per_second), max(b, key=lambda x: x.per_second)


async def _few(stand: Stand, paths: list[str]) -> load.Load:
    requests = cycle(lambda path: load.get(path, stand.token), paths)
    return await load.run(stand.port, requests, clients=2, seconds=SECONDS / 2)


def _measure(stand: Stand, n: int, a: load.Load, b: load.Load, each: int, unit: str, what: str) -> Measure:
    assert a.failed == 0, f"{a.failed} of {a.calls} calls failed"
    value, baseline = a.per_second * each, b.per_second * each
    return Measure(value, unit, baseline, value / baseline, a.p99_ms, stand.rss_mb(), n, what)


async def pause() -> None:
    """Let the node finish what it does behind the last load."""
    await asyncio.sleep(1.0)
