"""Lists of village names under directory sub-districts but without village codes: matched by name, else proposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jjm.adapters.folder import check_options, tables_in
from jjm.adapters.model import Adapter, Door, Option, Record
from jjm.adapters.names import squeezed
from jjm.adapters.refresh import FileRead, RefreshReport, Section
from jjm.adapters.report import ImportReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Column, Columns, census, code, open_table, read_rows
from jjm.kit import Fault, SystemClock

COLUMNS = Columns(
    Column("name", ("village_name", "VILNAM_SOI", "Village"), required=True, needed=True),
    Column("subdistrict", ("subdt_lgd", "subdistrict_lgd", "Sub-district Code"), code, required=True, needed=True),
    Column("district", ("dist_lgd", "district_lgd", "District Code"), code, strict=False),
    Column("census_2011", ("village_census_2011", "vilcode11"), census, strict=False),
)


@dataclass(frozen=True, slots=True)
class _Named:
    """One name in one sub-district, with every row that gives it."""

    name: str
    subdistrict: str
    district: str | None
    census_2011: str | None
    origins: Sequence[Origin]


class _VillageNames:
    """Never makes a village: a name without a code may be any of several, so a person decides on each proposal."""

    name = "village_names"
    title = "Village names under sub-districts, without village codes (Survey of India lists)"
    options: Sequence[Option] = ()

    async def read(self, folder: Path, door: Door, options: Mapping[str, str]) -> RefreshReport:
        """Match the names with the villages of their sub-district; propose those that match none."""
        check_options(options, self.options)
        report = RefreshReport(self.name, folder.name, SystemClock().today(), "today")
        rows = [row for path in tables_in(folder) for row in _rows(path, report)]
        await _propose(door, report, list(_named(rows, report.notes)))
        return report


ADAPTER: Adapter = _VillageNames()


def _rows(path: Path, report: RefreshReport) -> Sequence[tuple[Record, Origin]]:
    table = open_table(path, report.notes)
    rows = [(row.values, Origin(path.name, row.line)) for row in read_rows(table, COLUMNS, report.notes)]
    report.files.append(FileRead(path.name, "village names", table.written, len(rows)))
    return rows


def _named(rows: Iterable[tuple[Record, Origin]], notes: ImportReport) -> Iterator[_Named]:
    """One name a sub-district, however spaced and spelt in capitals; repeated ones are reported."""
    alike: dict[tuple[str, str], list[tuple[Record, Origin]]] = {}
    for values, origin in rows:
        alike.setdefault((values["subdistrict"], squeezed(values["name"])), []).append((values, origin))
    for (subdistrict, _), same in alike.items():
        values, first = same[0]
        for _, origin in same[1:]:
            what = f"{values['name']} stands in sub-district {subdistrict} on line {first.line} too"
            remedy = "Two villages, or one written twice? Decide when you answer the one proposal made of them."
            _note(notes, "repeated-name", origin, "name", values["name"], what, remedy)
        origins = [origin for _, origin in same]
        yield _Named(values["name"], subdistrict, values.get("district"), values.get("census_2011"), origins)


async def _propose(door: Door, report: RefreshReport, found: Sequence[_Named]) -> None:
    subdistricts = {s["id"]: s async for s in door.existing("subdistrict", ("name", "district"))}
    states = {d["id"]: d.get("state") async for d in door.existing("district", ("state",))}
    known = {
        (village["subdistrict"], squeezed(village["name"]))
        async for village in door.existing("village", ("name", "subdistrict"))
        if village.get("name") and village.get("subdistrict")
    }
    proposals: list[Record] = []
    for named in found:
        subdistrict = subdistricts.get(f"SDT-{named.subdistrict}")
        if subdistrict is None:
            _note_unknown(named, report.notes)
            continue
        _note_district(named, subdistrict, report.notes)
        if (subdistrict["id"], squeezed(named.name)) in known:
            report.unchanged["village"] += 1
        else:
            proposals.append(_proposal(named, subdistrict["id"], states.get(subdistrict["district"])))
    if proposals:
        result = await door.propose(proposals, source=f"{report.adapter} {report.folder}")
        report.tally(Section.PROPOSED, "village", result.created)
        report.unchanged["proposal"] += result.unchanged


def _proposal(named: _Named, subdistrict: str, state: str | None) -> Record:
    data = {"name": named.name, "subdistrict": subdistrict, "census_2011": named.census_2011}
    where = f"{named.origins[0].file}, line {', '.join(str(origin.line) for origin in named.origins)}"
    proposal = {
        "kind": "new_record",
        "status": "open",
        "about_type": "village",
        "other": subdistrict,
        "key": f"village:{subdistrict}:{squeezed(named.name)}",
        "data": {name: value for name, value in data.items() if value},
        "grounds": f"A name without a village code ({where}); no village of that name is known in {subdistrict}",
    }
    return proposal | ({"state": state} if state else {})


def _note_unknown(named: _Named, notes: ImportReport) -> None:
    what = f"Sub-district {named.subdistrict} is not known to this node"
    remedy = "Import the directory's list of sub-districts, and this file again; not taken till then."
    at, value = named.origins[0], named.subdistrict
    fault = Fault(what, remedy, file=at.file, line=at.line, column="subdistrict", value=value)
    notes.error("unknown-subdistrict", fault)


def _note_district(named: _Named, subdistrict: Record, notes: ImportReport) -> None:
    if named.district and subdistrict.get("district") not in (None, f"DIS-{named.district}"):
        what = f"{subdistrict['id']} lies in {subdistrict['district']} on this node, in district {named.district} here"
        remedy = "Nothing to do: the node's district counts."
        _note(notes, "other-district", named.origins[0], "district", named.district, what, remedy)


def _note(notes: ImportReport, kind: str, at: Origin, column: str, value: object, message: str, remedy: str) -> None:
    notes.info(kind, Fault(message, remedy, file=at.file, line=at.line, column=column, value=value))
