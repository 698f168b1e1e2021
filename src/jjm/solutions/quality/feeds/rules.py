"""What is too little for a feed: pure.

A week is seven days in India that are over, and ends yesterday; so a holiday or a night without a push weighs a
seventh, and Sundays stand in every week. What usually comes is the lower median of the last four weeks that were whole:
one odd week, or a backlog sent at once, moves it little, which it would move a mean. A week that was partial is no
measure for the next, else a feed that stays broken would be called whole again after a fortnight. Less than half is
partial (the rule of "more than 50 %, or to zero"); below 20 a week nothing is said, since such counts halve by chance:
of a feed that brings 20 a week at random, one week in two hundred has fewer than 10.
A slow decline, each week a little less, is not told: the usual goes down with it, and only `share` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median_low
from typing import Final

from jjm.solutions.quality.feeds.model import Judged, Standing

WEEK: Final = timedelta(days=7)
MEASURED: Final = 4
"""So many whole weeks before say what is usual."""
LEAST: Final = 20
"""Fewer than so many in a usual week, and nothing is said of a fall."""
LASTING: Final = 13
"""After so many weeks in a row that brought less, and none of which brought nothing, that is what is usual."""
KEPT: Final = 53
"""So many weeks are looked back upon."""


def weeks_of(by_day: Mapping[date, int], last: date) -> list[int]:
    """How many came in each week that is whole, the oldest first; the last one ends with the day `last`.

    The days before the first arrival are in none: a feed does not begin with a fall.
    """
    if not by_day:
        return []
    number = min((last - min(by_day) + timedelta(days=1)) // WEEK, KEPT)
    weeks = [0] * max(number, 0)
    for day, count in by_day.items():
        ago = (last - day) // WEEK
        if day <= last and ago < len(weeks):
            weeks[-1 - ago] += count
    return weeks


def judged(weeks: Sequence[int]) -> Judged:
    """The last of these weeks against those before."""
    whole: list[int] = []
    low: list[int] = []
    found = Judged(Standing.NEW, 0, None)
    for count in weeks:
        found = _against(count, whole)
        if found.standing is Standing.PARTIAL:
            low.append(count)
            if len(low) < LASTING or not all(low):
                continue
            whole += low
        else:
            whole.append(count)
        low.clear()
    return found


def _against(count: int, whole: Sequence[int]) -> Judged:
    if len(whole) < MEASURED:
        return Judged(Standing.NEW, count, None)
    usual = median_low(whole[-MEASURED:])
    if usual < LEAST:
        return Judged(Standing.FEW, count, usual)
    return Judged(Standing.PARTIAL if 2 * count < usual else Standing.USUAL, count, usual)
