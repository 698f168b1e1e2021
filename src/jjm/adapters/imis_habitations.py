"""Tap connections by habitation, as IMIS exports them: the habitations, and their sums as figures of the village."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jjm.adapters.external import Numbered, Register, one_of_each
from jjm.adapters.model import Door, Record
from jjm.adapters.places import COLUMNS as PLACE
from jjm.adapters.places import Villages
from jjm.adapters.refresh import RefreshReport, Section
from jjm.adapters.sending import Origin, Sending
from jjm.adapters.tables import Column, Columns, Row, count
from jjm.kit import Fault

SYSTEM = "imis"
COLUMNS = Columns(
    Column("number", ("Habitation Id", "HabitationId", "Habitation Code"), required=True, needed=True),
    Column("name", ("Habitation Name", "Habitation", "Habitaion Name"), required=True, needed=True),
    Column("households", ("No. of households", "Households", "House Holds"), count, required=True, needed=True),
    Column(
        "taps",
        ("No. with tap", "House connections", "House Connectons", "No. of households with tap", "FHTC"),
        count,
        required=True,
        needed=True,
    ),
    Column("village_id", ("Village Id", "VillageId")),
    *PLACE,
)


@dataclass(frozen=True, slots=True)
class Habitations:
    """The habitations of some files, each with its taps."""

    report: RefreshReport
    villages: Villages
    source: str

    async def take(self, rows: Sequence[tuple[Row, Origin]], door: Door) -> None:
        """Bring the habitations to the node, then what they add up to in each village."""
        placed = [(row, at, self.villages.find(row, at, self.report.notes)) for row, at in rows]
        found = [self._habitation(row, at, place) for row, at, place in placed if place is not None]
        kept = one_of_each(found, self.report)
        since = self.report.as_on
        habitations = [Numbered(one.number, _without_taps(one.values), one.origin) for one in kept]
        register = Register(door, self.report, "habitation", SYSTEM)
        await register.take(habitations, ("name", "village", "households"), since=since, source=self.source)
        # A village is counted whole or not at all: one habitation that was not taken makes its sum too small.
        broken = {str(place) for _, _, place in placed} - {str(one.values["village"]) for one in kept}
        await self._figures(door, [one for one in kept if one.values["village"] not in broken])

    def _habitation(self, row: Row, at: Origin, village: str) -> Numbered:
        values = row.values
        taps, households = values["taps"], values["households"]
        if isinstance(taps, int) and isinstance(households, int) and taps > households:
            what = f"{values['name']} has more taps ({taps:,}) than its {households:,} households; taken as stated"
            fault = Fault(what, "Ask the source which is right.", file=at.file, line=at.line, column="taps", value=taps)
            self.report.notes.warning("more-taps-than-households", fault)
        told = {"name": values["name"], "village": village, "households": households, "taps": taps}
        return Numbered(str(values["number"]), told, at)

    async def _figures(self, door: Door, kept: Sequence[Numbered]) -> None:
        by_village: dict[str, list[Numbered]] = {}
        for one in kept:
            by_village.setdefault(one.values["village"], []).append(one)
        records = [_figure(village, inside, self.report.as_on) for village, inside in by_village.items()]
        origins = [inside[0].origin for inside in by_village.values()]
        sending = Sending(door, self.report.notes, self.source)
        result, _ = await sending.load(
            "village_figure", records, origins, valid_from=self.report.as_on, label="figures", on_duplicate="update"
        )
        self.report.tally(Section.CREATED, "village_figure", result.created)
        self.report.tally(Section.UPDATED, "village_figure", result.updated)
        self.report.unchanged["village_figure"] += result.unchanged


def _without_taps(values: Record) -> Record:
    return {name: value for name, value in values.items() if name != "taps"}


def _figure(village: str, inside: Sequence[Numbered], as_on: date) -> Record:
    year = as_on.year if as_on.month >= 4 else as_on.year - 1
    return {
        "id": f"FIG-{village}-imis-{year}",
        "village": village,
        "figure_source": "imis",
        "year": year,
        "as_on": as_on.isoformat(),
        "habitations": len(inside),
        "households": sum(one.values["households"] for one in inside),
        "households_with_tap": sum(one.values["taps"] for one in inside),
    }
