"""The testing plan of an area and a period, as seen on a day: coverage of each turn, and a list of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jjm.access import Actor, view_of
from jjm.kit import ReadConnection, forbidden
from jjm.registry import Reach, Registry
from jjm.solutions.quality.plan import store
from jjm.solutions.quality.plan.model import Asked, Coverage, Missing, Standing, Turn
from jjm.solutions.quality.plan.rules import standing, turns
from jjm.standards import TestingPlan

TESTS = "water_quality_test"
Place = tuple[str, str, int]
"""Where a list of what is missing goes on: the duty, the subject, the turn of the duty."""


@dataclass(frozen=True, slots=True)
class Told:
    """The plan: coverage of each turn, what is missing in turns that stand as asked, and where that list goes on."""

    coverage: Sequence[Coverage]
    missing: Sequence[Missing]
    next: Place | None


async def plan_of(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    plan: TestingPlan,
    asked: Asked,
    *,
    wanted: frozenset[Standing] = frozenset([Standing.OVERDUE]),
    after: Place = ("", "", 0),
    most: int = 100,
) -> Told:
    """The plan of an area. Raises Problem 401 or 403 for whoever may not read water quality tests there."""
    await _may_read(registry, conn, actor, asked.area)
    now = registry.clock.now()
    coverage: list[Coverage] = []
    missing: list[Missing] = []
    order = list(plan.duties)
    gone_through = order.index(after[0]) if after[0] in order else 0
    for name, group in groupby(turns(plan, asked.first, asked.last), key=lambda turn: turn.duty.name):
        of_duty = list(group)
        listed = [n for n, turn in enumerate(of_duty, 1) if standing(turn, asked.on, met=False) in wanted]
        room = most + 1 - len(missing) if order.index(name) >= gone_through else 0
        behind = after[1:] if name == after[0] else ("", 0)
        rows = await store.counted(
            conn, of_duty[0].duty, of_duty, asked, now=now, listed=listed, after=behind, most=room
        )
        sums = {row["turn"]: row for row in rows if row["id"] is None}
        coverage += [_coverage(turn, sums.get(n), asked) for n, turn in enumerate(of_duty, 1)]
        missing += [_missing(of_duty, row, asked) for row in rows if row["id"] is not None]
    return Told(coverage, missing[:most], _next(plan, asked, missing, most))


async def _may_read(registry: Registry, conn: ReadConnection, actor: Actor, area: str) -> None:
    """What a plan tells of an area is told to whoever may read the tests of all of it."""
    view = view_of(actor, registry.catalogue.types[TESTS])
    if view.within is None:
        return
    reach = Reach(registry)
    inside = [id for address in view.within for id in await reach.ids(conn, address)]
    if not await reach.lie_within(conn, [area], inside):
        raise forbidden("The plan of an area is for those who may read the water quality tests of all of it.")


def _coverage(turn: Turn, row: Any, asked: Asked) -> Coverage:
    if row is None:
        return Coverage(turn, standing(turn, asked.on, met=False), 0, 0, 0, 0, 0)
    all_met = row["met"] == row["subjects"] > 0
    found, wanted = int(row["found"] or 0), int(row["wanted"] or 0)
    stands = standing(turn, asked.on, met=all_met)
    return Coverage(turn, stands, row["subjects"], row["met"], row["unknown"], found, wanted)


def _missing(of_duty: Sequence[Turn], row: Any, asked: Asked) -> Missing:
    place: int = row["turn"] - 1
    turn = of_duty[place]
    stands = standing(turn, asked.on, met=False)
    return Missing(turn, stands, row["id"], row["name"], row["area"], row["wanted"], row["found"])


def _next(plan: TestingPlan, asked: Asked, missing: Sequence[Missing], most: int) -> Place | None:
    if len(missing) <= most:
        return None
    last = missing[most - 1]
    of_duty = [turn for turn in turns(plan, asked.first, asked.last) if turn.duty.name == last.turn.duty.name]
    return last.turn.duty.name, last.id, of_duty.index(last.turn) + 1
