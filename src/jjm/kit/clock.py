"""The two clocks: the instant at which something is recorded, and the Indian day on which it is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

IST = timezone(timedelta(hours=5, minutes=30), "IST")


class Clock(Protocol):
    """Tells the time; passed in, so that a test can set it."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...

    def today(self) -> date:
        """The present day in India."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock; `off` by as much in rehearsals of machines whose clocks differ."""

    off: timedelta = timedelta()

    def now(self) -> datetime:
        """The present instant, in UTC."""
        now = datetime.now(UTC)
        return now + self.off if self.off else now

    def today(self) -> date:
        """The present day in India."""
        return (datetime.now(IST) + self.off).date()


@dataclass
class SetClock:
    """A clock that stands where it was put; tests and rehearsals move it by hand."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self.instant

    def today(self) -> date:
        """The Indian day of that instant."""
        return self.instant.astimezone(IST).date()
