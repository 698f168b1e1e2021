"""Re-organisation of areas, as the State's officer who enters the order sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from registry_kit import Put

from jjm.kit import SetClock
from jjm.registry import Registry, settle_due

pytestmark = pytest.mark.usefixtures("marwar")
ORDER = {"number": "F.4(12) Rev/2023", "date": "2023-08-05", "gazette": "RJ-47"}
DAY = "2023-08-07"


async def do(client: httpx.AsyncClient, action: str, effective: str = DAY, **body: Any) -> dict[str, Any]:
    """Ask for a re-organisation and expect it done."""
    path, _, kind = action.rpartition(":")
    answer = await client.post(f"/api/v1/{path}:{kind}", json={"effective": effective, "order": ORDER, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(client: httpx.AsyncClient, action: str, effective: str = DAY, **body: Any) -> list[str]:
    """What stands against a re-organisation; the preview and the deed say the same."""
    sent = {"effective": effective, "order": ORDER, **body}
    preview = await client.post(f"/api/v1/{action}?preview=true", json=sent)
    assert preview.status_code == 200, preview.text
    answer = await client.post(f"/api/v1/{action}", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "operation-refused"), answer.text
    found = [e["message"] for e in answer.json()["errors"]]
    assert [e["message"] for e in preview.json()["problems"]] == found
    assert all(e["remedy"] for e in answer.json()["errors"])
    return found


async def lies_in(client: httpx.AsyncClient, path: str, field: str, **query: str) -> Any:
    """What one record names as the area it lies in, maybe on another day."""
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()[field]


async def ids(client: httpx.AsyncClient, plural: str, within: str, **query: str) -> list[str]:
    """The records that lie in an area."""
    answer = await client.get(f"/api/v1/{plural}", params={"within": within, **query})
    assert answer.status_code == 200, answer.text
    return sorted(item["id"] for item in answer.json()["items"])


async def split_phalodi(client: httpx.AsyncClient, effective: str = DAY) -> dict[str, Any]:
    """Phalodi is cut out of Jodhpur."""
    phalodi = {"code": "772", "name": "Phalodi", "children": ["SDT-7146", "SDT-614", "BLK-1"]}
    return await do(client, "districts/DIS-105:split", effective, into=[phalodi], keep=True)


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


async def test_a_coming_split_is_undone_before_its_day(
    registry: Registry, writer: httpx.AsyncClient, clock: SetClock
) -> None:
    made = await split_phalodi(writer, "2026-06-01")
    undone = await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")
    assert undone.status_code == 200, undone.text
    clock.instant = datetime(2026, 6, 2, tzinfo=UTC)
    async with registry.database.write() as conn:
        await settle_due(registry, conn)
    assert await ids(writer, "villages", "district/105") == ["VIL-1001", "VIL-1002", "VIL-1003"]
    assert (await writer.get("/api/v1/districts/DIS-772")).status_code == 410


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


@pytest.mark.parametrize(
    ("action", "body", "message"),
    [
        ("districts/DIS-999:rename", {"name": "X"}, "there is no area `DIS-999`"),
        ("districts/DIS-105:rename", {"name": "Jodhpur"}, "nothing about DIS-105 would change"),
        ("districts/DIS-105:split", {"into": [{"code": "106", "name": "X"}], "keep": True}, "DIS-106 is or was in use, and a code is never used again"),
        ("districts/DIS-105:split", {"into": [{"name": "X"}], "keep": True}, "the new area has no code"),
        ("districts/DIS-105:split", {"into": [{"code": "7", "name": "X", "children": ["SDT-640"]}], "keep": True}, "SDT-640 does not lie in DIS-105"),
        ("districts/DIS-105:split", {"into": [{"code": "7", "name": "X", "children": ["SDT-614"]}, {"code": "8", "name": "Y", "children": ["SDT-614"]}], "keep": True}, "SDT-614 goes to DIS-7 already"),
        ("districts/DIS-105:split", {"into": [{"code": "7", "name": "X"}], "keep": False}, "5 areas would lie in nothing: BLK-1, BLK-2, SDT-614, SDT-615, SDT-7146"),
        ("districts/DIS-105:split", {"into": [{"code": "07", "name": "X"}], "keep": True}, None),
        ("districts/DIS-105:abolish", {}, "5 areas would lie in nothing: BLK-1, BLK-2, SDT-614, SDT-615, SDT-7146"),
        ("districts/DIS-105:merge", {"with": ["SDT-614"], "into": "DIS-106"}, "SDT-614 is no district"),
        ("districts/DIS-105:merge", {"with": ["DIS-105"], "into": "DIS-106"}, "an area is named twice"),
        ("districts/DIS-105:merge", {"with": [], "into": "DIS-105"}, "there is nothing to merge"),
        ("districts/DIS-105:reparent", {"parents": {"name": "STA-8"}}, "`name` does not say what the area lies in"),
        ("districts/DIS-105:reparent", {"parents": {"state": "STA-9"}}, "DIS-105: no state `STA-9` holds then"),
        ("villages/VIL-1001:urbanise", {"into": "LOB-31"}, "LOB-31 is not an urban local body"),
    ],
)  # fmt: skip
async def test_what_stands_against_it_is_said(
    writer: httpx.AsyncClient, action: str, body: dict[str, Any], message: str | None
) -> None:
    found = await refused(writer, action, **body)
    assert message is None or message in found
    assert (await writer.get("/api/v1/areas/operations")).json()["items"] == []


async def test_an_area_cannot_be_re_organised_before_it_was_there_or_after_it_ended(writer: httpx.AsyncClient) -> None:
    assert await refused(writer, "districts/DIS-105:rename", "2010-01-01", name="X") == [
        "DIS-105 is not in force on 2010-01-01"
    ]
    await do(writer, "villages/VIL-1001:merge", **{"with": [], "into": "VIL-1002"})
    assert await refused(writer, "villages/VIL-1001:rename", "2024-01-01", name="X") == [
        "VIL-1001 is not in force on 2024-01-01"
    ]


async def test_a_body_cannot_come_to_lie_in_itself(writer: httpx.AsyncClient) -> None:
    await do(writer, "local_bodies/LOB-31:reparent", parents={"parent": "LOB-32"})
    assert await refused(writer, "local_bodies/LOB-32:reparent", parents={"parent": "LOB-31"}) == [
        "LOB-31 lies in LOB-32"
    ]
    assert await refused(writer, "local_bodies/LOB-32:merge", **{"with": [], "into": "LOB-31"}) == [
        "LOB-31 lies in an area that ends"
    ]


async def test_a_later_re_organisation_comes_first(writer: httpx.AsyncClient) -> None:
    made = await split_phalodi(writer, "2024-01-01")
    found = await refused(writer, "subdistricts/SDT-7146:rename", "2023-01-01", name="X")
    assert found == [f"SDT-7146 is re-organised on 2024-01-01 by {made['id']}"]


async def test_undone_is_as_before_and_can_be_done_again(writer: httpx.AsyncClient) -> None:
    made = await split_phalodi(writer)
    undone = await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")
    assert (undone.status_code, undone.json()["undone_by"]) == (200, "tester")
    assert await lies_in(writer, "subdistricts/SDT-7146", "district") == "DIS-105"
    assert await lies_in(writer, "subdistricts/SDT-7146", "district", valid_at="2024-01-01") == "DIS-105"
    assert (await writer.get("/api/v1/districts/DIS-772")).status_code == 410
    version = (await writer.get("/api/v1/subdistricts/SDT-7146")).json()["_meta"]
    assert (version["change"], version["reason"]) == ("correct", f"undo of {made['id']}")
    again = await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")
    assert (again.status_code, again.json()["code"]) == (409, "undone")
    await split_phalodi(writer)
    assert await lies_in(writer, "subdistricts/SDT-7146", "district") == "DIS-772"


async def test_an_undone_end_gives_the_area_back(writer: httpx.AsyncClient) -> None:
    made = await do(writer, "villages/VIL-1001:merge", **{"with": [], "into": "VIL-1002"})
    assert (await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")).status_code == 200
    assert await lies_in(writer, "villages/VIL-1001", "name") == "Aau"
    assert [h["village"] for h in (await writer.get("/api/v1/habitations")).json()["items"]] == ["VIL-1001"]
    assert await ids(writer, "village_figures", "village/1002") == ["FIG-VIL-1002-antyodaya-2020"]


async def test_nothing_is_undone_that_others_built_on(writer: httpx.AsyncClient, put: Put) -> None:
    made = await split_phalodi(writer)
    await put("subdistrict", {"code": "9100", "name": "Bap", "district": "DIS-772"})
    answer = await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "changed-since")
    assert [e["value"] for e in answer.json()["errors"]] == ["SDT-9100"]
    await do(writer, "subdistricts/SDT-614:rename", "2026-01-01", name="Phalodi Nagar")
    answer = await writer.post(f"/api/v1/areas/operations/{made['id']}:undo")
    assert [e["value"] for e in answer.json()["errors"]] == ["SDT-614"]


async def test_only_those_who_may_write_re_organise(writer: httpx.AsyncClient, visitor: httpx.AsyncClient) -> None:
    body = {"effective": DAY, "order": ORDER, "name": "X"}
    for query in ("", "?preview=true"):
        answer = await visitor.post(f"/api/v1/districts/DIS-105:rename{query}", json=body)
        assert answer.status_code == 401
    made = await split_phalodi(writer)
    assert (await visitor.post(f"/api/v1/areas/operations/{made['id']}:undo")).status_code == 401
    shown = (await visitor.get("/api/v1/areas/operations")).json()["items"]
    assert [o["id"] for o in shown] == [made["id"]]
    one = (await visitor.get("/api/v1/areas/operations", params={"area": "subdistrict/7146"})).json()["items"]
    assert [o["order"]["number"] for o in one] == ["F.4(12) Rev/2023"]


async def test_a_repeated_call_re_organises_once(writer: httpx.AsyncClient) -> None:
    body = {"effective": DAY, "order": ORDER, "name": "Balotra"}
    key = {"Idempotency-Key": "rename-106"}
    first = await writer.post("/api/v1/districts/DIS-106:rename", json=body, headers=key)
    second = await writer.post("/api/v1/districts/DIS-106:rename", json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]


async def test_a_malformed_call_is_told_where(writer: httpx.AsyncClient) -> None:
    body = {"effective": DAY, "order": {"number": "1"}, "name": "X"}
    answer = await writer.post("/api/v1/districts/DIS-105:rename", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-operation")
    assert answer.json()["errors"][0]["pointer"] == "/order"
    answer = await writer.post("/api/v1/schemes/SCH-1:rename", json=body | {"order": ORDER})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-an-area")
