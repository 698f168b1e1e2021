"""Text tables: which of comma, semicolon, tab or bar parts the columns, and the rows with their line numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from jjm.adapters.tables.decoding import open_bytes, unreadable
from jjm.kit import Problem

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE = 60
_LINES_IN_A_CELL = 20


def delimiter_of(lines: Iterable[str]) -> str | None:
    """The delimiter that parts most rows, and those most evenly, into most columns; None where none parts half."""
    sample = list(islice(lines, _SAMPLE))
    scores = {d: _score(sample, d) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: scores[d])
    return best if scores[best][0] >= 0.5 else None


def _score(sample: list[str], delimiter: str) -> tuple[float, float, int]:
    widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if any(cell.strip() for cell in row)]
    counted = Counter(width for width in widths if width > 1).most_common(1)
    if not counted:
        return 0.0, 0.0, 0
    width, even = counted[0]
    return sum(w > 1 for w in widths) / len(widths), even / len(widths), width


def rows_of(path: Path, encoding: str) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The delimiter and the rows, each with the line it starts on.

    Raises Problem `unreadable-file` where no delimiter parts columns, and while reading where a quote is never closed.
    """
    with io.TextIOWrapper(open_bytes(path), encoding=encoding, newline="") as text:
        try:
            delimiter = delimiter_of(text)
        except csv.Error as error:
            raise _unclosed(path, 1) from error
    if delimiter is None:
        what = "Neither comma, semicolon, tab nor bar parts it into columns"
        raise unreadable(path, what, "Give a table with a header row, saved as CSV in UTF-8.")
    return delimiter, _rows(path, encoding, delimiter)


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    with io.TextIOWrapper(open_bytes(path), encoding=encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        start = 1
        try:
            for cells in reader:
                if reader.line_num - start > _LINES_IN_A_CELL:
                    raise _unclosed(path, start)
                yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise _unclosed(path, start) from error


def _unclosed(path: Path, line: int) -> Problem:
    return unreadable(path, "A quotation mark opens a cell that does not end", "Close it, or take it out.", line)
