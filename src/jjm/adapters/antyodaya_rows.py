"""Rows of the Mission Antyodaya survey, and how several rows of one village become one: pure rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from jjm.adapters.report import ImportReport, Severity
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Column, Columns, Row, code, count
from jjm.kit import Fault

FIGURES = ("households", "households_with_tap", "households_without_toilet", "population")
_OBJECT_ID = re.compile(r"(\d{1,2})-(\d{1,3})-(\d{1,5})")


def _figure(field: str, *headers: str, most: int = 200_000, needed: bool = False) -> Column:
    """A figure of one village; `most` is what the standard of village figures takes."""

    def plausible(cell: str) -> int | None:
        value = count(cell)
        if value is not None and value > most:
            raise ValueError(f"more than {most:,} cannot be right for one village")
        return value

    return Column(field, headers, plausible, required=needed, needed=needed)


COLUMNS = Columns(
    Column("code", ("village_code", "Village LGD Code"), code, required=True, needed=True),
    Column("name", ("village_name", "Village")),
    Column("object_id", ("object_id",)),
    Column("state", ("state_code", "State LGD Code"), code, strict=False),
    Column("district", ("district_code", "District LGD Code"), code, strict=False),
    Column("subdistrict", ("sub_district_code", "tehsil_code"), code, strict=False),
    Column("circle", ("revenue_ci", "revenue_circle", "sub_district_name", "tehsil_name")),
    Column("block", ("block_code", "Block LGD Code"), code, strict=False),
    Column("block_name", ("block_name",)),
    Column("gp", ("gp_code", "gram_panchayat_code"), code, strict=False),
    Column("gp_name", ("gp_name", "gram_panchayat_name")),
    _figure("households", "total_hhd", "total_households", needed=True),
    _figure("households_with_tap", "total_hhd_having_piped_water_connection"),
    _figure("households_without_toilet", "total_hhd_not_having_sanitary_latrines"),
    _figure("population", "total_population", most=1_000_000),
)


@dataclass(frozen=True, slots=True)
class ObjectId:
    """What `21-381-03339` says: State by directory code, district by Census 2011 code, and a unit below it.

    The unit is the development block in some States (Odisha) and a number of the revenue circle that no directory
    knows in others (Assam), so it counts as a block only where that block lies in the State.
    """

    state: str
    census_district: str
    unit: str


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One row: a village, or the part of it that one panchayat covers; `sound` unless it was not taken."""

    origin: Origin
    code: str
    texts: Mapping[str, str]
    object_id: ObjectId | None
    figures: tuple[int | None, ...]
    sound: bool = True

    def __getitem__(self, field: str) -> str | None:
        return self.texts.get(field)


@dataclass(frozen=True, slots=True)
class Village:
    """One village of the survey: its rows (more than one where panchayats share it) and its figures."""

    rows: Sequence[Surveyed]
    figures: Mapping[str, int]

    @property
    def first(self) -> Surveyed:
        """The row that names it first."""
        return self.rows[0]


def surveyed(file: str, row: Row, notes: ImportReport) -> Surveyed:
    """What a row with a code says; doubtful object ids and taps beyond households are reported, and kept."""
    values = row.values
    texts = {k: v for k, v in values.items() if isinstance(v, str)}
    figures = tuple(cast("int | None", values.get(name)) for name in FIGURES)
    object_id = _object_id(texts.get("object_id"))
    found = Surveyed(Origin(file, row.line), texts["code"], texts, object_id, figures, row.taken)
    if row.taken and "object_id" in values and object_id is None:
        what, remedy = f"Village {found.code} has no object id that says its district", "Its other codes place it."
        _note(notes, "no-object-id", found, "object_id", texts.get("object_id", ""), what, remedy)
    if row.taken and (figures[1] or 0) > (figures[0] or 0):
        what = f"Village {found.code} has more taps than its {figures[0]:,} households; taken as stated"
        remedy, name, severity = "Ask the source which is right.", "households_with_tap", Severity.WARNING
        _note(notes, "more-taps-than-households", found, name, figures[1], what, remedy, severity)
    return found


def villages(rows: Iterable[Surveyed], notes: ImportReport) -> Iterator[Village]:
    """One village a code.

    Rows alike are one survey. Rows of different panchayats are parts: their figures add up. Rows that contradict each
    other are not taken, none of them, so that no figure is picked by chance; nor is a part taken without the others.
    """
    by_code: dict[str, list[Surveyed]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    for same in by_code.values():
        parts = same if len(same) == 1 else _parts(same, notes)
        if not (parts and parts[0].sound):
            continue
        columns = zip(*(row.figures for row in _surveys(parts)), strict=True)
        sums = {name: _sum(column) for name, column in zip(FIGURES, columns, strict=True)}
        yield Village(same, {name: total for name, total in sums.items() if total is not None})


def _parts(same: Sequence[Surveyed], notes: ImportReport) -> Sequence[Surveyed]:
    """The parts of a village with several rows; none where they do not make one whole."""
    if not all(row.sound for row in same):
        _refuse([row for row in same if row.sound], "a row of it was not taken, so the others are not either", notes)
        return []
    parts = _distinct(same, notes)
    if len({row["gp"] for row in parts}) < len(parts):
        lines = ", ".join(str(row.origin.line) for row in parts)
        _refuse(parts, f"it stands on lines {lines} with different figures, so none of them is taken", notes)
        return []
    if len(parts) > 1:
        _note_shared(parts, notes)
    return parts


def _sum(parts: Iterable[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _surveys(parts: Sequence[Surveyed]) -> Sequence[Surveyed]:
    """One row for each survey: the same figures under two panchayats are one village counted once."""
    return list({row.figures: row for row in parts}.values())


def _distinct(rows: Sequence[Surveyed], notes: ImportReport) -> Sequence[Surveyed]:
    kept: dict[tuple[str | None, tuple[int | None, ...]], Surveyed] = {}
    for row in rows:
        first = kept.setdefault((row["gp"], row.figures), row)
        if first is not row:
            what = f"Village {row.code} stands here as on line {first.origin.line}; counted once"
            _note(notes, "repeated-row", row, "village_code", row.code, what, "Nothing to do.")
    return list(kept.values())


def _refuse(rows: Sequence[Surveyed], why: str, notes: ImportReport) -> None:
    remedy = "Find the right code of one of them, or put the wrong row right, and import the file again."
    for row in rows:
        what = f"Village {row.code}: {why}"
        _note(notes, "contradicting-rows", row, "village_code", row.code, what, remedy, Severity.ERROR)


def _note_shared(parts: Sequence[Surveyed], notes: ImportReport) -> None:
    gps = ", ".join(str(row["gp"]) for row in parts)
    households = " + ".join(str(row.figures[0]) for row in parts)
    what = f"Village {parts[0].code} is shared by panchayats {gps}; its households are the sum {households}"
    remedy = "Check that the parts do not count the same households twice."
    for row in parts[1:]:
        _note(notes, "shared-by-panchayats", row, "gp_code", row["gp"], what, remedy)


def _object_id(cell: str | None) -> ObjectId | None:
    match = _OBJECT_ID.fullmatch(cell or "")
    return ObjectId(match[1].lstrip("0"), match[2], match[3].lstrip("0")) if match else None


def _note(
    notes: ImportReport,
    kind: str,
    row: Surveyed,
    column: str,
    value: object,
    message: str,
    remedy: str,
    severity: Severity = Severity.INFO,
) -> None:
    place = row.origin
    notes.add(kind, severity, Fault(message, remedy, file=place.file, line=place.line, column=column, value=value))
