"""How a report's columns follow from what was counted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from jjm.indicators.model import Row, Value
from jjm.standards import Indicator, ReportColumn

Number = int | Decimal
SCALES: Mapping[str, int] = {"lakh": 100_000, "crore": 10_000_000}


def completed(indicator: Indicator, measured: Mapping[str, Number]) -> dict[str, Value]:
    """All columns of a row from those that were counted: differences, and shares in per cent to two decimals.

    A share of nothing is None, not 0: nobody knows it.
    """
    values: dict[str, Value] = {}
    for column in indicator.columns:
        if column.less is not None:
            whole, part = (values[name] or 0 for name in column.less)
            values[column.name] = whole - part
        elif column.share is not None:
            part, whole = (values[name] for name in column.share)
            values[column.name] = _rounded(100 * Decimal(part or 0) / whole) if whole else None
        else:
            values[column.name] = measured.get(column.name, 0)
    return values


def summed(indicator: Indicator, rows: Sequence[Row], group: str | None = None) -> Row:
    """The sum of rows of areas that do not overlap; shares are taken anew, never summed."""
    measured = [c.name for c in indicator.columns if c.measure is not None]
    sums = {name: sum(row.values[name] or 0 for row in rows) for name in measured}
    gaps = [row.missing for row in rows if row.missing is not None]
    return Row(None, completed(indicator, sums), sum(gaps) if gaps else None, group)


def subtotals(indicator: Indicator, rows: Sequence[Row], order: Iterable[str]) -> list[Row]:
    """A subtotal for each group that has rows, in the order of the groups."""
    parts = ((code, [row for row in rows if row.group == code]) for code in order)
    return [summed(indicator, part, code) for code, part in parts if part]


def shown_value(column: ReportColumn, value: Value) -> tuple[Value, str]:
    """A value as people read it, and in what: in lakh or crore to two decimals where the report says so."""
    if value is None or column.show is None:
        return value, column.unit
    return _rounded(Decimal(value) / SCALES[column.show]), column.show


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def headings(columns: Sequence[ReportColumn], lang: str) -> list[str]:
    """One heading a column, with what stands above it: `PWS villages: Number`."""
    return [": ".join(_said(titles, lang) for titles in (c.under, c.title) if titles) for c in columns]


def spans(columns: Sequence[ReportColumn], lang: str) -> Iterator[tuple[str, int]]:
    """The upper row of headings: each with how many columns it stands above; empty above a column of its own."""
    run: tuple[str, int] | None = None
    for column in columns:
        above = _said(column.under, lang) if column.under else ""
        if run is not None and above and run[0] == above:
            run = above, run[1] + 1
            continue
        if run is not None:
            yield run
        run = above, 1
    if run is not None:
        yield run


def _said(titles: Mapping[str, str], lang: str) -> str:
    return titles.get(lang) or titles["en"]
