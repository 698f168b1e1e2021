"""The courier: one in a node. It takes messages that are due, has them carried, and writes down what came of each.

A message is claimed in a transaction of its own, then carried, then settled. Where the process dies in between, the
next one finds it claimed by nobody alive: a carrier that keeps keys is given it again under the same key, one that does
not leaves it `unknown`, shown to the operator and sent by nobody until a person says so.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from jjm.access import how_to_reach
from jjm.notify import store
from jjm.notify.context import Notices
from jjm.notify.counts import SETTLED, STANDING
from jjm.notify.model import Claimed, Letter, Outcome, Settled
from jjm.notify.rules import address_kind, after, of_orphan, quiet_end

_log = logging.getLogger(__name__)
_LOCK = 7_219_220
_TICK, _LOOK_AGAIN, _COUNT_EVERY = 0.5, 5.0, 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_AT_ONCE, _GATHER, _TO_END = 64, 0.02, 1.5


@dataclass
class Courier:
    """Has messages carried until it is stopped. Outlives restarts of the database."""

    notices: Notices
    claim: str = field(default_factory=lambda: secrets.token_hex(8))
    _out: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])

    async def run(self, stop: asyncio.Event) -> None:
        """Carry messages until `stop` is set."""
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                async with self._alone(stop) as held:
                    if held:
                        await self._serve(stop)
                pause = _FIRST_PAUSE
            except Exception as error:  # whatever it is, the next round begins afresh from the database
                _log.warning("messages are held up, going on in %.1f s: %r", pause, error)
                await _wait(stop, pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        await self._end()

    @asynccontextmanager
    async def _alone(self, stop: asyncio.Event) -> AsyncGenerator[bool, None]:
        async with self.notices.access.database.read() as conn:
            while not await store.queries.take_the_post(conn, key=_LOCK):
                await _wait(stop, _LOOK_AGAIN)
                if stop.is_set():
                    yield False
                    return
            try:
                yield True
            finally:
                await store.queries.leave_the_post(conn, key=_LOCK)

    async def _serve(self, stop: asyncio.Event) -> None:
        await self._adopt()
        loop, counted = asyncio.get_running_loop(), -_COUNT_EVERY
        while not stop.is_set():
            if loop.time() - counted >= _COUNT_EVERY:
                await self._count()
                counted = loop.time()
            if await self._send_out() == 0:
                await _hear(self.notices.news, _TICK)

    async def _adopt(self) -> None:
        """Deal with what another process had taken that is no more."""
        database, now = self.notices.access.database, self.notices.now()
        async with database.write() as conn:
            async for row in store.queries.orphans(conn, claim=self.claim):
                carrier = self.notices.carriers.get(row["channel"])
                settled = of_orphan(carrier is not None and carrier.keeps_keys, now)
                await store.settle(conn, row["id"], row["claim"], settled, carrier.name if carrier else None)
                _log.warning("message %s was being sent when the node ended: %s", row["id"], settled.status)

    async def _send_out(self) -> int:
        """Take what is due and have it carried; how many messages that were."""
        room = _AT_ONCE - len(self._out)
        if room <= 0:
            await asyncio.wait(self._out.values(), return_when=asyncio.FIRST_COMPLETED)
            if self._out:  # a moment, so that several are taken by one question
                await asyncio.wait(self._out.values(), timeout=_GATHER)
            return 1
        now = self.notices.now()
        async with self.notices.access.database.write() as conn:
            expired = [row async for row in store.queries.expire(conn, now=now, most=_AT_ONCE)]
            taken = await store.claim(conn, self.claim, now, room)
        for row in expired:
            self._tell(row["id"], row["channel"], "expired")
        for message in taken:
            task = asyncio.create_task(self._carry(message))
            self._out[message.id] = task
            task.add_done_callback(lambda _, id=message.id: self._out.pop(id, None))
        return len(taken)

    async def _carry(self, message: Claimed) -> None:
        carrier = self.notices.carriers.get(message.channel)
        name = carrier.name if carrier else None
        ends = quiet_end(message.quiet, self.notices.now())
        if ends is not None:
            await self._settle(message, Settled("waiting", self.notices.now(), ends, counts=False), name)
            return
        try:
            letter = await self._letter(message)
            if isinstance(letter, str):
                outcome = Outcome("refused", letter)
            else:
                outcome = await carrier.send(letter) if carrier else Outcome("later", "nobody carries it here")
        except Exception as error:  # a fault of the program must not leave the message taken for ever
            _log.warning("message %s: %r", message.id, error)
            clear = carrier is not None and carrier.keeps_keys
            outcome = Outcome("later" if clear else "unclear", f"a fault of the node: {type(error).__name__}")
        await self._settle(message, after(message, outcome, self.notices.now(), random.random()), name)  # noqa: S311

    async def _letter(self, message: Claimed) -> Letter | str:
        """What is to be carried, to the address of today; or why it goes nowhere."""
        if message.sealed is None:
            return "its words are erased"
        access = self.notices.access
        words = store.unseal(access.vault, message.id, message.sealed)
        address = words.get("to")
        if message.person is not None:
            async with access.database.read() as conn:
                reached = (await how_to_reach(access, conn, [message.person])).get(message.person)
            address = getattr(reached, address_kind(message.channel)) if reached else None
        if address is None:
            return "there is no address any more"
        return Letter(
            message.id, message.event, message.channel, address, message.language, words["text"], words["subject"],
            message.template, words["values"], message.attempts,
        )  # fmt: skip

    async def _settle(self, message: Claimed, settled: Settled, carrier: str | None) -> None:
        """Write down how it stands, however long the database is away."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self.notices.access.database.write() as conn:
                    channel = await store.settle(conn, message.id, self.claim, settled, carrier)
                break
            except Exception as error:
                _log.warning("what came of message %s is not written down yet: %r", message.id, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        if channel is not None and settled.counts:
            self._tell(message.id, channel, settled.status)
            if settled.status in ("failed", "unknown"):
                _log.warning("message %s (%s, %s): %s", message.id, message.event, channel, settled.status)

    def _tell(self, id: str, channel: str, status: str) -> None:
        SETTLED.labels(channel, status).inc()
        waiting = self.notices.waiting.get(id)
        if waiting is not None and not waiting.done():
            waiting.set_result(None if status in ("waiting", "unknown") else status == "sent")

    async def _count(self) -> None:
        async with self.notices.access.database.read() as conn:
            rows: Sequence[tuple[str, str, int]] = [
                (row["channel"], row["status"], row["messages"]) async for row in store.queries.standing(conn)
            ]
        STANDING.clear()
        for channel, status, messages in rows:
            STANDING.labels(channel, status).set(messages)

    async def _end(self) -> None:
        """Let what is under way come to its end; what takes longer is dealt with at the next start."""
        if self._out:
            await asyncio.wait(self._out.values(), timeout=_TO_END)
        for task in list(self._out.values()):
            task.cancel()
        await asyncio.gather(*self._out.values(), return_exceptions=True)


async def carried(notices: Notices, id: str, seconds: float) -> bool | None:
    """What came of a message that was written: taken, or refused for good; None while it is on its way still."""
    waiting = notices.waiting.setdefault(id, asyncio.get_running_loop().create_future())
    notices.news.set()
    try:
        async with notices.access.database.read() as conn:
            status = await store.queries.known(conn, id=id)
        if status not in ("waiting", "sending"):
            return status in ("sent", "delivered")
        return await asyncio.wait_for(asyncio.shield(waiting), seconds)
    except TimeoutError:
        return None
    finally:
        notices.waiting.pop(id, None)


async def _hear(news: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return
    finally:
        news.clear()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
