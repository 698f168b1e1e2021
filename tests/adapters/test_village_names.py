"""Village names without codes: matched where a village of that name is known, else proposed, never created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from memory_door import MemoryDoor

from jjm.adapters import RefreshReport, Section, adapters

Folder = Callable[[str, Mapping[str, str]], Path]

HEADER = "district,OBJECTID,VILNAM_SOI,objectid,sdtcode11,subdt_lgd,dist_lgd\n"
TABLE = (
    "23,1,Luj ,6,00083,83,16\n23,2,Dharwas,6,00083,83,16\n23,3, LUJ,6,00083,83,16\n23,4,Luj,6,00084,84,17\n"
    "23,5,Elsewhere,6,00000,999,16\n"
)


def node() -> MemoryDoor:
    return MemoryDoor(
        district=[{"id": "DIS-16", "code": "16", "name": "Chamba", "state": "STA-2"}],
        subdistrict=[
            {"id": "SDT-83", "code": "83", "name": "Pangi", "district": "DIS-16"},
            {"id": "SDT-84", "code": "84", "name": "Chaurah", "district": "DIS-16"},
        ],
        village=[{"id": "VIL-1001", "code": "1001", "name": "DHARWAS", "subdistrict": "SDT-83"}],
    )


async def take(door: MemoryDoor, folder: Path) -> RefreshReport:
    return await adapters()["village_names"].read(folder, door, {})


async def test_known_names_match_and_the_others_are_proposed_once(folder: Folder) -> None:
    door, made = node(), folder("himachal", {"names.csv": HEADER + TABLE})
    report = await take(door, made)
    found = {(p["data"]["name"], p["data"]["subdistrict"]) for p in door.records["proposal"].values()}
    assert found == {("Luj", "SDT-83"), ("Luj", "SDT-84")}
    first = next(iter(door.records["proposal"].values()))
    assert (first["kind"], first["about_type"], first["state"], first["status"]) == (
        "new_record",
        "village",
        "STA-2",
        "open",
    )
    assert report.count(Section.PROPOSED) == 2
    assert report.unchanged["village"] == 1
    assert set(door.records["village"]) == {"VIL-1001"}
    again = await take(door, made)
    assert (again.changed, again.unchanged["proposal"], len(door.records["proposal"])) == (0, 2, 2)


async def test_repeated_names_other_districts_and_unknown_subdistricts_are_reported(folder: Folder) -> None:
    report = await take(node(), folder("himachal", {"names.csv": HEADER + TABLE}))
    at = {note.kind: (note.fault.line, note.fault.value) for note in report.notes.notes if note.fault.line != 1}
    assert at == {"repeated-name": (4, "Luj"), "other-district": (5, "17"), "unknown-subdistrict": (6, "999")}
