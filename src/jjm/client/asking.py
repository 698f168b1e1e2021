"""What a node may be asked for: lists, stretches of the feed, a record as it was, changes and files of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias, TypedDict

Day: TypeAlias = date | str
Instant: TypeAlias = datetime | str
Where: TypeAlias = Mapping[str, str | bool | float | Sequence[str]]
"""Values of fields that records must have; of several values of one field either will do."""


class Listing(TypedDict, total=False):
    """What a list may be asked for beside values of fields.

    `filter` is CQL2 text, `within` an area such as `district/345`, `bbox` west, south, east, north in degrees.
    """

    filter: str
    within: str
    bbox: str
    valid_at: Day
    known_at: Instant
    fields: Sequence[str]


class Following(TypedDict, total=False):
    """Which changes are told: of these types (by their addresses), in this area, of these kinds, only these fields.

    `limit` is how many entries of the ledger one call looks at; with `wait` (seconds, up to 60) the node keeps a call
    open until something happens.
    """

    types: Sequence[str]
    within: str
    kinds: Sequence[Literal["created", "changed", "corrected", "retired", "restored"]]
    fields: Sequence[str]
    limit: int
    wait: int


class AsOf(TypedDict, total=False):
    """A record as it was on a day (`valid_at`), as known at an instant (`known_at`), and only these fields of it."""

    valid_at: Day
    known_at: Instant
    fields: Sequence[str]


class Ground(TypedDict, total=False):
    """What is said of a version beside its values; `key` is an Idempotency-Key of the caller's own."""

    valid_from: Day
    valid_to: Day
    source: str
    reason: str
    key: str


class Changing(Ground, total=False):
    """The same of a change: the `etag` of the version read, and whether the world changed or the record was wrong."""

    etag: str
    change: Literal["change", "correct"]


class Taking(TypedDict, total=False):
    """How a file of records is taken in; left out, known records are refused and good lines beside bad ones taken."""

    on_duplicate: Literal["fail", "skip", "update"]
    mode: Literal["best_effort", "all_or_nothing"]
    change: Literal["change", "correct"]
    dry_run: bool
    valid_from: Day
    source: str
    reason: str
    format: str
    filename: str
    key: str
