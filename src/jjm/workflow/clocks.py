"""The clock of a case: when its promise ends, and what of the time that passed was counted, and why. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jjm.standards import Calendar, Promise
from jjm.workflow.hours import after, worked

NEAR = 0.8
"""The part of a promise after which it is said to be near its end (CCRS: approaching above 80 %)."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A time that a case was in a state; `paused` says why the clock stood, None while it ran."""

    state: str
    since: datetime
    paused: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the explanation: from when to when, in which state, how much of it was counted, and why no more."""

    begun: datetime
    ended: datetime
    state: str
    counted: timedelta
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock says at an instant: the promise, what was used of it, when it ends (None while it stands)."""

    promised: timedelta
    used: timedelta
    due: datetime | None
    stretches: tuple[Stretch, ...]

    @property
    def left(self) -> timedelta:
        """What is left; less than nothing once it is broken."""
        return self.promised - self.used

    @property
    def standing(self) -> str:
        """`within`, `near` or `late`."""
        if self.used > self.promised:
            return "late"
        return "near" if self.used >= NEAR * self.promised else "within"


def read_clock(promise: Promise, calendar: Calendar, stays: Sequence[Stay], now: datetime) -> Reading:
    """What the clock of a promise says, given where the case stayed since it began, in order."""
    stretches = tuple(_stretches(promise, calendar, stays, now))
    used = sum((s.counted for s in stretches), timedelta())
    promised = timedelta(hours=promise.hours)
    if not stays or stays[-1].paused is not None:
        return Reading(promised, used, None, stretches)
    return Reading(promised, used, _due(promise, calendar, stretches, stays[-1], promised), stretches)


def end_of(promise: Promise, calendar: Calendar, begun: datetime) -> datetime:
    """When a promise ends whose clock begins at an instant and is never stopped."""
    amount = timedelta(hours=promise.hours)
    return begun + amount if promise.count == "all" else after(calendar, begun, amount)


def _due(
    promise: Promise, calendar: Calendar, stretches: Sequence[Stretch], last: Stay, promised: timedelta
) -> datetime:
    """The instant at which all of the promise is, or was, used."""
    used = timedelta()
    for stretch in stretches:
        if used + stretch.counted >= promised and stretch.counted:
            return _passed(promise, calendar, stretch.begun, promised - used)
        used += stretch.counted
    begun = max(last.since, stretches[-1].ended) if stretches else last.since
    return _passed(promise, calendar, begun, promised - used)


def _passed(promise: Promise, calendar: Calendar, begun: datetime, amount: timedelta) -> datetime:
    return begun + amount if promise.count == "all" else after(calendar, begun, amount)


def _stretches(promise: Promise, calendar: Calendar, stays: Sequence[Stay], now: datetime) -> list[Stretch]:
    ends = [*(stay.since for stay in stays[1:]), now]
    return [_stretch(promise, calendar, s, e) for s, e in zip(stays, ends, strict=True) if s.since < e]


def _stretch(promise: Promise, calendar: Calendar, stay: Stay, ended: datetime) -> Stretch:
    if stay.paused is not None:
        return Stretch(stay.since, ended, stay.state, timedelta(), stay.paused)
    if promise.count == "all":
        return Stretch(stay.since, ended, stay.state, ended - stay.since, "all hours count")
    counted = worked(calendar, stay.since, ended)
    return Stretch(stay.since, ended, stay.state, counted, "working hours count")
