"""CSV: a header with the names of fields, then one record a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from jjm.kit import Fault, Problem
from jjm.registry.formats.cells import BadCell, FromCell, from_cell, remedy
from jjm.registry.formats.gathering import Gathering
from jjm.registry.formats.lines import numbered, too_long
from jjm.registry.formats.model import LONGEST_LINE, Chunk, known_columns
from jjm.standards import Field, Standard

_SEPARATORS = ",;\t"
# Half of a surrogate pair: no UTF-8 text decodes to it, so it marks a line that could not be held.
_TOO_LONG = "\udbff"


def read_csv(stream: BinaryIO, standard: Standard, after: int, size: int) -> Iterator[Chunk]:
    """The records behind a line, and a fault for every row that holds none.

    An empty cell says nothing. Raises Problem 422 for a header that cannot be understood.
    """
    csv.field_size_limit(LONGEST_LINE)
    lines = _texts(stream, size)
    separator, names = _header(next(lines, ""))
    rows = _Rows(names, standard)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    gathering = Gathering(size)
    while rows.next(reader, after, gathering):
        if gathering.is_full:
            yield gathering.take()
    yield from gathering.rest()


def _header(line: str) -> tuple[str, list[str]]:
    if faults := _not_text(line, 1):
        raise _bad_header("The header is no text.", faults)
    if "\r" in line.rstrip():
        fault = Fault("the lines end as on old Macintosh computers", "Save it as CSV for Windows or Unix.", line=1)
        raise _bad_header("The lines cannot be told apart.", [fault])
    separator = max(_SEPARATORS, key=line.count)
    try:
        names = next(csv.reader([line], delimiter=separator, strict=True), list[str]())
    except csv.Error:
        names = list[str]()
    if not names:
        fault = Fault("the file does not begin with a header", "Begin it with a line of field names.", line=1)
        raise _bad_header("There is no header.", [fault])
    return separator, [name.strip() for name in names]


def _bad_header(detail: str, faults: list[Fault]) -> Problem:
    return Problem("bad-header", 422, "The file cannot be read", detail, faults)


def _texts(stream: BinaryIO, size: int) -> Iterator[str]:
    for _, lines in numbered(stream, 0, size):
        for line in lines:
            # What is not UTF-8 is kept as lone surrogates, and named when its row is looked at.
            yield _TOO_LONG if line is None else line.decode("utf-8", "surrogateescape") + "\n"


class _Rows:
    """Turns rows of cells into records."""

    def __init__(self, names: Sequence[str], standard: Standard) -> None:
        self.columns = known_columns(standard, names)
        self.width = len(names)
        self.plans: list[tuple[int, Field, FromCell | None]] = [
            (n, column, from_cell(column)) for n, column in enumerate(self.columns) if column is not None
        ]

    def next(self, reader: Any, after: int, gathering: Gathering) -> bool:
        """Take the next row; False at the end of the file."""
        line = reader.line_num + 2  # the header is read by itself
        cells: list[str] | None = []
        try:
            cells = next(reader, None)
            faults = [] if cells is None else self._faults(line, cells)
        except csv.Error as error:
            faults = [_broken(line, error)]
        if cells is None:
            return False
        gathering.last = reader.line_num + 1
        if line > after and (cells or faults):
            self._take(line, cells, faults, gathering)
        return True

    def _take(self, line: int, cells: list[str], faults: list[Fault], gathering: Gathering) -> None:
        row: dict[str, Any] = {}
        for n, column, convert in self.plans if not faults else ():
            if text := cells[n]:
                try:
                    row[column.name] = text if convert is None else convert(text)
                except BadCell as bad:
                    shown = None if column.is_personal else text[:200]
                    faults.append(Fault(str(bad), remedy(column), line=line, column=column.name, value=shown))
        if faults:
            gathering.faults.extend(faults)
            return
        gathering.rows.append(row)
        gathering.lines.append(line)
        gathering.bytes += sum(map(len, cells))

    def _faults(self, line: int, cells: list[str]) -> list[Fault]:
        if faults := _not_text("".join(cells), line):
            return faults
        if cells and len(cells) != self.width:
            message = f"the row has {len(cells)} cells, the header {self.width}"
            return [
                Fault(
                    message,
                    "Give every row as many cells as the header; put text with separators in quotes.",
                    line=line,
                )
            ]
        return []


_UTF8 = "Save the file in UTF-8."


def _not_text(text: str, line: int) -> list[Fault]:
    """What makes the line no text: too long to be held, not UTF-8, a character that no database holds."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return [too_long(line) if _TOO_LONG in text else Fault("this is not UTF-8", _UTF8, line=line)]
    return [Fault("the row holds a NUL character", "Take it out.", line=line)] if "\0" in text else []


def _broken(line: int, error: csv.Error) -> Fault:
    return Fault(f"the row cannot be read: {error}", "Look at the quotes: each that opens must close.", line=line)
