"""Villages as reports name them: by directory code, else by name within the district, never by name alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jjm.adapters.model import Door, Option, Record
from jjm.adapters.names import squeezed
from jjm.adapters.report import ImportReport
from jjm.adapters.sending import Origin
from jjm.adapters.tables import Column, Row, code
from jjm.kit import Fault

COLUMNS = (
    Column(
        "village_code", ("Village LGD Code", "LGD Village Code", "village_lgd_code", "LGD Code"), code, strict=False
    ),
    Column("state", ("State", "State Name", "StateName")),
    Column("district", ("District", "District Name", "DistrictName")),
    Column("block", ("Block", "Block Name", "BlockName")),
    Column("gp", ("Gram Panchayat", "GP", "Panchayat", "GP Name", "Panchayat Name")),
    Column("village", ("Village", "Village Name", "VillageName", "Villages")),
)
OPTION = Option("village", "directory code of the village, where a report is about one and does not say which")
_NAMES = ("state", "district", "block", "village")
_Key = tuple[str, str, str]


@dataclass
class Villages:
    """The villages that a node knows, and how to find the one that a row means."""

    said: str | None
    ids: set[str]
    named: Mapping[_Key, Sequence[str]]
    blocks: Mapping[str, set[str]]

    @classmethod
    async def on(cls, door: Door, options: Mapping[str, str]) -> Villages:
        """What the node knows now."""

        async def all_of(type: str, *fields: str) -> dict[str, Record]:
            return {record["id"]: record async for record in door.existing(type, fields)}

        states, districts = await all_of("state", "name"), await all_of("district", "name", "state")
        blocks = await all_of("block", "name", "districts")
        subdistricts = await all_of("subdistrict", "district")
        villages = await all_of("village", "name", "blocks", "subdistrict")
        above = {id: _district_key(district, states) for id, district in districts.items()}
        named: dict[_Key, list[str]] = {}
        inside: dict[str, set[str]] = {}
        for id, village in villages.items():
            its_blocks = [blocks[b] for b in village.get("blocks") or () if b in blocks]
            inside[id] = {squeezed(str(block.get("name") or "")) for block in its_blocks}
            of = {d for block in its_blocks for d in block.get("districts") or ()}
            of |= {s.get("district") for s in [subdistricts.get(village.get("subdistrict") or "")] if s}
            for district in of & above.keys():
                named.setdefault((*above[district], squeezed(str(village.get("name") or ""))), []).append(id)
        return cls(options.get("village"), set(villages), named, inside)

    def is_named(self, row: Row) -> bool:
        """Whether a row, or the option, names a village at all."""
        return bool(self.said or row.values.get("village") or row.values.get("village_code"))

    def find(self, row: Row, origin: Origin, notes: ImportReport) -> str | None:
        """The village of a row; None, reported, where it names none or not exactly one that is known."""
        told = {
            name: str(row.values[name]) for name in ("state", "district", "block", "village") if row.values.get(name)
        }
        code = row.values.get("village_code") or (None if "village" in told else self.said)
        if code is not None:
            return self._known(f"VIL-{code}", str(code), origin, notes)
        found = self._named(told)
        if len(found) == 1:
            return found[0]
        name = ", ".join(reversed(told.values())) or "(no village)"
        what = f"`{name}` is {'more than one village' if found else 'no village'} that this node knows"
        remedy = "Give the directory code of the village, or say it with the option village; not taken till then."
        notes.error("unknown-village", _fault(what, remedy, origin, name))
        return None

    def _known(self, id: str, code: str, origin: Origin, notes: ImportReport) -> str | None:
        if id in self.ids:
            return id
        remedy = "Import the directory's list of villages first; not taken till then."
        notes.error("unknown-village", _fault(f"Village {code} is not known to this node", remedy, origin, code))
        return None

    def _named(self, told: Mapping[str, str]) -> Sequence[str]:
        if not {"state", "district", "village"} <= told.keys():
            return []
        state, district, village = (squeezed(told[name]) for name in ("state", "district", "village"))
        found = self.named.get((state, district, village), [])
        if len(found) > 1 and "block" in told:
            found = [id for id in found if squeezed(told["block"]) in self.blocks[id]]
        return found


def _district_key(district: Record, states: Mapping[str, Record]) -> tuple[str, str]:
    state = states.get(str(district.get("state")), {})
    return squeezed(str(state.get("name") or "")), squeezed(str(district.get("name") or ""))


def _fault(what: str, remedy: str, origin: Origin, value: str) -> Fault:
    return Fault(what, remedy, file=origin.file, line=origin.line, column="village", value=value)
