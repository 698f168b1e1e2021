"""Turns, standings and numbers of samples: what a plan asks of a source, a laboratory and a village."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from jjm.kit import Problem
from jjm.solutions.quality.plan import Standing, period_of, samples_for, standing, turns

PLAN = shipped().testing_plans["jjm"]
BANDS = PLAN.duties["distribution"].bands


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2026-27", "2026-04-01", "2027-03-31"),
        ("1999-00", "1999-04-01", "2000-03-31"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2011-12-25", "2011-12-01", "2011-12-31"),
    ],
)
def test_periods(said: str, first: str, last: str) -> None:
    assert tuple(day.isoformat() for day in period_of(said)) == (first, last)


@pytest.mark.parametrize("said", ["2026", "2026-28", "2026-13", "now", "2026-00", ""])
def test_what_is_no_period_is_refused(said: str) -> None:
    with pytest.raises(Problem, match="no period"):
        period_of(said)


def test_a_year_has_its_turns() -> None:
    found = turns(PLAN, *period_of("2026-27"))
    by_duty = {duty: [turn for turn in found if turn.duty.name == duty] for duty in PLAN.duties}
    assert [(t.first.isoformat(), t.last.isoformat()) for t in by_duty["source-chemical"]] == [
        ("2026-04-01", "2027-03-31")
    ]
    assert [(t.first.isoformat(), t.last.isoformat()) for t in by_duty["source-bacteria"]] == [
        ("2026-03-01", "2026-06-15"),
        ("2026-10-01", "2026-12-31"),
        ("2027-03-01", "2027-06-15"),
    ]
    assert len(by_duty["district-laboratory"]) == 12
    assert [turn.duty.name for turn in turns(PLAN, *period_of("2026-08"))] == [
        "source-chemical", "district-laboratory", "distribution",
    ]  # fmt: skip


def test_a_turn_that_ended_without_samples_is_overdue_and_never_met() -> None:
    (turn,) = [t for t in turns(PLAN, *period_of("2026-11")) if t.duty.name == "source-bacteria"]
    days = [turn.first - timedelta(1), turn.first, turn.last, turn.last + timedelta(1)]
    assert [standing(turn, day, met=False) for day in days] == [
        Standing.COMING, Standing.DUE, Standing.DUE, Standing.OVERDUE,
    ]  # fmt: skip
    assert {standing(turn, day, met=True) for day in days} == {Standing.MET}


@pytest.mark.parametrize(
    ("population", "samples"),
    [
        (0, 1), (1, 1), (5_000, 1), (5_001, 2), (20_000, 4), (20_001, 5), (50_000, 10), (50_001, 11),
        (100_000, 20), (100_001, 30), (200_000, 30), (400_000, 50),
    ],
)  # fmt: skip
def test_samples_by_population(population: int, samples: int) -> None:
    assert samples_for(BANDS, population) == samples


@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_more_people_never_need_fewer_samples(one: int, other: int) -> None:
    less, more = sorted([one, other])
    assert samples_for(BANDS, less) <= samples_for(BANDS, more)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_every_day_lies_in_one_turn_of_each_duty_without_seasons(day: date) -> None:
    for name in ("source-chemical", "district-laboratory", "distribution"):
        (turn,) = [turn for turn in turns(PLAN, day, day) if turn.duty.name == name]
        assert turn.first <= day <= turn.last
