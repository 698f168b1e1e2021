"""The sums over areas, kept up to the registries by reading the ledger (decision 0003)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jjm.kit import ReadConnection, WriteConnection
from jjm.ledger import entries, size
from jjm.registry import Registry, are_kept, keep_tallies, kept_types, next_due, note_kept, touched
from jjm.web.figures import READER
from jjm.web.store import queries

_log = logging.getLogger(__name__)
_LOCK = 7_219_006
_AT_ONCE = 20_000
_PACE, _SLOWEST_PACE, _PATIENCE = 0.3, 2.0, 2.0
VILLAGE, FIGURE = "village", "village_figure"


@dataclass
class Totals:
    """Brings the sums up to the ledger, step by step; each step is one transaction and may be done again.

    `news` waits until the ledger has grown, at most as many seconds as it is given.
    """

    registry: Registry
    news: Callable[[float], Awaitable[None]]

    @property
    def types(self) -> list[str]:
        """The types whose changes change sums; none on a node without villages."""
        known = self.registry.catalogue.types
        counted = {FIGURE, *kept_types(self.registry)}
        return [s.name for s in known.values() if s.level or s.name in counted] if VILLAGE in known else []

    async def follow(self, stop: asyncio.Event) -> None:
        """Keep the sums up to date until `stop` is set. Outlives restarts of the database."""
        stopping, pause = asyncio.ensure_future(stop.wait()), _PACE
        while self.types and not stop.is_set():
            begun = asyncio.get_running_loop().time()
            try:
                read = await self.catch_up()
                # A bulk load must not wait for sums: they take a third of the time at most, in fewer and larger steps.
                pause = min(_SLOWEST_PACE, max(_PACE, 2 * (asyncio.get_running_loop().time() - begun)))
            except Exception as error:  # whatever it is, the next step begins afresh from the database
                read, pause = 0, min(2 * pause, 10.0)
                _log.warning("sums could not be brought up to the ledger, trying again: %r", error)
            await asyncio.wait([stopping], timeout=pause)
            if not read and not stop.is_set():
                await self._rest(stopping)
        stopping.cancel()

    async def _rest(self, stopping: asyncio.Future[Any]) -> None:
        news = asyncio.ensure_future(self.news(_PATIENCE))
        await asyncio.wait([stopping, news], return_when=asyncio.FIRST_COMPLETED)
        news.cancel()

    async def catch_up(self) -> int:
        """One step; how many changes it passed, 0 at the end of the ledger."""
        async with self.registry.database.write() as conn:
            return await self.step(conn)

    async def step(self, conn: WriteConnection) -> int:
        """Bring the sums up by at most 20,000 changes; all of them anew on each new day, once what is due has settled.

        On a new day versions take effect that were recorded before, of which the ledger tells nothing.
        """
        if not await queries.take_turn(conn, key=_LOCK):
            return 0
        before = await queries.reader(conn, name=READER)
        position, day = (before["position"], before["day"]) if before else (-1, date.min)
        end, today = await size(conn), self.registry.clock.today()
        is_new = day != today or not await are_kept(self.registry, conn)
        if is_new and await self._is_settled(conn, today):
            await self._anew(conn)
            await self._note(conn, end - 1, today)
            return 0
        stop = min(end - 1, position + _AT_ONCE)
        if stop > position:
            await self._read(conn, position, stop - position)
            await self._note(conn, stop, day)
        return stop - position

    async def _note(self, conn: WriteConnection, position: int, day: date) -> None:
        now = self.registry.clock.now()
        await queries.keep_reader(conn, name=READER, position=position, day=day, at=now)

    async def _is_settled(self, conn: ReadConnection, today: date) -> bool:
        due = await next_due(conn)
        return due is None or due > today

    async def _anew(self, conn: WriteConnection) -> None:
        if FIGURE in self.registry.catalogue.types:
            await _keep_latest(conn, [r["id"] async for r in queries.all_villages(conn)])
        await self._keep_sums(conn, [r["id"] async for r in queries.all_areas(conn, village=VILLAGE)])
        await note_kept(self.registry, conn, self.registry.clock.now())

    async def _keep_sums(self, conn: WriteConnection, areas: Sequence[str]) -> None:
        await queries.forget_coverage(conn, ids=areas)
        await queries.keep_coverage(conn, ids=areas)
        await queries.forget_counts(conn, ids=areas)
        await queries.keep_counts(conn, ids=areas)
        await keep_tallies(self.registry, conn, areas)

    async def _read(self, conn: WriteConnection, after: int, count: int) -> None:
        changed: dict[str, list[str]] = {}
        for piece in await entries(conn, after, count, self.types):
            changed.setdefault(piece.type, []).extend(piece.subjects)
        if figures := changed.get(FIGURE, []):
            villages = [r["id"] async for r in queries.villages_of_figures(conn, ids=figures)]
            await _keep_latest(conn, villages)
        areas = [id for type, ids in changed.items() for id in await self._areas(conn, type, ids)]
        if areas:
            await self._keep_sums(
                conn, [r["id"] async for r in queries.areas_touched(conn, ids=areas, village=VILLAGE)]
            )

    async def _areas(self, conn: ReadConnection, type: str, ids: Sequence[str]) -> Sequence[str]:
        """The areas that changed records are, or lie or ever lay in."""
        if self.registry.table(type).standard.level is not None:
            return ids
        return await touched(self.registry, conn, type, ids)


async def _keep_latest(conn: WriteConnection, villages: Sequence[str]) -> None:
    await queries.forget_latest(conn, ids=villages)
    await queries.keep_latest(conn, ids=villages)
