"""A subscription, how far it is, and what a call to it came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Whether a subscription is served: `dead` once it could not be reached for days."""

    ACTIVE = "active"
    PAUSED = "paused"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription asks for: where it is sent, which changes, how much of them, how many in a call."""

    url: str
    types: tuple[str, ...] = ()
    within: str | None = None
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    batch: int = 1
    description: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """Behind which position a subscription begins (None: from now on), and the epoch in which that was given."""

    after: int | None = None
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who subscribed, with what it was allowed then."""

    kind: str
    id: str
    name: str
    participant: str | None
    permits: tuple[str, ...]
    purpose: str | None
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a subscription is, and how its last calls went. `pending_to` ends the call that failed last."""

    state: State
    position: int
    reason: str | None = None
    attempts: int = 0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    pending_to: int | None = None
    delivered: int = 0
    refused: int = 0
    last_at: datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    last_ms: int | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failed_status: int | None = None
    failed_error: str | None = None

    @property
    def is_failing(self) -> bool:
        """True from the first failed call until one succeeds."""
        return self.attempts > 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription as it is kept. `made_by` is its owner, or the officer who made it for its owner."""

    id: str
    owner: Owner
    wanted: Wanted
    standing: Standing
    generation: int
    created_at: datetime
    made_by: str
    secrets: Sequence[bytes] = field(default=(), repr=False)

    @property
    def path(self) -> str:
        """Its address, as it stands in logs."""
        return f"/api/v1/subscriptions/{self.id}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call: which events it held, and what came of it."""

    at: datetime
    first: int
    last: int
    events: int
    attempt: int
    status: int | None
    ms: int
    error: str | None
