"""What is asked of a testing plan, and what it answers: turns, how far they are met, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from jjm.standards import Duty, Titles


class Standing(StrEnum):
    """How a turn stands on a day."""

    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of days in which a duty is to be done, both ends included."""

    duty: Duty
    first: date
    last: date
    title: Titles | None = None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose plan, over which days, as seen on a day, and as was known at an instant (None: today, as known now)."""

    area: str
    first: date
    last: date
    on: date
    known_at: datetime | None = None

    @property
    def is_of_the_past(self) -> bool:
        """True where it is seen as of another point than now."""
        return self.known_at is not None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one turn is met: subjects, those with enough samples, those of which it cannot be said, all samples."""

    turn: Turn
    standing: Standing
    subjects: int
    met: int
    unknown: int
    samples: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A subject that has not enough samples in a turn; `wanted` None where its population is not known."""

    turn: Turn
    standing: Standing
    id: str
    name: str | None
    area: str | None
    wanted: int | None
    found: int
