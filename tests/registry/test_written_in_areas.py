"""Who may change records in some areas only stays inside them, with what was and with what becomes, at every door."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any

import databases
import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
from two_states import World

from jjm.app.node import Node

HERE, BESIDE, FAR = "VIL-399101", "VIL-399103", "VIL-399601"
OFFICER = ("read@block/3339", "write@block/3339")
ORDER = {"number": "7", "date": "2026-11-01"}


@pytest_asyncio.fixture(scope="module")
async def node(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A node with the two States, shared by the tests of this module."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        yield await stack.enter_async_context(nodes.started(tmp_path_factory.mktemp("written") / "node", url))


@pytest_asyncio.fixture(scope="module")
async def world(node: Node) -> World:
    """What was told to it."""
    return await World.begun(node.registry)


@pytest_asyncio.fixture
async def officer(node: Node, world: World) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody who reads and writes everything in one block."""
    async with nodes.caller(node, *OFFICER) as client:
        yield client


@pytest_asyncio.fixture
async def admin(node: Node, world: World) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody who may do everything."""
    async with nodes.caller(node, "admin") as client:
        yield client


def refused(answer: httpx.Response, pointer: str = "/village") -> dict[str, Any]:
    """The refusal of something outside, which says where and how far the permits reach."""
    assert answer.status_code == 403, answer.text
    told = answer.json()
    assert told["code"] == "outside-area"
    assert told["allowed"] == ["block/3339"]
    assert told["errors"][0]["pointer"] == pointer
    assert "block/3339" in told["errors"][0]["remedy"]
    return told


async def test_new_records_lie_inside(officer: httpx.AsyncClient) -> None:
    assert (await officer.post("/api/v1/households", json={"village": HERE, "members": 3})).status_code == 201
    for village in (BESIDE, FAR):
        told = refused(await officer.post("/api/v1/households", json={"village": village, "members": 3}))
        assert told["errors"][0]["value"] == village


async def test_a_record_is_not_moved_out_nor_taken_in(officer: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    mine = (await officer.post("/api/v1/households", json={"village": HERE})).json()
    other = (await admin.post("/api/v1/households", json={"village": BESIDE})).json()
    tag = {"If-Match": '"1"'}
    refused(await officer.patch(f"/api/v1/households/{mine['id']}", json={"village": BESIDE}, headers=tag))
    for answer in (
        await officer.patch(f"/api/v1/households/{other['id']}", json={"members": 4}, headers=tag),
        await officer.delete(f"/api/v1/households/{other['id']}", headers=tag),
        await officer.patch(f"/api/v1/households/{other['id']}", json={"village": HERE}, headers=tag),
    ):
        assert answer.status_code == 404, "what is not seen is not there"
        assert BESIDE not in answer.text
    told = refused(await officer.put(f"/api/v1/households/{other['id']}", json={"village": HERE}, headers=tag))
    assert BESIDE not in orjson.dumps(told).decode()
    assert (
        await officer.patch(f"/api/v1/households/{mine['id']}", json={"members": 4}, headers=tag)
    ).status_code == 200
    assert (await officer.delete(f"/api/v1/households/{mine['id']}", headers={"If-Match": '"2"'})).status_code == 200
    back = await officer.put(f"/api/v1/households/{mine['id']}", json={"village": BESIDE}, headers={"If-Match": '"3"'})
    refused(back)


async def test_what_anybody_sees_is_refused_by_name(officer: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    scheme = {"name": "Namuna", "kind": "MVS", "status": "in_progress", "villages": [HERE, BESIDE]}
    made = await admin.post("/api/v1/schemes", json=scheme)
    assert made.status_code == 201, made.text
    path, tag = f"/api/v1/schemes/{made.json()['id']}", {"If-Match": '"1"'}
    refused(await officer.patch(path, json={"name": "Mine"}, headers=tag), "/villages")
    refused(await officer.delete(path, headers=tag), "/villages")
    refused(await officer.post("/api/v1/schemes", json=scheme), "/villages")
    assert (await officer.post("/api/v1/schemes", json={**scheme, "villages": [HERE]})).status_code == 201


@pytest.mark.parametrize("mode", ["best_effort", "all_or_nothing"])
@pytest.mark.parametrize("known", [False, True])
async def test_lines_outside_are_refused_and_the_others_taken(
    officer: httpx.AsyncClient, admin: httpx.AsyncClient, mode: str, known: bool
) -> None:
    villages = [HERE, BESIDE, HERE, FAR]
    rows: list[dict[str, Any]] = [{"village": village, "members": 2} for village in villages]
    if known:
        for n, row in enumerate(rows):
            row["external_ids"] = [{"system": f"census-{mode}", "value": str(n)}]
        # The second line is known already, and lies elsewhere; the file would bring it here.
        theirs = (await admin.post("/api/v1/households", json=rows[1])).json()["id"]
        rows[1] = {**rows[1], "village": HERE}
    lines = b"\n".join(map(orjson.dumps, rows))
    asked = {"wait": "30", "mode": mode, "on_duplicate": "update", "format": "ndjson"}
    job = (await officer.post("/api/v1/households:import", content=lines, params=asked)).json()
    result = job["result"] or job["problem"]["result"]
    assert [p["line"] for p in result["first_problems"]] == [2, 4], job
    assert result["created"] == (2 if mode == "best_effort" else 0)
    told = (await officer.get(f"/api/v1/jobs/{job['id']}/problems")).text
    assert "block/3339" in told
    if known:
        assert theirs not in told
        assert (await admin.get(f"/api/v1/households/{theirs}")).json()["village"] == BESIDE


async def test_areas_are_made_and_moved_inside_only(officer: httpx.AsyncClient) -> None:
    assert (await officer.post("/api/v1/habitations", json={"name": "Tola", "village": HERE})).status_code == 201
    refused(await officer.post("/api/v1/habitations", json={"name": "Tola", "village": BESIDE}))
    village = {"code": "399199", "name": "Naya", "local_bodies": ["LOB-31"], "subdistrict": "SDT-2651"}
    refused(await officer.post("/api/v1/villages", json=village), "/subdistrict")
    body = {"effective": "2026-11-01", "order": ORDER}
    assert (await officer.post(f"/api/v1/villages/{HERE}:rename", json={**body, "name": "Rampura"})).status_code == 201
    refused(await officer.post(f"/api/v1/villages/{BESIDE}:rename", json={**body, "name": "X"}), "/subdistrict")
    moved = {**body, "parents": {"local_bodies": ["LOB-32"]}}
    refused(await officer.post(f"/api/v1/villages/{HERE}:reparent", json=moved), "/subdistrict")
    refused(
        await officer.post(f"/api/v1/villages/{HERE}:reparent", json=moved, params={"preview": "true"}), "/subdistrict"
    )
    merged = {**body, "into": BESIDE}
    refused(await officer.post(f"/api/v1/villages/{HERE}:merge", json=merged), "/village")  # that of its habitation


async def test_a_split_inside_and_its_undoing(officer: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    new = {"code": "399198", "name": "Alag", "children": []}
    body = {"effective": "2026-11-02", "order": ORDER, "into": [new], "keep": True}
    made = await officer.post(f"/api/v1/villages/{HERE}:split", json=body)
    assert made.status_code == 201, made.text
    undone = await officer.post(f"{made.headers['location']}:undo")
    assert undone.status_code == 200, undone.text
    elsewhere = {**body, "into": [{**new, "code": "399197"}]}
    theirs = await admin.post(f"/api/v1/villages/{BESIDE}:split", json=elsewhere)
    assert theirs.status_code == 201, theirs.text
    refused(await officer.post(f"{theirs.headers['location']}:undo"), "/subdistrict")


async def test_who_may_write_one_type_is_refused_others_before_the_body_is_read(node: Node, world: World) -> None:
    async with nodes.caller(node, "read", "scheme:write@block/3339") as client:
        for path in ("/api/v1/households", "/api/v1/villages/VIL-399101:rename"):
            answer = await client.post(path, content=b"nonsense")
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert (await client.post("/api/v1/schemes", content=b"nonsense")).status_code == 400


async def test_proposals_are_decided_where_they_lie(node: Node, world: World, admin: httpx.AsyncClient) -> None:
    data = {"name": "Naya Tola", "village": FAR}
    asked = {"kind": "new_record", "status": "open", "about_type": "habitation", "data": data}
    made = (await admin.post("/api/v1/proposals", json={**asked, "state": "STA-18"})).json()["id"]
    async with nodes.caller(node, "read", "write@state/21") as other:
        answer = await other.post(f"/api/v1/proposals/{made}:accept", json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "outside-area")
    async with nodes.caller(node, "read", "proposal:write@state/18", "habitation:write@district/601") as own:
        answer = await own.post(f"/api/v1/proposals/{made}:accept", json={})
        assert answer.status_code == 200, answer.text


async def test_another_record_in_the_way_is_not_named(officer: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    known = [{"system": "ration-card", "value": "7"}]
    theirs = (await admin.post("/api/v1/households", json={"village": FAR, "external_ids": known})).json()["id"]
    answer = await officer.post("/api/v1/households", json={"village": HERE, "external_ids": known})
    assert answer.status_code == 409
    assert theirs not in answer.text
    for end in ("", "/history", "/history/1", "/proof"):
        lookups = [await officer.get(f"/api/v1/households/ration-card:{value}{end}") for value in ("7", "8")]
        assert [a.status_code for a in lookups] == [404, 404]
        assert lookups[0].json()["detail"].replace("as 7", "as 8") == lookups[1].json()["detail"]
