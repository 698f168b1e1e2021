"""The sequencer: gives committed batches their positions, extends the tree, signs and publishes the checkpoint.

Each process that writes runs one and wakes it after its commits; a lock in the database lets one work at a time. A step
is a single transaction that reads all it needs from the database, so a sequencer that dies, is cancelled or loses its
connection leaves either the whole step or nothing, and no state to repair.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

from jjm.kit import Clock, Database, Problem, SystemClock, WriteConnection, conflict
from jjm.ledger import store
from jjm.ledger.model import Checkpoint
from jjm.ledger.note import Signer, parse_checkpoint
from jjm.ledger.store import Waiting
from jjm.ledger.tiles import Tiles, extend, frontier, root_of

_log = logging.getLogger(__name__)
_MOST_CHANGES = 200_000
_POLL = 1.0
_PACE = 0.04
_STEP_LIMIT = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Sequencer:
    """Numbers what was committed, in order of batch id, without gaps; a change once numbered never moves."""

    def __init__(self, database: Database, signer: Signer, clock: Clock | None = None) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock or SystemClock()
        self._wanted = asyncio.Event()
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Number what has just been committed now, rather than at the next poll a second later.

        To be called on the event loop that runs the sequencer.
        """
        self._wanted.set()

    async def news(self, patience: float) -> None:
        """Wait until changes have been given positions here, at most `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), patience)

    async def run(self, stop: asyncio.Event) -> None:
        """Number batches until `stop` is set. Outlives restarts of the database."""
        stopping = asyncio.ensure_future(stop.wait())
        pause = _FIRST_PAUSE
        try:
            while not stop.is_set():
                self._wanted.clear()
                try:
                    idle = await self._once() == 0
                    self._tell(idle)
                    pause = _FIRST_PAUSE
                except Exception as error:  # whatever it is, the next step begins afresh from the database
                    _log.warning("sequencing failed, trying again in %.1f s: %r", pause, error)
                    await asyncio.wait([stopping], timeout=pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
                    continue
                # The pause under load lets writers share a step: each step costs a commit to disk.
                await asyncio.wait([stopping], timeout=_PACE)
                if idle:
                    await self._rest(stopping)
        finally:
            stopping.cancel()

    def _tell(self, idle: bool) -> None:
        if not idle:
            self._news.set()
            self._news = asyncio.Event()

    async def step(self, conn: WriteConnection) -> int:
        """Number the batches committed so far, about 200,000 changes at most, and return how many batches.

        Everything happens in the transaction of `conn`; on an error roll back and step again. Raises Problem
        `ledger-altered` where the stored tree is not the one last signed: nothing is signed on top of it.
        """
        await store.be_the_only_sequencer(conn)
        before = await store.head(conn)
        batches = await store.waiting(conn, _MOST_CHANGES)
        if before and not batches:
            return 0
        size = before.size if before else 0
        edge = await store.tiles(conn, frontier(size))
        if before:
            self._trust(before, edge)
        await self._extend(conn, size, edge, batches)
        return len(batches)

    def _trust(self, before: Checkpoint, edge: Tiles) -> None:
        verifier = self._signer.verifier
        if not verifier.knows(before.note):
            _log.warning("the checkpoint of %d entries was not signed with this node's key", before.size)
        elif parse_checkpoint(verifier.open(before.note))[1:] != (before.size, before.root):
            raise _altered(before.size)
        try:
            root = root_of(edge, before.size)
        except ValueError as error:
            raise _altered(before.size) from error
        if root != before.root:
            raise _altered(before.size)

    async def _extend(self, conn: WriteConnection, size: int, edge: Tiles, batches: Sequence[Waiting]) -> None:
        changed = await asyncio.to_thread(extend, edge, size, b"".join([batch.leaves for batch in batches]))
        firsts: dict[int, int] = {}
        reached = size
        for batch in batches:
            firsts[batch.id] = reached
            reached += batch.count
        root = root_of({**edge, **changed}, reached)
        note = self._signer.checkpoint(reached, root)
        checkpoint = Checkpoint(self._signer.name, reached, root, note, self._clock.now())
        await store.advance(conn, firsts, changed, size, checkpoint)

    async def _once(self) -> int:
        async with asyncio.timeout(_STEP_LIMIT), self._database.write() as conn:
            return await self.step(conn)

    async def _rest(self, stopping: asyncio.Future[Any]) -> None:
        waking = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait([stopping, waking], timeout=_POLL, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()


def _altered(size: int) -> Problem:
    detail = f"The stored tree is not the one signed at {size} entries; `jjm ledger verify` names what was altered."
    return conflict("ledger-altered", detail)
