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
from threading import Lock
from typing import TYPE_CHECKING, Any

from jjm.kit.database import Database
from jjm.kit.job_model import queries
from jjm.kit.job_store import open_jobs
from jjm.kit.transaction import ReadConnection, WriteConnection

if TYPE_CHECKING:
    from jjm.kit.job_library import Handed

_log = logging.getLogger(__name__)
_LOCK = 7_219_005
_TRY_AGAIN = 0.25
_LOOK_AFTER_LOCK = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_HEARTBEAT = timedelta(seconds=60)
_POLL = timedelta(seconds=5)
_one_import_at_a_time = Lock()


async def _library() -> Any:
    return await asyncio.to_thread(_import_library)


def _import_library() -> Any:
    with _one_import_at_a_time:
        from jjm.kit import job_library
    return job_library


async def enqueue(conn: WriteConnection, jobs: Sequence[tuple[str, str]]) -> None:
    """Hand over jobs (id, kind) once the caller's transaction has committed; one that waits already stays once."""
    if jobs:
        ids, kinds = [id for id, _ in jobs], [kind for _, kind in jobs]
        queue = (await _library()).on_connection(conn)
        await queue.enqueue(kinds, [id.encode() for id in ids], [0] * len(ids), dedupe_key=ids, on_conflict="skip")


class JobQueue:
    """Hands each open job to `do`, one of each kind at a time, while this process is the one that works."""

    def __init__(self, database: Database, kinds: list[str], do: Callable[[str], Awaitable[None]]) -> None:
        self._database = database
        self._kinds = kinds
        self._do = do
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Hand over jobs until `stop` is set. Outlives restarts of the database."""
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
        library = await _library()
        async with self._database.write() as conn:
            await library.on_connection(conn).clear_queue(self._kinds)
            await enqueue(conn, [(id, kind) for id, kind in await open_jobs(conn) if kind in self._kinds])
        lending = library.Lending(self._database)
        queue = library.manager(lending)
        for kind in self._kinds:
            queue.entrypoint(kind, concurrency_limit=1, accepts_context=False)(self._hand_over)
        # The library asks whether it hears before it has begun to listen, and then takes itself for deaf; it looks for
        # jobs at every poll in any case, and `_look_after` knows when the database is gone.
        handing = asyncio.create_task(queue.run(dequeue_timeout=_POLL, heartbeat_timeout=_HEARTBEAT))
        others = [asyncio.create_task(stop.wait()), asyncio.create_task(_look_after(held))]
        try:
            await asyncio.wait([handing, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            queue.shutdown.set()
            for task in (*self._tasks, *others):
                task.cancel()
            try:
                results = await asyncio.gather(handing, *others, return_exceptions=True)
            finally:
                lending.end()
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
