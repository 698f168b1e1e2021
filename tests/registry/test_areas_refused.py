"""What stands against a re-organisation of areas, taking one back, and who may."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from areas_kit import DAY, ORDER, do, ids, lies_in, refused, split_phalodi
from registry_kit import Put

from jjm.kit import SetClock
from jjm.registry import Registry, settle_due

pytestmark = pytest.mark.usefixtures("marwar")
FIRST = date(2011, 1, 1)


def cut(*into: dict[str, Any], keep: bool = True) -> dict[str, Any]:
    """The body of a split."""
    return {"into": list(into), "keep": keep}


LEFT = "5 areas would lie in nothing: BLK-1, BLK-2, SDT-614, SDT-615, SDT-7146"
X, Y = {"code": "7", "name": "X"}, {"code": "8", "name": "Y"}
REFUSED: list[tuple[str, dict[str, Any], str | None]] = [
    ("districts/DIS-999:rename", {"name": "X"}, "there is no area `DIS-999`"),
    ("districts/DIS-105:rename", {"name": "Jodhpur"}, "nothing about DIS-105 would change"),
    ("districts/DIS-105:split", cut(X | {"code": "106"}), "DIS-106 is or was in use, and a code is never used again"),
    ("districts/DIS-105:split", cut({"name": "X"}), "the new area has no code that can be one"),
    ("districts/DIS-105:split", cut(X | {"children": ["SDT-640"]}), "SDT-640 does not lie in DIS-105"),
    (
        "districts/DIS-105:split",
        cut(X | {"children": ["SDT-614"]}, Y | {"children": ["SDT-614"]}),
        "SDT-614 goes to DIS-7 already",
    ),
    ("districts/DIS-105:split", cut(X, X), "two of the new areas have one code"),
    ("districts/DIS-105:split", cut(X, keep=False), LEFT),
    ("districts/DIS-105:split", cut(X | {"code": "07"}), None),
    ("districts/DIS-105:abolish", {}, LEFT),
    ("districts/DIS-105:abolish", {"successors": ["DIS-105"]}, "DIS-105 ends or lies in what ends"),
    ("districts/DIS-105:merge", {"with": ["SDT-614"], "into": "DIS-106"}, "SDT-614 is no district"),
    ("districts/DIS-105:merge", {"with": ["DIS-105"], "into": "DIS-106"}, "an area is named twice"),
    ("districts/DIS-105:merge", {"with": [], "into": "DIS-105"}, "there is nothing to merge"),
    (
        "subdistricts/SDT-614:merge",
        {"with": ["SDT-640"], "into": {"code": "7", "name": "X"}},
        "the areas lie in DIS-105 and in DIS-106",
    ),
    ("districts/DIS-105:reparent", {"parents": {"name": "STA-8"}}, "`name` does not say what the area lies in"),
    ("districts/DIS-105:reparent", {"parents": {"state": "STA-9"}}, "DIS-105: no state `STA-9` holds then"),
    ("villages/VIL-1001:urbanise", {"into": "LOB-31"}, "LOB-31 is not an urban local body"),
]


@pytest.mark.parametrize(("action", "body", "message"), REFUSED)
async def test_what_stands_against_it_is_said(
    writer: httpx.AsyncClient, action: str, body: dict[str, Any], message: str | None
) -> None:
    found = await refused(writer, action, **body)
    assert message is None or message in found
    assert (await writer.get("/api/v1/areas/operations")).json()["items"] == []


async def test_a_refusal_names_what_stands_against_areas_of_every_type(writer: httpx.AsyncClient) -> None:
    body = await writer.get("/api/v1/local_bodies/LOB-31")
    how = {"headers": {"If-Match": body.headers["etag"]}, "params": {"valid_from": "2023-01-01"}}
    assert (await writer.delete("/api/v1/local_bodies/LOB-31", **how)).status_code == 200
    found = await refused(writer, "subdistricts/SDT-7146:split", **cut(X | {"code": "07", "children": ["VIL-1001"]}))
    assert [message.partition(":")[0] for message in found] == ["SDT-07", "VIL-1001"]
    assert "no local_body `LOB-31` holds then" in found[1]
    assert (await writer.get("/api/v1/villages/VIL-1001")).json()["subdistrict"] == "SDT-7146"
    assert (await writer.get("/api/v1/areas/operations")).json()["items"] == []


async def test_an_area_that_would_lie_below_itself_on_a_later_day_is_named_beforehand(
    writer: httpx.AsyncClient, put: Put
) -> None:
    await put("local_body", {"code": "33", "name": "Bap", "state": "STA-8", "parent": "LOB-31"}, valid_from=FIRST)
    osian = {"code": "32", "name": "Osian", "state": "STA-8", "blocks": ["BLK-2"], "parent": "LOB-33"}
    await put("local_body", osian, change="change", id="LOB-32", valid_from=date(2024, 1, 1))
    (said,) = await refused(writer, "local_bodies/LOB-31:merge", **{"with": [], "into": "LOB-32"})
    assert said.endswith("would come to lie below itself on 2024-01-01")
    assert (await writer.get("/api/v1/areas/operations")).json()["items"] == []
    assert await lies_in(writer, "local_bodies/LOB-33", "parent") == "LOB-31"


async def test_an_area_that_ends_in_favour_of_one_to_lie_in_it_is_named_beforehand(
    writer: httpx.AsyncClient, put: Put
) -> None:
    osian = {"code": "32", "name": "Osian", "state": "STA-8", "blocks": ["BLK-2"], "parent": "LOB-31"}
    await put("local_body", osian, change="change", id="LOB-32", valid_from=date(2024, 1, 1))
    (said,) = await refused(writer, "local_bodies/LOB-31:merge", **{"with": [], "into": "LOB-32"})
    assert said.endswith("would come to lie below itself on 2024-01-01")


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
    assert answer.json()["errors"][0]["pointer"] == "/order/date"
    answer = await writer.post("/api/v1/schemes/SCH-1:rename", json=body | {"order": ORDER})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-an-area")


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
