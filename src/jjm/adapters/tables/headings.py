"""Headings over several rows, as reports of portals have them: one name for each column, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from jjm.adapters.tables.reader import Cells, Table

_MOST = 4


def joined(table: Table) -> Table:
    """The table with its heading in one row: `PWS villages` over `Households` becomes `PWS villages Households`.

    A heading goes on in the next row as long as it has blank cells, which are the rest of a merged one.
    """
    heads: list[Sequence[str]] = [table.headers]
    first: list[Cells] = []
    while len(heads) < _MOST and not all(cell.strip() for cell in heads[-1]):
        below = next(table.rows, None)
        if below is None or len(below[1]) != len(table.headers) or any(map(_is_number, below[1])):
            first = [below] if below else []
            break
        heads.append(below[1])
    spread = [*map(_spread, heads[:-1]), heads[-1]]
    names = tuple(_name(down) for down in zip(*spread, strict=True))
    return replace(table, headers=names, rows=chain(first, table.rows))


def _spread(cells: Sequence[str]) -> Sequence[str]:
    """A heading over several columns, said of each."""
    found: list[str] = []
    for cell in cells:
        found.append(cell if cell.strip() or not found else found[-1])
    return found


def _name(down: Sequence[str]) -> str:
    said = [cell.strip() for cell in down if cell.strip()]
    return " ".join(dict.fromkeys(said))


def _is_number(cell: str) -> bool:
    return cell.strip("()% ").replace(",", "").replace(".", "", 1).isdigit()
