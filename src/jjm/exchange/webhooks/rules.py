"""What follows from the answer of a subscriber: on, once more later, to the dead letters, or no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

from jjm.exchange.webhooks.model import Standing, State

PAUSES = (5, 30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200)
"""Seconds until the next attempt, each give or take a fifth; the last again and again."""
GIVEN_UP_AFTER = timedelta(days=5)
LONGEST_WAIT = timedelta(hours=24)
REFUSED_IN_A_ROW = 20
"""So many single events refused one after the other are taken for a fault of the subscriber, not of the events."""
_OF_THE_EVENT = {400, 409, 413, 422}


class Verdict(Enum):
    """What an answer says."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


def verdict(status: int | None) -> Verdict:
    """What a status says of the events sent: only a few of them say that an event itself is not wanted."""
    if status is not None and 200 <= status < 300:
        return Verdict.DELIVERED
    if status == 410:
        return Verdict.GONE
    return Verdict.REFUSED if status in _OF_THE_EVENT else Verdict.FAILED


def pause_before(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many failed attempts; `chance`, from 0 to 1, spreads those that failed together."""
    seconds = PAUSES[min(attempts, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * (0.8 + 0.4 * chance))


def asked_pause(retry_after: str | None, now: datetime) -> timedelta:
    """How long the other side asks to be left alone, a day at most (RFC 9110, section 10.2.3)."""
    if not retry_after:
        return timedelta()
    try:
        text = retry_after.strip()
        wait = timedelta(seconds=int(text)) if text.isdigit() else parsedate_to_datetime(text) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)


def after_call(before: Standing, at: datetime, status: int | None, ms: int, error: str | None) -> Standing:
    """A call was made; `error` says what was wrong with it, None that it was answered with success."""
    called = replace(before, reason=None, last_at=at, last_status=status, last_error=error, last_ms=ms)
    if error is None:
        return replace(called, succeeded_at=at)
    return replace(called, failed_at=at, failed_status=status, failed_error=error)


def after_success(before: Standing, last: int, events: int) -> Standing:
    """All up to a position has arrived."""
    return replace(
        before, position=last, delivered=before.delivered + events, attempts=0, failing_since=None, next_at=None,
        pending_to=None,
    )  # fmt: skip


def after_refusal(before: Standing, position: int) -> Standing:
    """A single event is not wanted; the stream goes on behind it."""
    return replace(
        before, position=position, refused=before.refused + 1, attempts=0, failing_since=None, next_at=None,
        pending_to=None,
    )  # fmt: skip


def after_failure(before: Standing, last: int, now: datetime, retry_after: str | None, chance: float) -> Standing:
    """The call that ended at a position has failed: it is made again later as it was, until days have passed."""
    since = before.failing_since or now
    attempts = before.attempts + 1
    if now - since >= GIVEN_UP_AFTER:
        dead = replace(before, state=State.DEAD, reason="unreachable", attempts=attempts, failing_since=since)
        return replace(dead, next_at=None, pending_to=last)
    wait = max(pause_before(attempts, chance), asked_pause(retry_after, now))
    return replace(before, attempts=attempts, failing_since=since, next_at=now + wait, pending_to=last)


def paused(before: Standing, reason: str) -> Standing:
    """Not served until its owner says so."""
    return replace(before, state=State.PAUSED, reason=reason, next_at=None)


def resumed(before: Standing) -> Standing:
    """Served again, as if nothing had failed."""
    return replace(
        before, state=State.ACTIVE, reason=None, attempts=0, failing_since=None, next_at=None, pending_to=None
    )
