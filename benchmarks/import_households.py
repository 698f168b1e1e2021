"""Bulk import of households through the public door, against a raw COPY of the rows that came of it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil

from benchmarks import stand


async def run(n: int) -> dict[str, object]:
    """Take in `n` households; records a second from the end of the upload to the end of the job, beside raw COPY."""
    with tempfile.TemporaryDirectory(prefix="jjm-import-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            await stand.fill_areas(node)
            await node.load("households", stand.households(1_000, seed=9))  # what is needed once is loaded by now
            await quiet(node)
            with watched(node.process.pid) as peak:
                seconds = (await node.load("households", stand.households(n)))["seconds"]
            conn = await asyncpg.connect(node.url)
            try:
                bare = await copied(conn, folder)
            finally:
                await conn.close()
    value, baseline = n / float(seconds), (n + 1_000) / bare
    return {
        "value": value,
        "unit": "records/s",
        "baseline": baseline,
        "ratio": value / baseline,
        "p99_ms": None,
        "rss_mb": peak[0] / 1e6,
        "n": n,
        "what": "raw binary COPY of the rows that came of it, same columns and indexes",
    }


async def quiet(node: stand.Stand) -> None:
    """Wait until the node has dealt with what follows from the areas just loaded, such as the search for duplicates."""
    conn = await asyncpg.connect(node.url)
    try:
        calm = 0
        while calm < 60:
            busy = await conn.fetchval("select count(*) from pg_stat_activity where state = 'active'")
            calm = calm + 1 if busy == 1 else 0
            await asyncio.sleep(0.1)
    finally:
        await conn.close()


async def copied(conn: asyncpg.Connection, folder: Path) -> float:
    """Seconds that the rows of all households take into an empty table of the same columns and indexes, by COPY."""
    await conn.execute("create schema bench; create table bench.household (like registry.household including all)")
    file = folder / "rows.copy"
    await conn.copy_from_query("select * from registry.household", output=file, format="binary")
    spent: list[float] = []
    for _ in range(2):
        await conn.execute("truncate bench.household; checkpoint")
        begun = time.perf_counter()
        await conn.copy_to_table("household", schema_name="bench", source=file, format="binary")
        spent.append(time.perf_counter() - begun)
    return min(spent)


@contextmanager
def watched(pid: int) -> Generator[list[int]]:
    """The most memory that a process and its workers held while inside, without the database's; in the first place."""
    peak, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            peak[0] = max(peak[0], held(psutil.Process(pid)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def held(process: psutil.Process) -> int:
    """Bytes that a process and its workers hold."""
    own = [process, *(p for p in process.children(recursive=True) if p.name() != "postgres")]
    return sum(p.memory_info().rss for p in own)


if __name__ == "__main__":
    print(asyncio.run(run(int(sys.argv[1]))))
