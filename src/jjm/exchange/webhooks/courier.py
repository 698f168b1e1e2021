"""A courier: serves one subscription in order, one call at a time, and stops at what fails."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jjm.access import OVER_FREQUENCY, Actor, Asked, count_delivery
from jjm.exchange.context import Exchange
from jjm.exchange.guard import target_of
from jjm.exchange.posting import Answer, Line
from jjm.exchange.webhooks.calls import Call, Event, calls
from jjm.exchange.webhooks.model import Delivery, Standing, State, Subscription
from jjm.exchange.webhooks.rules import (
    REFUSED_IN_A_ROW,
    Verdict,
    after_call,
    after_failure,
    after_refusal,
    after_success,
    paused,
    verdict,
)
from jjm.exchange.webhooks.signing import signed_headers
from jjm.kit import Problem
from jjm.ledger import History
from jjm.registry import Changes

_WINDOW = 50
_REMEMBERED = timedelta(seconds=5)
_OWN_TROUBLE = timedelta(seconds=30)
_SLOW_MS = 3_000
_NOTED = 20
Read = Callable[[Subscription, Actor, int, int, Changes | None], Awaitable[Changes]]
"""What a subscription is to be told behind a position, as its owner sees it: so many entries of the ledger at most.

The last is the same stretch as it was read before and did not arrive.
"""


@dataclass
class Lanes:
    """How many calls are under way at once. Those who are slow or fail have a lane of their own, and hold nobody up."""

    quick: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(64))
    slow: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))


@dataclass
class Courier:
    """One subscription being served. What it has done is kept by whoever runs it: `moved`, `noted` and `buried`.

    `is_open` says that it asks only for what anybody may see, which no agreement is needed for.
    """

    exchange: Exchange
    subscription: Subscription
    lanes: Lanes
    history: History
    read: Read
    letters: list[int] = field(default_factory=list[int])
    is_moved: bool = False
    noted: deque[Delivery] = field(default_factory=lambda: deque[Delivery](maxlen=_NOTED))
    buried: list[tuple[int, datetime, int, str]] = field(default_factory=list[tuple[int, datetime, int, str]])
    arrived: list[int] = field(default_factory=list[int])
    head: int = -1
    is_open: bool = False
    _refused_in_a_row: int = 0
    _singly_to: int = -1
    _actor: tuple[Actor, datetime] | None = None
    _earlier: Changes | None = None
    _earlier_letter: tuple[int, Changes] | None = None

    def __post_init__(self) -> None:
        self.standing = self.subscription.standing
        self.line = Line(target_of(self.subscription.wanted.url, private=self.exchange.private), self.exchange.private)

    def is_due(self, now: datetime) -> bool:
        """True if there is something to bring, and nothing to wait for."""
        s = self.standing
        waits = s.next_at is not None and s.next_at > now
        return s.state is State.ACTIVE and not waits and (s.position < self.head or bool(self.letters))

    async def serve(self) -> None:
        """Bring all there is, until something fails."""
        try:
            if self.letters and not await self._send_letters():
                return
            while self.standing.state is State.ACTIVE and self.standing.position < self.head:
                if not await self._step():
                    return
        except Problem as problem:
            if problem.status < 500:
                self._move(paused(self.standing, problem.code))
            else:  # the node's own trouble, which passes
                self._move(replace(self.standing, next_at=self.exchange.now() + _OWN_TROUBLE))

    async def _step(self) -> bool:
        actor = await self._owner()
        if actor is None:
            return False
        found = await self._stretch(actor)
        events = [Event.of(line) for line in found.lines]
        s = self.standing
        for call in calls(events, self.subscription.wanted.batch, s.pending_to, self._singly_to):
            if not await self._bring(call, actor, found.consents):
                return False
        if found.position > self.standing.position:
            self._move(replace(self.standing, position=found.position))
        return True

    async def _stretch(self, actor: Actor) -> Changes:
        """What comes next; a stretch that did not arrive whole is read again up to its end, and is one reading."""
        s, earlier = self.standing, self._earlier
        if earlier is not None and not s.position < earlier.position:
            earlier = None
        most = min(_WINDOW, (self.head if earlier is None else earlier.position) - s.position)
        found = await self.read(self.subscription, actor, s.position, most, earlier)
        self._earlier = replace(found, lines=[]) if found.turns else None
        return found

    async def _letter(self, actor: Actor, position: int) -> Changes:
        """A dead letter as it is told today; what is sent until it arrives is one reading."""
        earlier = self._earlier_letter
        asked = earlier[1] if earlier is not None and earlier[0] == position else None
        found = await self.read(self.subscription, actor, position - 1, 1, asked)
        self._earlier_letter = position, replace(found, lines=[])
        return found

    async def _owner(self) -> Actor | None:
        now, owner = self.exchange.now(), self.subscription.owner
        if self._actor is not None and self._actor[1] > now:
            return self._actor[0]
        async with self.exchange.registry.database.read() as conn:
            what = owner.permits, owner.purpose, owner.agreement, self.subscription.path
            asked = Asked(owner.kind, owner.id, *what)
            actor = await self.exchange.actor(conn, asked)
        if actor is None:
            self._move(paused(self.standing, "owner-revoked"))
            return None
        self._actor = actor, now + _REMEMBERED
        return actor

    async def _bring(self, call: Call, actor: Actor, consents: frozenset[str]) -> bool:
        """Make a call; True if the stream goes on behind it."""
        if not await self._may_call(actor):
            return False
        answer = await self._post(call, consents)
        if answer is None:
            return False
        said, s, now = verdict(answer.status), self.standing, self.exchange.now()
        if said is Verdict.DELIVERED:
            self._refused_in_a_row = 0
            self._move(after_success(s, call.last, len(call.events)))
        elif said is Verdict.GONE:
            self._move(paused(s, "gone"))
        elif said is Verdict.REFUSED and len(call.events) > 1:
            # Which of them it is comes to light one by one.
            self._singly_to = call.last
            self._move(replace(s, pending_to=None))
            return False
        elif said is Verdict.REFUSED and self._refused_in_a_row < REFUSED_IN_A_ROW:
            self._refused_in_a_row += 1
            self.buried.append((call.last, now, answer.status or 0, answer.text))
            self._move(after_refusal(s, call.last))
        else:
            self._move(after_failure(s, call.last, now, answer.retry_after, random.random()))  # noqa: S311 - spreads
            return False
        return self.standing.state is State.ACTIVE

    async def _may_call(self, actor: Actor) -> bool:
        """False where the agreement behind it allows no more calls now: what is to come waits until it does."""
        if self.is_open:
            return True
        again = await count_delivery(self.exchange.access, actor, self.subscription.path)
        if again is not None:
            self._move(replace(self.standing, next_at=again, reason=OVER_FREQUENCY))
        return again is None

    async def _post(self, call: Call, consents: frozenset[str]) -> Answer | None:
        """Make a call; None, and no call, where a consent that it rests on is not in force any more."""
        body, at = call.body, self.exchange.now()
        id = call.id(self.history.epoch_of(call.first))
        secrets, key = self.subscription.secrets, self.exchange.access.key.private
        async with self._lane:
            if not await self._still_allowed(consents):
                return None
            headers = signed_headers(id, at, body, secrets, key) | {"Content-Type": call.kind}
            begun = time.perf_counter()
            answer = await self.line.post(headers, body, failing=self.standing.is_failing)
            ms = round(1_000 * (time.perf_counter() - begun))
        is_good = verdict(answer.status) is Verdict.DELIVERED
        error = None if is_good else answer.text or f"status {answer.status}"
        attempt = self.standing.attempts + 1
        self.noted.append(Delivery(at, call.first, call.last, len(call.events), attempt, answer.status, ms, error))
        self.standing = after_call(self.standing, at, answer.status, ms, error)
        return answer

    async def _still_allowed(self, consents: frozenset[str]) -> bool:
        """False where somebody has withdrawn since it was read what it would tell: it is read again, and tells less."""
        asked = self.exchange.registry.consents
        return not consents or asked is None or await asked.all_in_force(sorted(consents))

    @property
    def _lane(self) -> asyncio.Semaphore:
        is_slow = self.standing.is_failing or (self.standing.last_ms or 0) > _SLOW_MS
        return self.lanes.slow if is_slow else self.lanes.quick

    async def _send_letters(self) -> bool:
        """Send dead letters once more, oldest first; True if none failed."""
        while self.letters:
            position = self.letters[0]
            actor = await self._owner()
            if actor is None:
                return False
            found = await self._letter(actor, position)
            events = [Event.of(line) for line in found.lines]
            if events and not await self._may_call(actor):
                return False
            # What its owner does not see any more is not sent, and no letter any more.
            call = Call(events, self.subscription.wanted.batch == 1) if events else None
            answer = await self._post(call, found.consents) if call else Answer(204)
            if answer is None:
                return False
            said, now = verdict(answer.status), self.exchange.now()
            if said is Verdict.DELIVERED:
                self.arrived.append(position)
            elif said is Verdict.REFUSED:
                self.buried.append((position, now, answer.status or 0, answer.text))
            else:
                end = self.standing.position
                self._move(after_failure(self.standing, end, now, answer.retry_after, random.random()))  # noqa: S311
                return False
            self.letters.pop(0)
        return True

    def _move(self, standing: Standing) -> None:
        self.standing = standing
        self.is_moved = True
