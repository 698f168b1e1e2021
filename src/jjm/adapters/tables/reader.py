"""The one tolerant reader: any table a department saves, as rows with their line numbers and a strict report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from jjm.adapters.report import ImportReport
from jjm.adapters.tables import delimited, html, workbook
from jjm.adapters.tables.columns import Columns, Place
from jjm.adapters.tables.decoding import kind_of, unreadable, writing_of
from jjm.kit import Fault

Cells: TypeAlias = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table: how it is written, its headers as they stand, its rows to be read (once), and its titles."""

    file: str
    written: str
    header_line: int
    headers: tuple[str, ...]
    rows: Iterator[Cells]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it starts on and its values by field, None where blank.

    `taken` is False for a row that was reported as not taken; what could not be read of it is None.
    """

    line: int
    values: dict[str, object]
    taken: bool = True


def open_table(path: Path, report: ImportReport) -> Table:
    """Open a table of any known writing: CSV and its kin, HTML named `.xls`, workbooks, gzip, UTF-8, UTF-16, Latin.

    Raises Problem `unreadable-file` with the reason and the remedy.
    """
    written, rows = _rows(path, report)
    titles: list[str] = []
    for line, cells in rows:
        if sum(bool(cell.strip()) for cell in cells) > 1:
            if titles:
                what = f"{len(titles)} lines above the header row are passed over"
                report.info("title-lines", Fault(what, "Nothing to do.", file=path.name, line=line))
            return Table(path.name, written, line, tuple(cells), rows, tuple(titles))
        titles += [cell.strip() for cell in cells if cell.strip()]
    raise unreadable(path, "It has no header row", "Give a table whose first row names its columns.")


def read_rows(table: Table, columns: Columns, report: ImportReport, *, refused: bool = False) -> Iterator[Row]:
    """The rows as values by field; a row that cannot be taken is reported with line, column, value and remedy.

    `refused`: give those rows too, for a reader that puts several rows together. Raises Problem `missing-column`
    before the first row where a required column is missing.
    """
    places = columns.match(table.file, table.header_line, table.headers, report)
    rows = _read(table, places, report)
    return rows if refused else (row for row in rows if row.taken)


def _read(table: Table, places: Sequence[Place], report: ImportReport) -> Iterator[Row]:
    for line, cells in _shaped(table, report):
        values: dict[str, object] = {}
        taken = True
        for place in places:
            column, cell = place.column, cells[place.index]
            try:
                value = column.read(cell)
            except ValueError as error:
                value = None
                taken &= _report_bad(table.file, line, place, cell, error, report)
            else:
                if value is None and column.needed:
                    taken = _report_blank(table.file, line, place, cell, report)
            values[column.field] = value
        yield Row(line, values, taken)


def _report_bad(file: str, line: int, place: Place, cell: str, error: ValueError, report: ImportReport) -> bool:
    remedy = "Put it right in the file and import it again; the row was not taken."
    if not place.column.strict:
        remedy = "Put it right in the file and import it again; the row was taken without it."
    fault = Fault(f"{error}", remedy, file=file, line=line, column=place.header.strip(), value=cell[:200])
    (report.error if place.column.strict else report.warning)("bad-value", fault)
    return not place.column.strict


def _report_blank(file: str, line: int, place: Place, cell: str, report: ImportReport) -> bool:
    remedy = "Fill it in and import the file again; the row was not taken."
    fault = Fault("a value is needed here", remedy, file=file, line=line, column=place.header.strip(), value=cell[:200])
    report.error("blank-value", fault)
    return False


def _shaped(table: Table, report: ImportReport) -> Iterator[Cells]:
    """The rows that are rows: as wide as the header, neither empty nor the header once more nor its numbering."""
    width = len(table.headers)
    heads = [h.strip() for h in table.headers]
    numbers = [str(n + 1) for n in range(width)]
    for line, cells in table.rows:
        if len(cells) != width:
            cells = _fitted(table.file, line, cells, width, report)
        if not cells or not any(cells) or not any(cell.strip() for cell in cells):
            continue
        if cells[0].strip("() ") in (heads[0], "1"):
            plain = [cell.strip("() ") for cell in cells]
            if plain == numbers or [cell.strip() for cell in cells] == heads:
                continue
        yield line, cells


def _fitted(file: str, line: int, cells: list[str], width: int, report: ImportReport) -> list[str]:
    if len(cells) < width:
        if any(cell.strip() for cell in cells):
            what = f"The row has {len(cells)} cells, the header {width}; the rest count as blank"
            report.warning("short-row", Fault(what, "Check that no cell was cut off.", file=file, line=line))
        return cells + [""] * (width - len(cells))
    if any(cell.strip() for cell in cells[width:]):
        what = f"The row has {len(cells)} cells, the header {width}, so its columns are shifted"
        remedy = "Put text that holds the delimiter in quotation marks."
        report.error("long-row", Fault(what, remedy, file=file, line=line))
        return []
    return cells[:width]


def _rows(path: Path, report: ImportReport) -> tuple[str, Iterator[Cells]]:
    kind = kind_of(path)
    if kind == "workbook":
        return "workbook", workbook.rows_of(path)
    writing = writing_of(path)
    if writing.line is not None:
        what, remedy = f"Not UTF-8; read as {writing.encoding}", "Save it as UTF-8, and check its special letters."
        report.warning("encoding", Fault(what, remedy, file=path.name, line=writing.line))
    if kind == "html":
        return f"HTML, {writing.encoding}", iter(html.rows_of(path, writing.encoding))
    delimiter, rows = delimited.rows_of(path, writing.encoding)
    return f"{delimited.DELIMITERS[delimiter]}, {writing.encoding}", rows
