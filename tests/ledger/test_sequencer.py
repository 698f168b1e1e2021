"""The sequencer: whatever happens around it, every committed change gets one position, in one gap-free order."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import databases
import pytest
from changes import changes, commit, record, sequence

from jjm import ledger
from jjm.kit import Cluster, Database, DatabaseUrl, Problem, migrate
from jjm.ledger import Checkpoint, Sequencer, Signer, open_signer, verify_consistency

pytestmark = pytest.mark.every_postgres


@asynccontextmanager
async def running(*sequencers: Sequencer) -> AsyncGenerator[None, None]:
    """The sequencers at work, stopped in good order at the end."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(sequencer.run(stop)) for sequencer in sequencers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


async def head(database: Database) -> Checkpoint | None:
    with suppress(Problem, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        async with database.read() as conn:
            return await ledger.head(conn)
    return None


async def reaches(database: Database, size: int) -> Checkpoint:
    """The checkpoint, once the ledger has that many entries."""
    async with asyncio.timeout(20):
        while not (found := await head(database)) or found.size < size:
            await asyncio.sleep(0.002)
    assert found.size == size
    return found


async def has_no_fork(database: Database, signer: Signer, seen: list[Checkpoint]) -> None:
    """Every checkpoint ever seen is the beginning of the last one, and the whole ledger is as signed."""
    async with database.snapshot() as conn:
        last = await ledger.head(conn)
        for checkpoint in seen:
            if checkpoint.size:
                shown = await ledger.consistency(conn, checkpoint.size)
                roots = (checkpoint.root, last.root)
                assert verify_consistency(checkpoint.size, last.size, *roots, shown.hashes)
        assert await ledger.verify_tree(conn, signer.verifier.vkey) == []


async def subjects(database: Database) -> list[str]:
    """The records of all entries in order of position, which has no gap."""
    found: list[str] = []
    async with database.read() as conn:
        while slices := await ledger.entries(conn, len(found) - 1, 10_000):
            for part in slices:
                assert part.first == len(found)
                found += part.subjects
    return found


async def test_sixteen_writers_and_aborted_transactions(database: Database, signer: Signer) -> None:
    chance = random.Random(7)
    both = [Sequencer(database, signer), Sequencer(database, signer)]
    committed: Counter[str] = Counter()
    seen: list[Checkpoint] = []

    async def write(writer: int) -> None:
        for turn in range(25):
            lot = changes(chance.choice([1, 1, 3, 40]), f"W{writer}-{turn}")
            abort = chance.random() < 0.25
            with suppress(ZeroDivisionError):
                async with database.write() as conn:
                    await record(conn, lot)
                    await asyncio.sleep(chance.random() * 0.01)
                    if abort:
                        raise ZeroDivisionError
            if not abort:
                committed.update(change.subject for change in lot)
                both[writer % 2].wake()

    async def watch() -> None:
        while True:
            if found := await head(database):
                seen.append(found)
            await asyncio.sleep(0.005)

    async with running(*both):
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(write(writer) for writer in range(16)))
        await reaches(database, committed.total())
        watching.cancel()
    assert Counter(await subjects(database)) == committed
    assert len(seen) > 10
    await has_no_fork(database, signer, seen)


async def test_a_late_transaction_is_neither_skipped_nor_overtaken(database: Database, sequencer: Sequencer) -> None:
    async with database.write() as late:
        await record(late, changes(2, "LATE"))
        await commit(database, changes(2, "EARLY"))
        assert await sequence(database, sequencer) == 1
    assert await sequence(database, sequencer) == 1
    assert await subjects(database) == ["EARLY-0", "EARLY-1", "LATE-0", "LATE-1"]


async def test_a_woken_sequencer_is_there_within_milliseconds(database: Database, sequencer: Sequencer) -> None:
    async with running(sequencer):
        await reaches(database, 0)
        waited: list[float] = []
        for turn in range(1, 11):
            await asyncio.sleep(0.02)
            await commit(database, changes(1, f"T{turn}"))
            started = asyncio.get_running_loop().time()
            sequencer.wake()
            await reaches(database, turn)
            waited.append(asyncio.get_running_loop().time() - started)
    assert sorted(waited)[5] < 0.25


async def test_an_unwoken_sequencer_is_there_within_a_second(database: Database, sequencer: Sequencer) -> None:
    async with running(sequencer):
        await reaches(database, 0)
        await commit(database, changes(2))
        await reaches(database, 2)


