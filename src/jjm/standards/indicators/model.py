"""An indicator as it is declared: sets of records, and columns counted from them. Nothing here reads a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jjm.standards.model import Titles

REPORT_DAY = "report_day"
"""The word of conditions for the day on which a report stands."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A condition on a list of objects: that some entry's `part` is one of `any`, or another than those in `but`.

    An entry with a part of `without` that has one of the values beside it is passed over.
    """

    field: str
    part: str
    any: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    without: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The day that a record is of: a field, or the latest of a part of the entries of a list. Instants are Indian."""

    field: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class RecordSet:
    """The records that columns count: of one type, under a CQL2 condition.

    With `newest_of` only the newest record of each value of that field counts, known by the fields in `newest_by`.
    `year` names the day that lies in the financial year of the report's day, and not after it. `plus` are the sets of
    other types that count beside it as one.
    """

    name: str
    type: str
    where: str | None = None
    newest_of: str | None = None
    newest_by: tuple[str, ...] = ()
    year: Day | None = None
    plus: tuple[RecordSet, ...] = ()

    @property
    def parts(self) -> tuple[RecordSet, ...]:
        """The records of one type each that it is made of."""
        return self, *self.plus


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of an area: areas of a level in it, records of a set in it, or the sum of a field over them.

    `of` is a level for `areas`, else a set. All of them add up over areas that do not overlap.
    """

    kind: Literal["areas", "count", "sum"]
    of: str
    field: str | None = None
    where: str | None = None
    holding: Holding | None = None


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """One column of a report: measured, or computed from two columns before it.

    `less` is (from, take), `share` (numerator, denominator) in per cent. `inner` columns are not shown.
    """

    name: str
    title: Titles
    unit: str
    under: Titles | None = None
    show: Literal["lakh", "crore"] | None = None
    inner: bool = False
    verify: str | None = None
    measure: Measure | None = None
    less: tuple[str, str] | None = None
    share: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What a list tells of each record: the area of a level that it lies in, its day, or the codes that entries name.

    Where neither `place` nor `holding` is given it is the day.
    """

    name: str
    title: Titles
    place: str | None = None
    holding: Holding | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The records of a set one by one, newest day first, each with its area of the report's grain. Nothing else."""

    of: str
    title: Titles
    columns: tuple[ListColumn, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """How States are grouped: by a column of the codelist of States, into the codes of a codelist."""

    codelist: str
    column: str
    rest: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A public report. `grain` is the level of which one area is one unit; no row is smaller.

    `missing` says in words what becomes of units that have no record in the set `without`. `opens` says why sums over
    a type that is not public may be. `kept` sums are brought up to the registries as they change. With a `listing` the
    records behind the sums can be read as well.
    """

    name: str
    version: str
    code: str
    title: Titles
    description: Titles
    grain: str
    missing: Titles
    sets: Mapping[str, RecordSet]
    columns: tuple[ReportColumn, ...]
    without: str | None = None
    groups: Groups | None = None
    kept: bool = False
    listing: Listing | None = None
    opens: str | None = None
    source: str | None = None
    verify: str | None = None
    file: str = ""

    @property
    def shown(self) -> tuple[ReportColumn, ...]:
        """The columns that people see."""
        return tuple(c for c in self.columns if not c.inner)
