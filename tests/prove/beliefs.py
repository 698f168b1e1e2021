"""What a node must answer about one record on two clocks, worked out day by day in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

FIRST = date(2025, 12, 1)
DAYS = 240
"""Days are numbered from FIRST; nothing is asked beyond the last."""


def day(number: int) -> date:
    """The day of that number."""
    return FIRST + timedelta(days=number)


def number(of: date) -> int:
    """The number of a day, within what is looked at."""
    return min(max((of - FIRST).days, 0), DAYS)


@dataclass(frozen=True)
class Asserted:
    """One version: what it did, what it says (None: the record is not in force), and for which days."""

    version: int
    change: str
    name: str | None
    valid_from: date
    valid_to: date | None


@dataclass
class Beliefs:
    """What is believed of one record: on every day the version that holds, as it was after each change."""

    versions: list[Asserted] = field(default_factory=list)
    after: list[tuple[datetime, list[int]]] = field(default_factory=list)

    @property
    def now(self) -> list[int]:
        """The version that holds on each day as known now; 0 where none speaks of it."""
        return self.after[-1][1] if self.after else [0] * DAYS

    def on(self, at: int, known: datetime | None = None) -> Asserted | None:
        """The version that held on a day, as known at an instant; None where the record was not in force."""
        known_then = [days for recorded, days in self.after if known is None or recorded <= known]
        held = known_then[-1][at] if known_then else 0
        found = self.versions[held - 1] if held else None
        return found if found and found.name is not None else None

    def next_turn(self, at: int) -> int | None:
        """The first later day on which another version begins to hold."""
        days = self.now
        return next((d for d in range(at + 1, DAYS) if days[d] != days[d - 1]), None)

    def stretch(self, at: int) -> tuple[int, int | None]:
        """The days around one on which the same version holds."""
        first = at
        while first > 0 and self.now[first - 1] == self.now[at]:
            first -= 1
        return first, self.next_turn(at)

    def assert_(self, change: str, name: str | None, first: int, end: int | None, recorded: datetime) -> None:
        """Believe something from now on about these days."""
        made = len(self.versions) + 1
        self.versions.append(Asserted(made, change, name, day(first), None if end is None else day(end)))
        until = DAYS if end is None else end
        days = [made if first <= d < until else held for d, held in enumerate(self.now)]
        self.after.append((recorded, days))
