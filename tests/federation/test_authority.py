"""Each record has one owner: who else writes it is told where to go, or has it kept as a proposal."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import federated
import httpx
import orjson
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network

STATE = "IN-OD"
PATCH = {"content-type": "application/merge-patch+json"}


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Network, None]:
    """A Centre and Odisha, which knows that it is listed; each keeps the same few areas."""
    async with federated.network(postgres, tmp_path_factory.mktemp("nodes")) as made:
        centre = await made.start(CENTRE)
        await federated.plant(centre)
        await made.start(STATE)
        await made.admit(STATE, "21")
        await federated.settled(made)
        yield made


async def scheme(client: httpx.AsyncClient, village: str = "VIL-100001", **more: Any) -> httpx.Response:
    """Record a scheme."""
    body = {"name": "Water for all", "kind": "SVS", "status": "in_progress", "villages": [village], **more}
    return await client.post("/api/v1/schemes", json=body)


async def test_a_state_writes_its_own_and_nothing_else(world: Network) -> None:
    state, centre = world.clients[STATE], world.clients[CENTRE]
    assert (await scheme(state)).status_code == 201
    refused = await scheme(state, "VIL-100002")
    assert refused.status_code == 409 and refused.json()["code"] == "not-the-authority"
    assert refused.json()["authority"]["name"] == CENTRE
    assert refused.headers["link"] == '<http://centre.test/api/v1/schemes>; rel="edit"'
    refused = await scheme(centre)
    assert refused.json()["authority"]["url"] == "http://od.test/api/v1/schemes"
    assert (await scheme(centre, "VIL-100002")).status_code == 201, "a State without a node is kept on the Centre's"


async def test_administration_is_the_centres(world: Network) -> None:
    state, centre = world.clients[STATE], world.clients[CENTRE]
    patch = orjson.dumps({"name": "Another name"})
    for client, status in ((state, 409), (centre, 200)):
        answer = await client.patch("/api/v1/villages/VIL-100003", content=patch, headers={**PATCH, "if-match": '"1"'})
        assert answer.status_code == status, answer.text
    refused = await state.delete("/api/v1/villages/VIL-100001", headers={"if-match": '"1"'})
    assert refused.headers["link"] == '<http://centre.test/api/v1/villages/VIL-100001>; rel="edit"'
    order = {"number": "1", "date": "2026-01-01"}
    renamed = await state.post(
        "/api/v1/villages/VIL-100001:rename", json={"name": "New", "effective": "2026-01-01", "order": order}
    )
    assert renamed.status_code == 409 and renamed.json()["code"] == "not-the-authority"


async def test_a_field_may_be_the_states_in_a_record_of_the_centre(world: Network) -> None:
    centre = world.clients[CENTRE]
    place = {"location": {"type": "Point", "coordinates": [85.1, 20.2]}}
    for village, status in (("VIL-100001", 409), ("VIL-100002", 200)):
        headers = {**PATCH, "if-match": '"1"'}
        answer = await centre.patch(f"/api/v1/villages/{village}", content=orjson.dumps(place), headers=headers)
        assert answer.status_code == status, answer.text
        if status == 409:
            assert answer.json()["authority"]["name"] == STATE
            assert answer.json()["errors"][0]["pointer"] == "/location"


async def test_what_another_decides_is_kept_as_a_proposal_where_that_is_preferred(world: Network) -> None:
    state = world.clients[STATE]
    relay = {**PATCH, "if-match": '"1"', "prefer": "respond-async, relay"}
    patch = orjson.dumps({"name": "Its right name", "census_2011": None})
    kept = await state.patch("/api/v1/villages/VIL-100001?reason=survey", content=patch, headers=relay)
    assert kept.status_code == 202 and kept.headers["preference-applied"] == "relay"
    proposal = (await state.get(kept.headers["location"])).json()
    assert {n: proposal[n] for n in ("kind", "about", "about_type", "status", "grounds")} == {
        "kind": "change", "about": "VIL-100001", "about_type": "village", "status": "open", "grounds": "survey",
    }  # fmt: skip
    assert proposal["data"] == {"name": "Its right name", "census_2011": None}
    assert (await state.get("/api/v1/villages/VIL-100001")).json()["name"] == "Village 1"
    new = {"code": "100077", "name": "New village", "subdistrict": "SDT-1"}
    kept = await state.post("/api/v1/villages", json=new, headers={"prefer": "relay"})
    assert kept.status_code == 202 and (await state.get(kept.headers["location"])).json()["data"] == new
    ended = await state.delete("/api/v1/villages/VIL-100001", headers={"if-match": '"1"', "prefer": "relay"})
    assert ended.status_code == 202 and ended.json()["kind"] == "retire"


async def test_records_of_one_state_do_not_refer_to_anothers(world: Network) -> None:
    centre = world.clients[CENTRE]
    first = (await scheme(centre, "VIL-100002")).json()["id"]
    component = {"name": "Pump", "scheme": first, "kind": "handpump", "village": "VIL-100003"}
    answer = await centre.post("/api/v1/scheme_components", json=component)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/scheme"
    assert f"the scheme `{first}` is of State 22, and this record of State 23" in answer.text
    lines = b"\n".join(orjson.dumps({**component, "village": f"VIL-10000{n}"}) for n in (2, 3))
    headers = {"content-type": "application/x-ndjson"}
    done = await centre.post("/api/v1/scheme_components:import", params={"wait": "30"}, content=lines, headers=headers)
    assert (done.json()["result"]["created"], done.json()["result"]["refused"]) == (1, 1)


async def test_in_bulk_what_is_anothers_is_refused_line_by_line(world: Network) -> None:
    state = world.clients[STATE]
    lines = [
        {"name": f"Scheme {n}", "kind": "SVS", "status": "in_progress", "villages": [f"VIL-10000{1 + n % 2}"]}
        for n in range(40)
    ]
    content = b"\n".join(map(orjson.dumps, lines))
    headers = {"content-type": "application/x-ndjson"}
    done = await state.post("/api/v1/schemes:import", params={"wait": "30"}, content=content, headers=headers)
    result = done.json()["result"]
    assert (result["created"], result["refused"]) == (20, 20), result
    problems = (await state.get(result["problems"])).text.splitlines()
    assert len(problems) == 20 and all("IN-CENTRE has authority" in line for line in problems)


async def test_a_node_by_itself_owns_everything(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as made:
        node = await made.start(CENTRE, centre=None)
        assert node.registry.authority is None
        await federated.plant(node)
        assert (await scheme(made.clients[CENTRE])).status_code == 201
