"""Who a call is counted for, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kept = Literal["participant", "person", "token", "address"]


@dataclass(slots=True)
class Tally:
    """What an application did since it was last added up."""

    calls: int = 0
    refused: int = 0
    failed: int = 0
    bytes: int = 0
    position: int | None = None
    refusals: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])

    def note(self, status: int, size: int, code: str, position: int | None) -> None:
        """Count one call that was answered."""
        self.calls += 1
        self.bytes += size
        if position is not None:
            self.position = position
        if status >= 400:
            self.refused += status < 500
            self.failed += status >= 500
            self.refusals[status, code] = self.refusals.get((status, code), 0) + 1


@dataclass(frozen=True, slots=True)
class Failure:
    """A call to a subscriber that failed or was refused; `status` is None where nobody answered."""

    at: datetime
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How deliveries to one subscription fare.

    `pending` counts changes of the types asked for behind its position, `oldest_pending_at` when the first of them was
    recorded: at most so many events, since what else was asked for and may be seen is not looked at.
    """

    subscription: str
    owner: str
    description: str
    state: Literal["active", "paused", "dead"]
    reason: str | None
    position: int
    pending: int
    oldest_pending_at: datetime | None
    dead_letters: int
    delivered: int
    last_success_at: datetime | None
    last_failure: Failure | None
    failing_since: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose allowance a call is taken from: all applications of a participant share one."""

    kind: Kept
    bucket: str
    per_minute: int | None = None
    application: str | None = None
