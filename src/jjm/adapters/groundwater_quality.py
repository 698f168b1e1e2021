"""Samples of groundwater as the Central Ground Water Board tables them: taken as they are, doubted, never judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from jjm.adapters.external import Numbered, Register
from jjm.adapters.folder import check_options, tables_in
from jjm.adapters.groundwater_doubts import Finding, fences, finding, ions_differ, position
from jjm.adapters.model import Adapter, Door, Option, Record
from jjm.adapters.names import squeezed
from jjm.adapters.refresh import FileRead, RefreshReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Column, Columns, Row, open_table, read_rows
from jjm.kit import Fault, Problem

SYSTEM = "cgwb"
# Parameter, the headers it goes by, and the factor into the unit of the parameter.
_MEASURED: Sequence[tuple[str, tuple[str, ...], Decimal]] = (
    ("ph", ("pH",), Decimal(1)),
    ("ec", ("EC (μS/cm)", "EC (µS/cm)", "EC"), Decimal(1)),
    ("co3", ("CO3 (mg/L)", "CO3"), Decimal(1)),
    ("hco3", ("HCO3", "HCO3 (mg/L)"), Decimal(1)),
    ("cl", ("Cl (mg/L)", "Cl"), Decimal(1)),
    ("f", ("F (mg/L)", "F"), Decimal(1)),
    ("so4", ("SO4", "SO4 (mg/L)"), Decimal(1)),
    ("no3", ("NO3", "NO3 (mg/L)"), Decimal(1)),
    ("po4", ("PO4", "PO4 (mg/L)"), Decimal(1)),
    ("th", ("Total Hardness", "Total Hardness (mg/L)"), Decimal(1)),
    ("ca", ("Ca (mg/L)", "Ca"), Decimal(1)),
    ("mg", ("Mg (mg/L)", "Mg"), Decimal(1)),
    ("na", ("Na (mg/L)", "Na"), Decimal(1)),
    ("k", ("K (mg/L)", "K"), Decimal(1)),
    ("u", ("U (ppb)",), Decimal("0.001")),
)
COLUMNS = Columns(
    Column("state", ("State", "State/UT"), required=True, needed=True),
    Column("district", ("District",), required=True, needed=True),
    Column("place", ("Location", "Village", "Site Name"), required=True, needed=True),
    Column("longitude", ("Longitude",), required=True),
    Column("latitude", ("Latitude",), required=True),
    Column("year", ("Year",), required=True, needed=True),
    *(Column(code, headers) for code, headers, _ in _MEASURED),
)
FIELDS = (
    "programme", "state", "district", "district_name", "place", "sampled_in", "location", "told_position", "doubts",
    "results",
)  # fmt: skip
# States that were merged or renamed since such tables were laid out, by their old names.
_RENAMED = {
    "dadranagarhaveli": "dadranagarhavelidamandiu", "damandiu": "dadranagarhavelidamandiu",
    "pondicherry": "puducherry", "orissa": "odisha", "uttaranchal": "uttarakhand",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Places:
    """The States and districts that a node knows, by name."""

    states: Mapping[str, str]
    districts: Mapping[tuple[str, str], str]

    @classmethod
    async def on(cls, door: Door) -> _Places:
        states = {_key(str(r["name"])): str(r["id"]) async for r in door.existing("state", ("name",))}
        found = [record async for record in door.existing("district", ("name", "state"))]
        return cls(states, {(str(r.get("state")), _key(str(r.get("name")))): str(r["id"]) for r in found})

    def state(self, name: str) -> str | None:
        """The State of that name, also of a former one."""
        key = _key(name)
        return self.states.get(_RENAMED.get(key, key))


class _GroundwaterQuality:
    """A sample is taken with what makes it doubtful. It names no village and no tap, and no verdict is made of it."""

    name = "groundwater-quality"
    title = "Groundwater samples of the Central Ground Water Board, as samples of an outside programme"
    options: Sequence[Option] = ()

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Take in every table of the folder. Raises Problem for an unreadable file or one of another shape."""
        check_options(options, self.options)
        report = RefreshReport(self.name, folder.name, date.min, "read from the column Year")
        rows = [found for path in tables_in(folder) for found in _rows(path, report)]
        years = [year for row, _ in rows if (year := _year(row)) is not None]
        if not years:
            detail = "No row tells a year in which it was sampled."
            raise Problem(
                "no-reports", 422, "There is nothing to import", detail, [n.fault for n in report.notes.notes]
            )
        report.as_on = date(max(years), 1, 1)
        samples = list(_Samples(report, await _Places.on(door), rows).numbered())
        register = Register(door, report, "outside_sample", SYSTEM, ("state", "results"))
        await register.take(samples, FIELDS, since=report.as_on, source=f"{self.name} {folder.name}")
        return report


