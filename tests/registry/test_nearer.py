"""Records placed by their State, and nearer where that is known: seen, changed, listed and taken in where they lie."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import nodes
import orjson
import pytest_asyncio
from databases import Postgres
from two_states import World

from jjm.app.node import Node

HERE, THERE = "district/345", "district/601"


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: Any) -> AsyncGenerator[Node, None]:
    """A node with two States, shared by the tests of this module."""
    async with postgres.fresh() as url, nodes.started(tmp_path_factory.mktemp("nearer") / "node", url) as started:
        await World.begun(started.registry)
        yield started


def person(**more: Any) -> dict[str, Any]:
    """A functionary of Odisha."""
    return {"name": "Kalpit Nayak", "kind": "department_staff", "state": "STA-21", **more}


async def made(client: httpx.AsyncClient, plural: str, record: dict[str, Any]) -> str:
    """The identifier of a new record."""
    answer = await client.post(f"/api/v1/{plural}", json=record)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_a_district_reaches_who_is_posted_in_it_and_nobody_else(node: Node) -> None:
    permits = [f"{p}@{HERE}" for p in ("functionary:read", "functionary:write")]
    async with nodes.caller(node, "admin") as admin, nodes.caller(node, *permits) as officer:
        whole = await made(admin, "functionaries", person())
        near = await made(admin, "functionaries", person(local_body="LOB-31"))
        listed = (await officer.get("/api/v1/functionaries")).json()["items"]
        assert [one["id"] for one in listed] == [near]
        assert (await officer.get(f"/api/v1/functionaries/{whole}")).status_code == 404
        counted = (await officer.get("/api/v1/functionaries", params={"count": "exact", "limit": "1"})).json()
        assert counted["count"] == 1
        within = await admin.get("/api/v1/functionaries", params={"within": HERE})
        assert [one["id"] for one in within.json()["items"]] == [near]
        state = await admin.get("/api/v1/functionaries", params={"within": "state/21"})
        assert {one["id"] for one in state.json()["items"]} >= {whole, near}
        assert (await officer.post("/api/v1/functionaries", json=person(district="DIS-345"))).status_code == 201
        for elsewhere in ({}, {"district": "DIS-601"}, {"district": "DIS-345", "local_body": "LOB-61"}):
            refused = await officer.post("/api/v1/functionaries", json=person(**elsewhere))
            assert refused.status_code == 403, elsewhere
        match = {"If-Match": '"1"'}
        out = await officer.patch(f"/api/v1/functionaries/{near}", json={"local_body": None}, headers=match)
        assert (out.status_code, out.json()["code"]) == (403, "outside-area"), "nor moved out of it"
        taken = await officer.post(
            "/api/v1/functionaries:import",
            params={"format": "ndjson", "wait": "20"},
            content=b"\n".join(map(orjson.dumps, (person(block="BLK-3339"), person(), person(block="BLK-6001")))),
            follow_redirects=True,
        )
        assert (taken.json()["result"]["created"], taken.json()["result"]["refused"]) == (1, 2), taken.text


async def test_every_area_of_an_appointment_counts_for_who_changes_it(node: Node) -> None:
    permits = [f"{p}@{HERE}" for p in ("appointment:read", "appointment:write")]
    async with nodes.caller(node, "admin") as admin, nodes.caller(node, *permits) as officer:
        who = await made(admin, "functionaries", person())
        post = {"functionary": who, "role": "chief_engineer", "state": "STA-21", "starts_on": "2026-04-01"}
        both = await made(admin, "appointments", post | {"districts": ["DIS-345", "DIS-601"]})
        seen = await officer.get(f"/api/v1/appointments/{both}")
        assert seen.status_code == 200, "one area inside is enough to see it"
        gone = await officer.delete(f"/api/v1/appointments/{both}", headers={"If-Match": seen.headers["etag"]})
        assert gone.status_code == 403, "and all have to be inside to change it"
        assert await made(officer, "appointments", post | {"villages": ["VIL-399101"]})
        wide = await officer.post("/api/v1/appointments", json=post)
        assert wide.status_code == 403, "without any it is for the whole State"


async def test_the_feed_follows_where_a_record_lies(node: Node) -> None:
    async with nodes.caller(node, "admin") as admin, nodes.caller(node, f"functionary:read@{HERE}") as reader:
        id = await made(admin, "functionaries", person(block="BLK-3339", status="active"))
        moved = await admin.patch(
            f"/api/v1/functionaries/{id}", json={"block": "BLK-6001"}, headers={"If-Match": '"1"'}
        )
        assert moved.status_code == 200, moved.text
        await nodes.sequenced(node)
        fed = await reader.get("/api/v1/changes", params={"types": "functionaries", "limit": "20000"})
        lines = [line for line in fed.text.splitlines() if id in line]
        assert ["functionary.created" in lines[0], "functionary.left" in lines[1]] == [True, True]
        within = await admin.get(
            "/api/v1/changes", params={"types": "functionaries", "within": THERE, "limit": "20000"}
        )
        assert id in within.text
