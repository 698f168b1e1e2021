"""Reports as files: CSV of exact values, and XLSX with the headings that people know."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from jjm.indicators.model import Entry, Place, Report, Row, Value
from jjm.indicators.rules import headings, spans
from jjm.standards import Code, Titles

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_IN_MEMORY, _PIECE = 8 * 2**20, 65_536
_OWN: Mapping[str, Sequence[str]] = {
    "en": ("S.No.", "Code", "Name", "Total", "Sub-Total", "Units without data"),
    "hi": ("क्र.सं.", "कोड", "नाम", "योग", "उप-योग", "बिना आँकड़ों की इकाइयाँ"),
}


def said(titles: Titles, lang: str) -> str:
    """A title in a language, else in English."""
    return titles.get(lang) or titles["en"]


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def words(lang: str) -> Sequence[str]:
    """The words of a sheet that are of no report: serial number, code, name, total, subtotal, units without data."""
    return _OWN.get(lang, _OWN["en"])


def lines(report: Report, first: int, groups: Mapping[str, Code], lang: str, last: bool) -> list[list[object]]:
    """The lines of one page: serial number, code, name, a value a column, units without data; sums at the end."""
    if report.listing is not None:
        return [_listed(entry, first + n, lang) for n, entry in enumerate(report.entries)]
    _, _, _, total, subtotal, _ = words(lang)
    rows = [_line(report, row, first + n, row.place, "") for n, row in enumerate(report.rows)]
    if last:
        for row in report.subtotals:
            group = said(groups[row.group].title, lang) if row.group and row.group in groups else ""
            rows.append(_line(report, row, "", None, f"{subtotal}: {group}"))
        rows.append(_line(report, report.total, "", None, total))
    return rows


def _line(report: Report, row: Row, number: int | str, place: Place | None, name: str) -> list[object]:
    values: list[Value] = [row.values[c.name] for c in report.indicator.shown]
    code, name = (place.code, place.name) if place else ("", name)
    return [number, safe(code), safe(name), *values, row.missing]


def _listed(entry: Entry, number: int, lang: str) -> list[object]:
    cells = [told if isinstance(told, date) else safe(in_words(told, lang)) for told in entry.values.values()]
    return [number, safe(entry.place.code), safe(entry.place.name), *cells]


def in_words(told: str | Sequence[Code], lang: str) -> str:
    """What a list tells in a cell, codes by their titles."""
    return told if isinstance(told, str) else ", ".join(said(code.title, lang) for code in told)


async def as_csv(pages: AsyncIterator[Report], groups: Mapping[str, Code], lang: str) -> AsyncIterator[bytes]:
    """A report as CSV (UTF-8 with a mark, as spreadsheets expect it), page by page; values in units."""
    count = 0
    async for page in pages:
        out = StringIO()
        writer = csv.writer(out)
        if not count:
            out.write("\ufeff")
            writer.writerow(_heading(page, lang))
        writer.writerows(lines(page, count + 1, groups, lang, not page.next))
        count += len(page.rows) + len(page.entries)
        yield out.getvalue().encode()


async def as_xlsx(
    pages: AsyncIterator[Report], groups: Mapping[str, Code], lang: str, about: Sequence[str]
) -> AsyncIterator[bytes]:
    """A report as a file of a spreadsheet, written row by row; `about` are lines above it."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Report")
    count = 0
    async for page in pages:
        if not count:
            for line in about:
                sheet.append([_bold(sheet, safe(line))])
            for heading in _headings(page, lang):
                sheet.append([_bold(sheet, text) for text in heading])
        for line in lines(page, count + 1, groups, lang, not page.next):
            sheet.append(line)
        count += len(page.rows) + len(page.entries)
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        await asyncio.to_thread(book.save, cast("Any", file))
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _heading(page: Report, lang: str) -> list[str]:
    number, code, name, *_, gaps = words(lang)
    if page.listing is not None:
        return [number, code, name, *(said(c.title, lang) for c in page.listing.columns)]
    return [number, code, name, *headings(page.indicator.shown, lang), gaps]


def _headings(page: Report, lang: str) -> list[list[str]]:
    if page.listing is not None:
        return [_heading(page, lang)]
    columns = page.indicator.shown
    number, code, name, *_, gaps = words(lang)
    below = [number, code, name, *(said(c.title, lang) for c in columns), gaps]
    if not any(c.under for c in columns):
        return [below]
    above = [cell for text, width in spans(columns, lang) for cell in (text, *[""] * (width - 1))]
    return [["", "", "", *above, ""], below]


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell
