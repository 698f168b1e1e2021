"""Schemes as IMIS exports them: the list of a village's schemes and the details of a scheme, lakh made rupees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jjm.adapters.external import Numbered, Register
from jjm.adapters.model import Door
from jjm.adapters.names import squeezed
from jjm.adapters.places import COLUMNS as PLACE
from jjm.adapters.places import Villages
from jjm.adapters.refresh import RefreshReport
from jjm.adapters.report import ImportReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Column, Columns, Row, day, lakh, number, text
from jjm.kit import Fault

SYSTEM = "imis"
FIELDS = (
    "name", "kind", "status", "category", "villages", "work_order_date", "completion_date", "estimated_cost",
    "expenditure_central", "expenditure_state", "physical_progress", "sanction_year", "service_level",
)  # fmt: skip


def _year(cell: str) -> int | None:
    """The year in which a financial year begins: `2021-22` and `2021-2022` give 2021."""
    value = text(cell)
    if value is None:
        return None
    begin = value.partition("-")[0].strip()
    if not (begin.isascii() and begin.isdigit() and len(begin) == 4):
        raise ValueError("a financial year is written 2021-22")
    return int(begin)


def _lakh(field: str, *headers: str) -> Column:
    spelt = [f"{h} {unit}" for h in headers for unit in ("(Rs lakh)", "(Rs. in lakh)", "(in lakh)", "(Rs. In Lakhs)")]
    return Column(field, (*headers, *spelt), lakh, strict=False)


COLUMNS = Columns(
    Column("imis", ("Scheme Id", "scheme_code", "Scheme Code", "IMIS Id"), required=True),
    Column("name", ("Scheme name", "Sceme Name", "Name of Scheme"), required=True, needed=True),
    Column("kind", ("Type", "Scheme Type", "Type of Scheme")),
    Column("category", ("Category", "Scheme Category", "Catagory")),
    Column("work_order_date", ("Work order date", "Workorder Date", "Date of work order"), day, strict=False),
    Column("completion_date", ("Completion date", "Date of completion"), day, strict=False),
    _lakh("estimated_cost", "Estimated cost", "Estmated cost"),
    _lakh("expenditure", "Reported expenditure", "Total expenditure", "Reported Expenditre"),
    _lakh("expenditure_central", "Central expenditure", "Central share expenditure"),
    _lakh("expenditure_state", "State expenditure", "State share expenditure"),
    Column("status", ("Status", "Scheme Status")),
    Column("physical_progress", ("Physical progress", "Physical progress (%)"), number, strict=False),
    Column("sanction_year", ("Sanction year", "Year of sanction"), _year, strict=False),
    Column("service_level", ("Service level", "Service level (lpcd)"), number, strict=False),
    *PLACE,
)
_KINDS = {
    "svs": "SVS", "singlevillagescheme": "SVS", "singlevillage": "SVS", "pwssvs": "SVS", "mvs": "MVS",
    "multivillagescheme": "MVS", "multivillage": "MVS", "pwsmvs": "MVS", "rws": "RWS", "regional": "RWS",
    "regionalwatersupplyscheme": "RWS",
}  # fmt: skip
# A scheme stands in IMIS once the State's committee has sanctioned it.
_STATUSES = {
    "notstarted": "sanctioned", "sanctioned": "sanctioned", "approved": "approved", "workorderissued": "awarded",
    "awarded": "awarded", "ongoing": "in_progress", "inprogress": "in_progress", "workinprogress": "in_progress",
    "completed": "physically_complete", "physicallycompleted": "physically_complete",
    "physicallycomplete": "physically_complete", "commissioned": "commissioned", "handedover": "handed_over",
    "closed": "closed", "dropped": "dropped",
}  # fmt: skip
_CATEGORIES = {
    "retrofittingofongoingscheme": "retrofit_ongoing", "retrofittingofcompletedscheme": "retrofit_completed",
    "svswithadequatesource": "svs_adequate_source", "svsneedingtreatment": "svs_treatment",
    "mvswithwtpandbulktransfer": "mvs_wtp", "minisolarpws": "mini_solar",
}  # fmt: skip
_WORDS = {"kind": _KINDS, "status": _STATUSES, "category": _CATEGORIES}


@dataclass(frozen=True, slots=True)
class Schemes:
    """The schemes of some files, row by row."""

    report: RefreshReport
    villages: Villages
    source: str

    async def take(self, rows: Sequence[tuple[Row, Origin]], door: Door) -> None:
        """Bring the schemes to the node: one a number, with all the villages that its rows name."""
        by_number: dict[str, list[tuple[Row, Origin]]] = {}
        for row, origin in rows:
            if number := row.values.get("imis"):
                by_number.setdefault(str(number), []).append((row, origin))
            else:
                what, remedy = "The scheme has no id in IMIS", "It could not be found again; not taken without one."
                self._error("no-scheme-id", what, remedy, origin, "imis", None)
        found = [one for number, same in by_number.items() for one in self._scheme(number, same)]
        register = Register(door, self.report, "scheme", SYSTEM, ("kind", "status", "villages"), {"villages": _all})
        await register.take(found, FIELDS, since=self.report.as_on, source=self.source)

    def _scheme(self, number: str, same: Sequence[tuple[Row, Origin]]) -> Iterator[Numbered]:
        first, origin = same[0]
        values = dict(_values(first, origin, self.report.notes))
        for row, at in same[1:]:
            if dict(_values(row, at, self.report.notes)) != values:
                what = f"Scheme {number} stands on line {origin.line} with other values"
                remedy = "Find out which is right; none of its rows is taken."
                self._error("contradicting-rows", what, remedy, at, "imis", number)
                return
        named = [(row, at) for row, at in same if self.villages.is_named(row)]
        places = [self.villages.find(row, at, self.report.notes) for row, at in named]
        known = sorted({place for place in places if place is not None})
        if None not in places:
            yield Numbered(number, values | ({"villages": known} if known else {}), origin)

    def _error(self, kind: str, what: str, remedy: str, at: Origin, column: str, value: object) -> None:
        fault = Fault(what, remedy, file=at.file, line=at.line, column=column, value=value)
        self.report.notes.error(kind, fault)


def _all(before: list[str], now: list[str]) -> list[str]:
    return sorted({*before, *now})


def _values(row: Row, origin: Origin, notes: ImportReport) -> Iterator[tuple[str, object]]:
    """The values of a row that a scheme has a field for, its words as codes; what cannot be kept is reported."""
    for name, value in row.values.items():
        if value is None or name in ("imis", "village_code", "state", "district", "block", "gp", "village"):
            continue
        if name == "expenditure":
            if not {"expenditure_central", "expenditure_state"} & {n for n, v in row.values.items() if v is not None}:
                what = f"Expenditure of Rs {value:,} is stated as one sum; a scheme has it by central and State share"
                _note(notes, "not-kept", what, "Import the scheme's details too: they state the shares.", origin, name)
        elif name in _WORDS:
            known: Mapping[str, str] = _WORDS[name]
            if (coded := known.get(squeezed(str(value)))) is not None:
                yield name, coded
            else:
                what = f"`{value}` is no {name} that is known"
                remedy = f"Known are: {', '.join(sorted(set(known.values())))}."
                _note(notes, "unknown-word", what, remedy, origin, name)
        else:
            yield name, value


def _note(notes: ImportReport, kind: str, what: str, remedy: str, at: Origin, column: str) -> None:
    notes.warning(kind, Fault(what, remedy, file=at.file, line=at.line, column=column))
