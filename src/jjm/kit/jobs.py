"""Long work: asked for in a transaction, done by one process, taken up again after a crash where it stopped.

`kit.job` holds what was asked, how far it is and what came of it. The queue (pgqueuer) only brings open jobs to the
process that does them; all of it is made anew from `kit.job` whenever a process begins to work, so a job whose process
was killed goes on at the next start, at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from jjm.kit import job_store as store
from jjm.kit.clock import Clock
from jjm.kit.database import Database
from jjm.kit.errors import not_found
from jjm.kit.ids import Minter
from jjm.kit.job_errors import Patience, as_problem
from jjm.kit.job_model import Job, JobStopped, Overtaken, Run
from jjm.kit.job_queue import JobQueue, enqueue
from jjm.kit.transaction import ReadConnection, WriteConnection

_log = logging.getLogger(__name__)

Handler = Callable[[Run], Awaitable[Mapping[str, object]]]
"""Does the work of a job and gives its result; what it raises as Problem is what the job failed with."""

Ended = Callable[[Job], Awaitable[None]]
"""Told of a job that is at its end, after that was committed; at most once, and not if the process dies first."""

_LOOK_AGAIN = 0.5


@dataclass(frozen=True, slots=True)
class _Kind:
    do: Handler
    ended: Ended | None


class Jobs:
    """The long work of a node. Kinds are registered before `run`; one job of each kind is done at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._minter = Minter()
        self._kinds: dict[str, _Kind] = {}
        self._running: dict[str, Run] = {}
        self._news = asyncio.Condition()

    def register(self, kind: str, handler: Handler, *, ended: Ended | None = None) -> None:
        """Name who does the work of a kind, and who clears up behind it."""
        self._kinds[kind] = _Kind(handler, ended)

    def new_id(self) -> str:
        """An identifier for a job that is about to be asked for."""
        return self._minter.mint("JOB", 1)[0]

    async def submit(
        self,
        conn: WriteConnection,
        *,
        kind: str,
        actor: str,
        scopes: Sequence[str],
        request: Mapping[str, object],
        id: str | None = None,
    ) -> Job:
        """Ask for long work in the caller's transaction; it begins once that has committed.

        Raises KeyError for a kind that nobody does.
        """
        assert kind in self._kinds, f"nobody does {kind}"
        job = await store.add(conn, id or self.new_id(), kind, actor, scopes, request, self._clock.now())
        await enqueue(conn, [(job.id, kind)])
        return job

    async def get(self, conn: ReadConnection, id: str) -> Job:
        """One job. Raises Problem 404."""
        job = await store.get(conn, id)
        if job is None:
            raise not_found(f"There is no job `{id}` here.", "job-unknown")
        return job

    async def recent(self, conn: ReadConnection, *, actor: str | None = None, limit: int = 50) -> list[Job]:
        """The newest jobs, of one actor or of all."""
        return await store.recent(conn, actor, limit)

    async def open(self, conn: ReadConnection) -> list[str]:
        """The jobs that are not at their end."""
        return [id for id, _ in await store.open_jobs(conn)]

    async def under_way(self, conn: ReadConnection, kind: str) -> str | None:
        """The job of that kind that is not at its end, if there is one."""
        return next((id for id, known in await store.open_jobs(conn) if known == kind), None)

    async def running(self, conn: ReadConnection) -> frozenset[str]:
        """The jobs that are being done at this moment."""
        return await store.running(conn)

    async def some_running(self, conn: ReadConnection, ids: Collection[str]) -> bool:
        """True while one of these is being done."""
        return await store.some_running(conn, ids)

    async def cancel(self, conn: WriteConnection, id: str) -> Job:
        """Ask for a job to be stopped; one at its end stays as it is. Raises Problem 404."""
        job = await store.cancel(conn, id, self._clock.now())
        if run := self._running.get(id):
            run.cancel()
        return job or await self.get(conn, id)

    async def ended(self, id: str, seconds: float) -> Job:
        """The job once it is at its end, or as it is after that many seconds. Raises Problem 404."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            async with self._database.read() as conn:
                job = await self.get(conn, id)
            left = deadline - asyncio.get_running_loop().time()
            if job.has_ended or left <= 0:
                return job
            await self._hear(min(left, _LOOK_AGAIN))

    async def _hear(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait()
        except TimeoutError:
            return

    async def run(self, stop: asyncio.Event) -> None:
        """Do jobs until `stop` is set; work in hand is left as last saved and goes on at the next start.

        Outlives restarts of the database. Where several processes run, one works and the others stand by.
        """
        await JobQueue(self._database, list(self._kinds), self._do).run(stop)

    async def _do(self, id: str) -> None:
        patience = Patience()
        while id not in self._running:
            try:
                await self._turn(id, patience)
                return
            except Exception as error:
                pause = patience.pause_after(error)
                if pause is None:
                    raise
                _log.warning("job %s is interrupted and goes on in %.1f s: %r", id, pause, error)
            await asyncio.sleep(pause)

    async def _turn(self, id: str, patience: Patience) -> None:
        async with self._database.write() as conn:
            job = await store.start(conn, id, self._clock.now())
        if job is None:
            return
        run = self._running[id] = Run(job)
        try:
            ended = await self._outcome(run, self._kinds[job.kind].do, patience)
        except Overtaken:
            _log.warning("job %s goes on in another process", id)
            return
        finally:
            del self._running[id]
        await self._tell(ended)

    async def _outcome(self, run: Run, handler: Handler, patience: Patience) -> Job | None:
        try:
            result, state, problem = await handler(run), "done", None
        except JobStopped as stopped:
            result, state, problem = stopped.result, "cancelled", None
        except Overtaken:
            raise
        except Exception as error:
            if patience.has_more_for(error, run.job.progress):
                raise
            result, state, problem = None, "failed", as_problem(run.job, error).as_json()
        async with self._database.write() as conn:
            return await store.finish(conn, run, state, result, problem, self._clock.now())

    async def _tell(self, job: Job | None) -> None:
        async with self._news:
            self._news.notify_all()
        if job is None or (ended := self._kinds[job.kind].ended) is None:
            return
        try:
            await ended(job)
        except Exception as error:  # the job itself is done; what is left behind is cleared at the next start
            _log.warning("clearing up behind job %s failed: %r", job.id, error)
