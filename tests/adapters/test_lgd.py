"""The Local Government Directory on small lists: first load, refresh, and everything that must not happen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lgd_lists import BLOCKS, DISTRICTS, SUBDISTRICTS, TWO, Folder, kinds, lgd, told
from memory_door import MemoryDoor

from jjm.adapters import Section
from jjm.kit import Problem


async def test_a_first_load_creates_and_a_second_changes_nothing(door: MemoryDoor, folder: Folder) -> None:
    made = folder("lgd-2022", {"d.csv": TWO, "b.csv": BLOCKS + "1,21,ODISHA,345,CUTTACK,3339,2,MAHANGA,ମାହାଙ୍ଗା\n"})
    report = await lgd(door, made)
    assert door.records["district"]["DIS-345"] == {
        "id": "DIS-345",
        "code": "345",
        "name": "CUTTACK",
        "state": "STA-21",
        "census_2001": "12",
        "census_2011": "381",
    }
    assert "census_2011" not in door.records["district"]["DIS-362"]
    block = door.records["block"]["BLK-3339"]
    assert (block["districts"], block["name_local"], block["lgd_version"]) == (["DIS-345"], "ମାହାଙ୍ଗା", 2)
    assert door.meta["DIS-345"]["valid_from"] == "2022-01-01"
    assert report.count(Section.CREATED) == 3
    calls = dict(door.calls)
    again = await lgd(door, made)
    assert (dict(door.calls), again.changed) == (calls, 0)
    assert dict(again.unchanged) == {"district": 2, "block": 1}


async def test_each_difference_is_written_as_what_it_is(door: MemoryDoor, folder: Folder) -> None:
    before = (
        "29,KARNATAKA,631,RAMANAGARA,,0\n18,ASSAM,293,KARIMGANJ,,\n28,AP,504,Y.S.R.,,\n24,GUJARAT,438,AHMADABAD,,\n"
    )
    after = "29,x,631,Bengaluru South,,584\n18,x,293,Sribhumi,,\n28,x,504,Y.S.R. Kadapa,,\n24,x,438,Ahmedabad,,\n"
    await lgd(door, folder("lgd-2022", {"d.csv": DISTRICTS + before}))
    report = await lgd(door, folder("lgd-2026-05-25", {"d.csv": DISTRICTS + after}))
    assert told(report, Section.RENAMED) == [
        ("DIS-631", "RAMANAGARA", "Bengaluru South"),
        ("DIS-293", "KARIMGANJ", "Sribhumi"),
        ("DIS-504", "Y.S.R.", "Y.S.R. Kadapa"),
    ]
    assert told(report, Section.RESPELLED) == [("DIS-438", "AHMADABAD", "Ahmedabad")]
    assert door.said("rename") == [
        ("DIS-631", {"name": "Bengaluru South"}),
        ("DIS-293", {"name": "Sribhumi"}),
        ("DIS-504", {"name": "Y.S.R. Kadapa"}),
    ]
    assert door.said("correct") == [("DIS-631", {"census_2011": "584"}), ("DIS-438", {"name": "Ahmedabad"})]
    assert door.meta["DIS-631"]["valid_from"] == "2026-05-25"


async def test_a_unit_that_moved_with_its_code_is_reparented(door: MemoryDoor, folder: Folder) -> None:
    row = "1,21,ODISHA,{},X,7146,{},Aau,,00000\n"
    await lgd(door, folder("lgd-2022", {"d.csv": TWO, "s.csv": SUBDISTRICTS + row.format(345, 1)}))
    report = await lgd(door, folder("lgd-2024", {"s.csv": SUBDISTRICTS + row.format(362, 2)}))
    assert told(report, Section.MOVED) == [("SDT-7146", "DIS-345", "DIS-362")]
    assert door.said("reparent") == [("SDT-7146", {"district": "DIS-362"})]
    assert door.said("change") == [("SDT-7146", {"lgd_version": 2})]


async def test_what_a_list_leaves_out_is_reported_and_left_alone(door: MemoryDoor, folder: Folder) -> None:
    other = "18,ASSAM,293,KARIMGANJ,,\n"
    await lgd(door, folder("lgd-2022", {"d.csv": TWO + other}))
    report = await lgd(door, folder("lgd-2026", {"d.csv": DISTRICTS + "21,ODISHA,345,CUTTACK,12,381\n"}))
    assert [item.id for item in report.items(Section.MISSING)] == ["DIS-362"], "Assam is not in this list at all"
    assert report.changed == 0
    assert set(door.records["district"]) == {"DIS-345", "DIS-362", "DIS-293"}


async def test_a_list_that_counts_villages_says_why_towns_are_missing(door: MemoryDoor, folder: Folder) -> None:
    await lgd(door, folder("lgd-2022", {"d.csv": TWO}))
    counted = "state_code,state_name,district_code,district_name,village_count\n21,Odisha,362,Puri,1714\n"
    report = await lgd(door, folder("lgd-2026", {"d.csv": counted}))
    missing = list(report.items(Section.MISSING))
    assert [item.id for item in missing] == ["DIS-345"]
    assert "counts villages" in str(missing[0].remark)


async def test_a_block_in_two_districts_is_one_block(door: MemoryDoor, folder: Folder) -> None:
    rows = "1,21,O,345,C,2494,1,GOBARDHANA,\n2,21,O,362,P,2494,1,GOBARDHANA,\n"
    report = await lgd(door, folder("lgd-2022", {"d.csv": TWO, "b.csv": BLOCKS + rows}))
    assert door.records["block"]["BLK-2494"]["districts"] == ["DIS-345", "DIS-362"]
    assert kinds(report)["repeated-code"] == 1
    narrower = folder("lgd-2023", {"b.csv": BLOCKS + rows.splitlines()[0] + "\n"})
    later = await lgd(door, narrower)
    assert told(later, Section.DECISION) == [("BLK-2494", "DIS-345, DIS-362", "DIS-345")]
    assert door.records["block"]["BLK-2494"]["districts"] == ["DIS-345", "DIS-362"]


async def test_one_code_with_two_names_is_reported_and_the_first_is_taken(door: MemoryDoor, folder: Folder) -> None:
    report = await lgd(door, folder("lgd-2022", {"d.csv": TWO + "21,ODISHA,362,KHORDHA,,\n"}))
    assert door.records["district"]["DIS-362"]["name"] == "PURI"
    assert [(n.fault.line, n.fault.value) for n in report.notes.notes if n.kind == "contradicting-rows"] == [
        (4, "KHORDHA")
    ]


async def test_a_doubtful_name_is_left_to_a_person_and_asked_once(door: MemoryDoor, folder: Folder) -> None:
    await lgd(door, folder("lgd-2022", {"d.csv": DISTRICTS + "21,ODISHA,361,KENDUJHAR,,\n"}))
    made = folder("lgd-2026", {"d.csv": DISTRICTS + "21,ODISHA,361,Keonjhar,,\n"})
    report = await lgd(door, made)
    assert told(report, Section.DECISION) == [("DIS-361", "KENDUJHAR", "Keonjhar")]
    assert door.records["district"]["DIS-361"]["name"] == "KENDUJHAR"
    [proposal] = door.records["proposal"].values()
    assert (proposal["kind"], proposal["about"], proposal["state"]) == ("rename", "DIS-361", "STA-21")
    again = await lgd(door, made)
    assert (again.count(Section.DECISION), again.changed, len(door.records["proposal"])) == (1, 0, 1)


async def test_an_older_list_after_a_newer_one_overrules_nothing(door: MemoryDoor, folder: Folder) -> None:
    old = folder("lgd-2022", {"d.csv": TWO})
    await lgd(door, old)
    new = DISTRICTS + "21,O,345,Katak Sahar,12,381\n21,O,362,Pooree,,\n21,O,999,Nua,,\n"
    await lgd(door, folder("lgd-2026", {"d.csv": new}))
    calls = dict(door.calls)
    report = await lgd(door, old)
    assert dict(door.calls) == calls
    assert {item.id for item in report.items(Section.DECISION)} == {"DIS-345", "DIS-362"}
    assert report.count(Section.MISSING) == 0, "what was formed later cannot be missing from an older list"


async def test_a_parent_nobody_knows_is_named_and_the_rest_goes_on(door: MemoryDoor, folder: Folder) -> None:
    rows = "1,21,O,345,C,3339,1,MAHANGA,\n2,21,O,999,?,3340,1,NOWHERE,\n"
    report = await lgd(door, folder("lgd-2022", {"d.csv": TWO, "b.csv": BLOCKS + rows}))
    assert set(door.records["block"]) == {"BLK-3339"}
    assert kinds(report) == {"cannot-be-placed": 1, "unknown-parent": 1}


async def test_a_parent_in_another_state_is_a_fault_of_the_list(door: MemoryDoor, folder: Folder) -> None:
    rows = "1,35,ANDAMAN,345,CUTTACK,7,1,Far away,,00000\n"
    report = await lgd(door, folder("lgd-2022", {"d.csv": TWO, "s.csv": SUBDISTRICTS + rows}))
    assert kinds(report) == {"cannot-be-placed": 1, "parent-in-another-state": 1}
    assert "subdistrict" not in door.records or not door.records["subdistrict"]


async def test_a_district_may_move_to_another_state_with_all_below_it(door: MemoryDoor, folder: Folder) -> None:
    sub = "1,{},X,345,CUTTACK,7,1,Banki,,00000\n"
    await lgd(door, folder("lgd-2022", {"d.csv": TWO, "s.csv": SUBDISTRICTS + sub.format(21)}))
    moved = {"d.csv": TWO.replace("21,ODISHA,345", "20,JHARKHAND,345"), "s.csv": SUBDISTRICTS + sub.format(20)}
    report = await lgd(door, folder("lgd-2024", moved))
    assert told(report, Section.MOVED) == [("DIS-345", "STA-21", "STA-20")]
    assert kinds(report) == {}


async def test_a_file_that_breaks_off_is_not_taken_in_part(door: MemoryDoor, folder: Folder) -> None:
    broken = DISTRICTS + '18,ASSAM,293,KARIMGANJ,,\n18,ASSAM,294,"KOKRAJHAR,,\n' + "x\n" * 40
    report = await lgd(door, folder("lgd-2022", {"1.csv": TWO, "2.csv": broken}))
    assert set(door.records["district"]) == {"DIS-345", "DIS-362"}
    assert [(n.fault.file, n.fault.line) for n in report.notes.notes if n.kind == "unreadable-file"] == [("2.csv", 3)]


async def test_what_the_node_refuses_is_told_at_file_and_line(door: MemoryDoor, folder: Folder) -> None:
    door.refuse["DIS-362"] = "this district is closed"
    report = await lgd(door, folder("lgd-2022", {"d.csv": TWO}))
    assert [(n.kind, n.fault.file, n.fault.line) for n in report.notes.notes] == [("refused-by-node", "d.csv", 3)]
    assert report.count(Section.CREATED) == 1


async def test_files_that_are_no_lists_are_named_and_passed_over(door: MemoryDoor, folder: Folder) -> None:
    files = {"d.csv": TWO, "types.csv": "Local Body Type,Local Body Code\nUrban,4\n", "empty.csv": "", "LICENSE": "x"}
    report = await lgd(door, folder("lgd-2022", files))
    assert kinds(report) == {"unreadable-file": 1, "not-a-list": 1}
    assert report.count(Section.CREATED, "district") == 2


async def test_a_list_with_a_changed_header_says_which_column_it_lacks(door: MemoryDoor, folder: Folder) -> None:
    drifted = TWO.replace("District Code", "District Kode")
    report = await lgd(door, folder("lgd-2022", {"d.csv": drifted, "b.csv": BLOCKS + "1,21,O,345,C,1,1,A,\n"}))
    assert any("District Kode" in note.fault.remedy for note in report.notes.notes if note.kind == "missing-column")


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("lists", {}, "unknown-day"),
        ("lgd-2022", {"as_on": "1 May"}, "bad-option"),
        ("lgd-2022", {"ason": "2022-01-01"}, "bad-option"),
        ("lgd-2022-13", {}, "bad-option"),
        ("lgd-2022", {"as_on": "2099-01-01"}, "bad-option"),
    ],
)
async def test_what_cannot_be_understood_is_refused_before_anything_is_sent(
    door: MemoryDoor, folder: Folder, name: str, options: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        await lgd(door, folder(name, {"d.csv": TWO}), **options)
    assert refused.value.code == code
    assert not door.calls


async def test_a_folder_without_lists_is_refused(door: MemoryDoor, folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Check the path"):
        await lgd(door, tmp_path / "nowhere")
    with pytest.raises(Problem, match="list of the directory"):
        await lgd(door, folder("lgd-2022", {"x.csv": "a,b\n1,2\n"}))
