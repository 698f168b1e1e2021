"""Bulk import of households through the public door, against a raw COPY of the rows that came of it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Collection, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import psutil

from benchmarks import stand
from benchmarks.table import Measure
from jjm.kit import Database
from jjm.ledger import Batch, append_batch

ROWS = ("import",)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """The bulk import of `n` households."""
    yield "import", Measure(**await run(n))


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
                entered = await ledger_alone(node.url, conn)
            finally:
                await conn.close()
    value, baseline = n / float(seconds), (n + 1_000) / bare
    share = entered * n / float(seconds)
    return {
        "value": value,
        "unit": "records/s",
        "baseline": baseline,
        "ratio": value / baseline,
        "p99_ms": None,
        "rss_mb": peak[0] / 1e6,
        "n": n,
        "what": f"raw binary COPY of the same rows into the same columns and indexes; ledger {share:.0%} of the time",
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


async def ledger_alone(url: str, conn: asyncpg.Connection) -> float:
    """Seconds that the ledger takes for one record of an import: its batches entered, hashed, numbered and signed for.

    The same as an import does for it, and nothing else: batches of 16,384 changes until all have their position.
    """
    database = await Database.connect(url, size=2)
    subjects = [f"HHD-21-{n:016}-X" for n in range(16_384)]
    digests = [os.urandom(32) for _ in subjects]
    rounds = 60  # enough that the last look whether all are numbered does not count
    begun = time.perf_counter()
    for _ in range(rounds):
        batch = Batch(
            type="household",
            at=datetime.now(UTC),
            actor="benchmark",
            node="IN-LOCAL",
            subjects=subjects,
            versions=[1] * len(subjects),
            changes=["create"] * len(subjects),
            digests=digests,
        )
        async with database.write() as write:
            await append_batch(write, batch)
    while await conn.fetchval("select exists (select from ledger.batch where first is null)"):
        await asyncio.sleep(0.02)
    spent = time.perf_counter() - begun
    await database.close()
    return spent / rounds / len(subjects)


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
    total = process.memory_info().rss
    for worker in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # one that has ended meanwhile
            total += worker.memory_info().rss if worker.name() != "postgres" else 0
    return total


if __name__ == "__main__":
    print(asyncio.run(run(int(sys.argv[1]))))
