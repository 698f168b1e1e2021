"""What the ledger holds: changes side by side in batches, signed checkpoints over them, and proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

SLOTS = 65_536
"""The most changes one batch holds; a record's `entry` is `batch * SLOTS + slot`."""


class Change(NamedTuple):
    """One change of one record: its id, the version it made, the kind of change, SHA-256 of what it says."""

    # A named tuple, since a bulk load makes fifty thousand a second and a frozen dataclass takes twice as long.
    subject: str
    version: int
    change: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Changes of one type made together, in columns: item `i` of each column belongs to change `i`."""

    type: str
    at: datetime
    actor: str
    node: str
    subjects: Sequence[str]
    versions: Sequence[int]
    changes: Sequence[str]
    digests: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.subjects)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSlice(Batch):
    """Neighbouring slots of one stored batch: `slot` is that of its first change, `first` its position."""

    batch: int
    slot: int
    first: int

    @property
    def entries(self) -> range:
        """The `entry` of each change here, as records carry it."""
        start = entry_id(self.batch, self.slot)
        return range(start, start + len(self))

    def entry(self, i: int) -> Entry:
        """Change `i` of this slice by itself."""
        return Entry(
            position=self.first + i,
            type=self.type,
            subject=self.subjects[i],
            version=self.versions[i],
            change=self.changes[i],
            digest=self.digests[i],
            at=self.at,
            actor=self.actor,
            node=self.node,
            batch=self.batch,
            slot=self.slot + i,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One change at its place in the ledger; `position` counts from 0 without gaps and never changes."""

    position: int
    type: str
    subject: str
    version: int
    change: str
    digest: bytes
    at: datetime
    actor: str
    node: str
    batch: int
    slot: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger holds of one change beside its subject: enough to tell whether a record is the one entered."""

    type: str
    at: datetime
    actor: str
    node: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Behind:
    """What a reader has not passed yet: how many changes, and when the first of them was recorded (None: none is)."""

    changes: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The node's signed word that its first `size` changes have the Merkle root `root` (C2SP tlog-checkpoint).

    `note` is the signed text as published, `at` the instant of signing.
    """

    origin: str
    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Hashes, from the leaf upward, that lead from the leaf at `position` to the root of the first `size` changes."""

    position: int
    size: int
    leaf_hash: bytes
    hashes: tuple[bytes, ...]
    root: bytes


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """Hashes which show that the ledger of `old` changes is the beginning of the ledger of `new` changes."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    hashes: tuple[bytes, ...]


def entry_id(batch: int, slot: int) -> int:
    """The number by which a record names its change before and after it has a position."""
    return batch * SLOTS + slot


def batch_and_slot(entry: int) -> tuple[int, int]:
    """The batch and the slot that a record's `entry` stands for."""
    return divmod(entry, SLOTS)
