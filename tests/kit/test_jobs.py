"""Jobs: asked for in a transaction, done once, gone on with after a crash, stopped when asked."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from databases import end_connections
from slow_ends import slow_ends

from jjm.kit import Database, DatabaseUrl, Job, Jobs, JobStopped, Run, SystemClock, invalid, job_library
from jjm.kit.job_model import Overtaken

Result = Mapping[str, object]


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, SystemClock())


@asynccontextmanager
async def working(jobs: Jobs) -> AsyncGenerator[None, None]:
    """Somebody does the jobs while inside."""
    stop = asyncio.Event()
    work = asyncio.create_task(jobs.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(work, 20)


async def ask(database: Database, jobs: Jobs, kind: str = "count", **request: object) -> Job:
    async with database.write() as conn:
        return await jobs.submit(conn, kind=kind, actor="anita", scopes=["read", "write"], request=request)


async def test_a_job_is_done_and_its_result_kept(database: Database, jobs: Jobs) -> None:
    async def add(run: Run) -> Result:
        assert (run.job.actor, run.job.scopes) == ("anita", ("read", "write"))
        return {"sum": run.job.request["a"] + run.job.request["b"]}

    jobs.register("add", add)
    async with working(jobs):
        job = await ask(database, jobs, "add", a=2, b=3)
        assert job.state == "waiting"
        done = await jobs.ended(job.id, 10)
    assert (done.state, done.result, done.problem) == ("done", {"sum": 5}, None)
    assert done.finished_at is not None


async def test_a_job_is_done_where_the_connections_nobody_uses_are_kept_ready(database_url: DatabaseUrl) -> None:
    database = await Database.connect(database_url, size=3)
    try:
        async with database.read(), database.read(), database.read():
            pass
        jobs = Jobs(database, SystemClock())

        async def nothing(run: Run) -> Result:
            return {}

        jobs.register("nothing", nothing)
        async with working(jobs):
            job = await ask(database, jobs, "nothing")
            assert (await jobs.ended(job.id, 10)).state == "done"
    finally:
        await database.close()


async def test_a_job_asked_for_in_a_transaction_that_fails_was_never_asked_for(database: Database, jobs: Jobs) -> None:
    done: list[str] = []

    async def note(run: Run) -> Result:
        done.append(run.job.id)
        return {}

    jobs.register("note", note)
    async with working(jobs):
        with pytest.raises(RuntimeError):
            async with database.write() as conn:
                await jobs.submit(conn, kind="note", actor="anita", scopes=[], request={})
                raise RuntimeError
        kept = await ask(database, jobs, "note")
        await jobs.ended(kept.id, 10)
    assert done == [kept.id]
    async with database.read() as conn:
        assert [j.id for j in await jobs.recent(conn)] == [kept.id]


async def test_a_refusal_is_what_the_job_failed_with(database: Database, jobs: Jobs) -> None:
    async def refuse(run: Run) -> Result:
        raise invalid("The file has no rows.", [], "empty-file")

    jobs.register("refuse", refuse)
    async with working(jobs):
        job = await jobs.ended((await ask(database, jobs, "refuse")).id, 10)
    assert job.state == "failed"
    assert job.problem is not None
    assert (job.problem["code"], job.problem["status"]) == ("empty-file", 422)


async def test_a_job_ends_also_where_what_it_says_cannot_be_written_as_it_is(database: Database, jobs: Jobs) -> None:
    async def refuse(run: Run) -> Result:
        raise invalid("`Caf\udce9` and `a\0b` are not fields \\u0000.", [], "bad-header")

    jobs.register("refuse", refuse)
    async with working(jobs):
        job = await jobs.ended((await ask(database, jobs, "refuse")).id, 10)
    assert job.state == "failed"
    assert job.problem is not None
    assert job.problem["detail"] == "`Caf?` and `a\ufffdb` are not fields \\u0000."


async def test_an_unforeseen_error_is_logged_under_the_trace_the_job_shows(
    database: Database, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_down(run: Run) -> Result:
        raise ZeroDivisionError("secret of the inside")

    jobs.register("break", break_down)
    with caplog.at_level(logging.ERROR, "jjm.kit"):
        async with working(jobs):
            job = await jobs.ended((await ask(database, jobs, "break")).id, 10)
    assert job.problem is not None
    assert job.problem["code"] == "internal"
    assert "secret" not in str(job.problem)
    assert str(job.problem["trace"]) in caplog.text


async def test_jobs_of_one_kind_are_done_one_after_the_other_and_kinds_side_by_side(
    database: Database, jobs: Jobs
) -> None:
    now: dict[str, int] = {"slow": 0, "other": 0}
    most: dict[str, int] = {"slow": 0, "other": 0}
    both = asyncio.Event()

    async def slow(run: Run) -> Result:
        kind = run.job.kind
        now[kind] += 1
        most[kind] = max(most[kind], now[kind])
        if all(now.values()):
            both.set()
        await asyncio.wait_for(both.wait(), 10)
        await asyncio.sleep(0.02)
        now[kind] -= 1
        return {}

    jobs.register("slow", slow)
    jobs.register("other", slow)
    async with working(jobs):
        asked = [await ask(database, jobs, kind) for kind in ("slow", "slow", "slow", "other")]
        for job in asked:
            assert (await jobs.ended(job.id, 20)).state == "done"
    assert most == {"slow": 1, "other": 1}


async def test_a_waiting_job_that_is_cancelled_is_never_begun(database: Database, jobs: Jobs) -> None:
    begun: list[str] = []

    async def begin(run: Run) -> Result:
        begun.append(run.job.id)
        return {}

    jobs.register("begin", begin)
    job = await ask(database, jobs, "begin")
    async with database.write() as conn:
        assert (await jobs.cancel(conn, job.id)).state == "cancelled"
    async with working(jobs):
        other = await ask(database, jobs, "begin")
        await jobs.ended(other.id, 10)
    assert begun == [other.id]


async def test_a_running_job_stops_at_its_next_good_place_and_tells_what_it_did(database: Database, jobs: Jobs) -> None:
    async def count(run: Run) -> Result:
        for n in range(10_000):
            async with database.write() as conn:
                await run.save(conn, {"n": n})
            if run.is_cancelled():
                raise JobStopped({"n": n})
        return {"n": 10_000}

    jobs.register("count", count)
    async with working(jobs):
        job = await ask(database, jobs)
        while not (await jobs.ended(job.id, 0)).progress:
            await asyncio.sleep(0.01)
        async with database.write() as conn:
            await jobs.cancel(conn, job.id)
        ended = await jobs.ended(job.id, 10)
    assert ended.state == "cancelled"
    assert ended.result == ended.progress


async def test_cancelling_a_job_at_its_end_changes_nothing(database: Database, jobs: Jobs) -> None:
    async def add(run: Run) -> Result:
        return {"sum": 1}

    jobs.register("add", add)
    async with working(jobs):
        job = await jobs.ended((await ask(database, jobs, "add")).id, 10)
    async with database.write() as conn:
        assert await jobs.cancel(conn, job.id) == job


async def test_work_and_progress_are_kept_together_or_not_at_all(database: Database, jobs: Jobs) -> None:
    async def fail(run: Run) -> Result:
        async with database.write() as conn:
            await run.save(conn, {"n": 1})
            raise invalid("No.", [])

    jobs.register("fail", fail)
    async with working(jobs):
        job = await jobs.ended((await ask(database, jobs, "fail")).id, 10)
    assert job.progress == {}


async def test_work_that_is_stopped_with_the_node_goes_on_from_its_progress(database: Database, jobs: Jobs) -> None:
    async def count(run: Run) -> Result:
        first = run.job.progress.get("n", 0)
        for n in range(first + 1, 41):
            async with database.write() as conn:
                await conn.execute("insert into kit.setting values ($1, 'null')", f"n{n}")
                await run.save(conn, {"n": n})
            await asyncio.sleep(0.01)
        return {"first": first}

    jobs.register("count", count)
    async with working(jobs):
        job = await ask(database, jobs)
        while (await jobs.ended(job.id, 0)).progress.get("n", 0) < 5:
            await asyncio.sleep(0.01)
    assert (await jobs.ended(job.id, 0)).state == "running"
    async with working(jobs):
        ended = await jobs.ended(job.id, 10)
    assert ended.state == "done"
    assert ended.result is not None
    assert ended.result["first"] >= 5
    async with database.read() as conn:
        assert await conn.fetchval("select count(*) from kit.setting where name ~ '^n[0-9]+$'") == 40


async def test_a_turn_that_was_overtaken_can_keep_nothing(database: Database, jobs: Jobs) -> None:
    async def wait(run: Run) -> Result:
        return {}

    jobs.register("wait", wait)
    job = await ask(database, jobs, "wait")
    async with database.write() as conn:
        await conn.execute("update kit.job set state = 'running', turn = 7")
    run = Run(await jobs.ended(job.id, 0))
    async with database.write() as conn:
        await conn.execute("update kit.job set turn = 8")
    with pytest.raises(Overtaken):
        async with database.write() as conn:
            await run.save(conn, {"n": 1})


async def test_a_job_outlives_its_connections(database: Database, jobs: Jobs) -> None:
    turns: list[int] = []

    async def long(run: Run) -> Result:
        turns.append(run.job.turn)
        async with database.write() as conn:
            if len(turns) < 3:
                await conn.execute("select pg_terminate_backend(pg_backend_pid())")
            await run.save(conn, {"turns": len(turns)})
        return {"turns": len(turns)}

    jobs.register("long", long)
    async with working(jobs):
        job = await jobs.ended((await ask(database, jobs, "long")).id, 20)
    assert (job.state, job.result) == ("done", {"turns": 3})


async def test_a_job_waits_where_a_process_of_its_own_does_not_reach_the_database(
    database: Database, jobs: Jobs
) -> None:
    turns: list[int] = []

    async def long(run: Run) -> Result:
        turns.append(run.job.turn)
        if len(turns) < 4:
            await Database.connect(DatabaseUrl("postgresql://jjm@/jjm?host=/nowhere"))
        return {"turns": len(turns)}

    jobs.register("long", long)
    async with working(jobs):
        job = await jobs.ended((await ask(database, jobs, "long")).id, 60)
    assert (job.state, job.result) == ("done", {"turns": 4})


async def test_jobs_go_on_after_the_connection_that_makes_this_the_worker_is_lost(
    database: Database, jobs: Jobs
) -> None:
    async def add(run: Run) -> Result:
        return {}

    jobs.register("add", add)
    async with working(jobs):
        await jobs.ended((await ask(database, jobs, "add")).id, 10)
        async with database.write() as conn:
            await conn.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted")
        assert (await jobs.ended((await ask(database, jobs, "add")).id, 20)).state == "done"


async def test_work_on_jobs_gives_its_connections_back_where_the_database_ends_in_mid_work(
    database_url: DatabaseUrl, tmp_path: Path
) -> None:
    gone = asyncio.Event()
    async with slow_ends(database_url, tmp_path, gone) as url:
        database = await Database.connect(url)
        jobs = Jobs(database, SystemClock())

        async def add(run: Run) -> Result:
            return {}

        jobs.register("add", add)
        async with working(jobs):
            await jobs.ended((await ask(database, jobs, "add")).id, 10)
            await end_connections(database_url)
            await asyncio.sleep(2)  # whoever asks now is refused on a connection that is not at its end yet
            gone.set()
            assert (await jobs.ended((await ask(database, jobs, "add")).id, 20)).state == "done"
        async with asyncio.timeout(20):
            await database.close()


async def test_a_second_process_stands_by(database: Database, jobs: Jobs) -> None:
    other = Jobs(database, SystemClock())
    did: list[str] = []

    def doing(name: str) -> Callable[[Run], Awaitable[Result]]:
        async def act(run: Run) -> Result:
            did.append(name)
            return {}

        return act

    jobs.register("act", doing("first"))
    other.register("act", doing("second"))
    async with working(jobs):
        await jobs.ended((await ask(database, jobs, "act")).id, 10)
        async with working(other):
            for _ in range(3):
                await jobs.ended((await ask(database, jobs, "act")).id, 10)
    async with working(other):
        await jobs.ended((await ask(database, jobs, "act")).id, 10)
    assert did == ["first"] * 4 + ["second"]


async def test_what_is_left_behind_is_cleared_once_the_job_is_at_its_end(database: Database, jobs: Jobs) -> None:
    cleared = asyncio.get_running_loop().create_future()

    async def add(run: Run) -> Result:
        return {}

    async def clear(job: Job) -> None:
        cleared.set_result((job.id, job.state))

    jobs.register("add", add, ended=clear)
    async with working(jobs):
        job = await ask(database, jobs, "add")
        assert await asyncio.wait_for(cleared, 10) == (job.id, "done")


_CRASHING = """
import asyncio, sys
from jjm.kit import Database, Jobs, SystemClock

