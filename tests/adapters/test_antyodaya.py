"""Mission Antyodaya on small files: where a village lies, what is counted, and what is not taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from memory_door import MemoryDoor

from jjm.adapters import RefreshReport, Section, adapters
from jjm.kit import Problem

Folder = Callable[[str, Mapping[str, str]], Path]

ODISHA = "village_code,object_id,block_code,block_name,total_hhd,total_hhd_having_piped_water_connection\n"
ASSAM = "gp_code,village_code,object_id,revenue_ci,total_hhd,total_hhd_having_piped_water_connection\n"
FILE = "MissionAntyodaya2020_vul.csv"


@pytest.fixture
def door() -> MemoryDoor:
    """A node that has the directory's districts, blocks and sub-districts of two States."""

    def district(code: str, state: str, census: str | None) -> dict[str, object]:
        found: dict[str, object] = {"id": f"DIS-{code}", "code": code, "name": code, "state": f"STA-{state}"}
        return found | ({"census_2011": census} if census else {})

    def circle(code: str, name: str, district: str) -> dict[str, object]:
        return {"id": f"SDT-{code}", "code": code, "name": name, "district": f"DIS-{district}"}

    def block(code: str, district: str) -> dict[str, object]:
        return {"id": f"BLK-{code}", "code": code, "name": code, "districts": [f"DIS-{district}"]}

    return MemoryDoor(
        district=[
            district("345", "21", "381"),
            district("616", "18", "324"),
            district("282", "18", "316"),
            district("287", "18", "302"),
            district("739", "18", None),
            district("20", "2", "31"),
        ],
        subdistrict=[
            circle("2140", "Jalah (Pt)", "616"),
            circle("2100", "Lakhipur", "282"),
            circle("2013", "Lakhipur", "287"),
            circle("2024", "Bajali (Pt)", "739"),
        ],
        block=[block("3339", "345"), block("3394", "345"), block("185", "20")],
        local_body=[{"id": "LOB-253413", "code": "253413", "name": "Known VC", "state": "STA-18"}],
    )


async def take(door: MemoryDoor, folder: Path, **options: str) -> RefreshReport:
    return await adapters()["antyodaya"].read(folder, door, options)


def lines(report: RefreshReport, kind: str) -> list[tuple[int | None, object]]:
    return [(note.fault.line, note.fault.value) for note in report.notes.notes if note.kind == kind]


async def test_a_village_goes_under_its_block_with_its_figures(door: MemoryDoor, folder: Folder) -> None:
    made = folder("odisha", {FILE: ODISHA + "399515,21-381-03339,3339,MAHANGA,4,1.0\n"})
    report = await take(door, made)
    assert door.records["village"] == {"VIL-399515": {"id": "VIL-399515", "code": "399515", "blocks": ["BLK-3339"]}}
    assert door.records["village_figure"] == {
        "FIG-VIL-399515-antyodaya-2020": {
            "id": "FIG-VIL-399515-antyodaya-2020",
            "village": "VIL-399515",
            "figure_source": "antyodaya",
            "year": 2020,
            "households": 4,
            "households_with_tap": 1,
        }
    }
    assert report.notes.count("no-names") == 1
    calls = dict(door.calls)
    again = await take(door, made)
    assert (dict(door.calls), again.changed) == (calls, 0)


async def test_names_are_taken_where_the_file_has_them(door: MemoryDoor, folder: Folder) -> None:
    table = "Village Code,Village Name,Block Code,Total HHD\n399515, Kalapada ,3339,4\n"
    await take(door, folder("odisha", {"MA 2020.csv": table}))
    assert door.records["village"]["VIL-399515"]["name"] == "Kalapada"


@pytest.mark.parametrize(
    ("row", "kind", "value"),
    [
        ("A,,3413,JUNAGARH,1220,10.0", "bad-value", "A"),
        ("399516,21-381-03339,3339,MAHANGA,340,1.5", "bad-value", "1.5"),
        ("399516,21-381-03339,3339,MAHANGA,-3,0", "bad-value", "-3"),
        ("399516,21-381-03339,3339,MAHANGA,9000000,0", "bad-value", "9000000"),
        ("399516,21-381-03339,3339,MAHANGA,,0", "blank-value", ""),
    ],
)
async def test_what_cannot_be_right_is_not_taken_and_the_rest_is(
    door: MemoryDoor, folder: Folder, row: str, kind: str, value: str
) -> None:
    table = f"{ODISHA}{row}\n399515,21-381-03339,3339,MAHANGA,4,0.0\n"
    report = await take(door, folder("odisha", {FILE: table}))
    assert lines(report, kind) == [(2, value)]
    assert set(door.records["village"]) == {"VIL-399515"}
    assert set(door.records["village_figure"]) == {"FIG-VIL-399515-antyodaya-2020"}


