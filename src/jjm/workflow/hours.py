"""Working time: which hours of which days count at a place, and when so many of them have passed. Pure, in IST."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from jjm.kit import IST
from jjm.standards import Calendar

_ONE_DAY = timedelta(days=1)
_FURTHEST = 366 * 12


def worked(calendar: Calendar, begun: datetime, ended: datetime) -> timedelta:
    """How much working time lies between two instants; none where the second is not after the first."""
    total = timedelta()
    for first, last in _spans(calendar, begun, ended):
        total += last - first
    return total


def after(calendar: Calendar, begun: datetime, amount: timedelta) -> datetime:
    """The instant at which so much working time has passed since an instant.

    Raises ValueError for a calendar without so much of it in twelve years.
    """
    left = amount
    for first, last in _spans(calendar, begun, begun + _FURTHEST * _ONE_DAY):
        if last - first >= left:
            return first + left
        left -= last - first
    raise ValueError("this calendar has too few working hours")


def _spans(calendar: Calendar, begun: datetime, ended: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of working time between two instants, in order."""
    day, last_day = begun.astimezone(IST).date(), ended.astimezone(IST).date()
    while day <= last_day:
        for opens, closes in calendar.openings(day):
            first = max(begun, datetime.combine(day, opens, IST))
            last = min(ended, datetime.combine(day, closes, IST))
            if first < last:
                yield first, last
        day += _ONE_DAY
