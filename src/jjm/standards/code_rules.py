"""What a codelist must hold: its columns, codes without doubles, titles in English and Hindi, a source with its day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jjm.kit import Fault
from jjm.standards.reader import Row, Sheet

COLUMNS = ("code", "en", "hi", "source", "source_date")
CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.+/-]{0,63}$")
_COLUMN = re.compile(r"^[a-z][a-z0-9_]*$")
_WANTED = {
    "en": "write the English words",
    "hi": "write the Hindi words",
    "source": "write where the code comes from",
    "source_date": "write the day on which the source was read, YYYY-MM-DD",
}


def code_faults(sheet: Sheet) -> list[Fault]:
    """Everything wrong in one codelist, by line and column."""
    return [*_columns(sheet), *_rows(sheet)]


def _columns(sheet: Sheet) -> Iterator[Fault]:
    for name in COLUMNS:
        if name not in sheet.columns:
            remedy = f"begin the file with the line `{','.join(COLUMNS)}`; further columns may follow"
            yield Fault(f"the column `{name}` is missing", remedy, line=1, file=sheet.file)
    for index, name in enumerate(sheet.columns):
        if not _COLUMN.match(name):
            message = f"`{name}` is not the name of a column" if name else f"column {index + 1} has no name"
            yield Fault(message, "write it in snake_case, such as `valid_from`", line=1, column=name, file=sheet.file)
        if name in sheet.columns[:index]:
            message = f"the column `{name}` is there twice"
            yield Fault(message, "give each column its own name", line=1, column=name, file=sheet.file)


def _rows(sheet: Sheet) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row in sheet.rows:
        yield from _row(sheet, row)
        code = row.cells.get("code", "")
        if code and code in first:
            message = f"the code `{code}` is there twice"
            remedy = f"keep one of the two; the other is on line {first[code]}"
            yield Fault(message, remedy, line=row.line, column="code", file=sheet.file)
        first.setdefault(code, row.line)
    if not sheet.rows and "code" in sheet.columns:
        yield Fault("the codelist has no codes", "write one line for each code", line=1, file=sheet.file)


def _row(sheet: Sheet, row: Row) -> Iterator[Fault]:
    code = row.cells.get("code")
    if code is not None and not CODE.match(code):
        message = f"`{code}` cannot be a code" if code else "the code is empty"
        remedy = "write ASCII letters, digits and _ . + / -, at most 64, beginning with a letter or digit"
        yield Fault(message, remedy, line=row.line, column="code", file=sheet.file)
    for name, remedy in _WANTED.items():
        if row.cells.get(name) == "":
            yield Fault(f"`{name}` of `{code}` is empty", remedy, line=row.line, column=name, file=sheet.file)
    day = row.cells.get("source_date")
    if day and not is_day(day):
        message = f"`{day}` is not a day"
        yield Fault(message, _WANTED["source_date"], line=row.line, column="source_date", file=sheet.file)


def is_day(text: str) -> bool:
    """True for a day written YYYY-MM-DD that the calendar has."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
