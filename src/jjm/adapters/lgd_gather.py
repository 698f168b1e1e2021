"""A folder of directory lists, read whole: for each type one entry a code, however many rows and files tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from jjm.adapters.lgd_files import Listing, listing_of
from jjm.adapters.model import Record
from jjm.adapters.names import squeezed
from jjm.adapters.refresh import FileRead, RefreshReport
from jjm.adapters.report import ImportReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Table, open_table, read_rows
from jjm.adapters.tables.columns import fold
from jjm.kit import Fault, Problem


@dataclass(slots=True)
class Entry:
    """One code of one list: its key, the record it stands for, the row that told of it first, its State (`STA-..`).

    `whole`: the row is of a list of all records of the type, not of a mapping between some of them.
    """

    key: str
    record: Record
    origin: Origin
    state: str | None
    whole: bool


@dataclass
class Gathered:
    """All entries of one type, by key; `by_villages`: a list was derived from villages and leaves out towns."""

    listing: Listing
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    by_villages: bool = False


def gather(paths: Iterable[Path], report: RefreshReport) -> Mapping[str, Gathered]:
    """The entries of all lists among the files, by type; a file that is none of the lists is passed over and named."""
    found: dict[str, Gathered] = {}
    for path in paths:
        try:
            table = open_table(path, report.notes)
            listing = listing_of(table.headers)
            if listing is None:
                what = "None of the directory's lists: passed over"
                report.notes.info("not-a-list", Fault(what, "Nothing to do, unless it should be one.", file=path.name))
            else:
                gathered = found.get(listing.type) or Gathered(listing)
                rows = _take(table, gathered, report.notes)
                found[listing.type] = gathered
                report.files.append(FileRead(path.name, listing.title, table.written, rows))
        except Problem as problem:
            for fault in problem.faults:
                report.notes.error(problem.code, fault)
    for gathered in found.values():
        _break_circles(gathered, report.notes)
    return found


def _take(table: Table, gathered: Gathered, notes: ImportReport) -> int:
    listing = gathered.listing
    rows = list(read_rows(table, listing.columns, notes))  # a file that breaks off is not taken at all
    gathered.by_villages |= listing.type != "village" and fold("village_count") in map(fold, table.headers)
    mapping = listing.type == "village" and listing.columns.has(table.headers, "local_bodies", "blocks", "pincodes")
    for row in rows:
        record = listing.record(row.values)
        state = record.pop("_state", None) or record.get("state")
        entry = Entry(listing.key(row.values), record, Origin(table.file, row.line), state, not mapping)
        first = gathered.entries.setdefault(entry.key, entry)
        if first is not entry:
            _merge(first, entry, listing, notes)
    return len(rows)


def _merge(first: Entry, other: Entry, listing: Listing, notes: ImportReport) -> None:
    """Take a further row of the same code: lists grow, blanks are filled, and what contradicts is reported."""
    first.whole |= other.whole
    for name, value in other.record.items():
        known = first.record.get(name)
        if known is None:
            first.record[name] = value
        elif name in listing.many:
            first.record[name] = sorted({*cast("list[str]", known), *cast("list[str]", value)})
        elif known != value and not (name.startswith("name") and squeezed(str(known)) == squeezed(str(value))):
            _contradiction(first, other, name, notes)
            return
    what = f"{first.key} is listed more than once, first on line {first.origin.line}; taken as one"
    notes.info("repeated-code", _at(other, "code", first.key, what, "Nothing to do."))


def _break_circles(gathered: Gathered, notes: ImportReport) -> None:
    """Take away the parent of an entry that would lie in itself, directly or by way of others."""
    own = [name for name, type in gathered.listing.parents.items() if type == gathered.listing.type]
    for name in own:
        sound: set[str] = set()
        for key in gathered.entries:
            path: dict[str, None] = {}
            at: str | None = key
            while at in gathered.entries and at not in sound and at not in path:
                path[at] = None
                at = gathered.entries[at].record.get(name)
            if at in path:
                entry = gathered.entries[at]
                what = f"{at} would lie in itself, directly or by way of others; taken without what it lies in"
                notes.warning(
                    "lies-in-itself", _at(entry, name, entry.record.pop(name), what, "Put it right in the list.")
                )
            sound.update(path)


def _contradiction(first: Entry, other: Entry, name: str, notes: ImportReport) -> None:
    was, now = first.record[name], other.record[name]
    what = f"{first.key} has {name} {was!r} on line {first.origin.line} of {first.origin.file}; the first is taken"
    notes.warning(
        "contradicting-rows", _at(other, name, now, what, "Find out which row is right, and take out the other.")
    )


def _at(entry: Entry, column: str, value: object, message: str, remedy: str) -> Fault:
    return Fault(message, remedy, file=entry.origin.file, line=entry.origin.line, column=column, value=value)
