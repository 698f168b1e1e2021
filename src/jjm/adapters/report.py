"""What an import found: every doubt with its place and remedy, counted in full, kept in bounded memory."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from jjm.kit import Fault

KEEP = 1_000
_FORMULA = ("=", "+", "-", "@", "\t")


class Severity(StrEnum):
    """What became of the row."""

    ERROR = "error"  # not taken
    WARNING = "warning"  # taken; somebody should look
    INFO = "info"  # taken; good to know


@dataclass(frozen=True, slots=True)
class Note:
    """One finding: its kind (a stable word such as `bad-value`), its weight, and the fault with place and remedy."""

    kind: str
    severity: Severity
    fault: Fault

    def as_json(self) -> dict[str, object]:
        """The note as one flat JSON object."""
        return {"kind": self.kind, "severity": str(self.severity)} | self.fault.as_json()


class ImportReport:
    """Collects notes: the first `keep` of each kind stay to be read, the others are counted."""

    def __init__(self, keep: int = KEEP) -> None:
        self.keep = keep
        self._counts: Counter[tuple[Severity, str]] = Counter()
        self._kept: dict[tuple[Severity, str], list[Note]] = {}

    def add(self, kind: str, severity: Severity, fault: Fault) -> None:
        """Take a finding."""
        self._counts[severity, kind] += 1
        if self._counts[severity, kind] <= self.keep:
            self._kept.setdefault((severity, kind), []).append(Note(kind, severity, fault))

    def error(self, kind: str, fault: Fault) -> None:
        """A row, or a whole file, that was not taken."""
        self.add(kind, Severity.ERROR, fault)

    def warning(self, kind: str, fault: Fault) -> None:
        """A row that was taken and should be looked at."""
        self.add(kind, Severity.WARNING, fault)

    def info(self, kind: str, fault: Fault) -> None:
        """Something good to know."""
        self.add(kind, Severity.INFO, fault)

    def count(self, kind: str) -> int:
        """How many findings of that kind, kept or not."""
        return sum(n for (_, k), n in self._counts.items() if k == kind)

    def total(self, severity: Severity) -> int:
        """How many findings of that weight, kept or not."""
        return sum(n for (s, _), n in self._counts.items() if s is severity)

    @property
    def notes(self) -> Iterator[Note]:
        """The kept notes, the grave ones first, each kind in the order it was found."""
        for severity in Severity:
            for (weight, _), notes in self._kept.items():
                if weight is severity:
                    yield from notes

    def as_json(self) -> dict[str, object]:
        """Counts by kind, and the kept notes."""
        counts = [{"kind": k, "severity": str(s), "count": n} for (s, k), n in self._ranked()]
        return {"counts": counts, "notes": [note.as_json() for note in self.notes]}

    def summary(self) -> list[str]:
        """One line for each kind, the grave ones first, with the first finding as the example."""
        return [f"{s}: {n:,} x {k}, first {self._kept[s, k][0].fault}" for (s, k), n in self._ranked()]

    def write_csv(self, path: Path) -> None:
        """The kept notes as a table that a spreadsheet opens (no cell is taken for a formula)."""
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out)
            table.writerow(["severity", "kind", "file", "line", "column", "value", "message", "remedy"])
            for note in self.notes:
                f = note.fault
                cells = (note.severity, note.kind, f.file, f.line, f.column, f.value, f.message, f.remedy)
                table.writerow([_plain(cell) for cell in cells])

    def write_ndjson(self, path: Path) -> None:
        """The kept notes, one JSON object a line."""
        with path.open("wb") as out:
            out.writelines(orjson.dumps(note.as_json(), default=str) + b"\n" for note in self.notes)

    def _ranked(self) -> list[tuple[tuple[Severity, str], int]]:
        weights = list(Severity)
        return sorted(self._counts.items(), key=lambda item: weights.index(item[0][0]))


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    number = text.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not number else text
