"""The village survey Mission Antyodaya, of any State: villages under blocks and panchayats, with their figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from jjm.adapters.antyodaya_places import Places
from jjm.adapters.antyodaya_rows import COLUMNS, Surveyed, Village, surveyed, villages
from jjm.adapters.folder import check_options, tables_in
from jjm.adapters.model import Adapter, Door, Option, Record
from jjm.adapters.refresh import FileRead, Item, RefreshReport, Section
from jjm.adapters.sending import Origin, Sending
from jjm.adapters.tables import open_table, read_rows
from jjm.kit import Fault, bad_request

VILLAGE_PANCHAYAT = "3"
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


class _Antyodaya:
    """A village is taken with its figures or not at all; what the node knows of it already is not overruled."""

    name = "antyodaya"
    title = "Mission Antyodaya village survey of any State: villages, households, taps"
    options: Sequence[Option] = (Option("year", "year of the survey; else read from the file's name"),)

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Take in every survey file of the folder. Raises Problem for an unreadable file or one of another shape."""
        check_options(options, self.options)
        paths = tables_in(folder)
        year, known_by = _year_of(paths, options)
        report = RefreshReport(self.name, folder.name, date(year, 1, 1), known_by)
        rows: list[Surveyed] = []
        for path in paths:
            rows += _rows(path, report)
        await _Intake(door, report, year).take(list(villages(rows, report.notes)))
        return report


def _rows(path: Path, report: RefreshReport) -> Sequence[Surveyed]:
    table = open_table(path, report.notes)
    rows = list(read_rows(table, COLUMNS, report.notes, refused=True))
    report.files.append(FileRead(path.name, "village survey", table.written, len(rows)))
    return [surveyed(path.name, row, report.notes) for row in rows if row.values.get("code") is not None]


