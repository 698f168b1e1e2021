"""Bringing open jobs to the one process that does them, by pgqueuer in the same database.

pgqueuer alone would hand a job of a killed process on only after its heartbeat has timed out. So the process that works
holds a lock for as long as its connection lives; whoever gets the lock next knows that nobody works on anything, and
fills the queue anew from the open jobs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from jjm.kit.database import Database, ReadConnection, WriteConnection
from jjm.kit.job_model import queries
from jjm.kit.job_store import open_jobs

if TYPE_CHECKING:
    from pgqueuer.domain.models import Job as Handed
    from pgqueuer.domain.settings import DBSettings
    from pgqueuer.ports.driver import Driver
    from pgqueuer.queries import Queries

_log = logging.getLogger(__name__)
_LOCK = 7_219_004
_TRY_AGAIN = 0.25
_LOOK_AFTER_LOCK = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_HEARTBEAT = timedelta(seconds=60)
_POLL = timedelta(seconds=5)


@cache
def names() -> DBSettings:
    """The names of pgqueuer's tables here; said in full, so that no environment variable can change one."""
    from pgqueuer.domain.settings import DBSettings

    return DBSettings(
        prefix="",
        db_schema="kit",
        channel="jjm_queue",  # pyright: ignore[reportArgumentType]
        function="queue_changed",
        trigger="queue_changed",
        queue_table="queue",
        queue_table_log="queue_log",
        statistics_table="queue_statistics",
        schedules_table="queue_schedule",
        queue_status_type="queue_status",
    )


def _statements(driver: Driver) -> Queries:
    # Imported when first needed: it takes most of a second, and most commands have no jobs.
    from pgqueuer.adapters.persistence import qb
    from pgqueuer.queries import Queries

    settings = names()
    return Queries(
        driver,
        qb.QueryBuilderEnvironment(settings),
        qb.QueryQueueBuilder(settings),
        qb.QuerySchedulerBuilder(settings),
    )


async def enqueue(conn: WriteConnection, jobs: Sequence[tuple[str, str]]) -> None:
    """Hand over jobs (id, kind) once the caller's transaction has committed; one that waits already stays once."""
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

    if jobs:
        ids = [id for id, _ in jobs]
        kinds = [kind for _, kind in jobs]
        held: list[bytes | None] = [id.encode() for id in ids]
        queue = _statements(AsyncpgDriver(cast("Any", conn)))
        await queue.enqueue(kinds, held, [0] * len(ids), dedupe_key=[*ids], on_conflict="skip")


async def _fill_anew(conn: WriteConnection, kinds: Sequence[str]) -> None:
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

    await _statements(AsyncpgDriver(cast("Any", conn))).clear_queue(list(kinds))
    await enqueue(conn, [(id, kind) for id, kind in await open_jobs(conn) if kind in kinds])


class JobQueue:
    """Hands each open job to `do`, one of each kind at a time, while this process is the one that works."""

    def __init__(self, database: Database, kinds: Sequence[str], do: Callable[[str], Awaitable[None]]) -> None:
        self._database = database
        self._kinds = kinds
        self._do = do
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Hand over jobs until `stop` is set. Outlives restarts of the database."""
        await asyncio.to_thread(names)
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                async with self._sole_worker(stop) as held:
                    pause = _FIRST_PAUSE
                    if held is not None:
                        await self._work(held, stop)
            except Exception as error:  # whatever it is, the next round begins afresh from the database
                _log.warning("work on jobs is interrupted, trying again in %.1f s: %r", pause, error)
                await _wait(stop, pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    @asynccontextmanager
    async def _sole_worker(self, stop: asyncio.Event) -> AsyncGenerator[ReadConnection | None, None]:
        async with self._database.read() as conn:
            while not await queries.become_the_only_worker(conn, key=_LOCK):
                await _wait(stop, _TRY_AGAIN)
                if stop.is_set():
                    yield None
                    return
            try:
                yield conn
            finally:
                await queries.let_others_work(conn, key=_LOCK)

    async def _work(self, held: ReadConnection, stop: asyncio.Event) -> None:
        from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
        from pgqueuer.core.qm import QueueManager

        async with self._database.write() as conn:
            await _fill_anew(conn, self._kinds)
        queue = QueueManager(_statements(AsyncpgPoolDriver(self._database.pool)), names().channel)
        for kind in self._kinds:
            queue.entrypoint(kind, concurrency_limit=1, accepts_context=False)(self._hand_over)
        handing = asyncio.create_task(
            queue.run(dequeue_timeout=_POLL, heartbeat_timeout=_HEARTBEAT, shutdown_on_listener_failure=True)
        )
        others = [asyncio.create_task(stop.wait()), asyncio.create_task(_look_after(held))]
        try:
            await asyncio.wait([handing, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            queue.shutdown.set()
            for task in (*self._tasks, *others):
                task.cancel()
            results = await asyncio.gather(handing, *others, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _hand_over(self, handed: Handed) -> None:
        # A task of its own, so that it can be ended while pgqueuer waits for it.
        task = asyncio.ensure_future(self._do((handed.payload or b"").decode()))
        self._tasks.add(task)
        try:
            await asyncio.wait([task])
        finally:
            self._tasks.discard(task)
        if not task.cancelled():
            task.result()


async def _look_after(conn: ReadConnection) -> None:
    """Raises as soon as the connection that holds the lock is gone."""
    while True:
        await asyncio.sleep(_LOOK_AFTER_LOCK)
        await conn.fetchval("select 1")


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
