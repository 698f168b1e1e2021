"""Local bodies, villages with their mappings, and organisations from the lists of the directory."""

from __future__ import annotations

from lgd_lists import SUBDISTRICTS, TWO, Folder, kinds, lgd
from memory_door import MemoryDoor

from jjm.adapters import Section

BODIES = (
    "Localbody Type Code,Localbody Type Name,Localbody Code,Localbody Version,Localbody Name (In English),"
    "Localbody Name (In Local),Parent Localbody Code,State Code,State Name\n"
)


async def test_local_bodies_hang_in_each_other_whatever_their_order(door: MemoryDoor, folder: Folder) -> None:
    rows = (
        "3,Village Panchayat,105815,1,Badarpur,,259,18,ASSAM\n2,Intermediate,259,1,Karimganj,,41,18,ASSAM\n"
        "1,District,41,1,Zila,,0,18,ASSAM\n5,Municipality,900,1,Town,,900,18,ASSAM\n"
    )
    made = folder("lgd-2022", {"pri.csv": BODIES + rows})
    report = await lgd(door, made)
    bodies = door.records["local_body"]
    assert bodies["LOB-105815"]["parent"] == "LOB-259"
    assert bodies["LOB-259"]["parent"] == "LOB-41"
    assert "parent" not in bodies["LOB-41"]
    assert [bodies[f"LOB-{c}"]["urban"] for c in ("41", "900")] == [False, True]
    assert kinds(report) == {"lies-in-itself": 1}
    assert "parent" not in bodies["LOB-900"]
    assert (await lgd(door, made)).changed == 0


async def test_villages_and_their_mappings_come_from_files_of_any_shape(door: MemoryDoor, folder: Folder) -> None:
    villages = (
        "S.No.;District Code;District Name;Sub-District Code;Sub-District Name;Village Code;Village Version;"
        "Village Name (In English);Census 2001 code;Census 2011 code;State Code;State Name\n"
        "1;345;CUTTACK;2925;Aali;399515;1;Kalapada;;000000;21;ODISHA\n"
        "2;345;CUTTACK;2925;Aali;399516;1;Purunapada ;;398123;21;ODISHA\n"
    )
    mapping = (
        "District Code\tVillage Code\tVillage Name\tLocal Body Code\tLocal Body Name\tState Code\n"
        "345\t399515\tKalapada\t105815\tBadarpur\t21\n345\t399515\tKalapada\t105816\tOther\t21\n"
    )
    files = {
        "1 d.csv": TWO,
        "2 s.csv": SUBDISTRICTS + "1,21,O,345,C,2925,1,Aali,,02925\n",
        "gp.csv": BODIES + "3,VP,105815,1,Badarpur,,0,21,O\n3,VP,105816,1,Other,,0,21,O\n",
        "v.csv": villages,
        "gp to village.tsv": mapping,
    }
    made = folder("lgd-2024-03", files)
    report = await lgd(door, made)
    assert door.records["village"]["VIL-399515"] == {
        "id": "VIL-399515",
        "code": "399515",
        "name": "Kalapada",
        "subdistrict": "SDT-2925",
        "local_bodies": ["LOB-105815", "LOB-105816"],
        "lgd_version": 1,
    }
    assert door.records["village"]["VIL-399516"]["census_2011"] == "398123"
    assert report.as_on.isoformat() == "2024-03-01"
    assert (await lgd(door, made)).changed == 0


async def test_names_are_filled_in_where_only_the_code_was_known(door: MemoryDoor, folder: Folder) -> None:
    door.records["village"] = {"VIL-399515": {"id": "VIL-399515", "code": "399515"}}
    list_ = "Village Code,Village Name,Sub-district Code,State Code\n399515,Kalapada,,21\n"
    report = await lgd(door, folder("lgd-2024", {"v.csv": list_}))
    assert door.said("correct") == [("VIL-399515", {"name": "Kalapada"})]
    assert report.count(Section.UPDATED, "village") == 1
    assert report.count(Section.RENAMED) == 0


ORGANISATIONS = (
    "S.No.,Organization Code,Organization Name,Organization Type,Parent Organization Code,Parent Organization Name,"
    "Parent Organization Type,State Code,State Name\n"
    "1.0,160,SIRD,Organization,485,PRI,Department,21,ODISHA\n2.0,485,Panchayati Raj,Department,,,,21,ODISHA\n"
)


async def test_organisations_are_known_by_the_directorys_code(door: MemoryDoor, folder: Folder) -> None:
    made = folder("lgd-2022", {"o.csv": ORGANISATIONS})
    await lgd(door, made)
    found = {o["external_ids"][0]["value"]: o for o in door.records["organisation"].values()}
    assert found["160"]["parent"] == found["485"]["id"]
    assert (found["485"]["kind"], found["160"]["kind"]) == ("state_department", "other")
    assert found["485"]["external_ids"] == [{"system": "lgd-organisation", "value": "485"}]
    assert (await lgd(door, made)).changed == 0


async def test_what_a_person_said_of_an_organisation_is_not_guessed_again(door: MemoryDoor, folder: Folder) -> None:
    await lgd(door, folder("lgd-2022", {"o.csv": ORGANISATIONS}))
    found = {o["external_ids"][0]["value"]: o for o in door.records["organisation"].values()}
    found["160"]["kind"] = "research"
    assert (await lgd(door, folder("lgd-2024", {"o.csv": ORGANISATIONS}))).changed == 0


async def test_an_organisation_changes_as_a_record_does(door: MemoryDoor, folder: Folder) -> None:
    await lgd(door, folder("lgd-2022", {"o.csv": ORGANISATIONS}))
    renamed = ORGANISATIONS.replace("SIRD,Organization,485,PRI,Department", "Madhu Das Institute,Organization,,,")
    report = await lgd(door, folder("lgd-2024", {"o.csv": renamed}))
    assert report.count(Section.RENAMED, "organisation") == 1
    assert [patch for _, patch in door.said("change")] == [{"name": "Madhu Das Institute"}]
