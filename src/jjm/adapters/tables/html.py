"""A web page's table saved as `.xls` or `.htm`: the largest table of the page, spans filled out."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from jjm.adapters.tables.decoding import open_bytes, unreadable

_UNSEEN = ("script", "style")


@dataclass
class _Cell:
    across: int
    down: int
    words: list[str] = field(default_factory=list[str])


@dataclass
class _Grid:
    """One table while it is read: finished rows, and the cells that reach down into rows to come."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list[tuple[int, list[str]]])
    line: int = 0
    row: list[_Cell] | None = None
    cell: _Cell | None = None
    hanging: dict[int, tuple[int, str]] = field(default_factory=dict[int, tuple[int, str]])

    def begin_row(self, line: int) -> None:
        self.end_row()
        self.line, self.row = line, []

    def begin_cell(self, line: int, across: int, down: int) -> None:
        if self.row is None:
            self.begin_row(line)
        self.cell = _Cell(across, down)
        if self.row is not None:
            self.row.append(self.cell)

    def end_row(self) -> None:
        if self.row:
            self.rows.append((self.line, self._laid_out(self.row)))
        self.row = self.cell = None

    def _laid_out(self, cells: list[_Cell]) -> list[str]:
        laid: list[str] = []
        for cell in cells:
            self._fill(laid)
            words = " ".join("".join(cell.words).split())
            for nth in range(cell.across):
                # A heading over several columns names the first; a cell over several rows is true of each.
                shown = words if nth == 0 else ""
                if cell.down > 1:
                    self.hanging[len(laid)] = (cell.down - 1, shown)
                laid.append(shown)
        self._fill(laid)
        return laid

    def _fill(self, laid: list[str]) -> None:
        while (at := len(laid)) in self.hanging:
            left, words = self.hanging.pop(at)
            if left > 1:
                self.hanging[at] = (left - 1, words)
            laid.append(words)

    @property
    def size(self) -> int:
        return sum(len(cells) for _, cells in self.rows)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Grid] = []
        self.open: list[_Grid] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        if tag == "table":
            self.open.append(_Grid())
        elif self.open and tag == "tr":
            self.open[-1].begin_row(self.getpos()[0])
        elif self.open and tag in ("td", "th"):
            spans = dict(attrs)
            self.open[-1].begin_cell(self.getpos()[0], _span(spans.get("colspan")), _span(spans.get("rowspan")))
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in _UNSEEN and self.unseen > 0
        if tag == "table" and self.open:
            self.open[-1].end_row()
            self.done.append(self.open.pop())
        elif self.open and tag == "tr":
            self.open[-1].end_row()
        elif self.open and tag in ("td", "th"):
            self.open[-1].cell = None

    def handle_data(self, data: str) -> None:
        if self.open and (cell := self.open[-1].cell) is not None and not self.unseen:
            cell.words.append(data)


def rows_of(path: Path, encoding: str) -> list[tuple[int, list[str]]]:
    """The rows of the page's largest table, each with the line it starts on. Raises Problem `unreadable-file`."""
    page = _Tables()
    with io.TextIOWrapper(open_bytes(path), encoding=encoding) as text:
        while chunk := text.read(1 << 16):
            page.feed(chunk)
    page.close()
    for grid in page.open:
        grid.end_row()
    found = max([*page.done, *page.open], key=lambda grid: grid.size, default=_Grid())
    if not found.rows:
        raise unreadable(path, "The page holds no table", "Download the report again, as a table.")
    return found.rows


def _span(value: str | None) -> int:
    return min(max(int(value), 1), 1000) if value and value.strip().isdigit() else 1
