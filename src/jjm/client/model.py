"""What a node tells, as values: records and their versions, types, jobs, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jjm.client.refusal import Fault


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known about a version. `position` is its place in the ledger, None in the moment it was recorded."""

    version: int
    change: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    actor: str
    node: str
    source: str | None
    reason: str | None
    digest: str
    position: int | None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Meta:
        """As the API tells it; what a newer node says beyond is left out."""
        known: dict[str, Any] = {name: told.get(name) for name in cls.__slots__}
        until = told.get("valid_to")
        known |= {
            "valid_from": date.fromisoformat(told["valid_from"]),
            "valid_to": date.fromisoformat(until) if until else None,
            "recorded_at": datetime.fromisoformat(told["recorded_at"]),
        }
        return cls(**known)


class Record(dict[str, Any]):
    """A record as the node shows it: its fields by name, and `_meta`."""

    __slots__ = ("_etag",)

    def __init__(self, told: Mapping[str, Any], etag: str | None = None) -> None:
        super().__init__(told)
        self._etag = etag

    @property
    def etag(self) -> str:
        """Which version a change of it is about."""
        return self._etag or f'"{self["_meta"]["version"]}"'

    @property
    def id(self) -> str:
        """Its identifier."""
        return self["id"]

    @property
    def meta(self) -> Meta:
        """What is known about this version of it."""
        return Meta.of(self["_meta"])


@dataclass(frozen=True, slots=True)
class Found:
    """Records asked for by identifier, and the identifiers that the caller sees no record of."""

    records: Sequence[Record]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list; `count` where it was asked for, `next` the path of the following page."""

    records: Sequence[Record]
    next: str | None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class RegistryType:
    """A registry type of a node: how it is called and addressed, who answers for it, about how many records it has."""

    type: str
    plural: str
    title: Mapping[str, str]
    authority: str
    standard: str
    public: bool
    personal: bool
    count: int

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> RegistryType:
        """As the API tells it."""
        return cls(**{name: told[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found by its name: how likely it is the one meant (0 to 1), and the areas it lies in."""

    type: str
    id: str
    name: str
    score: float
    path: Sequence[Mapping[str, str]]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Hit:
        """As the API tells it."""
        return cls(**{name: told[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Job:
    """Long work of a node: `waiting`, `running`, `done`, `failed` or `cancelled`, and what has come of it."""

    id: str
    kind: str
    state: str
    progress: Mapping[str, Any]
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None
    url: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Job:
        """As the API tells it."""
        return cls(**{name: told[name] for name in cls.__slots__})

    @property
    def has_ended(self) -> bool:
        """True once nothing more happens to it."""
        return self.state not in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file of records: how many lines became what, the path of all problems, and the first of them."""

    job: str
    lines: int
    created: int
    updated: int
    unchanged: int
    refused: int
    seconds: float
    problems: str | None
    first_problems: Sequence[Fault] = ()

    @classmethod
    def of(cls, job: Job) -> Imported:
        """The result of a job that took in records."""
        told = dict(job.result or {})
        counts = {name: told[name] for name in ("lines", "created", "updated", "unchanged", "refused", "seconds")}
        first = [Fault.of(fault) for fault in told["first_problems"]]
        return cls(job.id, **counts, problems=told["problems"], first_problems=first)


@dataclass(frozen=True, slots=True)
class File:
    """A file that a node put out: where it is fetched, its size, and the digest that it must have."""

    name: str
    url: str
    bytes: int
    records: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the history of a node, to go on from; `epoch` names the history, where the node has told it.

    As text, to be kept: `<epoch>:<number>`, or the number alone.
    """

    number: int = -1
    epoch: str | None = None

    @classmethod
    def parse(cls, text: str) -> Position:
        """A place as it was kept."""
        epoch, _, number = text.rpartition(":")
        return cls(int(number), epoch or None)

    def __str__(self) -> str:
        return f"{self.epoch}:{self.number}" if self.epoch else str(self.number)


@dataclass(frozen=True, slots=True)
class Export:
    """Records put out as files, all as they were at `position`: behind it the changes go on without a gap."""

    job: str
    records: int
    position: Position
    files: Sequence[File]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record: what was done (`created`, `changed`, `corrected`, `retired`, `restored`) and what the
    record was then; of a retired one its id and `_meta` alone.
    """

    position: int
    type: str
    what: str
    time: datetime
    record: Record
    event: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Change:
        """The change that a CloudEvent of the feed or of a webhook tells."""
        type, _, what = event["type"].removeprefix("in.jjm.").rpartition(".")
        at = datetime.fromisoformat(event["time"])
        return cls(int(event["position"]), type, what, at, Record(event["data"]), event)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring changes, and the position to go on from: keep both together, in one transaction.

    `left_out` names the types that are not among them since an agreement ended, as the node says it; empty for none.
    """

    changes: Sequence[Change]
    position: Position
    left_out: str = ""

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)
