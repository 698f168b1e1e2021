"""One feed and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

TYPES: Final = ("water_quality_test", "sample", "kit_test")
"""The types whose records are results of tests, or become some."""


class Standing(StrEnum):
    """How a week stands to the weeks before."""

    NEW = "new"
    FEW = "few"
    USUAL = "usual"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Judged:
    """A week: how many came, how many usually come (None where that is not known yet), and what follows."""

    standing: Standing
    count: int
    usual: int | None

    @property
    def share(self) -> float | None:
        """What came as a part of what usually comes, to three digits."""
        return round(self.count / self.usual, 3) if self.usual else None

    @property
    def is_whole_again(self) -> bool:
        """True where a fall is over: at least three quarters of the usual came, so that one does not end and begin
        again with every day."""
        if self.standing is Standing.PARTIAL:
            return False
        return self.usual is None or self.standing is Standing.FEW or 4 * self.count >= 3 * self.usual


@dataclass(frozen=True, slots=True)
class Feed:
    """What one sender brings of one type: its last, the seven days up to `upto`, and since when it has fallen.

    `today` came on the day that is not over yet; `states` are the States in which the records lie.
    """

    sender: str
    type: str
    last_at: datetime
    upto: date
    week: Judged
    fallen: date | None
    today: int = 0
    states: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """True while it must not be read as the whole: it brings too little, or has not come back yet."""
        return self.week.standing is Standing.PARTIAL or self.fallen is not None


@dataclass(frozen=True, slots=True)
class Fall:
    """A time in which a feed brought far less than usual: the day by which it was seen, and what came then."""

    sender: str
    type: str
    began: date
    found: int
    usual: int
    states: tuple[str, ...] = ()
