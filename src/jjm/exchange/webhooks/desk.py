"""The desk: one in a node. It sends couriers out when there is something to bring, and keeps how far they are.

The ledger is the queue. A subscription is a row with a position; what was delivered is written down twice a second for
all of them together, so after a crash each goes on at most that much earlier: everything arrives at least once, in
order, under the same ids.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from jjm.access import Actor, is_open_to_all, rests_on_consent
from jjm.exchange.context import Exchange
from jjm.exchange.webhooks import store
from jjm.exchange.webhooks.courier import Courier, Lanes
from jjm.exchange.webhooks.model import Subscription
from jjm.exchange.webhooks.secrets import opened
from jjm.exchange.webhooks.service import sieve_of
from jjm.exchange.webhooks.store import queries, subscription_of
from jjm.ledger import History, entries, history, size
from jjm.registry import Changes, changes

_log = logging.getLogger(__name__)
_LOCK = 7_219_040
_TICK, _LOOK_AGAIN = 0.25, 5.0
_KEEP_EVERY = 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_NEW = 2_000
_WINDOWS = 64
_READERS = 2


@dataclass
class Desk:
    """Runs the couriers of a node until it is stopped. Outlives restarts of the database."""

    exchange: Exchange
    lanes: Lanes = field(default_factory=Lanes)
    _couriers: dict[str, Courier] = field(default_factory=dict[str, Courier])
    _out: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])
    _windows: OrderedDict[Hashable, asyncio.Task[Changes]] = field(
        default_factory=lambda: OrderedDict[Hashable, "asyncio.Task[Changes]"]()
    )
    _readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_READERS))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _history: History = field(default_factory=lambda: History(""))
    _head: int = -1

    def __post_init__(self) -> None:
        self.exchange.changed = self._changed.set

    async def run(self, stop: asyncio.Event) -> None:
        """Serve subscriptions until `stop` is set."""
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                async with self._alone(stop) as held:
                    if held:
                        await self._serve(stop)
                pause = _FIRST_PAUSE
            except Exception as error:  # whatever it is, the next round begins afresh from the database
                _log.warning("deliveries are interrupted, going on in %.1f s: %r", pause, error)
                await _wait(stop, pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    @asynccontextmanager
    async def _alone(self, stop: asyncio.Event) -> AsyncGenerator[bool, None]:
        async with self.exchange.registry.database.read() as conn:
            while not await queries.take_the_desk(conn, key=_LOCK):
                await _wait(stop, _LOOK_AGAIN)
                if stop.is_set():
                    yield False
                    return
            try:
                yield True
            finally:
                await queries.leave_the_desk(conn, key=_LOCK)

    async def _serve(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        self._couriers.clear()
        looked = kept = -_LOOK_AGAIN
        try:
            while not stop.is_set():
                now = loop.time()
                if self._changed.is_set() or now - looked >= _LOOK_AGAIN:
                    self._changed.clear()
                    await self._look()
                    looked = now
                await self._advance()
                self._send_out()
                if now - kept >= _KEEP_EVERY:
                    await self._keep()
                    kept = now
                await self.exchange.news(_TICK)
        finally:
            for task in self._out.values():
                task.cancel()
            await asyncio.gather(*self._out.values(), return_exceptions=True)
            self._out.clear()
            await self._keep()
            for courier in self._couriers.values():
                courier.line.close()

    async def _look(self) -> None:
        """Which subscriptions there are to serve; those that their owners changed begin afresh."""
        async with self.exchange.registry.database.read() as conn:
            self._history = await history(conn)
            rows = [row async for row in queries.active(conn)]
            sealed = await store.sealed_secrets(conn, [row["id"] for row in rows], self.exchange.now())
            letters: dict[str, list[int]] = {}
            async for row in queries.to_send_again(conn):
                letters.setdefault(row["subscription"], []).append(row["position"])
        known = {row["id"]: row for row in rows}
        for id in [id for id in self._couriers if id not in known]:
            self._dismiss(id)
        for id, row in known.items():
            secrets = opened(self.exchange.access.vault, sealed[id], id)
            self._appoint(subscription_of(row, secrets), letters.get(id, []))

    def _appoint(self, subscription: Subscription, letters: list[int]) -> None:
        courier = self._couriers.get(subscription.id)
        if courier is not None and courier.subscription.generation == subscription.generation:
            courier.subscription = replace(courier.subscription, secrets=subscription.secrets)
            if subscription.id not in self._out and not courier.arrived and not courier.buried:
                courier.letters = letters
            return
        self._dismiss(subscription.id)
        made = Courier(self.exchange, subscription, self.lanes, self._history, self._read, letters, head=self._head)
        made.is_open = self._asks_for_open_types(subscription)
        self._couriers[subscription.id] = made

    def _asks_for_open_types(self, subscription: Subscription) -> bool:
        types = self.exchange.registry.catalogue.types.values()
        closed = {standard.plural for standard in types if not is_open_to_all(standard)}
        asked = subscription.wanted.types
        return bool(asked) and closed.isdisjoint(asked)

    def _dismiss(self, id: str) -> None:
        if task := self._out.pop(id, None):
            task.cancel()
        if courier := self._couriers.pop(id, None):
            courier.line.close()

    async def _advance(self) -> None:
        """See how far the ledger is; whoever wants none of what is new is taken over it at once."""
        async with self.exchange.registry.database.read() as conn:
            before, self._head = self._head, await size(conn) - 1
            if before == self._head:
                return
            new = await entries(conn, before, self._head - before) if self._head - before <= _NEW else None
        plurals = None if new is None else {self._plural(piece.type) for piece in new}
        for courier in self._couriers.values():
            courier.head, s, types = self._head, courier.standing, courier.subscription.wanted.types
            is_idle = courier.subscription.id not in self._out and s.position == before and not s.is_failing
            if plurals is not None and is_idle and types and plurals.isdisjoint(types):
                courier.standing, courier.is_moved = replace(s, position=self._head), True

    def _plural(self, type: str) -> str:
        standard = self.exchange.registry.catalogue.types.get(type)
        return standard.plural if standard else ""

    def _send_out(self) -> None:
        now = self.exchange.now()
        for id, courier in self._couriers.items():
            if id not in self._out and courier.is_due(now):
                task = asyncio.create_task(courier.serve())
                self._out[id] = task
                task.add_done_callback(lambda done, id=id: self._came_back(id, done))

    def _came_back(self, id: str, task: asyncio.Task[None]) -> None:
        if self._out.get(id) is task:
            del self._out[id]
        if not task.cancelled() and (error := task.exception()):
            _log.warning("the courier of %s was held up: %r", id, error)

    async def _keep(self) -> None:
        """Write down how far all are that moved, what they refused, and how their calls went."""
        moved = [c for c in self._couriers.values() if c.is_moved or c.noted or c.buried or c.arrived]
        if not moved:
            return
        standings = {c.subscription.id: (c.subscription.generation, c.standing) for c in moved}
        notes = [(c.subscription.id, d) for c in moved for d in c.noted]
        letters = [(c.subscription.id, *letter) for c in moved for letter in c.buried]
        arrived = [(c.subscription.id, position) for c in moved for position in c.arrived]
        taken = {c.subscription.id: (len(c.buried), len(c.arrived)) for c in moved}
        for courier in moved:
            courier.is_moved = False
            courier.noted.clear()
        try:
            async with self.exchange.registry.database.write() as conn:
                heard = await store.save(conn, standings)
                await store.bury(conn, [letter for letter in letters if letter[0] in heard])
                await store.note(conn, notes)
                for id, position in arrived:
                    await queries.drop_letter(conn, id=id, position=position)
        except BaseException:
            for courier in moved:
                courier.is_moved = True
            raise
        for courier in moved:
            buried, gone = taken[courier.subscription.id]
            del courier.buried[:buried]
            del courier.arrived[:gone]

    async def _read(
        self, subscription: Subscription, actor: Actor, after: int, limit: int, earlier: Changes | None
    ) -> Changes:
        """A stretch of the feed for a subscription; those who are to be told the same share one reading.

        What rests on consent is read for one subscription at the moment, since it may be withdrawn at any.
        """
        if rests_on_consent(actor.purpose, self.exchange.registry.purposes):
            return await self._look_up(subscription, actor, after, limit, earlier)
        wanted = subscription.wanted
        asked = (wanted.types, wanted.within, wanted.kinds, wanted.fields, after, limit)
        key = (actor.kind, actor.id, actor.permits, actor.purpose, *asked)
        task = self._windows.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(self._look_up(subscription, actor, after, limit))
            self._windows[key] = task
            asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._forget, key, task)
            while len(self._windows) > _WINDOWS:
                self._windows.popitem(last=False)
        return await asyncio.shield(task)

    def _forget(self, key: Hashable, task: asyncio.Task[Changes]) -> None:
        if self._windows.get(key) is task:
            del self._windows[key]

    async def _look_up(
        self, subscription: Subscription, actor: Actor, after: int, limit: int, earlier: Changes | None = None
    ) -> Changes:
        registry = self.exchange.registry
        async with self._readers, registry.database.read() as conn:
            sieve = await sieve_of(self.exchange, conn, subscription.wanted)
            return await changes(registry, conn, actor, after=after, limit=limit, sieve=sieve, earlier=earlier)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
