"""Reports by State, as the portals show them: each row what one report states of one State on one day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from jjm.adapters.folder import day_said
from jjm.adapters.model import Door, Record
from jjm.adapters.names import squeezed
from jjm.adapters.refresh import FileRead, Item, RefreshReport, Section
from jjm.adapters.report import ImportReport
from jjm.adapters.report_layouts import LAYOUTS, Layout
from jjm.adapters.sending import Origin, Sending
from jjm.adapters.tables import Row, Table, read_rows
from jjm.kit import Fault, bad_request

_TOTALS = frozenset(map(squeezed, ("Total", "Sub Total", "Grand Total", "India", "All India")))
_DAY = re.compile(r"(?<!\d)(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2}))(?!\d)")
_AS_ON = re.compile(rf"[ _(]*(?:as on|till|upto)?[ _]*{_DAY.pattern}\)?", re.IGNORECASE)
_FINANCIAL_YEAR = re.compile(r"(?<!\d)(20\d{2})-(?:20)?\d{2}(?!\d)")
_ROUNDED = 500  # a figure in lakh with two decimals may be half a hundredth of a lakh off


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a known layout, and the day it stands for with how that is known."""

    table: Table
    layout: Layout
    as_on: date
    known_by: str


def recognise(table: Table) -> tuple[Table, Layout | None]:
    """The report that a table is, by its headings without their dates; None for one of another kind."""
    plain = replace(table, headers=tuple(_AS_ON.sub("", header) for header in table.headers))
    fitting = [layout for layout in LAYOUTS if layout.columns.fits(plain.headers)]
    best = max(fitting, key=lambda layout: layout.columns.known(plain.headers), default=None)
    return (plain, best) if best else (table, None)


def day_of_report(table: Table, options: Mapping[str, str], today: date) -> tuple[date, str]:
    """The day a report stands for: said as an option, else in its title, its headings, or its financial year.

    Raises Problem `unknown-day` where nothing says it, `bad-option` for a day that is none or has not come yet.
    """
    if said := options.get("as_on"):
        return day_said(said, today), "said by the option as_on"
    places = (("its title", table.titles), ("its headings", table.headers))
    for where, texts in places:
        if match := next(filter(None, map(_DAY.search, texts)), None):
            d, m, y, *iso = match.groups()
            return day_said("-".join((y, m.zfill(2), d.zfill(2)) if y else iso), today), f"read from {where}"
    if match := next(filter(None, map(_FINANCIAL_YEAR.search, (*table.titles, table.file))), None):
        return day_said(f"{match[1]}-04-01", today), f"the beginning of the financial year {match[0]}"
    remedy = "Say it with the option as_on=YYYY-MM-DD."
    detail = f"On which day was {table.file} true? Neither its title nor its headings say it. {remedy}"
    raise bad_request("unknown-day", detail, Fault("No day is known", remedy, file=table.file))


async def take(door: Door, report: RefreshReport, found: Sequence[Report]) -> None:
    """Bring the figures of these reports to the node, each State's as one record."""
    if not found:
        return
    states = {squeezed(str(s["name"])): str(s["id"]) async for s in door.existing("state", ("name",))}
    for one in found:
        await _take(door, report, one, states)


async def _take(door: Door, report: RefreshReport, one: Report, states: Mapping[str, str]) -> None:
    records: list[Record] = []
    origins: list[Origin] = []
    rows, totals = _rows(one, report.notes)
    for row in rows:
        origin = Origin(one.table.file, row.line)
        if (record := _record(one, row, origin, states, report.notes)) is not None:
            records.append(record)
            origins.append(origin)
    for row in totals:
        _compare(one, row, rows, report.notes)
    report.files.append(FileRead(one.table.file, f"report {one.layout.report}", one.table.written, len(rows)))
    sending = Sending(door, report.notes, f"{one.layout.report} {one.table.file}")
    result, refused = await sending.load(
        "reported_figures", records, origins, valid_from=one.as_on, label=one.table.file, on_duplicate="update"
    )
    taken = [record for n, record in enumerate(records) if n not in refused]
    for record in taken[: result.created]:
        report.add(Section.CREATED, Item("reported_figures", record["id"]))
    report.tally(Section.UPDATED, "reported_figures", result.updated)
    report.unchanged["reported_figures"] += result.unchanged


def _rows(one: Report, notes: ImportReport) -> tuple[list[Row], list[Row]]:
    """The rows about States, and those that sum up all of them."""
    rows = list(read_rows(one.table, one.layout.columns, notes))
    sums = [row for row in rows if squeezed(str(row.values["state"])) in _TOTALS]
    whole = [row for row in sums if squeezed(str(row.values["state"])) != squeezed("Sub Total")]
    return [row for row in rows if row not in sums], whole


def _record(one: Report, row: Row, origin: Origin, states: Mapping[str, str], notes: ImportReport) -> Record | None:
    name = str(row.values["state"])
    state = states.get(squeezed(name))
    if state is None:
        remedy = "Write the State as the directory does; figures of districts and below are not kept as reports."
        fault = Fault(f"`{name}` is no State", remedy, file=origin.file, line=origin.line, column="state", value=name)
        notes.error("unknown-state", fault)
        return None
    figures = dict(_figures(one.layout, row))
    for part, whole, slack in _doubtful(one.layout, figures):
        what = f"{name}: {part} {figures[part]:,} is more than {whole} {figures[whole]:,}; kept as it is stated"
        remedy = "Ask the portal which is right; nothing is put right here."
        if slack:
            what, remedy = f"{what} (both are rounded)", "Nothing to do: figures in lakh are rounded."
        fault = Fault(what, remedy, file=origin.file, line=origin.line, column=part, value=figures[part])
        (notes.info if slack else notes.warning)("part-exceeds-whole", fault)
    told = [{"figure": figure, "value": value} for figure, value in figures.items()]
    key = {"about": state, "report": one.layout.report, "as_on": one.as_on.isoformat()}
    return {"id": "RPF-" + "-".join(key.values()), **key, "figures": told}


def _figures(layout: Layout, row: Row) -> Iterator[tuple[str, float]]:
    for column in layout.columns.columns:
        value = row.values.get(column.field)
        if column.field != "state" and value is not None:
            yield column.field, cast("float", value)


def _doubtful(layout: Layout, figures: Mapping[str, float]) -> Iterator[tuple[str, str, bool]]:
    """The parts that are stated larger than their whole, and whether rounding explains it."""
    for part, whole in layout.parts.items():
        over = figures.get(part, 0) - figures.get(whole, float("inf"))
        if over > 0:
            yield part, whole, over <= 2 * _ROUNDED and part in layout.rounded


def _compare(one: Report, total: Row, rows: Sequence[Row], notes: ImportReport) -> None:
    """Tell where the rows do not add up to the total that the report states: a part of it may be missing."""
    for column in one.layout.columns.columns:
        stated = total.values.get(column.field)
        if not isinstance(stated, int | float) or column.field in one.layout.shares:
            continue
        found = sum(cast("float", row.values.get(column.field) or 0) for row in rows)
        slack = _ROUNDED * (len(rows) + 1) if column.field in one.layout.rounded else 0
        if abs(found - stated) > slack:
            what = f"The rows add up to {found:,}, the report's total says {stated:,}; the total is not kept"
            remedy = "See whether rows are missing; what is missing is not taken for zero."
            fault = Fault(what, remedy, None, total.line, column.field, stated, one.table.file)
            notes.warning("total-differs", fault)
