"""Workbooks (`.xlsx`, `.xls`, `.ods`): the cells of the first sheet that holds a table, as text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from jjm.adapters.tables.decoding import open_bytes, unreadable

_Value = int | float | str | bool | time | date | datetime | timedelta


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet with more than one column, each with its row number.

    Raises Problem `unreadable-file` for a damaged or locked workbook and for one without a table.
    """
    try:
        with open_bytes(path) as source:
            book = CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
        tables = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        sheets = [book.get_sheet_by_name(name) for name in tables]
    except CalamineError as error:
        raise unreadable(path, f"The workbook cannot be opened: {error}", "Save it as CSV in UTF-8.") from error
    sheet = next((s for s in sheets if s.width > 1), None)
    if sheet is None:
        raise unreadable(path, "No sheet of the workbook holds a table", "Give a workbook with a header row.")
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield number, [_text(cell) for cell in cells]


def _text(cell: _Value) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, (date, datetime, time)) else str(cell)
