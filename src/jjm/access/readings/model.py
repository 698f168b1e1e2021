"""What is noted of a reading of personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Way(StrEnum):
    """By which kind of call personal data was shown."""

    RECORD = "record"
    LIST = "list"
    HISTORY = "history"
    SEARCH = "search"
    LOOKUP = "lookup"
    FEED = "feed"
    EXPORT = "export"
    CHANGE = "change"
    PROOF = "proof"


class Reader(NamedTuple):
    """Who was shown something, what for, which fields of which type, and by which call: what many readings share.

    `fields` are the names of what was shown, sorted, with a space between; None where that was not noted.
    """

    reader: str
    kind: str
    reader_id: str | None
    participant: str | None
    agreement: str | None
    purpose: str
    type: str
    way: str
    fields: str | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of a type too long to name each record of it.

    `areas` are the identifiers of the areas whose records it held, None for all; `first` and `last` the positions in
    the ledger between which the changes lay, without `first` all records as they were at `last`. `is_part` says that a
    filter let only some of them through.
    """

    last: int
    first: int | None = None
    areas: Sequence[str] | None = None
    is_part: bool = False


@dataclass(slots=True)
class Reading:
    """One entry of what was shown: to whom, from when to when, in how many answers, and of which records."""

    by: Reader
    at: datetime
    until: datetime
    answers: int = 1
    ids: list[str] | None = None
    extent: Extent | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A record about somebody, as far as it is needed to tell which readings may have held it.

    `since` is when it was first recorded; `areas` are all in which it ever lay, and all that ever lay above those;
    `positions` are its changes in the ledger, None where there are too many to name.
    """

    type: str
    id: str
    since: datetime
    areas: frozenset[str]
    positions: tuple[int, ...] | None


class Mark(NamedTuple):
    """A place in the order of readings, newest first."""

    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class OwnReading:
    """A reading that showed records about somebody, or may have: `is_exact` says that it names them."""

    mark: Mark
    by: Reader
    until: datetime
    answers: int
    records: tuple[str, ...]
    is_exact: bool
    is_part: bool = False
    office: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class OwnReadings:
    """One page of readings, the records that they are about, and where the next page begins.

    `is_cut` says that more records carry the telephone number than are looked at.
    """

    about: tuple[Subject, ...]
    is_cut: bool
    items: tuple[OwnReading, ...]
    next: Mark | None


@dataclass(frozen=True, slots=True)
class Sifting:
    """Which readings are wanted: of one type, by one reader (the name that stands in versions), for one purpose."""

    type: str | None = None
    reader: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Overseen:
    """One page of readings in a place, newest first, and where the next page begins."""

    place: str
    items: tuple[OwnReading, ...]
    next: Mark | None
