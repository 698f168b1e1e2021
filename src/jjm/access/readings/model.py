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
    """Who was shown something, what for, of which type and by which call: what many readings have in common."""

    reader: str
    kind: str
    reader_id: str | None
    participant: str | None
    agreement: str | None
    purpose: str
    type: str
    way: str


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
