"""When a scheme was sanctioned, built and handed over, and which households it had reached by then."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

from jjm.sandbox.chance import day_between, later, weighted
from jjm.sandbox.model import LAST_DAY, Course

STAGES = (
    *("planned", "sanctioned", "approved", "awarded"),
    *("in_progress", "physically_complete", "commissioned", "handed_over"),
)

# The earliest sanction and over how many days sanctions spread, so that every later step ends before the last day.
_SANCTIONS: Mapping[str, tuple[date, int]] = {
    "sanctioned": (date(2025, 4, 1), 300),
    "approved": (date(2025, 1, 1), 300),
    "awarded": (date(2024, 9, 1), 240),
    "in_progress": (date(2022, 6, 1), 900),
    "physically_complete": (date(2021, 6, 1), 800),
    "commissioned": (date(2020, 8, 1), 800),
    "handed_over": (date(2019, 11, 1), 1000),
}
_BEFORE_MISSION = (date(2015, 4, 1), 300)
# What share of the households a stage has reached, from and to.
_REACHED: Mapping[str, tuple[float, float]] = {
    "in_progress": (0.1, 0.55),
    "physically_complete": (0.55, 0.85),
    "commissioned": (0.8, 1.0),
    "handed_over": (0.9, 1.0),
}


def draw_stage(rng: random.Random, advance: float) -> str:
    """A stage for a scheme of a block that is so far advanced, from 0 to 1."""
    if rng.random() < advance:
        return weighted(rng, [("handed_over", 0.6), ("commissioned", 0.28), ("physically_complete", 0.12)])
    return weighted(rng, [("in_progress", 0.5), ("awarded", 0.2), ("approved", 0.1), ("sanctioned", 0.2)])


def draw_course(rng: random.Random, stage: str, before_mission: bool = False) -> Course:
    """The days on which a scheme at this stage took its steps, each after the one before."""
    if stage not in _SANCTIONS:
        return Course(stage)
    first, spread = _BEFORE_MISSION if before_mission else _SANCTIONS[stage]
    steps = [day_between(rng, first, later(rng, first, spread, spread))]
    for least, most in ((20, 90), (40, 110), (240, 540), (20, 90), (60, 240)):
        steps.append(later(rng, steps[-1], least, most))
    reached = {"sanctioned": 1, "approved": 2, "awarded": 3, "in_progress": 3, "physically_complete": 4}
    taken = steps[: reached.get(stage, STAGES.index(stage) - 1)]
    return Course(stage, *taken)


def reached_share(rng: random.Random, course: Course) -> float:
    """The share of the households that have a tap from a scheme on this course."""
    least, most = _REACHED.get(course.stage, (0.0, 0.0))
    everyone = course.stage == "handed_over" and rng.random() < 0.6
    return 1.0 if everyone else rng.uniform(least, most)


def connection_day(rng: random.Random, course: Course) -> date:
    """The day on which one of the scheme's connections was made: while it was built, or soon after."""
    assert course.awarded is not None, "a scheme without a work order connects nobody"
    return day_between(rng, later(rng, course.awarded, 120, 200), course.commissioned or course.completed or LAST_DAY)