async def main():
    database = await Database.connect(sys.argv[1])
    jobs = Jobs(database, SystemClock())

    async def count(run):
        for n in range(run.job.progress.get("n", 0) + 1, 201):
            async with database.write() as conn:
                await conn.execute("insert into kit.setting values ($1, 'null')", f"c{n}")
                await run.save(conn, {"n": n})
            await asyncio.sleep(0.005)
        return {"n": 200}

    jobs.register("count", count)
    async with database.write() as conn:
        if not await jobs.recent(conn):
            await jobs.submit(conn, kind="count", actor="a", scopes=[], request={})
    stop = asyncio.Event()
    asyncio.get_running_loop().create_task(jobs.run(stop))
    async with database.read() as conn:
        id = (await jobs.recent(conn))[0].id
    await jobs.ended(id, 60)
    stop.set()

asyncio.run(main())
"""


async def test_a_killed_process_leaves_nothing_done_twice_and_the_next_goes_on_at_once(
    database: Database, database_url: DatabaseUrl, jobs: Jobs
) -> None:
    source = str(Path(__file__).parents[2] / "src")
    for kill in (True, True, False):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _CRASHING, database_url, env=os.environ | {"PYTHONPATH": source}
        )
        before = await _reached(database)
        if kill:
            while await _reached(database) < before + 10:
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        await asyncio.wait_for(process.wait(), 60)
    async with database.read() as conn:
        job = (await jobs.recent(conn))[0]
        assert (job.state, job.result, job.turn) == ("done", {"n": 200}, 3)
        assert await conn.fetchval("select count(*) from kit.setting where name ~ '^c[0-9]+$'") == 200


async def _reached(database: Database) -> int:
    async with database.read() as conn:
        return await conn.fetchval("select coalesce(max((progress->>'n')::int), 0) from kit.job")


async def test_the_queue_is_the_one_that_pgqueuer_expects(database: Database) -> None:
    plan = await job_library.on_pool(job_library.Lending(database)).plan_upgrade()
    assert list(plan.statements) == []
    assert job_library.NAMES.qualified.queue_table == "kit.queue"
    # What pgqueuer itself would ask at each start of a node.
    await job_library.QueueManager.verify_structure(job_library.manager(job_library.Lending(database)))
