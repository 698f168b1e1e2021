"""A role granted to a person for a place and a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

GRANT = "access.grant"
"""Under which type decisions about grants stand in the ledger."""
State = Literal["waiting", "refused", "coming", "in_force", "over", "ended"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant. `original` is the grant that was passed on by delegation; this one never outlasts it.

    `asked_by_person` is None where the keeper of the node made it with a token; `approved_at` while it waits for a
    second person. Days are Indian days; both ends count.
    """

    id: str
    person: str
    role: str
    place: str
    starts_on: date
    ends_on: date | None
    original: str | None
    reason: str | None
    asked_at: datetime
    asked_by: str
    asked_by_person: str | None
    approved_at: datetime | None
    approved_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A role that somebody is to be granted. `starts_on` None means today, `ends_on` None for no end."""

    role: str
    place: str
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str | None = None
