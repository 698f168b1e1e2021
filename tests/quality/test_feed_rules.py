"""What is too little for a feed: falls, holidays, slow declines, backlogs and feeds that have just begun."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.solutions.quality.feeds.model import Standing
from jjm.solutions.quality.feeds.rules import LASTING, LEAST, judged, weeks_of

USUAL = [100, 104, 97, 101]
LAST = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("weeks", "standing", "usual"),
    [
        pytest.param([*USUAL, 40], "partial", 100, id="falls by 60 %"),
        pytest.param([*USUAL, 0], "partial", 100, id="falls to zero"),
        pytest.param([*USUAL, 50], "usual", 100, id="just half is not more than 50 %"),
        pytest.param([*USUAL, 49], "partial", 100, id="one less is"),
        pytest.param([*USUAL, *[40] * 9], "partial", 100, id="stays low: no measure for itself"),
        pytest.param([*USUAL, *[0] * 40], "partial", 100, id="stays silent: never the usual"),
        pytest.param([*USUAL, *[40] * LASTING], "partial", 100, id="lasts a quarter of a year"),
        pytest.param([*USUAL, *[40] * (LASTING + 1)], "usual", 40, id="is what is usual after that"),
        pytest.param([*USUAL, 57], "usual", 100, id="a week with three holidays"),
        pytest.param([100, 57, 104, 101, 97], "usual", 100, id="the week behind it"),
        pytest.param([*USUAL, 10, 98], "usual", 100, id="comes back"),
        pytest.param([100, 9000, 104, 97, 101], "usual", 100, id="a backlog sent at once"),
        pytest.param([100, 104, 9000, 9000, 101], "usual", 104, id="a backlog sent in two weeks"),
        pytest.param([100, 90, 81, 73, 66, 59, 53, 48, 43], "usual", 53, id="declines slowly: not told"),
        pytest.param([100, 104, 97, 0], "new", None, id="three weeks are no measure"),
        pytest.param([LEAST - 1] * 4 + [0], "few", LEAST - 1, id="so few that nothing is said"),
        pytest.param([LEAST] * 4 + [9], "partial", LEAST, id="just enough"),
        pytest.param([], "new", None, id="nothing yet"),
    ],
)
def test_a_week_stands_to_the_weeks_before(weeks: list[int], standing: str, usual: int | None) -> None:
    found = judged(weeks)
    assert (found.standing, found.usual) == (standing, usual)


def test_a_fall_is_over_when_three_quarters_come_again() -> None:
    assert [judged([*USUAL, 10, count]).is_whole_again for count in (40, 50, 74, 75, 300)] == [False] * 3 + [True] * 2


def test_weeks_are_counted_back_from_the_last_day_and_begin_with_the_feed() -> None:
    days = {LAST - timedelta(days=ago): 1 for ago in range(20)} | {LAST + timedelta(days=1): 50}
    assert weeks_of(days, LAST) == [7, 7], "the six days before two whole weeks are no week, today is not over"
    assert weeks_of({LAST - timedelta(days=27): 5}, LAST) == [5, 0, 0, 0], "weeks in which nothing came count"
    assert weeks_of({LAST - timedelta(days=700): 5, LAST: 9}, LAST)[-1] == 9
    assert weeks_of({}, LAST) == weeks_of({LAST + timedelta(days=3): 5}, LAST) == []


counts = st.integers(0, 5000)


@given(st.lists(counts, max_size=60))
def test_a_partial_week_is_one_that_halved_and_never_is_a_measure(weeks: list[int]) -> None:
    found = judged(weeks)
    if found.standing is Standing.PARTIAL:
        assert found.usual is not None and found.usual >= LEAST and 2 * found.count < found.usual
        assert found.usual in weeks and not found.is_whole_again
    assert found.count == (weeks[-1] if weeks else 0)


@given(st.lists(st.integers(LEAST, 5000), min_size=4, max_size=4), st.integers(1, 30))
def test_silence_is_partial_however_long_it_lasts(before: list[int], silent: int) -> None:
    steady = [max(before)] * 4
    assert judged([*steady, *[0] * silent]).standing is Standing.PARTIAL


@given(st.dictionaries(st.integers(0, 400).map(lambda ago: LAST - timedelta(days=ago)), counts, min_size=1))
def test_no_day_of_a_whole_week_is_lost_or_counted_twice(days: dict[date, int]) -> None:
    weeks = weeks_of(days, LAST)
    first = LAST - timedelta(days=7 * len(weeks) - 1)
    assert sum(weeks) == sum(count for day, count in days.items() if day >= first)