def _rows(path: Path, report: RefreshReport) -> list[tuple[Row, Origin]]:
    table = open_table(path, report.notes)
    rows = [(row, Origin(path.name, row.line)) for row in read_rows(table, COLUMNS, report.notes)]
    report.files.append(FileRead(path.name, "groundwater samples", table.written, len(rows)))
    return rows


class _Samples:
    def __init__(self, report: RefreshReport, places: _Places, rows: Sequence[tuple[Row, Origin]]) -> None:
        self.report, self.places, self.rows = report, places, rows
        self.fences = fences([{code: row.values.get(code) for code, _, _ in _MEASURED} for row, _ in rows])

    def numbered(self) -> Iterator[Numbered]:
        """The samples to take; rows that say the same as an earlier one are told and left out."""
        whole: set[tuple[object, ...]] = set()
        places: Counter[tuple[str, str, str]] = Counter()
        for row, at in self.rows:
            state, year = self.places.state(str(row.values["state"])), _year(row)
            if state is None or year is None:
                self._not_placed(row, at, state)
                continue
            told = tuple(row.values.items())
            if told in whole:
                self._tell(
                    "repeated-row", "Every cell but the serial number stands in an earlier row", at, row, taken=False
                )
                continue
            whole.add(told)
            place = (state, _key(str(row.values["district"])), _key(str(row.values["place"])))
            yield self._sample(row, at, state, year, places[place])
            places[place] += 1

    def _sample(self, row: Row, at: Origin, state: str, year: int, earlier: int) -> Numbered:
        values = row.values
        findings = [finding(code, values.get(code), factor, self.fences) for code, _, factor in _MEASURED]
        results = [found for found in findings if found is not None]
        where, doubts = position(values.get("longitude"), values.get("latitude"))
        doubts = [*doubts, *(["repeated_place"] if earlier else []), *(["ions_differ"] if ions_differ(results) else [])]
        self._doubted(row, at, doubts, results)
        record: Record = {
            "programme": SYSTEM, "state": state, "district_name": values["district"], "place": values["place"],
            "sampled_in": year, "results": [found.as_json() for found in results],
        } | where  # fmt: skip
        if district := self.places.districts.get((state, _key(str(values["district"])))):
            record["district"] = district
        if doubts:
            record["doubts"] = doubts
        return Numbered(_number(row, earlier), record, at)

    def _doubted(self, row: Row, at: Origin, doubts: Sequence[str], results: Sequence[Finding]) -> None:
        for doubt in doubts:
            self._tell(doubt.replace("_", "-"), _SAID[doubt], at, row)
        for found in results:
            if found.doubt in ("negative", "impossible", "unreadable", "far_from_rest"):
                what = f"{found.parameter} is {_SAID[found.doubt]}"
                self._tell(found.doubt.replace("_", "-"), what, at, row, column=found.parameter, value=found.told)

    def _not_placed(self, row: Row, at: Origin, state: str | None) -> None:
        if state is None:
            name = str(row.values["state"])
            self._tell(
                "unknown-state", f"`{name}` is no State that this node knows", at, row, "state", name, taken=False
            )
        else:
            year = row.values["year"]
            self._tell("unknown-year", f"`{year}` is no year of a sample", at, row, "year", year, taken=False)

    def _tell(
        self,
        kind: str,
        what: str,
        at: Origin,
        row: Row,
        column: str = "place",
        value: object = None,
        *,
        taken: bool = True,
    ) -> None:
        remedy = "Taken with its doubt; ask the programme." if taken else "Not taken; put it right in the table."
        shown = value if value is not None else row.values["place"]
        fault = Fault(what, remedy, None, at.line, column, shown, at.file)
        (self.report.notes.warning if taken else self.report.notes.error)(kind, fault)


_SAID = {
    "position_unreadable": "The position cannot be read; the sample is taken without it",
    "position_outside_india": "The position lies outside India; the sample is taken without it",
    "repeated_place": "The same place was sampled in an earlier row, with other values",
    "ions_differ": "Positive and negative ions differ by more than a tenth of their sum",
    "negative": "less than nothing; kept as it was told, not as a value",
    "impossible": "outside what it can be; kept as it was told, not as a value",
    "unreadable": "no number; kept as it was told",
    "far_from_rest": "far from all the rest of the table",
}


def _year(row: Row) -> int | None:
    text = str(row.values.get("year") or "").removesuffix(".0")
    return int(text) if text.isdecimal() and 1950 <= int(text) <= 2100 else None


def _number(row: Row, earlier: int) -> str:
    """A sample has no number of its own: where and when it was taken is its number, so that it is found again."""
    told = [str(row.values[name]) for name in ("state", "district", "place", "year")]
    return f"{told[-1]}-{sha256(chr(10).join([*told, str(earlier)]).encode()).hexdigest()[:16]}"


def _key(name: str) -> str:
    return squeezed(name).removesuffix("ut") if name.endswith((" Ut", " UT")) else squeezed(name)


ADAPTER: Adapter = _GroundwaterQuality()
