"""A folder of exports of a portal: each table told by its headings, its rows kept for whoever knows that kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jjm.adapters import reports
from jjm.adapters.folder import check_options, tables_in
from jjm.adapters.model import Adapter, Door
from jjm.adapters.refresh import FileRead, RefreshReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Columns, Row, Table, joined, open_table, read_rows
from jjm.kit import Fault, Problem, SystemClock


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table: what it holds, and the columns by which it is told."""

    name: str
    columns: Columns


@dataclass
class Exports:
    """The tables of a folder: rows by kind, and the reports by State."""

    report: RefreshReport
    rows: dict[str, list[tuple[Row, Origin]]] = field(default_factory=dict[str, list[tuple[Row, Origin]]])
    reports: list[reports.Report] = field(default_factory=list[reports.Report])

    @classmethod
    def of(cls, adapter: Adapter, folder: Path, options: Mapping[str, str], kinds: Sequence[Kind]) -> Exports:
        """Read all of a folder. Raises Problem `no-reports` where none of its tables is known to the adapter."""
        check_options(options, adapter.options)
        today = SystemClock().today()
        found = cls(RefreshReport(adapter.name, folder.name, today, "today"))
        found.rows = {kind.name: [] for kind in kinds}
        days: list[tuple[date, str]] = []
        for path in tables_in(folder):
            table = joined(open_table(path, found.report.notes))
            plain, layout = reports.recognise(table)
            kind = next((k for k in kinds if k.columns.fits(table.headers)), None)
            if kind is None and (layout is None or layout.portal != adapter.name):
                found._pass_over(table, layout.portal if layout else None)
                continue
            days.append(reports.day_of_report(table, options, today))
            if kind is not None:
                found._keep(kind, table)
            elif layout is not None:
                found.reports.append(reports.Report(plain, layout, *days[-1]))
        if not days:
            raise _nothing(folder, [note.fault for note in found.report.notes.notes])
        found.report.as_on, found.report.as_on_from = max(days)
        return found

    async def take_reports(self, door: Door) -> None:
        """Bring the reports by State to the node."""
        await reports.take(door, self.report, self.reports)

    def _keep(self, kind: Kind, table: Table) -> None:
        rows = list(read_rows(table, kind.columns, self.report.notes))
        self.rows[kind.name] += [(row, Origin(table.file, row.line)) for row in rows]
        self.report.files.append(FileRead(table.file, kind.name, table.written, len(rows)))

    def _pass_over(self, table: Table, other: str | None) -> None:
        what = f"The table is no export of {self.report.adapter} that is known"
        remedy = f"Give it to `jjm import {other}`." if other else "Say which report it is, so that it can be added."
        fault = Fault(what, remedy, file=table.file, line=table.header_line)
        if other:
            self.report.notes.info("other-portal", fault)
        else:
            self.report.notes.error("unknown-report", fault)


def _nothing(folder: Path, faults: Sequence[Fault]) -> Problem:
    detail = f"No table of {folder.name} is an export that is known here. Check the folder and the adapter's name."
    return Problem("no-reports", 422, "There is nothing to import", detail, faults)
