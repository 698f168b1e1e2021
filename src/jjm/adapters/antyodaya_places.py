"""Where on the node a surveyed village lies: its block, its panchayats, its sub-district, by code and by district."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from jjm.adapters.antyodaya_rows import Surveyed, Village
from jjm.adapters.model import Door, Record
from jjm.adapters.names import squeezed, whole
from jjm.adapters.report import ImportReport
from jjm.adapters.sending import Origin
from jjm.kit import Fault


@dataclass
class Places:
    """The areas a node knows, and which of them the rows of a survey mean; what it cannot tell is reported."""

    districts: dict[str, Record]
    subdistricts: dict[str, Record]
    blocks: dict[str, Record]
    bodies: dict[str, Record]
    notes: ImportReport
    circles: dict[tuple[str, str, str], str | None] = field(default_factory=dict[tuple[str, str, str], str | None])
    unmatched: dict[tuple[str, str, str], list[Origin]] = field(
        default_factory=dict[tuple[str, str, str], list[Origin]]
    )

    @classmethod
    async def on(cls, door: Door, notes: ImportReport) -> Places:
        """What the node knows now."""

        async def all_of(type: str, *fields: str) -> dict[str, Record]:
            return {record["id"]: record async for record in door.existing(type, fields)}

        districts = await all_of("district", "state", "census_2011")
        subdistricts = await all_of("subdistrict", "name", "district")
        return cls(
            districts, subdistricts, await all_of("block", "districts"), await all_of("local_body", "state"), notes
        )

    def record(self, village: Village, state: str | None) -> Record:
        """The village record; `state` is the State of the file where the row does not tell its own."""
        blocks = sorted({b for row in village.rows if (b := self.block(row))})
        panchayats = sorted({f"LOB-{gp}" for row in village.rows if (gp := row["gp"]) and f"LOB-{gp}" in self.bodies})
        subdistrict = self.subdistrict(village.first, state)
        name = village.first["name"]
        parts = {"name": name, "subdistrict": subdistrict, "local_bodies": panchayats, "blocks": blocks}
        if not (subdistrict or panchayats or blocks):
            remedy = "Import the directory's lists of its State first, and this file again."
            self._note(
                "not-placed", village.first, "village_code", village.first.code, "It lies in no area known here", remedy
            )
        found = {"id": f"VIL-{village.first.code}", "code": village.first.code}
        return found | {key: value for key, value in parts.items() if value}

    def state(self, row: Surveyed) -> str | None:
        """The State of a row (`STA-21`): by its object id, its State code, or its block."""
        if row.object_id is not None:
            return f"STA-{row.object_id.state}"
        if row["state"] is not None:
            return f"STA-{row['state']}"
        states = self._states_of(f"BLK-{row['block']}")
        return next(iter(states)) if len(states) == 1 else None

    def block(self, row: Surveyed) -> str | None:
        """The block of a row: by its block code, else by its object id where that block lies in the State."""
        said = f"BLK-{row['block']}" if row["block"] else None
        meant = self._block_of_object_id(row)
        if said is not None and said not in self.blocks:
            what = f"Block {row['block']} {row['block_name'] or ''} is not known to this node".replace("  ", " ")
            remedy = "Import the directory's list of blocks, and this file again; placed without it till then."
            self._note("unknown-block", row, "block_code", row["block"], what, remedy)
            return meant
        if said is not None and meant is not None and said != meant:
            what = (
                f"Village {row.code} is in {said} by its block code and in {meant} by its object id; the code is taken"
            )
            remedy = "Nothing to do, unless the block code is wrong."
            fault = Fault(
                what, remedy, file=row.origin.file, line=row.origin.line, column="object_id", value=row["object_id"]
            )
            self.notes.info("two-blocks", fault)
        return said or meant

    def subdistrict(self, row: Surveyed, state: str | None) -> str | None:
        """The sub-district of a row: by code, else by name among those of the district (never by name alone)."""
        if row["subdistrict"] and f"SDT-{row['subdistrict']}" in self.subdistricts:
            return f"SDT-{row['subdistrict']}"
        circle, state = row["circle"], self.state(row) or state
        if circle is None or state is None:
            return None
        asked = (state, row.object_id.census_district if row.object_id else "", circle)
        if asked not in self.circles:
            self.circles[asked] = self._circle(*asked)
        if self.circles[asked] is None:
            self.unmatched.setdefault(asked, []).append(row.origin)
        return self.circles[asked]

    def report_unmatched(self) -> None:
        """One warning for each revenue circle that no sub-district of the node could be matched with."""
        for (state, census, circle), origins in self.unmatched.items():
            what = f"No one sub-district {circle} in district {census or 'unknown'} (Census 2011) of {state}"
            remedy = f"Its {len(origins)} villages stand under panchayat or block; the directory's list will tell more."
            at = origins[0]
            fault = Fault(what, remedy, file=at.file, line=at.line, column="circle", value=circle)
            self.notes.warning("unknown-circle", fault)

    def _circle(self, state: str, census: str, circle: str) -> str | None:
        alike = [s for s in self._named(circle, state) if self._fits(s, state, census)]
        exact = [s for s in alike if squeezed(s["name"]) == squeezed(circle)]
        found = exact if len(exact) == 1 else alike
        return found[0]["id"] if len(found) == 1 else None

    def _named(self, circle: str, state: str) -> Iterable[Record]:
        wanted = squeezed(whole(circle))
        for subdistrict in self.subdistricts.values():
            district = self.districts.get(subdistrict.get("district", ""))
            if district and district.get("state") == state and squeezed(whole(subdistrict.get("name", ""))) == wanted:
                yield subdistrict

    def _fits(self, subdistrict: Record, state: str, census: str) -> bool:
        """In the district of that Census code; or in one formed since, where the code is of no district known."""
        of = self.districts[subdistrict["district"]].get("census_2011")
        known = any(d.get("census_2011") == census for d in self.districts.values() if d.get("state") == state)
        return of == census if known else of is None

    def _block_of_object_id(self, row: Surveyed) -> str | None:
        if row.object_id is None:
            return None
        block = f"BLK-{row.object_id.unit}"
        return block if f"STA-{row.object_id.state}" in self._states_of(block) else None

    def _states_of(self, block: str) -> set[str]:
        districts = cast("list[str]", self.blocks.get(block, {}).get("districts") or [])
        return {self.districts[d]["state"] for d in districts if d in self.districts}

    def _note(self, kind: str, row: Surveyed, column: str, value: object, message: str, remedy: str) -> None:
        origin = row.origin
        fault = Fault(message, remedy, file=origin.file, line=origin.line, column=column, value=value)
        self.notes.warning(kind, fault)
