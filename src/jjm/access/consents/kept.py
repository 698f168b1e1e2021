"""A consent as this node keeps it, and what somebody wishes to ask a person for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from jjm.access.consents.model import Consent, Frequency, Mode

CONSENT: Final = "access.consent"
"""Under which type what becomes of a consent stands in the ledger."""
LONGEST: Final = timedelta(days=3 * 366)
"""The longest life: a person is asked anew every three years."""
MOST_WAITING: Final = 3
"""So many requests of one consumer may wait for one person's answer."""
Means = Literal["session", "code", "signed", "closed"]
"""How a decision came about: in a session, by a code, by another's signature, or because the account was closed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A consent on this node.

    `notice` says in each language what the person is told. `areas` are the identifiers of the areas of the artefact,
    `records` those about the person on the day it was granted, `phone` the number by which the person is known;
    None once the consent has ended. `signed_by` is who signed an artefact that came from elsewhere.
    """

    consent: Consent
    notice: Mapping[str, str]
    areas: frozenset[str]
    records: frozenset[str]
    phone: str | None
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None = None
    means: str | None = None
    signed_by: str | None = None
    renews: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person is to be asked for; the person by a record that carries their number, or by their account.

    `text` says in each language what it is for, as the person understands it. Times that are left out follow from the
    others: it begins now, the data tell of the time of the consent, and are kept no longer.
    """

    purpose: str
    text: Mapping[str, str]
    data: Mapping[str, tuple[str, ...]]
    areas: tuple[str, ...]
    until: datetime
    frequency: Frequency
    mode: Mode
    record: tuple[str, str] | None = None
    person: str | None = None
    starts: datetime | None = None
    keep_until: datetime | None = None
    data_from: datetime | None = None
    data_until: datetime | None = None
    renews: str | None = None
