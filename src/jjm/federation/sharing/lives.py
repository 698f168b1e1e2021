"""How long what was lent may stay: until its data life has run since it was first taken. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

_STEPS = 30
"""What is taken within this part of a data life goes together, with the first of it: too early, never too late."""


class Mark(NamedTuple):
    """Parts up to `position` of the lender's ledger, here up to `entry` of this one, were first taken at `at` or later.

    Those of the mark before came earlier.
    """

    position: int
    entry: int
    at: datetime

    def as_json(self) -> list[object]:
        """As it is kept."""
        return [self.position, self.entry, self.at.isoformat()]


def read_marks(said: Iterable[Sequence[object]]) -> tuple[Mark, ...]:
    """Marks as they were kept."""
    return tuple(Mark(int(str(p)), int(str(e)), datetime.fromisoformat(str(at))) for p, e, at in said)


def noted(marks: Sequence[Mark], position: int, entry: int, now: datetime, life: timedelta) -> tuple[Mark, ...]:
    """The marks once parts were taken up to there; what is taken once more keeps the time of the first."""
    if not marks:
        return (Mark(position, entry, now),)
    *before, last = marks
    if position <= last.position and entry <= last.entry:
        return tuple(marks)
    reached = max(position, last.position), max(entry, last.entry)
    if now - last.at < life / _STEPS:
        return (*before, Mark(*reached, last.at))
    return (*marks, Mark(*reached, now))


def lived(marks: Sequence[Mark], now: datetime, life: timedelta) -> Mark | None:
    """Up to where data lives have run; None where none has."""
    return next((mark for mark in reversed(marks) if mark.at + life <= now), None)
