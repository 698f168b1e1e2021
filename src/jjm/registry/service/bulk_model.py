"""What a bulk load is asked to do, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from itertools import compress
from typing import Any, NamedTuple

from jjm.kit import Fault
from jjm.registry.formats import Format
from jjm.registry.model import Draft
from jjm.standards import Standard

_MOST_FRESH, _MOST_OTHERS, _MOST_BYTES = 12_288, 8_192, 8_000_000


class OnDuplicate(StrEnum):
    """What to do with a record that is known already."""

    FAIL = "fail"
    SKIP = "skip"
    UPDATE = "update"


class Change(StrEnum):
    """What a file says of records that are known: that the world changed, or that they were wrong or silent."""

    CHANGE = "change"
    CORRECT = "correct"


class Mode(StrEnum):
    """Whether the good records of a file with faults are taken."""

    BEST_EFFORT = "best_effort"
    ALL_OR_NOTHING = "all_or_nothing"


@dataclass(frozen=True, slots=True)
class Load:
    """A file to be taken in: of which type, in which format, and how."""

    type: str
    format: Format
    on_duplicate: OnDuplicate = OnDuplicate.FAIL
    mode: Mode = Mode.BEST_EFFORT
    dry_run: bool = False
    valid_from: date | None = None
    source: str | None = None
    reason: str | None = None
    change: Change = Change.CHANGE

    @property
    def in_one(self) -> bool:
        """True if the whole file is one transaction."""
        return self.dry_run or self.mode is Mode.ALL_OR_NOTHING

    def as_json(self) -> dict[str, object]:
        """As a job keeps it."""
        values: dict[str, object] = {f.name: getattr(self, f.name) for f in fields(self)}
        return values | {"valid_from": self.valid_from.isoformat() if self.valid_from else None}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Load:
        """As a job has kept it."""
        day = kept["valid_from"]
        return cls(
            kept["type"],
            Format(kept["format"]),
            OnDuplicate(kept["on_duplicate"]),
            Mode(kept["mode"]),
            kept["dry_run"],
            date.fromisoformat(day) if day else None,
            kept["source"],
            kept["reason"],
            Change(kept.get("change", Change.CHANGE)),
        )


@dataclass(slots=True)
class Tally:
    """What has become of the lines so far. `line` is the last one dealt with, `lines` counts those with content."""

    lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    line: int = 0
    seconds: float = 0.0
    problem_bytes: int = 0
    untold: int = 0

    def add(self, piece: Piece, taken: Taken) -> None:
        """Count a piece of the file."""
        refused = len({f.line for f in piece.faults} | {f.line for f in taken.faults})
        self.lines += len(piece.lines)
        self.created += taken.created
        self.updated += taken.updated
        self.unchanged += taken.unchanged
        self.refused += refused
        self.line = piece.last

    def as_json(self) -> dict[str, object]:
        """As a job keeps and shows it."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Tally:
        """As a job has kept it."""
        return cls(**{f.name: kept[f.name] for f in fields(cls) if f.name in kept})


class Lines(NamedTuple):
    """Lines of a file side by side: number, values, and the State in which the record lies."""

    numbers: Sequence[int]
    datas: Sequence[Mapping[str, Any]]
    states: Sequence[str | None]

    def some(self, chosen: Sequence[bool]) -> Lines:
        """Those that are chosen."""
        numbers, datas, states = self
        return Lines(list(compress(numbers, chosen)), list(compress(datas, chosen)), list(compress(states, chosen)))


@dataclass(slots=True)
class Fresh:
    """New records in columns: item `i` of each belongs to record `i`; `references` are by field, those that are used;
    `states` are those of the identifiers, or more.

    `heads` are the first parts of their rows, as `wire` lays them out.
    """

    lines: list[int]
    ids: list[str]
    states: set[str | None]
    digests: list[bytes]
    heads: list[bytes]
    references: dict[str, list[Any]]
    valid_from: date
    source: str | None
    reason: str | None

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, more: Fresh) -> None:
        """Take more of the same load in, behind the last."""
        for name in {**self.references, **more.references}:
            before = self.references.setdefault(name, [None] * len(self))
            before.extend(more.references.get(name) or [None] * len(more))
        self.lines += more.lines
        self.ids += more.ids
        self.states |= more.states
        self.digests += more.digests
        self.heads += more.heads

    def placed_by(self, standard: Standard) -> list[dict[str, Any]]:
        """Of each record the fields that say where it lies."""
        names = [n for n in (*standard.nearer, *([standard.area] if standard.area else [])) if self.references.get(n)]
        return [{name: self.references[name][n] for name in names} for n in range(len(self))]

    def part(self, keep: Collection[int]) -> Fresh:
        """Some of them, by their places."""
        chosen = [n in keep for n in range(len(self))]

        def some(column: list[Any]) -> list[Any]:
            return list(compress(column, chosen))

        references = {name: some(values) for name, values in self.references.items()}
        return replace(
            self,
            lines=some(self.lines),
            ids=some(self.ids),
            digests=some(self.digests),
            heads=some(self.heads),
            references=references,
        )


@dataclass(slots=True)
class Piece:
    """Some neighbouring lines of a file: drafts, new records worked out ahead, and what is wrong with other lines."""

    drafts: list[Draft]
    faults: list[Fault]
    last: int
    bytes: int
    fresh: Fresh | None = None

    def add(self, more: Piece) -> bool:
        """Take the lines that follow in as well; False, and nothing is done, where they do not fit together."""
        if self.fresh and more.fresh and self.fresh.valid_from != more.fresh.valid_from:
            return False
        self.drafts += more.drafts
        self.faults += more.faults
        self.last, self.bytes = more.last, self.bytes + more.bytes
        if self.fresh and more.fresh:
            self.fresh.add(more.fresh)
        else:
            self.fresh = self.fresh or more.fresh
        return True

    @property
    def is_full(self) -> bool:
        """True once it is as much as one transaction should write."""
        others = len(self.drafts) + len(self.faults)
        return others >= _MOST_OTHERS or self.bytes >= _MOST_BYTES or len(self.fresh or ()) >= _MOST_FRESH

    @property
    def stands_alone(self) -> bool:
        """True if what becomes of it does not hang on the lines before it: all its records are new, and named here."""
        return not self.drafts

    @property
    def lines(self) -> set[int | None]:
        """The lines that hold something."""
        return {
            *(f.line for f in self.faults),
            *(d.line for d in self.drafts),
            *(self.fresh.lines if self.fresh else ()),
        }


@dataclass(slots=True)
class Taken:
    """What became of drafts; each fault names its line, and `outcomes` the result, record and version of each other."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    outcomes: dict[int, tuple[str, str, int]] = field(default_factory=dict[int, tuple[str, str, int]])

    def refuse(self, line: int | None, faults: Sequence[Fault]) -> None:
        """Note what is wrong with a line."""
        self.faults.extend(replace(fault, line=line) for fault in faults)
