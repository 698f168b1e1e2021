"""Whatever is done to areas, in whatever order and for whatever days: the trees equal those the records tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from area_world import DAYS, FIRST, KINDS, World, check
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jjm.kit import SetClock
from jjm.registry import Registry

WHAT = ["patch", "patch", "retire", "restore", "advance", *KINDS, *(f"{kind} and back" for kind in KINDS), "undo"]
ONE = st.tuples(st.sampled_from(WHAT), st.integers(0, 40), st.integers(0, 40), st.sampled_from(DAYS), st.booleans())
ACTIONS = st.lists(ONE, max_size=14)


@pytest.fixture
def world(registry: Registry, clock: SetClock) -> World:
    """A small world, begun anew for each run."""
    return World(registry, clock)


async def run(world: World, actions: list[tuple[str, int, int, date, bool]]) -> None:
    """Do all of it, looking at the trees after each step."""
    world.made.clear()
    await world.begin()
    for action in actions:
        await world.act(*action)
        await check(world)


SETTINGS = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


UNDONE_BEFORE_ITS_DAY = [("split and back", 0, 0, date(2026, 6, 1), False), ("advance", 0, 13, FIRST, False)]


@settings(max_examples=25, **SETTINGS)
@example(actions=UNDONE_BEFORE_ITS_DAY)
@given(actions=ACTIONS)
async def test_the_trees_equal_what_the_records_tell(world: World, actions: list[Any]) -> None:
    await run(world, actions)
