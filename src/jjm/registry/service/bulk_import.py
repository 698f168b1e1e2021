"""The import: a file of records, taken in as a job that goes on after a crash and doubles nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from jjm.access import require_write
from jjm.kit import Apart, Fault, JobStopped, Problem, Run, WriteConnection, to_its_end
from jjm.registry.service.bulk_actor import actor_of
from jjm.registry.service.bulk_folder import BulkFolder
from jjm.registry.service.bulk_model import Load, Piece, Taken, Tally
from jjm.registry.service.bulk_problems import ProblemFile, first_problems, problem_file
from jjm.registry.service.bulk_read import pieces
from jjm.registry.service.bulk_take import take
from jjm.registry.service.context import Registry
from jjm.registry.table import Table

_NOTHING = {"created": 0, "updated": 0}


class _NotKept(Exception):
    """Raised inside the one transaction of a load that is to leave nothing behind."""


@dataclass
class Import:
    """One turn of work on a load."""

    registry: Registry
    folder: BulkFolder
    run: Run
    reader: Apart
    wake: Callable[[], None]

    def __post_init__(self) -> None:
        job = self.run.job
        self.load = Load.of(job.request)
        self.actor = actor_of(job)
        self.table: Table = self.registry.table(self.load.type)
        # What one transaction did is gone with it, unless it was kept as a whole.
        lost = self.load.in_one and not job.progress.get("kept")
        self.tally = Tally() if lost else Tally.of(job.progress)
        self.begun = time.monotonic() - self.tally.seconds

    async def bring_in(self) -> Mapping[str, object]:
        """Take the file in; what became of it.

        Raises Problem 422 for a file that cannot be read, and for one with faults where all or nothing was asked for.
        """
        require_write(self.actor, self.table.standard)
        if self.run.job.progress.get("kept"):
            return self._result()
        path = self.folder.problems(self.run.job.id)
        with problem_file(path, self.tally.problem_bytes, self.table.standard) as problems:
            try:
                await (self._in_one(problems) if self.load.in_one else self._in_pieces(problems))
            except Problem as problem:
                raise self._with_result(problem) from None
        return self._result()

    async def _in_pieces(self, problems: ProblemFile) -> None:
        """Two pieces are under way at a time, each in its transaction; they are committed in the order of the file."""
        before: asyncio.Task[None] | None = None
        try:
            async with aclosing(self._pieces()) as found:
                async for piece in found:
                    if before and not piece.stands_alone:
                        await before
                    here = asyncio.create_task(self._bring(piece, problems, before))
                    before, last = here, before
                    if last:
                        await last
                    if self.run.is_cancelled():
                        await here
                        self._heed()
            if before:
                await before
        except asyncio.CancelledError:
            if before:
                before.cancel()
            raise
        finally:  # what was begun before the file turned out to be unreadable still counts
            if before:
                await asyncio.gather(before, return_exceptions=True)

    async def _bring(self, piece: Piece, problems: ProblemFile, before: asyncio.Task[None] | None) -> None:
        async with self.registry.database.write() as conn:
            taken = await self._taken(conn, piece)
            if before:
                await asyncio.shield(before)
            await self._count(piece, taken, problems)
            await self.run.save(conn, self.tally.as_json())
        self.wake()

    async def _in_one(self, problems: ProblemFile) -> None:
        try:
            async with self.registry.database.write() as conn, aclosing(self._pieces()) as found:
                async for piece in found:
                    await self._count(piece, await self._taken(conn, piece), problems)
                    await self._show()
                    self._heed()
                if self.load.dry_run or self.tally.refused:
                    raise _NotKept
                await self.run.save(conn, self.tally.as_json() | {"kept": True})
        except _NotKept:
            if not self.load.dry_run:
                raise self._refusal() from None
        self.wake()

    def _pieces(self) -> AsyncGenerator[Piece, None]:
        path = self.folder.spool(self.run.job.id)
        if not path.exists():
            fault = Fault("the file that was sent is no longer there", "Send it again.")
            raise Problem("upload-lost", 410, "The file is gone", str(fault), [fault])
        return pieces(self.registry, self.table, self.load, path, self.tally.line, self.reader)

    async def _taken(self, conn: WriteConnection, piece: Piece) -> Taken:
        return await take(self.registry, conn, self.actor, self.table, self.load, piece)

    async def _count(self, piece: Piece, taken: Taken, problems: ProblemFile) -> None:
        self.tally.add(piece, taken)
        if faults := [*piece.faults, *taken.faults]:
            self.tally.untold += await to_its_end(problems.add, faults)
        self.tally.problem_bytes = problems.size
        self.tally.seconds = time.monotonic() - self.begun

    async def _show(self) -> None:
        """Show how far it is while nothing is committed."""
        async with self.registry.database.write() as conn:
            await self.run.save(conn, self.tally.as_json())

    def _heed(self) -> None:
        if self.run.is_cancelled():
            raise JobStopped(self._result() | (_NOTHING if self.load.in_one else {}))

    def _result(self) -> dict[str, object]:
        tally, job = self.tally, self.run.job
        counts: dict[str, object] = {
            name: getattr(tally, name) for name in ("created", "updated", "unchanged", "refused", "lines")
        }
        first: list[dict[str, Any]] = first_problems(self.folder.problems(job.id))
        return counts | {
            "seconds": round(tally.seconds, 3),
            "dry_run": self.load.dry_run,
            "problems_untold": tally.untold,
            "problems": f"/api/v1/jobs/{job.id}/problems" if first else None,
            "first_problems": first,
        }

    def _refusal(self) -> Problem:
        faults = [Fault(**told) for told in first_problems(self.folder.problems(self.run.job.id))]
        detail = f"{self.tally.refused:,} of {self.tally.lines:,} lines have faults, so nothing was taken in."
        return Problem("import-refused", 422, "The file was not taken in", detail, faults)

    def _with_result(self, problem: Problem) -> Problem:
        """The problem, with what had been done of the file before it."""
        result = self._result() | (_NOTHING if self.load.in_one else {})
        return replace(problem, extra={**problem.extra, "result": result})