async def test_cancelled_at_any_point_it_leaves_no_fork(database: Database, signer: Signer) -> None:
    chance = random.Random(11)
    await commit(database, changes(250, "FIRST"))
    started = time.perf_counter()
    await sequence(database, Sequencer(database, signer))
    as_long_as_two_steps = 2 * (time.perf_counter() - started)
    seen: list[Checkpoint] = []
    for turn in range(40):
        await commit(database, changes(chance.choice([1, 200, 300]), f"T{turn}"))
        task = asyncio.create_task(Sequencer(database, signer).run(asyncio.Event()))
        await asyncio.sleep(chance.random() * as_long_as_two_steps)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        if found := await head(database):
            seen.append(found)
    await sequence(database, Sequencer(database, signer))
    found = await subjects(database)
    assert len(found) == len(set(found))
    assert {name.split("-")[0] for name in found} == {"FIRST", *(f"T{turn}" for turn in range(40))}
    assert len({checkpoint.size for checkpoint in seen}) > 1
    await has_no_fork(database, signer, seen)


STEP_AND_HANG = """
import asyncio, sys
from pathlib import Path
from jjm.kit import Database
from jjm.ledger import Sequencer, open_signer

async def main():
    database = await Database.connect(sys.argv[1], size=1)
    sequencer = Sequencer(database, open_signer(Path(sys.argv[2]), "jjm.odisha.example/log", "a passphrase"))
    async with database.write() as conn:
        print(await sequencer.step(conn), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_sequencer_of_another_process_leaves_no_fork(
    database: Database, database_url: DatabaseUrl, folder: Path
) -> None:
    signer = open_signer(folder, "jjm.odisha.example/log", "a passphrase")
    await commit(database, changes(300))
    await sequence(database, Sequencer(database, signer))
    before = await head(database)
    await commit(database, changes(700, "HH"))
    other = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        STEP_AND_HANG,
        database_url,
        str(folder),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert other.stdout is not None
    assert await asyncio.wait_for(other.stdout.readline(), 20) == b"1\n"
    assert await head(database) == before
    async with running(Sequencer(database, signer)):
        await commit(database, changes(5, "TAP"))
        await asyncio.sleep(0.1)
        assert await head(database) == before, "two sequencers must not number at once"
        other.send_signal(signal.SIGKILL)
        await other.wait()
        await reaches(database, 1_005)
    assert before is not None
    await has_no_fork(database, signer, [before])


async def commit_somehow(database: Database, name: str) -> None:
    """Commit one change, however many connections of the pool are dead."""
    async with asyncio.timeout(10):
        while True:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
                await commit(database, changes(1, name))
                return


async def test_lost_connections_do_not_end_it(
    database: Database, database_url: DatabaseUrl, sequencer: Sequencer
) -> None:
    async with running(sequencer):
        for turn in range(1, 4):
            admin = await asyncpg.connect(database_url)
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            await admin.close()
            await commit_somehow(database, f"T{turn}")
            sequencer.wake()
            await reaches(database, turn)


async def test_a_restart_of_the_database_does_not_end_it(signer: Signer) -> None:
    with databases.passable_folder() as place:
        cluster = Cluster(place, settings=databases.FAST)
        database = await Database.connect(await cluster.start())
        try:
            await migrate(database, ["jjm.ledger"])
            sequencer = Sequencer(database, signer)
            async with running(sequencer):
                await commit(database, changes(3))
                await reaches(database, 3)
                await cluster.stop()
                await asyncio.sleep(0.3)
                await cluster.start()
                await asyncio.sleep(0.1)
                await commit(database, changes(2, "AFTER"))
                await reaches(database, 5)
        finally:
            database.pool.terminate()
            await cluster.stop()


async def test_it_signs_nothing_on_top_of_an_altered_tree(database: Database, sequencer: Sequencer) -> None:
    await commit(database, changes(300))
    await sequence(database, sequencer)
    before = await head(database)
    await commit(database, changes(1, "NEXT"))
    for alter in (
        "update ledger.tile set hashes = overlay(hashes placing '\\x00' from 5) where level = 1",
        "update ledger.head set root = sha256('x')",
        "update ledger.head set size = 256",
        "delete from ledger.tile where index = 1",
    ):
        async with database.write() as conn:
            await conn.execute("create table kept_tile as table ledger.tile")
            await conn.execute("create table kept_head as table ledger.head")
            await conn.execute(alter)
        with pytest.raises(Problem, match="is not the one signed"):
            await sequence(database, sequencer)
        async with database.write() as conn:
            await conn.execute("delete from ledger.tile; insert into ledger.tile table kept_tile; drop table kept_tile")
            await conn.execute("delete from ledger.head; insert into ledger.head table kept_head; drop table kept_head")
    assert await head(database) == before
    assert await sequence(database, sequencer) == 1


async def test_published_checkpoints_wait_for_the_disk(database: Database, sequencer: Sequencer) -> None:
    async with database.write() as conn:
        await conn.execute("set local synchronous_commit = off")
        await sequencer.step(conn)
        assert await conn.fetchval("show synchronous_commit") == "on"


async def test_a_long_queue_is_worked_off_in_steps(database: Database, sequencer: Sequencer) -> None:
    await commit(database, *(changes(65_000, f"B{i}") for i in range(5)))
    async with database.write() as conn:
        assert await sequencer.step(conn) == 4
    assert await sequence(database, sequencer) == 1
    assert (found := await head(database))
    assert found.size == 325_000