async def test_one_code_with_two_figures_is_no_village_at_all(door: MemoryDoor, folder: Folder) -> None:
    row = "{},21-381-03339,3339,MAHANGA,{},0.0\n"
    table = ODISHA + row.format(403179, 192) + row.format(399515, 4) + row.format(403179, 196)
    report = await take(door, folder("odisha", {FILE: table}))
    assert lines(report, "contradicting-rows") == [(2, "403179"), (4, "403179")]
    assert set(door.records["village"]) == {"VIL-399515"}


async def test_more_taps_than_households_is_flagged_and_not_changed(door: MemoryDoor, folder: Folder) -> None:
    report = await take(door, folder("odisha", {FILE: ODISHA + "399515,21-381-03339,3339,MAHANGA,4,9.0\n"}))
    assert lines(report, "more-taps-than-households") == [(2, 9)]
    assert door.records["village_figure"]["FIG-VIL-399515-antyodaya-2020"]["households_with_tap"] == 9


async def test_a_blank_object_id_and_one_that_says_another_block_are_reported(door: MemoryDoor, folder: Folder) -> None:
    table = f"{ODISHA}399515,,3339,MAHANGA,4,0\n399516,21-382-03394,3339,MAHANGA,4,0\n"
    report = await take(door, folder("odisha", {FILE: table}))
    assert lines(report, "no-object-id") == [(2, "")]
    assert lines(report, "two-blocks") == [(3, "21-382-03394")]
    assert door.records["village"]["VIL-399516"]["blocks"] == ["BLK-3339"], "the block code counts"


async def test_a_block_nobody_knows_is_reported_and_the_village_goes_where_it_can(
    door: MemoryDoor, folder: Folder
) -> None:
    table = f"{ODISHA}399515,21-381-03339,9999,NOWHERE,4,0\n399516,21-381-09999,9999,NOWHERE,4,0\n"
    report = await take(door, folder("odisha", {FILE: table}))
    assert lines(report, "unknown-block") == [(2, "9999"), (3, "9999")]
    assert door.records["village"]["VIL-399515"]["blocks"] == ["BLK-3339"]
    assert lines(report, "not-placed") == [(3, "399516")]
    assert "VIL-399516" in door.records["village"]


async def test_a_village_of_assam_goes_under_its_panchayat_and_circle(door: MemoryDoor, folder: Folder) -> None:
    table = (
        f"{ASSAM}105815,304247,18-324-00233,Jalah (Pt),241,3\n"
        "105815,299145,18-316-00185,Lakhipur,680,0\n"
        "253413,302021,18-799-00124,Bajali (Pt),483,3\n"
        "253413,302022,18-325-00124,Lakhipur,5,3\n"
    )
    report = await take(door, folder("assam", {FILE: table}))
    village = door.records["village"]
    assert village["VIL-304247"] == {
        "id": "VIL-304247",
        "code": "304247",
        "subdistrict": "SDT-2140",
        "local_bodies": ["LOB-105815"],
    }
    assert village["VIL-299145"]["subdistrict"] == "SDT-2100", "Lakhipur of Cachar, not the one of Goalpara"
    assert "blocks" not in village["VIL-299145"], (
        "the unit 185 is a circle of Assam, not the block 185 of another State"
    )
    assert village["VIL-302021"]["subdistrict"] == "SDT-2024", "its district was formed after the Census"
    assert "subdistrict" not in village["VIL-302022"], "no Lakhipur lies in a district of that Census code"
    assert [value for _, value in lines(report, "unknown-circle")] == ["Lakhipur"]
    new = {"id": "LOB-105815", "code": "105815", "state": "STA-18", "local_body_type": "3", "urban": False}
    assert door.records["local_body"]["LOB-105815"] == new
    assert door.records["local_body"]["LOB-253413"]["name"] == "Known VC"


async def test_a_village_of_two_panchayats_is_one_village_with_the_sum(door: MemoryDoor, folder: Folder) -> None:
    table = f"{ASSAM}105832,905266,18-316-00184,X,31,2\n105837,905266,18-316-00184,X,1,0\n"
    report = await take(door, folder("assam", {FILE: table}))
    assert door.records["village"]["VIL-905266"]["local_bodies"] == ["LOB-105832", "LOB-105837"]
    figure = door.records["village_figure"]["FIG-VIL-905266-antyodaya-2020"]
    assert (figure["households"], figure["households_with_tap"]) == (32, 2)
    assert lines(report, "shared-by-panchayats") == [(3, "105837")]


