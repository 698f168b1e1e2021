"""What the registry handles: versions of records, drafts of the next ones, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Change(StrEnum):
    """What a version does. A correction puts the past right; every other change is one of the world."""

    CREATE = "create"
    CHANGE = "change"
    CORRECT = "correct"
    RETIRE = "retire"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Header:
    """A version without its values: what it did, for which days, and when it became known."""

    version: int
    change: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    is_current: bool = False

    def covers(self, day: date) -> bool:
        """True if the version says anything about that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Version(NamedTuple):
    """One version of one record. `data` holds its fields, and `ext` and `external_ids` where it has them.

    `sealed` is what is personal among them as it is kept (`jjm.registry.sealing`).
    """

    # A named tuple, since a bulk load makes fifty thousand a second and a frozen dataclass takes four times as long.
    id: str
    version: int
    change: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    actor: str
    node: str
    source: str | None
    reason: str | None
    data: Mapping[str, Any]
    digest: bytes = b""
    sealed: bytes | None = None
    entry: int = 0
    newest: int | None = None

    @property
    def header(self) -> Header:
        """The version without its values."""
        return Header(self.version, self.change, self.valid_from, self.valid_to, self.recorded_at)

    def covers(self, day: date) -> bool:
        """True if the version says anything about that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def entered(self, digest: bytes, entry: int) -> Version:
        """The version with its digest and its place in the ledger."""
        return Version(*self[:11], digest, self.sealed, entry, self.newest)

    def at_entry(self, entry: int) -> Version:
        """The version with its place in the ledger."""
        return Version(*self[:13], entry, self.newest)

    def kept_as(self, sealed: bytes | None) -> Version:
        """The version with what is personal sealed."""
        return Version(*self[:12], sealed, *self[13:])


@dataclass(slots=True)
class Draft:
    """What somebody wants recorded about one record; `id` None asks for a new one.

    For a correction `valid_from` None means the days around today on which the same version holds. `shaped` says that
    the values follow the standard and stand in their stored form. `behalf` names the other node that
    decided it. `moves` says that a workflow moves the record, which alone may change its state.
    """

    change: Change
    data: Mapping[str, Any]
    id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str | None = None
    reason: str | None = None
    line: int | None = None
    expected: str | None = None
    minted: bool = False
    shaped: bool = False
    behalf: str | None = None
    moves: bool = False


class Outcome(NamedTuple):
    """What became of a draft: `created`, `updated` or `unchanged`, the version it led to, and the record's ETag now."""

    result: str
    id: str
    version: Version
    etag: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """A point on both clocks: what was known at `known_at` about `valid_at`."""

    valid_at: date
    known_at: datetime
