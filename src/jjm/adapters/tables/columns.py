"""Which header of a foreign table means which field: several spellings each, drift reported, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from jjm.adapters.report import ImportReport, Severity
from jjm.adapters.tables.values import text
from jjm.kit import Fault, Problem

_MARKS = re.compile(r"[\W_]+")


def fold(header: str) -> str:
    """A header without letter case, spaces and punctuation: `Sub-district Code` and `subdistrict_code` are one."""
    return _MARKS.sub("", header).casefold()


@dataclass(frozen=True, slots=True)
class Column:
    """One field and the headers it goes by; `Name#2` is the second column headed `Name`, `#7` the seventh column.

    `read` turns the cell into a value, None where blank. `required`: the table is refused without the column.
    `needed`: a row is refused where the cell is blank. `strict`: a row is refused where the cell cannot be read; else
    the cell counts as blank, with a warning.
    """

    field: str
    headers: tuple[str, ...]
    read: Callable[[str], object] = text
    required: bool = False
    needed: bool = False
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column was found: its index from 0 and its header as written."""

    column: Column
    index: int
    header: str


class Columns:
    """The columns a reader knows, by field.

    `ignored` are headers known to carry nothing of use, such as a serial number.
    """

    def __init__(self, *columns: Column, ignored: Sequence[str] = ("S.No.", "Sl No", "Sr No")) -> None:
        self.columns = columns
        self.ignored = frozenset(fold(header) for header in ignored)

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether every required column stands in this table."""
        found = self._find(headers)
        return all(column.field in found for column in self.columns if column.required)

    def known(self, headers: Sequence[str]) -> int:
        """How many of the columns stand in this table, whatever else is missing."""
        return len(self._find(headers))

    def has(self, headers: Sequence[str], *fields: str) -> bool:
        """Whether the table has a column for any of these fields."""
        return not self._find(headers).keys().isdisjoint(fields)

    def match(self, file: str, line: int, headers: Sequence[str], report: ImportReport) -> tuple[Place, ...]:
        """The place of each column that is there.

        New, repeated and blank headers are reported. Raises Problem `missing-column` where a required one is missing.
        """
        found = self._find(headers)
        used = set(found.values())
        _report_drift(file, line, headers, used, self.ignored, report)
        absent = [c for c in self.columns if c.required and c.field not in found]
        if absent:
            faults = [_missing(file, line, c, [h for i, h in enumerate(headers) if i not in used]) for c in absent]
            raise Problem("missing-column", 422, f"{file} lacks a column", faults[0].message, faults)
        return tuple(Place(c, found[c.field], headers[found[c.field]]) for c in self.columns if c.field in found)

    def _find(self, headers: Sequence[str]) -> Mapping[str, int]:
        at = _addresses(headers)
        found: dict[str, int] = {}
        for column in self.columns:
            index = next(
                (at[a] for a in map(_address, column.headers) if a in at and at[a] not in found.values()), None
            )
            if index is not None:
                found[column.field] = index
        return found


def _address(spelling: str) -> tuple[str, int]:
    name, _, nth = spelling.partition("#")
    return fold(name), int(nth or 1)


def _addresses(headers: Sequence[str]) -> dict[tuple[str, int], int]:
    seen: dict[str, int] = {}
    at: dict[tuple[str, int], int] = {("", index + 1): index for index in range(len(headers))}
    for index, name in enumerate(map(fold, headers)):
        if name:
            seen[name] = seen.get(name, 0) + 1
            at[name, seen[name]] = index
    return at


def _report_drift(
    file: str, line: int, headers: Sequence[str], used: set[int], ignored: frozenset[str], report: ImportReport
) -> None:
    folded = [fold(h) for h in headers]
    for index in (i for i in range(len(headers)) if i not in used and folded[i] not in ignored):
        column = headers[index].strip() or f"column {index + 1}"
        if not folded[index]:
            kind, what, remedy = "blank-header", "The column has no header and is not read", "Name it, if it matters."
        elif folded.index(folded[index]) < index:
            kind, what, remedy = (
                "repeated-header",
                "A second column of this name is not read",
                "Name the columns apart.",
            )
        else:
            kind, what, remedy = "unused-column", "The column is not read", "Nothing to do, unless it was renamed."
        weight = Severity.WARNING if kind == "repeated-header" else Severity.INFO
        report.add(kind, weight, Fault(what, remedy, file=file, line=line, column=column))


def _missing(file: str, line: int, column: Column, unused: Sequence[str]) -> Fault:
    wanted = column.headers[0].partition("#")[0]
    close = get_close_matches(fold(wanted), [fold(h) for h in unused], 1, 0.6)
    near = next((h for h in unused if close and fold(h) == close[0]), None)
    remedy = f'Did you mean "{near}"? Rename it to "{wanted}".' if near else f'Add the column "{wanted}".'
    return Fault(f'No column "{wanted}" ({column.field})', remedy, file=file, line=line, column=wanted)