async def test_a_part_is_not_taken_without_the_others(door: MemoryDoor, folder: Folder) -> None:
    table = f"{ASSAM}105832,905266,18-316-00184,X,31,2\n105837,905266,18-316-00184,X,many,0\n105832,9,,X,1,0\n"
    report = await take(door, folder("assam", {FILE: table}))
    assert lines(report, "bad-value") == [(3, "many")]
    assert lines(report, "contradicting-rows") == [(2, "905266")]
    assert set(door.records["village"]) == {"VIL-9"}


async def test_a_tehsil_is_found_by_name_in_the_district_the_file_names(door: MemoryDoor, folder: Folder) -> None:
    table = "State Code,District Code,Tehsil Name,Village Code,Village Name,Total Households\n"
    rows = "18,287,LAKHIPUR,1,A,5\n18,282,Lakhipur,2,B,5\n18,999,Lakhipur,3,C,5\n"
    await take(door, folder("other", {"MA 2021.csv": table + rows}))
    assert [v.get("subdistrict") for v in door.records["village"].values()] == ["SDT-2013", "SDT-2100", None]


async def test_a_block_of_another_state_is_none(door: MemoryDoor, folder: Folder) -> None:
    report = await take(door, folder("odisha", {FILE: ODISHA + "399515,21-381-03339,185,?,4,0\n"}))
    assert lines(report, "unknown-block") == [(2, "185")]
    assert door.records["village"]["VIL-399515"]["blocks"] == ["BLK-3339"]


async def test_a_row_written_twice_counts_once(door: MemoryDoor, folder: Folder) -> None:
    row = "106967,288427,18-307-00146,X,211,0\n"
    report = await take(door, folder("assam", {FILE: ASSAM + row + row}))
    assert door.records["village_figure"]["FIG-VIL-288427-antyodaya-2020"]["households"] == 211
    assert lines(report, "repeated-row") == [(3, "288427")]


async def test_what_the_node_knows_is_filled_in_and_not_overruled(door: MemoryDoor, folder: Folder) -> None:
    door.records["village"] = {
        "VIL-399515": {"id": "VIL-399515", "code": "399515", "name": "Kalapada", "subdistrict": "SDT-2140"},
        "VIL-399516": {"id": "VIL-399516", "code": "399516", "blocks": ["BLK-3394"]},
    }
    table = f"{ODISHA}399515,,3339,MAHANGA,4,0\n399516,,3339,MAHANGA,4,0\n"
    report = await take(door, folder("odisha", {FILE: table}))
    assert door.said("correct") == [("VIL-399515", {"blocks": ["BLK-3339"]})]
    assert door.records["village"]["VIL-399516"]["blocks"] == ["BLK-3394"]
    assert [line for line, _ in lines(report, "placed-otherwise")] == [3]
    assert report.count(Section.UPDATED, "village") == 1


async def test_a_village_the_node_refuses_gets_no_figure(door: MemoryDoor, folder: Folder) -> None:
    door.refuse["VIL-399515"] = "this village is closed"
    table = f"{ODISHA}399515,,3339,MAHANGA,4,0\n399516,,3339,MAHANGA,4,0\n"
    report = await take(door, folder("odisha", {FILE: table}))
    assert [note.fault.line for note in report.notes.notes if note.kind == "refused-by-node"] == [2]
    assert set(door.records["village_figure"]) == {"FIG-VIL-399516-antyodaya-2020"}


async def test_the_year_is_said_by_name_or_option_or_refused(door: MemoryDoor, folder: Folder) -> None:
    made = folder("odisha", {"survey.csv": ODISHA + "399515,,3339,MAHANGA,4,0\n"})
    with pytest.raises(Problem, match="year=2020"):
        await take(door, made)
    with pytest.raises(Problem, match="Write it as 2020"):
        await take(door, made, year="20")
    await take(door, made, year="2019")
    assert list(door.records["village_figure"]) == ["FIG-VIL-399515-antyodaya-2019"]


async def test_a_file_of_another_shape_is_refused_before_anything_is_sent(door: MemoryDoor, folder: Folder) -> None:
    files = {FILE: ODISHA + "399515,,3339,MAHANGA,4,0\n", "z 2020.csv": "village,total\nA,4\n"}
    with pytest.raises(Problem, match='"village_code"'):
        await take(door, folder("odisha", files))
    assert not door.calls
