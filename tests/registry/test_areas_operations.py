"""Re-organisation of areas, as the State's officer who enters the order sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from areas_kit import DAY, ORDER, do, ids, lies_in, refused, split_phalodi
from registry_kit import Put

from jjm.access import NODE
from jjm.kit import SetClock
from jjm.registry import Registry, settle_due
from jjm.registry.operations import parse
from jjm.registry.service import areas_shown

pytestmark = pytest.mark.usefixtures("marwar")


async def test_a_split_moves_the_children_and_nothing_else(writer: httpx.AsyncClient) -> None:
    made = await split_phalodi(writer)
    assert made["touched"]["created"]["ids"] == ["DIS-772"]
    assert set(made["touched"]["moved"]["ids"]) == {"SDT-7146", "SDT-614", "BLK-1"}
    assert await lies_in(writer, "districts/DIS-772", "state") == "STA-8"
    assert await lies_in(writer, "subdistricts/SDT-7146", "district") == "DIS-772"
    assert await lies_in(writer, "subdistricts/SDT-615", "district") == "DIS-105"
    assert await ids(writer, "villages", "district/772") == ["VIL-1001", "VIL-1002"]
    assert await ids(writer, "villages", "district/105") == ["VIL-1003"]
    assert await ids(writer, "village_figures", "district/772") == [
        "FIG-VIL-1001-antyodaya-2020",
        "FIG-VIL-1002-antyodaya-2020",
    ]
    figure = (await writer.get("/api/v1/village_figures/FIG-VIL-1001-antyodaya-2020")).json()
    assert figure["_meta"]["version"] == 1


async def test_before_the_day_the_old_trees_answer(writer: httpx.AsyncClient) -> None:
    await split_phalodi(writer)
    assert await lies_in(writer, "subdistricts/SDT-7146", "district", valid_at="2023-08-06") == "DIS-105"
    assert await ids(writer, "villages", "district/105", valid_at="2023-08-06") == ["VIL-1001", "VIL-1002", "VIL-1003"]
    assert await ids(writer, "villages", "district/105", valid_at=DAY) == ["VIL-1003"]
    history = (await writer.get("/api/v1/subdistricts/SDT-7146/history")).json()["items"]
    assert history[0]["_meta"]["reason"] == "Order F.4(12) Rev/2023 of 2023-08-05, Gazette RJ-47"
    assert history[0]["_meta"]["change"] == "change"


async def test_what_we_knew_before_the_order_was_entered_still_answers(
    writer: httpx.AsyncClient, clock: SetClock
) -> None:
    before = clock.instant.isoformat().replace("+00:00", "Z")
    clock.instant = datetime(2026, 5, 1, 6, tzinfo=UTC)
    await split_phalodi(writer)
    known = {"valid_at": "2026-05-01", "known_at": before}
    assert await ids(writer, "villages", "district/105", **known) == ["VIL-1001", "VIL-1002", "VIL-1003"]
    assert await ids(writer, "villages", "district/105") == ["VIL-1003"]


async def test_a_split_that_keeps_nothing_ends_the_old_area(writer: httpx.AsyncClient) -> None:
    into = [
        {"code": "801", "name": "Jodhpur Rural", "children": ["SDT-7146", "SDT-614", "BLK-1"]},
        {"code": "802", "name": "Jodhpur City", "children": ["SDT-615", "BLK-2"]},
    ]
    await do(writer, "districts/DIS-105:split", into=into, keep=False)
    gone = await writer.get("/api/v1/districts/DIS-105")
    assert (gone.status_code, gone.json()["successors"]) == (410, ["DIS-801", "DIS-802"])
    assert 'rel="successor-version"' in gone.headers["link"]
    assert await lies_in(writer, "districts/DIS-105", "name", valid_at="2023-08-06") == "Jodhpur"
    assert await lies_in(writer, "blocks/BLK-2", "districts") == ["DIS-802", "DIS-106"]


async def test_a_merge_takes_the_children_over_and_the_records_count_under_the_heir(writer: httpx.AsyncClient) -> None:
    await do(writer, "villages/VIL-1001:merge", **{"with": [], "into": "VIL-1002"})
    gone = await writer.get("/api/v1/villages/VIL-1001")
    assert (gone.status_code, gone.json()["successors"]) == (410, ["VIL-1002"])
    assert [h["village"] for h in (await writer.get("/api/v1/habitations")).json()["items"]] == ["VIL-1002"]
    figures = ["FIG-VIL-1001-antyodaya-2020", "FIG-VIL-1002-antyodaya-2020"]
    assert await ids(writer, "village_figures", "village/1002") == figures
    assert await ids(writer, "village_figures", "subdistrict/7146") == figures
    assert await ids(writer, "village_figures", "village/1001") == figures[:1]
    assert await ids(writer, "village_figures", "village/1002", valid_at="2026-04-01") == figures


async def test_a_merge_into_a_new_area_and_under_a_new_name(writer: httpx.AsyncClient) -> None:
    body = {"with": ["SDT-614"], "into": {"code": "9001", "name": "Aau-Phalodi"}}
    made = await do(writer, "subdistricts/SDT-7146:merge", **body)
    assert {(e["kind"], e["from"], e["to"]) for e in made["lineage"]} >= {
        ("merged_into", "SDT-7146", "SDT-9001"),
        ("merged_into", "SDT-614", "SDT-9001"),
    }
    assert await ids(writer, "villages", "subdistrict/9001") == ["VIL-1001", "VIL-1002"]
    assert await lies_in(writer, "subdistricts/SDT-9001", "district") == "DIS-105"
    body = {"with": ["SDT-615"], "into": {"name": "Greater Aau"}}
    await do(writer, "subdistricts/SDT-9001:merge", "2024-01-01", **body)
    assert await lies_in(writer, "subdistricts/SDT-9001", "name") == "Greater Aau"
    assert await ids(writer, "villages", "subdistrict/9001") == ["VIL-1001", "VIL-1002", "VIL-1003"]


async def test_several_become_one_of_them(writer: httpx.AsyncClient) -> None:
    await do(writer, "subdistricts/SDT-7146:merge", **{"with": ["SDT-614", "SDT-615"], "into": "SDT-615"})
    assert await ids(writer, "villages", "subdistrict/615") == ["VIL-1001", "VIL-1002", "VIL-1003"]
    assert await ids(writer, "subdistricts", "district/105") == ["SDT-615"]


async def test_a_body_below_another_ends_in_its_favour(writer: httpx.AsyncClient) -> None:
    await do(writer, "local_bodies/LOB-31:reparent", parents={"parent": "LOB-32"})
    into: dict[str, Any] = {"with": ["LOB-32"], "into": {"name": "Aau and Osian"}}
    assert await refused(writer, "local_bodies/LOB-31:merge", **into) == ["LOB-31 lies in an area that ends"]
    await do(writer, "local_bodies/LOB-31:merge", **{"with": ["LOB-32"], "into": "LOB-32"})
    assert await ids(writer, "villages", "local_body/32") == ["VIL-1001", "VIL-1002", "VIL-1003"]


async def test_a_code_is_replaced(writer: httpx.AsyncClient) -> None:
    made = await do(writer, "blocks/BLK-1:merge", into={"code": "701", "name": "Lohawat"})
    assert ("code_replaced", "BLK-1", "BLK-701") in [(e["kind"], e["from"], e["to"]) for e in made["lineage"]]
    assert await lies_in(writer, "local_bodies/LOB-31", "blocks") == ["BLK-701"]
    assert (await writer.get("/api/v1/blocks/BLK-1")).json()["successors"] == ["BLK-701"]


async def test_a_renamed_area_bears_each_name_in_its_days(writer: httpx.AsyncClient) -> None:
    await do(writer, "districts/DIS-106:rename", name="Balotra", name_local="बालोतरा")
    assert await lies_in(writer, "districts/DIS-106", "name") == "Balotra"
    assert await lies_in(writer, "districts/DIS-106", "name_local") == "बालोतरा"
    assert await lies_in(writer, "districts/DIS-106", "name", valid_at="2023-08-06") == "Barmer"


async def test_an_order_entered_late_leaves_what_followed_standing(writer: httpx.AsyncClient, put: Put) -> None:
    await do(writer, "subdistricts/SDT-7146:rename", "2025-01-01", name="Aau Kalan")
    body = {"name": "Barmer City"}
    etag = (await writer.get("/api/v1/districts/DIS-106")).headers["etag"]
    await writer.patch("/api/v1/districts/DIS-106?valid_from=2025-06-01", json=body, headers={"If-Match": etag})
    await do(writer, "districts/DIS-106:rename", "2024-01-01", name="Barmer Town")
    names = [
        await lies_in(writer, "districts/DIS-106", "name", valid_at=d)
        for d in ("2023-01-01", "2024-06-01", "2025-07-01")
    ]
    assert names == ["Barmer", "Barmer Town", "Barmer City"]


async def test_a_move_entered_late_reaches_the_days_after_later_changes(writer: httpx.AsyncClient) -> None:
    etag = (await writer.get("/api/v1/subdistricts/SDT-7146")).headers["etag"]
    change = {"name": "Aau Kalan"}
    await writer.patch("/api/v1/subdistricts/SDT-7146?valid_from=2025-06-01", json=change, headers={"If-Match": etag})
    made = await split_phalodi(writer)
    assert [s["valid_from"] for s in made["steps"] if s["id"] == "SDT-7146"] == [DAY, "2025-06-01"]
    for day, name in (("2024-01-01", "Aau"), ("2025-07-01", "Aau Kalan"), ("2026-04-01", "Aau Kalan")):
        assert await lies_in(writer, "subdistricts/SDT-7146", "district", valid_at=day) == "DIS-772"
        assert await lies_in(writer, "subdistricts/SDT-7146", "name", valid_at=day) == name
    undone = await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")
    assert undone.status_code == 200
    for day, name in (("2024-01-01", "Aau"), ("2025-07-01", "Aau Kalan")):
        assert await lies_in(writer, "subdistricts/SDT-7146", "district", valid_at=day) == "DIS-105"
        assert await lies_in(writer, "subdistricts/SDT-7146", "name", valid_at=day) == name


async def test_an_area_comes_to_lie_elsewhere(writer: httpx.AsyncClient) -> None:
    assert await ids(writer, "villages", "district/106") == ["VIL-1003"]
    await do(writer, "subdistricts/SDT-7146:reparent", parents={"district": "DIS-106"})
    assert await ids(writer, "villages", "district/106") == ["VIL-1001", "VIL-1002", "VIL-1003"]


async def test_an_abolished_district_gives_its_children_back(writer: httpx.AsyncClient) -> None:
    await split_phalodi(writer)
    await do(writer, "districts/DIS-772:abolish", "2024-12-28", successors=["DIS-105"])
    assert await ids(writer, "villages", "district/105") == ["VIL-1001", "VIL-1002", "VIL-1003"]
    assert (await writer.get("/api/v1/districts/DIS-772")).json()["successors"] == ["DIS-105"]
    assert await ids(writer, "villages", "district/772", valid_at="2024-06-01") == ["VIL-1001", "VIL-1002"]


async def test_children_go_to_the_successor_that_names_them(writer: httpx.AsyncClient) -> None:
    successors = [{"id": "SDT-614", "children": ["VIL-1001"]}, {"id": "SDT-640", "children": ["VIL-1002"]}]
    await do(writer, "subdistricts/SDT-7146:abolish", successors=successors)
    assert await lies_in(writer, "villages/VIL-1001", "subdistrict") == "SDT-614"
    assert await lies_in(writer, "villages/VIL-1002", "subdistrict") == "SDT-640"


async def test_a_village_becomes_part_of_a_town(writer: httpx.AsyncClient) -> None:
    await do(writer, "villages/VIL-1001:urbanise", into="LOB-90")
    gone = await writer.get("/api/v1/villages/VIL-1001")
    assert (gone.status_code, gone.json()["successors"]) == (410, ["LOB-90"])
    assert "/api/v1/local_bodies/LOB-90" in gone.headers["link"]
    assert (await writer.get("/api/v1/habitations")).json()["items"] == []
    assert await ids(writer, "villages", "subdistrict/7146") == ["VIL-1002"]
    assert await ids(writer, "village_figures", "local_body/90") == ["FIG-VIL-1001-antyodaya-2020"]


async def test_a_coming_split_takes_effect_on_its_day(
    registry: Registry, writer: httpx.AsyncClient, clock: SetClock
) -> None:
    await split_phalodi(writer, "2026-06-01")
    assert (await writer.get("/api/v1/districts/DIS-772")).json()["code"] == "not-yet"
    assert await ids(writer, "villages", "district/105") == ["VIL-1001", "VIL-1002", "VIL-1003"]
    assert await ids(writer, "villages", "district/772", valid_at="2026-06-01") == ["VIL-1001", "VIL-1002"]
    clock.instant = datetime(2026, 5, 31, 18, 31, tzinfo=UTC)  # a minute past midnight in India
    async with registry.database.write() as conn:
        assert await settle_due(registry, conn) == 4
    assert await ids(writer, "villages", "district/772") == ["VIL-1001", "VIL-1002"]
    assert await ids(writer, "villages", "district/105") == ["VIL-1003"]
    assert await ids(writer, "blocks", "district/772") == ["BLK-1"]
    assert await lies_in(writer, "subdistricts/SDT-7146", "district") == "DIS-772"


async def test_a_coming_merge_takes_effect_on_its_day(
    registry: Registry, writer: httpx.AsyncClient, clock: SetClock
) -> None:
    await do(writer, "villages/VIL-1001:merge", "2026-06-01", **{"with": [], "into": "VIL-1002"})
    assert await ids(writer, "village_figures", "village/1002") == ["FIG-VIL-1002-antyodaya-2020"]
    clock.instant = datetime(2026, 6, 2, tzinfo=UTC)
    async with registry.database.write() as conn:
        await settle_due(registry, conn)
    assert len(await ids(writer, "village_figures", "village/1002")) == 2
    assert (await writer.get("/api/v1/villages/VIL-1001")).status_code == 410


async def test_the_preview_says_what_would_be_touched_and_changes_nothing(writer: httpx.AsyncClient) -> None:
    phalodi = {"code": "772", "name": "Phalodi", "children": ["SDT-7146", "SDT-614"]}
    body = {"effective": DAY, "order": ORDER, "into": [phalodi], "keep": True}
    answer = (await writer.post("/api/v1/districts/DIS-105:split?preview=true", json=body)).json()
    assert answer["problems"] == []
    assert answer["touched"]["moved"] == {"count": 2, "ids": ["SDT-614", "SDT-7146"]}
    assert answer["affected"] == {
        "areas": {"habitation": 1, "subdistrict": 2, "village": 2},
        "records": {"village_figure": 2},
    }
    assert answer["areas"] == [
        {"id": "DIS-772", "type": "district", "code": "772", "name": "Phalodi", "state": "STA-8"}
    ]
    assert (await writer.get("/api/v1/districts/DIS-772")).status_code == 404
    assert (await writer.get("/api/v1/areas/operations")).json()["items"] == []


@pytest.mark.parametrize("avoided", ["enable_sort", "enable_hashagg"])
async def test_what_is_touched_is_listed_in_the_order_of_its_ids_however_the_database_finds_it(
    registry: Registry, avoided: str
) -> None:
    asked = parse("merge", {"effective": DAY, "order": ORDER, "with": [], "into": "DIS-106"})
    async with registry.database.write() as conn:
        await conn.execute(f"set local {avoided} = off")
        shown = await areas_shown.preview(registry, conn, NODE, registry.table("district"), "DIS-105", asked)
    assert shown["touched"]["moved"]["ids"] == ["BLK-1", "BLK-2", "SDT-614", "SDT-615", "SDT-7146"]


async def test_records_that_name_an_ended_area_count_under_what_it_lay_in(writer: httpx.AsyncClient, put: Put) -> None:
    laboratory = {"name": "District laboratory", "kind": "departmental", "level": "district", "district": "DIS-105"}
    made = await put("laboratory", laboratory)
    assert await ids(writer, "laboratories", "state/8") == [made.id]
    into = [{"code": "801", "name": "Marwar", "children": ["SDT-7146", "SDT-614", "SDT-615", "BLK-1", "BLK-2"]}]
    into.append({"code": "802", "name": "Jodhpur", "children": []})
    await do(writer, "districts/DIS-105:split", into=into, keep=False)
    assert await ids(writer, "laboratories", "state/8") == [made.id]
    assert await ids(writer, "laboratories", "district/105") == [made.id]
    assert await ids(writer, "laboratories", "district/801") == []
    answer = await writer.post("/api/v1/laboratories", json=laboratory)
    assert answer.status_code == 422
    assert "DIS-801 or DIS-802" in answer.text
