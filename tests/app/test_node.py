"""A node that has just started, as its callers find it."""

from __future__ import annotations

import httpx


async def test_a_fresh_node_answers_for_every_state(anonymous: httpx.AsyncClient) -> None:
    states = (await anonymous.get("/api/v1/states", params={"limit": "100"})).json()["items"]
    assert len(states) == 36
    assert (await anonymous.get("/api/v1/states/STA-21")).json()["name"] == "Odisha"
    assert (await anonymous.get("/health/ready")).json()["status"] == "ready"


async def test_each_caller_may_do_what_the_token_says(
    client: httpx.AsyncClient, reader: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    new = {"name": "District laboratory, Angul", "kind": "state_department"}
    answers = [await caller.post("/api/v1/organisations", json=new) for caller in (anonymous, reader, client)]
    assert [answer.status_code for answer in answers] == [401, 403, 201]
    assert (await reader.get("/api/v1/tokens")).status_code == 403
    assert "jjm_" not in (await client.get("/api/v1/tokens")).text
