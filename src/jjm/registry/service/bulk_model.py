"""What a bulk load is asked to do, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from jjm.kit import Fault
from jjm.registry.formats import Format
from jjm.registry.model import Draft


class OnDuplicate(StrEnum):
    """What to do with a record that is known already."""

    FAIL = "fail"
    SKIP = "skip"
    UPDATE = "update"


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

    def add(self, piece: Piece, taken: Taken) -> None:
        """Count a piece of the file."""
        refused = len({f.line for f in piece.faults} | {f.line for f in taken.faults})
        self.lines += len({f.line for f in piece.faults} | {d.line for d in piece.drafts})
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


@dataclass(slots=True)
class Piece:
    """Some neighbouring lines of a file as drafts, and what is wrong with the other lines among them."""

    drafts: list[Draft]
    faults: list[Fault]
    last: int


@dataclass(slots=True)
class Taken:
    """What became of drafts; each fault names its line."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])

    def refuse(self, draft: Draft, faults: Sequence[Fault]) -> None:
        """Note what is wrong with a draft, at its line."""
        self.faults.extend(Fault(f.message, f.remedy, f.pointer, draft.line, f.column, f.value, f.file) for f in faults)
