"""Messages: to whom, by which channel, how they stand; what people want; what a carrier says of a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple

from jjm.standards import Channel

Status = Literal["waiting", "sending", "sent", "delivered", "failed", "unknown", "expired"]
"""`unknown`: the node or the line broke while it was sent by a carrier that keeps no keys; it is not sent again."""
TROUBLED: tuple[Status, ...] = ("failed", "unknown", "expired")
Verdict = Literal["sent", "later", "refused", "unclear"]
OUTSIDE: tuple[Channel, ...] = ("email", "sms", "whatsapp")
"""The channels by which a message leaves the node."""
QUIET = (time(21), time(7))
"""From when to when nothing is sent that is not urgent, in Indian time, where a person says nothing else."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody who has no account: personal data, kept sealed and never logged."""

    phone: str | None = None
    email: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Preference:
    """What a person wants: language, quiet hours, and the channels of each kind of which they have chosen."""

    language: str | None = None
    quiet: tuple[time, time] = QUIET
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was written; it is sent behind the commit of the transaction in which it was written."""

    id: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Letter:
    """What a carrier is to bring. `id` is the key under which it must bring it once; `values` fill its template."""

    id: str
    event: str
    channel: Channel
    address: str
    language: str
    text: str
    subject: str | None = None
    template: str | None = None
    values: Sequence[str] = ()
    attempt: int = 1


class Outcome(NamedTuple):
    """What came of trying: `sent` (taken), `later` (try again), `refused` (never), `unclear` (nobody knows).

    `reason` holds neither address nor words, since it is kept and shown.
    """

    verdict: Verdict
    reason: str | None = None
    reference: str | None = None
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True)
class New:
    """A message to be written."""

    id: str
    event: str
    version: str
    kind: str
    channel: Channel
    recipient: str
    person: str | None
    key: str
    language: str
    template: str | None
    parts: int | None
    sealed: bytes
    status: Status
    made_at: datetime
    due_at: datetime
    expires_at: datetime
    erase_at: datetime
    secret: bool
    quiet: tuple[time, time] | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that was taken to be sent."""

    id: str
    event: str
    channel: Channel
    person: str | None
    language: str
    template: str | None
    sealed: bytes | None
    attempts: int
    expires_at: datetime
    secret: bool
    quiet: tuple[time, time] | None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a message stands after it was tried."""

    status: Status
    at: datetime
    due_at: datetime | None = None
    reason: str | None = None
    reference: str | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the inbox, opened."""

    id: str
    event: str
    kind: str
    language: str
    subject: str
    text: str
    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a carrier reports of a message later."""

    id: str
    delivered: bool
    reason: str | None = None
