"""Areas by level and code: as they are, as they were, and where old codes went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from registry_kit import Put

from jjm.kit import SetClock
from jjm.registry import Registry

pytestmark = pytest.mark.usefixtures("marwar")
ORDER = {"number": "F.4(12) Rev/2023", "date": "2023-08-05"}


@pytest.fixture
async def phalodi(marwar: None, writer: httpx.AsyncClient) -> dict[str, Any]:
    """Phalodi is cut out of Jodhpur on 7 August 2023, and Barmer becomes Balotra in 2024."""
    into = [{"code": "772", "name": "Phalodi", "children": ["SDT-7146", "SDT-614", "BLK-1"]}]
    body = {"effective": "2023-08-07", "order": ORDER, "into": into, "keep": True}
    made = (await writer.post("/api/v1/districts/DIS-105:split", json=body)).json()
    body = {"effective": "2024-01-01", "order": ORDER, "name": "Balotra"}
    assert (await writer.post("/api/v1/districts/DIS-106:rename", json=body)).status_code == 201
    return made


async def get(client: httpx.AsyncClient, path: str, **query: str) -> dict[str, Any]:
    """An answer that is there."""
    answer = await client.get(f"/api/v1/areas/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(items: list[dict[str, Any]]) -> list[str]:
    """The ids of areas in their order."""
    return [item["id"] for item in items]


@pytest.mark.usefixtures("phalodi")
async def test_an_area_shows_what_it_lies_in_and_what_lies_in_it(visitor: httpx.AsyncClient) -> None:
    shown = await get(visitor, "district/105")
    assert (shown["id"], shown["name"], shown["level"], shown["record"]["state"]) == (
        "DIS-105",
        "Jodhpur",
        "district",
        "STA-8",
    )
    assert ids(shown["ancestors"]) == ["STA-8"]
    assert shown["children"] == {"subdistrict": 1, "block": 1}
    village = await get(visitor, "village/1001")
    assert ids(village["ancestors"]) == ["STA-8", "DIS-772", "SDT-7146", "BLK-1", "LOB-31"]
    assert village["parents"] == ["SDT-7146", "LOB-31"]


@pytest.mark.usefixtures("phalodi")
async def test_on_another_day_the_trees_of_that_day_answer(visitor: httpx.AsyncClient) -> None:
    village = await get(visitor, "village/1001", valid_at="2023-08-06")
    assert ids(village["ancestors"]) == ["STA-8", "DIS-105", "SDT-7146", "BLK-1", "LOB-31"]
    before = await get(visitor, "district/105", valid_at="2023-08-06")
    assert before["children"] == {"subdistrict": 3, "block": 2}
    assert (await get(visitor, "district/106", valid_at="2023-12-31"))["name"] == "Barmer"
    assert (await get(visitor, "district/106"))["name"] == "Balotra"
    early = await visitor.get("/api/v1/areas/district/772", params={"valid_at": "2023-08-06"})
    assert (early.status_code, early.json()["code"]) == (404, "not-yet")


async def test_what_was_not_known_yet_is_not_shown(writer: httpx.AsyncClient, clock: SetClock) -> None:
    then = clock.instant.isoformat()
    clock.instant = datetime(2026, 5, 1, tzinfo=UTC)
    body = {"effective": "2024-01-01", "order": ORDER, "name": "Balotra"}
    await writer.post("/api/v1/districts/DIS-106:rename", json=body)
    assert (await get(writer, "district/106", known_at=then))["name"] == "Barmer"
    assert (await get(writer, "district/106", known_at=then))["lineage"] == []
    assert len((await get(writer, "district/106"))["lineage"]) == 1


async def test_lineage_names_areas_as_they_were_called_on_the_day(
    visitor: httpx.AsyncClient, phalodi: dict[str, Any]
) -> None:
    edges = (await get(visitor, "district/772/lineage"))["items"]
    assert [(e["kind"], e["from"]["name"], e["to"]["name"], e["operation"]) for e in edges] == [
        ("split_from", "Jodhpur", "Phalodi", phalodi["id"])
    ]
    assert edges[0]["order"]["number"] == "F.4(12) Rev/2023"
    renamed = (await get(visitor, "district/106"))["lineage"]
    assert [(e["kind"], e["from"]["name"], e["to"]["name"]) for e in renamed] == [("renamed", "Barmer", "Balotra")]
    moved = (await get(visitor, "subdistrict/7146"))["lineage"]
    assert [(e["kind"], e["effective"]) for e in moved] == [("reparented", "2023-08-07")]


async def test_an_old_code_says_where_it_went(writer: httpx.AsyncClient, visitor: httpx.AsyncClient) -> None:
    body = {"effective": "2024-01-01", "order": ORDER, "into": {"code": "701", "name": "Lohawat Kalan"}}
    await writer.post("/api/v1/blocks/BLK-1:merge", json=body)
    gone = await visitor.get("/api/v1/areas/block/1")
    assert (gone.status_code, gone.json()["successors"]) == (410, ["BLK-701"])
    edge = gone.json()["lineage"][0]
    assert (edge["kind"], edge["from"]["name"], edge["to"]["name"]) == ("code_replaced", "Lohawat", "Lohawat Kalan")
    assert edge["to"]["href"] == "/api/v1/areas/block/701"
    assert (await get(visitor, "block/1", valid_at="2023-12-31"))["name"] == "Lohawat"
    assert (await get(visitor, "block/1/lineage"))["items"][0]["kind"] == "code_replaced"
    assert (await visitor.get("/api/v1/areas/block/1/children")).status_code == 410
    assert (await visitor.get("/api/v1/areas/block/777")).status_code == 404
    assert (await visitor.get("/api/v1/areas/planet/1")).status_code == 400


async def test_children_come_in_pages_by_level_and_name(visitor: httpx.AsyncClient, put: Put) -> None:
    for n in range(7):
        await put("local_body", {"code": str(200 + n), "name": f"body {6 - n}", "state": "STA-8"})
    found: list[str] = []
    url = "/api/v1/areas/state/8/children?limit=3"
    while url:
        page = (await visitor.get(url)).json()
        assert len(page["items"]) <= 3
        found += [item["name"] for item in page["items"]]
        url = page["next"]
    assert found == ["Barmer", "Jodhpur", "Aau", *(f"body {n}" for n in range(7)), "Osian", "Phalodi"]
    of_type = await get(visitor, "state/8/children", type="district")
    assert ids(of_type["items"]) == ["DIS-106", "DIS-105"]
    assert (await visitor.get("/api/v1/areas/state/8/children?type=scheme")).status_code == 400
    assert (await visitor.get("/api/v1/areas/state/8/children?cursor=WyJ4Il0")).status_code == 400
    assert (await visitor.get("/api/v1/areas/state/8?colour=red")).status_code == 400


@pytest.mark.usefixtures("phalodi")
async def test_children_of_another_day(visitor: httpx.AsyncClient) -> None:
    before = await get(visitor, "district/105/children", valid_at="2023-08-06")
    assert ids(before["items"]) == ["SDT-7146", "SDT-615", "SDT-614", "BLK-1", "BLK-2"]
    assert ids((await get(visitor, "district/105/children"))["items"]) == ["SDT-615", "BLK-2"]
    assert ids((await get(visitor, "village/1001/ancestors", valid_at="2023-08-06"))["items"])[1] == "DIS-105"


async def test_a_change_that_waits_to_be_put_in_place_shows_on_its_day(
    registry: Registry, writer: httpx.AsyncClient, clock: SetClock
) -> None:
    body = {"effective": "2026-04-02", "order": ORDER, "name": "Balotra"}
    await writer.post("/api/v1/districts/DIS-106:rename", json=body)
    assert (await get(writer, "district/106"))["name"] == "Barmer"
    clock.instant = datetime(2026, 4, 2, 6, tzinfo=UTC)
    assert (await get(writer, "district/106"))["name"] == "Balotra"
