"""Where on the node a surveyed village lies: its block, its panchayats, its sub-district, by code and by district."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, cast

from jjm.adapters.antyodaya_rows import Surveyed, Village
from jjm.adapters.model import Door, Record
from jjm.adapters.names import squeezed, whole
from jjm.adapters.report import ImportReport
from jjm.adapters.sending import Origin
from jjm.kit import Fault

# A circle by name, and where it lies: State, district by directory code, district by Census code.
_Circle: TypeAlias = tuple[str, str | None, str | None, str | None]


@dataclass
class Places:
    """The areas a node knows, and which of them the rows of a survey mean; what it cannot tell is reported."""

    districts: dict[str, Record]
    subdistricts: dict[str, Record]
    blocks: dict[str, Record]
    bodies: dict[str, Record]
    notes: ImportReport
    circles: dict[_Circle, str | None] = field(default_factory=dict[_Circle, str | None])
    unmatched: dict[_Circle, list[Origin]] = field(default_factory=dict[_Circle, list[Origin]])

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
            self._warn(
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
        at, states = row.origin, self._states_of(said or "")
        if said is not None and (said not in self.blocks or (row.object_id and self.state(row) not in states)):
            what = f"Block {row['block']} {row['block_name'] or '(no name)'} is not one this node knows in the State"
            remedy = "Import the directory's list of blocks, and this file again; placed without it till then."
            self._warn("unknown-block", row, "block_code", row["block"], what, remedy)
            return meant
        if said is not None and meant is not None and said != meant:
            what = f"Village {row.code} is in {said} by its block code, in {meant} by its object id; the code is taken"
            remedy, value = "Nothing to do, unless the block code is wrong.", row["object_id"]
            fault = Fault(what, remedy, file=at.file, line=at.line, column="object_id", value=value)
            self.notes.info("two-blocks", fault)
        return said or meant

    def subdistrict(self, row: Surveyed, state: str | None) -> str | None:
        """The sub-district of a row: by code, else by name among those of the district (never by name alone)."""
        if row["subdistrict"] and f"SDT-{row['subdistrict']}" in self.subdistricts:
            return f"SDT-{row['subdistrict']}"
        if (circle := row["circle"]) is None:
            return None
        census = row.object_id.census_district if row.object_id else None
        asked = (circle, self.state(row) or state, row["district"], census)
        if asked not in self.circles:
            self.circles[asked] = self._circle(asked)
        if self.circles[asked] is None:
            self.unmatched.setdefault(asked, []).append(row.origin)
        return self.circles[asked]

    def report_unmatched(self) -> None:
        """One warning for each circle or tehsil that no sub-district of the node could be matched with."""
        for asked, origins in self.unmatched.items():
            where = ", ".join(sorted(self._districts_of(asked))) or "a district that is known"
            what, at = f"No one sub-district {asked[0]} in {where}", origins[0]
            remedy = f"Its {len(origins)} villages stand under panchayat or block; the directory's list will tell more."
            fault = Fault(what, remedy, file=at.file, line=at.line, column="circle", value=asked[0])
            self.notes.warning("unknown-circle", fault)

    def _circle(self, asked: _Circle) -> str | None:
        circle, districts = asked[0], self._districts_of(asked)
        inside = [s for s in self.subdistricts.values() if s.get("district") in districts and s.get("name")]
        alike = [s for s in inside if squeezed(whole(s["name"])) == squeezed(whole(circle))]
        exact = [s for s in alike if squeezed(s["name"]) == squeezed(circle)]
        found = exact if len(exact) == 1 else alike
        return found[0]["id"] if len(found) == 1 else None

    def _districts_of(self, asked: _Circle) -> set[str]:
        """The districts it may lie in: by code, by Census code, or all formed since where nobody has that code."""
        _, state, district, census = asked
        if district is not None:
            return {f"DIS-{district}"}
        of_state = {id: d.get("census_2011") for id, d in self.districts.items() if d.get("state") == state}
        if census is None:
            return set()
        return {id for id, code in of_state.items() if code == census} or {
            id for id, code in of_state.items() if not code
        }

    def _block_of_object_id(self, row: Surveyed) -> str | None:
        if row.object_id is None:
            return None
        block = f"BLK-{row.object_id.unit}"
        return block if f"STA-{row.object_id.state}" in self._states_of(block) else None

    def _states_of(self, block: str) -> set[str]:
        districts = cast("list[str]", self.blocks.get(block, {}).get("districts") or [])
        return {self.districts[d]["state"] for d in districts if d in self.districts}

    def _warn(self, kind: str, row: Surveyed, column: str, value: object, message: str, remedy: str) -> None:
        origin = row.origin
        fault = Fault(message, remedy, file=origin.file, line=origin.line, column=column, value=value)
        self.notes.warning(kind, fault)
