"""Samples counted turn by turn for all subjects of a duty at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jjm.kit import ReadConnection, load_queries
from jjm.solutions.quality.plan.model import Asked, Turn
from jjm.standards import Duty

QUESTIONS = {
    "water_source": load_queries("jjm.solutions.quality", "plan_sources").of_sources,
    "laboratory": load_queries("jjm.solutions.quality", "plan_laboratories").of_laboratories,
    "village": load_queries("jjm.solutions.quality", "plan_villages").of_villages,
}
"""What is asked, by what a duty is of."""


async def counted(
    conn: ReadConnection,
    duty: Duty,
    turns: Sequence[Turn],
    asked: Asked,
    *,
    now: datetime,
    listed: Sequence[int],
    after: tuple[str, int],
    most: int,
) -> list[Any]:
    """Rows of sums by turn (without id), then those who lack samples in the `listed` turns, counted from 1.

    The list goes on behind the subject and turn `after`, in that order.
    """
    values: dict[str, object] = {
        "area": asked.area, "past": asked.is_of_the_past, "day": asked.on, "known": asked.known_at or now,
        "firsts": [turn.first for turn in turns], "lasts": [turn.last for turn in turns],
        "parameters": list(duty.parameters), "at_least": duty.at_least, "listed": list(listed),
        "after_id": after[0], "after_turn": after[1], "most": most,
    }  # fmt: skip
    if duty.of != "water_source":
        values["kinds"] = list(duty.kinds)
    if duty.of == "village":
        values |= {
            "up_to": [band.up_to for band in duty.bands], "every_days": [band.every_days for band in duty.bands],
            "persons": [band.persons_per_sample for band in duty.bands], "more": [band.more for band in duty.bands],
        }  # fmt: skip
    else:
        values["times"] = duty.times
    return [row async for row in QUESTIONS[duty.of](conn, **values)]
