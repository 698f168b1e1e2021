"""Calls that say more, less or otherwise than the record: hidden fields, unknown parameters, whole numbers as 12.0."""

from __future__ import annotations

import httpx
import pytest
from registry_http import client

from jjm.registry import Registry

pytestmark = pytest.mark.usefixtures("small_world")
HOUSEHOLD = {"village": "VIL-399515", "head_name": "Sunita Nayak", "members": 4}


async def test_who_cannot_see_a_personal_field_does_not_wipe_it_out(registry: Registry) -> None:
    async with (
        client(registry, "read", "write", name="blind") as blind,
        client(registry, "read", "write", "personal", name="seeing") as seeing,
    ):
        made = await seeing.post("/api/v1/households", json=HOUSEHOLD)
        at = made.headers["location"]
        seen = (await blind.get(at)).json()
        assert "head_name" not in seen
        put = await blind.put(at, json=seen | {"members": 5}, headers={"If-Match": made.headers["etag"]})
        assert (put.status_code, "head_name" in put.json()) == (200, False)
        kept = (await seeing.get(at)).json()
        assert (kept["head_name"], kept["members"]) == ("Sunita Nayak", 5)
        emptied = await seeing.put(at, json={"village": "VIL-399515"}, headers={"If-Match": put.headers["etag"]})
        assert "head_name" not in emptied.json()


@pytest.mark.parametrize(
    "call",
    [
        "/api/v1/villages/VIL-399515?valid_att=2024-01-01",
        "/api/v1/villages/VIL-399515/history?before=3",
        "/api/v1/villages/VIL-399515/proof?v=1",
        "/api/v1/changes?type=villages",
        "/api/v1/search?q=x&type=villages",
        "/api/v1/areas/village/399515?at=2024-01-01",
        "/api/v1?count=exact",
    ],
)
async def test_a_parameter_that_nobody_knows_is_refused_by_name(visitor: httpx.AsyncClient, call: str) -> None:
    answer = await visitor.get(call)
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-parameter")
    fault = answer.json()["errors"][0]
    assert fault["pointer"].removeprefix("/") in call
    assert fault["remedy"]


async def test_a_whole_number_may_be_written_with_a_point(writer: httpx.AsyncClient) -> None:
    first = await writer.post("/api/v1/households", json={"village": "VIL-399515", "members": 4.0})
    assert first.status_code == 201, first.text
    assert first.json()["members"] == 4
    again = await writer.put(
        first.headers["location"],
        json={"village": "VIL-399515", "members": 4},
        headers={"If-Match": first.headers["etag"]},
    )
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("query", ["known_at=9999-12-31T23:59:59-23:59", "valid_at=2024-02-30", "bbox=nan,1,2,3"])
async def test_what_no_clock_or_map_has_is_refused(visitor: httpx.AsyncClient, query: str) -> None:
    answer = await visitor.get(f"/api/v1/schemes?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-parameter")
    assert answer.json()["errors"][0]["pointer"] == "/" + query.partition("=")[0]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 40 + "kind = 'SVS'",  # the parser would look at it for days
        "NOT " * 12_000 + "kind = 'SVS'",  # and end the process on this one
        "kind = " + "-" * 20_000 + "1",
        "kind = '\\' '" + "(" * 40 + "'",
        "NOT " * 30 + "kind = 'SVS'",
    ],
)
async def test_a_filter_that_nests_too_deeply_is_refused_before_it_is_parsed(
    visitor: httpx.AsyncClient, text: str
) -> None:
    answer = await visitor.get("/api/v1/schemes", params={"filter": text})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-filter")
    assert "t most" in answer.json()["errors"][0]["remedy"]


async def test_brackets_in_a_text_are_no_nesting(visitor: httpx.AsyncClient) -> None:
    wanted = "name = '" + "(" * 40 + "' OR (((kind IN ('SVS', 'MVS') AND NOT (name = '))))'))))"
    assert (await visitor.get("/api/v1/schemes", params={"filter": wanted})).status_code == 200


@pytest.mark.parametrize("query", ["within=state/21&within=state/18", "valid_at=2024-01-01&valid_at=2025-01-01"])
async def test_a_parameter_given_twice_is_not_half_read(visitor: httpx.AsyncClient, query: str) -> None:
    for call in ("/api/v1/schemes", "/api/v1/areas/state/21"):
        answer = await visitor.get(f"{call}?{query}")
        assert answer.status_code == 400, call
    answer = await visitor.get("/api/v1/schemes?kind=SVS&kind=MVS")
    assert answer.status_code == 200


async def test_the_cursor_of_another_type_is_no_end_of_a_list(visitor: httpx.AsyncClient) -> None:
    following = (await visitor.get("/api/v1/states?limit=1")).json()["next"]
    cursor = following.partition("cursor=")[2]
    assert (await visitor.get(f"/api/v1/states?limit=1&cursor={cursor}")).status_code == 200
    answer = await visitor.get(f"/api/v1/schemes?limit=1&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


async def test_a_star_is_no_version_that_somebody_read(writer: httpx.AsyncClient) -> None:
    made = (await writer.post("/api/v1/organisations", json={"name": "Nadi", "kind": "ngo"})).headers["location"]
    answer = await writer.patch(made, json={"name": "Nala"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (428, "if-match-needed")
    assert "guards against nothing" in answer.json()["detail"]


async def test_an_area_left_empty_is_not_everything(visitor: httpx.AsyncClient) -> None:
    for call in ("/api/v1/schemes?within=", "/api/v1/search?q=Angul&within="):
        answer = await visitor.get(call)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-area")


async def test_a_name_too_long_to_be_searched_is_said_to_be(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/search", params={"q": "ab" * 150})
    assert answer.json()["errors"][0]["message"] == "a name of 300 characters"


@pytest.mark.parametrize(
    ("plural", "body", "pointer"),
    [
        ("springs", {"name": "Jharna", "village": "VIL-999999"}, "/village"),
        ("water_sources", {"name": "Kuan", "kind": "open_well", "village": "VIL-999999"}, "/village"),
        (
            "schemes",
            {"name": "Nal Jal", "kind": "SVS", "status": "in_progress", "villages": ["VIL-999999", "VIL-399515"]},
            "/villages/0",
        ),
        ("households", {"village": "VIL-999999"}, "/village"),
    ],
)
async def test_a_village_that_is_not_known_is_named(
    registry: Registry, plural: str, body: dict[str, object], pointer: str
) -> None:
    async with client(registry, "read", "write") as clerk:
        answer = await clerk.post(f"/api/v1/{plural}", json=body)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer and "VIL-999999" in fault["message"], fault
    assert "village" in fault["remedy"]
