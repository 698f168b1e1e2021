"""Rotating the master key: a new one seals at once, all is wrapped anew in pieces, then the old one is destroyed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import Actor, Scope
from jjm.access.rules import require
from jjm.kit import (
    Holding,
    Job,
    Jobs,
    JobStopped,
    Problem,
    ReadConnection,
    Run,
    Vault,
    WriteConnection,
    drop_keys_set_aside,
    load_queries,
    remember,
    renew_key,
)

JOB, TYPE, STEM = "rotation", "access.master-key", "personal"
REMEMBERED = "personal key"
"""Under this name the node remembers which master key its database needs."""
_AT_ONCE, _LOOK_AGAIN = 2_000, 0.2
_kit = load_queries("jjm.kit")


@dataclass
class Rotation:
    """The rotation of a node's master key; `holdings` are all that is sealed on it.

    Until it is done the node opens with both keys and looks up by both. `grace` is how many seconds whoever sealed with
    the old key has to begin writing what was sealed.
    """

    access: Access
    jobs: Jobs
    holdings: Sequence[Holding]
    grace: float = 5.0

    def __post_init__(self) -> None:
        self.jobs.register(JOB, self._rotate)

    @property
    def _box(self) -> Vault:
        return self.access.vault.box

    async def ask(self, conn: WriteConnection, actor: Actor) -> Job:
        """Ask for another master key. Raises Problem 403 but for administrators, 409 while one is rotated."""
        require(actor, Scope.ADMIN, "Rotating the master key")
        await _kit.lock_rotation(conn)
        if (open := await self.jobs.under_way(conn, JOB)) is not None:
            raise Problem("rotation-runs", 409, "The master key is being rotated", f"The job {open} does it.")
        scopes, asked = sorted(map(str, actor.permits)), {"replaces": self._box.ids[0]}
        return await self.jobs.submit(conn, kind=JOB, actor=actor.name, scopes=scopes, request=asked)

    async def standing(self, conn: ReadConnection, actor: Actor) -> dict[str, Any]:
        """Which master keys are in use, by their names, and the job that brings all under the newest, if one does."""
        require(actor, Scope.ADMIN, "Seeing the master key")
        key, *former = self._box.ids
        return {"key": key, "former": former, "job": await self.jobs.under_way(conn, JOB)}

    async def _rotate(self, run: Run) -> Mapping[str, object]:
        progress: dict[str, Any] = dict(run.job.progress)
        if "key" not in progress:
            # After a crash right behind this the new key is there already, and no third one is made.
            if self._box.ids[0] == run.job.request["replaces"]:
                self._box.take(await asyncio.to_thread(renew_key, self.access.folder, STEM))
            key = self._box.ids[0]
            progress = {"key": key, "wrapped": 0}
            async with self.access.database.write() as conn:
                await self._enter(conn, run, "create", key, {"replaces": list(self._box.ids[1:])})
                await run.save(conn, progress)
        others = await self._others(run)
        while True:
            await self._wrap(run, progress)
            await self._wait_for(others)
            async with self.access.database.snapshot() as conn:
                if not [one for one in self.holdings if await one.is_left(conn)]:
                    break
        return progress | {"destroyed": await self._destroy(run)}

    async def _wrap(self, run: Run, progress: dict[str, Any]) -> None:
        for holding in self.holdings:
            after: Any = None
            while True:
                async with self.access.database.write() as conn:
                    done, after = await holding.wrap(conn, after, _AT_ONCE)
                    if done:
                        progress["wrapped"] += done
                        await run.save(conn, progress | {"at": holding.name})
                if run.is_cancelled():
                    raise JobStopped(progress)
                if after is None:
                    break

    async def _others(self, run: Run) -> frozenset[str]:
        """The jobs that may seal with the old key in a process of their own: those under way once the new one is here.

        By name, since what a clock said when a job began tells nothing after it was set back.
        """
        async with self.access.database.read() as conn:
            return await self.jobs.running(conn) - {run.job.id}

    async def _wait_for(self, others: frozenset[str]) -> None:
        """Wait for all that may have sealed something with the old key and not yet written it down."""
        await asyncio.sleep(self.grace)
        async with self.access.database.read() as conn:
            begun: int = await _kit.begun(conn)
            # PostgreSQL tells nobody that a transaction has ended.
            while await _kit.passed(conn) < begun or await self.jobs.some_running(conn, others):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_AGAIN)

    async def _destroy(self, run: Run) -> int:
        former = list(self._box.ids[1:])
        async with self.access.database.write() as conn:
            # A crash behind the commit leaves a file that nothing needs; the job goes on and takes it away.
            if former:
                await self._enter(conn, run, "retire", self._box.ids[0], {"destroyed": former})
            await remember(conn, REMEMBERED, self._box.ids[0])
        count = await asyncio.to_thread(drop_keys_set_aside, self.access.folder, STEM)
        self._box.forget_former()
        return count

    async def _enter(self, conn: WriteConnection, run: Run, change: str, key: str, more: Mapping[str, Any]) -> None:
        document = {"key": key, **more}
        await enter(self.access, conn, Actor(run.job.actor), type=TYPE, change=change, subject=STEM, document=document)