class _Intake:
    def __init__(self, door: Door, report: RefreshReport, year: int) -> None:
        self.door, self.report, self.year = door, report, year
        self.sending = Sending(door, report.notes, f"antyodaya {year}")

    async def take(self, found: Sequence[Village]) -> None:
        """Panchayats, then villages, then the figures of the villages that the node has taken."""
        places = await Places.on(self.door, self.report.notes)
        state = _only_state(places, found)
        await self._panchayats(places, found, state)
        fields = ("name", "subdistrict", "local_bodies", "blocks")
        standing = {record["id"]: record async for record in self.door.existing("village", fields)}
        records = [places.record(village, state) for village in found]
        places.report_unmatched()
        refused = await self._create(found, [r for r in records if r["id"] not in standing])
        await self._fill(found, records, standing)
        await self._figures([village for village in found if f"VIL-{village.first.code}" not in refused])

    async def _panchayats(self, places: Places, found: Sequence[Village], state: str | None) -> None:
        """Create the panchayats that the node does not know yet, by code, under their State."""
        new: dict[str, Record] = {}
        origins: list[Origin] = []
        for row in (row for village in found for row in village.rows):
            id, of = f"LOB-{row['gp']}", places.state(row) or state
            if row["gp"] and of and id not in places.bodies and id not in new:
                kind = {"local_body_type": VILLAGE_PANCHAYAT, "urban": False}
                named = {"name": row["gp_name"]} if row["gp_name"] else {}
                new[id] = {"id": id, "code": row["gp"], "state": of} | kind | named
                origins.append(row.origin)
        refused = await self._load("local_body", list(new.values()), origins, "panchayats")
        places.bodies |= {id: record for id, record in new.items() if id not in refused}

    async def _create(self, found: Sequence[Village], records: Sequence[Record]) -> set[str]:
        origins = {f"VIL-{village.first.code}": village.first.origin for village in found}
        nameless = [record for record in records if "name" not in record]
        if nameless:
            what = f"{len(nameless):,} villages have no name in this file and stand under their code"
            remedy = "Import the directory's list of villages: it gives them their names."
            self.report.notes.info("no-names", Fault(what, remedy, file=origins[nameless[0]["id"]].file))
        return await self._load("village", records, [origins[r["id"]] for r in records], "villages")

    async def _load(self, type: str, records: Sequence[Record], origins: Sequence[Origin], label: str) -> set[str]:
        """Load new records; the ids of those the node refused."""
        day = date(self.year, 1, 1)
        result, refused = await self.sending.load(type, records, origins, valid_from=day, label=label)
        taken = [record for index, record in enumerate(records) if index not in refused]
        for record in taken[: result.created]:
            self.report.add(Section.CREATED, Item(type, record["id"], now=record.get("name")))
        self.report.unchanged[type] += result.unchanged
        return {records[index]["id"] for index in refused}

    async def _fill(self, found: Sequence[Village], records: Sequence[Record], standing: Mapping[str, Record]) -> None:
        """Fill in what the node does not know of a village; where it knows otherwise, that stays and is reported."""
        patches: list[Record] = []
        origins: list[Origin] = []
        for village, record in zip(found, records, strict=True):
            if (old := standing.get(record["id"])) is None:
                continue
            patch = {k: v for k, v in record.items() if k not in ("id", "code") and not old.get(k)}
            if patch:
                patches.append({"id": record["id"]} | patch)
                origins.append(village.first.origin)
            else:
                self.report.unchanged["village"] += 1
            self._note_otherwise(village, record, old)
        reason = f"Mission Antyodaya {self.year}"
        refused = await self.sending.correct("village", patches, origins, reason=reason, label="what was not known")
        for n, patch in enumerate(patches):
            if n not in refused:
                filled = ", ".join(name for name in patch if name != "id")
                self.report.add(Section.UPDATED, Item("village", patch["id"], now=filled))

    def _note_otherwise(self, village: Village, record: Record, old: Record) -> None:
        for name in ("subdistrict", "local_bodies", "blocks"):
            new, known = record.get(name), old.get(name)
            if new and known and not _within(new, known):
                what = f"The survey places it in {new}, the node in {known}; the node's stays"
                remedy, at = "Change the village by hand if the survey is right.", village.first.origin
                fault = Fault(what, remedy, file=at.file, line=at.line, column=name)
                self.report.notes.info("placed-otherwise", fault)

    async def _figures(self, found: Sequence[Village]) -> None:
        records = [self._figure(village) for village in found]
        origins = [village.first.origin for village in found]
        result, _ = await self.sending.load(
            "village_figure",
            records,
            origins,
            valid_from=date(self.year, 1, 1),
            label="figures",
            on_duplicate="update",
        )
        self.report.tally(Section.CREATED, "village_figure", result.created)
        self.report.tally(Section.UPDATED, "village_figure", result.updated)
        self.report.unchanged["village_figure"] += result.unchanged

    def _figure(self, village: Village) -> Record:
        id = f"VIL-{village.first.code}"
        head = {"id": f"FIG-{id}-antyodaya-{self.year}", "village": id, "figure_source": "antyodaya", "year": self.year}
        return head | dict(village.figures)


def _year_of(paths: Sequence[Path], options: Mapping[str, str]) -> tuple[int, str]:
    said = options.get("year")
    named = {match[1] for path in paths if (match := _YEAR.search(path.name))}
    if said is None and len(named) != 1:
        remedy = "Say it with the option year=2020."
        fault = Fault("No one year is known", remedy)
        raise bad_request("unknown-year", f"Of which year is the survey? {remedy}", fault)
    if said is not None and not _YEAR.fullmatch(said):
        fault = Fault(f"{said!r} is not a year", "Write it as 2020.", pointer="/year", value=said)
        raise bad_request("bad-option", "The option year cannot be understood. Write it as 2020.", fault)
    return (int(said), "said by the option year") if said else (int(named.pop()), "read from the file's name")


def _only_state(places: Places, found: Sequence[Village]) -> str | None:
    """The State of the whole survey, where all rows that tell one tell the same."""
    states = {state for village in found if (state := places.state(village.first))}
    return next(iter(states)) if len(states) == 1 else None


def _within(new: object, known: object) -> bool:
    if isinstance(new, list) and isinstance(known, list):
        return set(cast("list[str]", new)) <= set(cast("list[str]", known))
    return new == known


ADAPTER: Adapter = _Antyodaya()
