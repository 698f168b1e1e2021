"""One list of the directory against the node: what is new is created, what differs is written as what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from jjm.adapters.lgd_compare import differences
from jjm.adapters.lgd_files import BY_TYPE, Listing
from jjm.adapters.lgd_gather import Entry, Gathered
from jjm.adapters.lgd_write import SOURCE, Change, Writing
from jjm.adapters.model import Door, Record
from jjm.adapters.refresh import Item, RefreshReport, Section
from jjm.adapters.report import Severity
from jjm.adapters.sending import Sending
from jjm.kit import Fault

_UNPLACED = "cannot-be-placed"


@dataclass
class Refresh:
    """The refresh of a node from lists that were true on one day, types taken from the top of the tree down.

    `known`: what the node holds, by type and key (`DIS-345`; an organisation by the directory's code).
    """

    door: Door
    report: RefreshReport
    as_on: date
    known: dict[str, dict[str, Record]] = field(default_factory=dict[str, dict[str, Record]])

    async def take(self, gathered: Gathered) -> None:
        """Bring the node to what the lists of one type say, and report the rest."""
        listing = gathered.listing
        await self._look(listing)
        standing = dict(self.known[listing.type])
        await self._create(listing, {k: e for k, e in gathered.entries.items() if k not in standing})
        older = any(_day_of_list(record) > self.as_on.isoformat() for record in standing.values())
        changes = list(self._changes(listing, gathered, standing, older=older))
        sending = Sending(self.door, self.report.notes, f"{SOURCE}{self.as_on.isoformat()}")
        writing = Writing(sending, self.report, self.as_on, areas=listing.external is None)
        await writing.write(listing.type, changes, propose=not older)
        for change in changes:
            for moved in (d for d in change.found if d.section is Section.MOVED):
                self.known[listing.type].get(change.id, {}).update(moved.patch)
        self._report_missing(gathered, standing)

    async def _look(self, listing: Listing, *, again: bool = False) -> None:
        """Know what the node holds of a type and of the types it lies in; asked once, unless `again`."""
        if again or listing.type not in self.known:
            records = [record async for record in self.door.existing(listing.type, listing.fields)]
            self.known[listing.type] = {key: record for record in records for key in _keys(listing, record)}
        for parent in set(listing.parents.values()) - {listing.type}:
            await self._look(BY_TYPE[parent])

    async def _create(self, listing: Listing, new: dict[str, Entry]) -> None:
        """Create the records in waves: first those that lie in nothing that is still to be created."""
        sending = Sending(self.door, self.report.notes, f"{SOURCE}{self.as_on.isoformat()}")
        while new:
            free = {k: e for k, e in new.items() if new.keys().isdisjoint(_own(listing, e))}
            wave = free or new
            new = {k: e for k, e in new.items() if k not in wave}
            ready = [entry for entry in wave.values() if self._placed(listing, entry)]
            records, origins = [e.record for e in ready], [e.origin for e in ready]
            result, refused = await sending.load(
                listing.type, records, origins, valid_from=self.as_on, label=listing.title
            )
            taken = [entry for index, entry in enumerate(ready) if index not in refused]
            self.known[listing.type] |= {entry.key: entry.record for entry in taken}
            for entry in taken[: result.created]:
                self.report.add(Section.CREATED, Item(listing.type, entry.key, now=entry.record.get("name")))
            self.report.unchanged[listing.type] += result.unchanged
            if listing.external and ready:
                await self._look(listing, again=True)

    def _changes(
        self, listing: Listing, gathered: Gathered, standing: Mapping[str, Record], *, older: bool
    ) -> Iterator[Change]:
        for key, entry in gathered.entries.items():
            if (old := standing.get(key)) is None:
                continue
            self._link(listing, entry)
            said = {name: value for name, value in entry.record.items() if name not in listing.once}
            found = differences(said, old, self.as_on, [*listing.parents], older=older)
            if found:
                yield Change(old["id"], self._state(listing, old), found)
            else:
                self.report.unchanged[listing.type] += 1

    def _placed(self, listing: Listing, entry: Entry) -> bool:
        """Whether the record can be created: every field it needs is there, and points to what is known."""
        self._link(listing, entry)
        lacking = [name for name in listing.needs if not entry.record.get(name)]
        if lacking:
            what = f"{entry.key} cannot be created without {', '.join(lacking)}"
            remedy = "Import the list that holds it first, or create it by hand; then import this list again."
            self._note(entry, lacking[0], None, what, remedy, _UNPLACED)
        return not lacking

    def _link(self, listing: Listing, entry: Entry) -> None:
        """Point to records by id; what points to nothing known, or into another State, is left out and reported."""
        for name, type in listing.parents.items():
            value = entry.record.pop(name, None)
            keys = cast("list[str]", value) if isinstance(value, list) else [value] if value else []
            ids = [self.known[type][key]["id"] for key in keys if self._leads_home(entry, name, type, key)]
            if ids:
                entry.record[name] = ids if isinstance(value, list) else ids[0]

    def _leads_home(self, entry: Entry, name: str, type: str, key: str) -> bool:
        above = self.known[type].get(key)
        if above is None:
            remedy = f"Import the list of {BY_TYPE[type].title} first, and this list again; left out till then."
            self._note(entry, name, key, f"{entry.key} lies in {key}, which this node does not know", remedy)
            return False
        state = self._state(BY_TYPE[type], above) or entry.state
        if entry.state is not None and state != entry.state:
            what = f"{entry.key} of {entry.state} cannot lie in {key}, {above.get('name', '')}, of {state}"
            remedy = "Find the right code, and put the list right; left out till then."
            self._note(entry, name, key, what, remedy, kind="parent-in-another-state")
            return False
        return True

    def _note(
        self, entry: Entry, column: str, value: str | None, what: str, remedy: str, kind: str = "unknown-parent"
    ) -> None:
        at = entry.origin
        fault = Fault(what, remedy, file=at.file, line=at.line, column=column, value=value)
        self.report.notes.add(kind, Severity.ERROR if kind == _UNPLACED else Severity.WARNING, fault)

    def _report_missing(self, gathered: Gathered, standing: Mapping[str, Record]) -> None:
        listing, covers = gathered.listing, self._coverage(gathered)
        remark = "not in the list, which proves nothing: nothing is changed"
        if gathered.by_villages:
            remark = "not in the list, which counts villages, so units without any are left out: nothing is changed"
        for key, record in standing.items():
            here = key not in gathered.entries and _since(record) <= self.as_on.isoformat()
            if here and covers(self._state(listing, record), record.get("local_body_type")):
                self.report.add(Section.MISSING, Item(listing.type, record["id"], record.get("name"), remark=remark))

    def _coverage(self, gathered: Gathered) -> Callable[[str | None, object], bool]:
        """Which (State, type of local body) the lists tell all of: the States in them, or the country if most are."""
        whole = [entry for entry in gathered.entries.values() if entry.whole]
        pairs = {(e.state or self._state(gathered.listing, e.record), e.record.get("local_body_type")) for e in whole}
        states, types = {state for state, _ in pairs}, {type for _, type in pairs}
        if 2 * len(states) > len(self.known["state"]):
            return lambda _, type: type in types
        return lambda state, type: state is not None and (state, type) in pairs

    def _state(self, listing: Listing, record: Record) -> str | None:
        """The State a record lies in, found by way of what it lies in."""
        if listing.type == "state":
            return record["id"]
        for name, type in listing.parents.items():
            value = record.get(name) or ""
            above = self.known[type].get(cast("list[str]", value)[0] if isinstance(value, list) else value)
            if above is not None and type != listing.type:
                return above["id"] if type == "state" else self._state(BY_TYPE[type], above)
        return None


def _keys(listing: Listing, record: Record) -> Iterator[str]:
    """The keys by which the directory's rows find a record."""
    if listing.external is None:
        yield record["id"]
    for outside in cast("Iterable[Record]", record.get("external_ids") or []):
        if outside["system"] == listing.external:
            yield f"{listing.prefix}-{outside['value']}"


def _own(listing: Listing, entry: Entry) -> list[str]:
    return [
        entry.record[name] for name, type in listing.parents.items() if type == listing.type and name in entry.record
    ]


def _since(record: Record) -> str:
    return str(cast("Record", record.get("_meta") or {}).get("valid_from") or "")


def _day_of_list(record: Record) -> str:
    source = str(cast("Record", record.get("_meta") or {}).get("source") or "")
    return source.removeprefix(SOURCE) if source.startswith(SOURCE) else ""
