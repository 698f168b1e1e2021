"""Turns of duties in a period, how they stand on a day, and how many samples a population needs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from jjm.kit import Fault, bad_request
from jjm.solutions.quality.plan.model import Standing, Turn
from jjm.standards import Band, Duty, Season, TestingPlan

_APRIL = 4
_MONTH_DAYS = 30
_YEARS = re.compile(r"(\d{4})-(\d{2})")
_DAY = timedelta(days=1)


def period_of(said: str) -> tuple[date, date]:
    """The first and last day of `2026-27` (April to March) or of a month, `2026-11`. Raises Problem 400.

    A second part that follows the first by one is a year: `2011-12` is April 2011 to March 2012. For December 2011
    write the month as `2011-12-01`; any day stands for its month.
    """
    if match := _YEARS.fullmatch(said):
        year, rest = int(match[1]), int(match[2])
        if 1950 <= year <= 2100 and rest == (year + 1) % 100:
            return date(year, _APRIL, 1), date(year + 1, _APRIL, 1) - _DAY
        if 1950 <= year <= 2100 and 1 <= rest <= 12:
            return _month(year, rest)
    try:
        day = date.fromisoformat(said)
    except ValueError:
        remedy = "Write a year as 2026-27, or a month as 2026-11."
        fault = Fault("This is no period", remedy, "/period", value=said)
        raise bad_request("bad-parameter", f"`{said}` is no period. {remedy}", fault) from None
    return _month(day.year, day.month)


def turns(plan: TestingPlan, first: date, last: date) -> list[Turn]:
    """The turns of all duties that have a day in the period, in order."""
    found = [turn for duty in plan.duties.values() for turn in _turns(duty, first, last)]
    return [turn for turn in found if turn.first <= last and turn.last >= first]


def _turns(duty: Duty, first: date, last: date) -> Iterator[Turn]:
    if duty.every == "month":
        day = first.replace(day=1)
        while day <= last:
            yield Turn(duty, *_month(day.year, day.month))
            day = _month(day.year, day.month)[1] + _DAY
        return
    for year in range(first.year - 1, last.year + 1):
        if duty.every == "year":
            yield Turn(duty, date(year, _APRIL, 1), date(year + 1, _APRIL, 1) - _DAY)
        else:
            yield from (_season(duty, season, year) for season in duty.every)


def _season(duty: Duty, season: Season, year: int) -> Turn:
    ends = year if season.first <= season.last else year + 1
    return Turn(duty, date(year, *season.first), date(ends, *season.last), season.title)


def standing(turn: Turn, on: date, *, met: bool) -> Standing:
    """How a turn stands on a day: untested is due while there is time, and overdue after; never safe."""
    if met:
        return Standing.MET
    if on < turn.first:
        return Standing.COMING
    return Standing.DUE if on <= turn.last else Standing.OVERDUE


def samples_for(bands: tuple[Band, ...], population: int) -> int:
    """How many samples a population needs in a month: by the interval and by the number of persons, the greater."""
    band = next(b for b in bands if b.up_to is None or population <= b.up_to)
    by_interval = -(-_MONTH_DAYS // band.every_days)
    by_persons = -(-population // band.persons_per_sample) + band.more
    return max(by_interval, by_persons)


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - _DAY
