"""A report as it is asked for and told: rows of areas with a value for each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jjm.registry import AsOf
from jjm.standards import Code, Indicator, Listing, Standard

Value = int | Decimal | None
Told = date | str | Sequence[Code]


@dataclass(frozen=True, slots=True)
class Place:
    """An area of a report: its level's standard, its code and its names."""

    standard: Standard
    id: str
    code: str
    name: str
    name_local: str | None = None

    @property
    def level(self) -> str:
        """The name of its level in addresses."""
        return self.standard.level.name if self.standard.level else self.standard.name


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an area, or a sum over several where `place` is None.

    Values are exact; a share without a denominator is None. `missing` are the units of the report's grain without a
    record, where the report counts them. `group` is the code of the group of States it is in, or the sum of.
    """

    place: Place | None
    values: Mapping[str, Value]
    missing: int | None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a list: its area of the report's grain, and what is told of it."""

    place: Place
    values: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a report: area (`district/345`) or whole country, the level of its rows, the moment.

    For the records behind it `by` is `record`.
    """

    within: str | None = None
    by: str | None = None
    as_of: AsOf | None = None
    limit: int = 100
    after: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One page of a report. `subtotals` are there where it groups States, `next` where there are more rows.

    As a list it has `entries` instead of rows, and the columns of `listing`.
    """

    indicator: Indicator
    within: Place | None
    level: Standard
    levels: Sequence[Standard]
    rows: Sequence[Row]
    subtotals: Sequence[Row]
    total: Row
    next: Sequence[str]
    listing: Listing | None = None
    entries: Sequence[Entry] = ()
