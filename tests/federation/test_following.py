"""Copies: taken in order, equal to their originals by digest, and only what may leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import federated
import httpx
import orjson
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network, digests, settled

from jjm.federation.following.offer import stretch
from jjm.federation.following.stretch import Stretch, read
from jjm.ledger import size

pytestmark = pytest.mark.long

STATE = "IN-OD"
PATCH = {"content-type": "application/merge-patch+json"}


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Network, None]:
    """A Centre with areas, and Odisha, which is listed."""
    async with federated.network(postgres, tmp_path_factory.mktemp("nodes")) as made:
        centre = await made.start(CENTRE)
        await federated.plant(centre)
        await made.start(STATE)
        await made.admit(STATE, "21")
        yield made


async def write(world: Network, count: int = 3) -> list[str]:
    """Schemes of Odisha; the first is changed twice, the second retired, the third corrected."""
    client, ids = world.clients[STATE], list[str]()
    for n in range(count):
        body = {"name": f"Scheme {n}", "kind": "SVS", "status": "in_progress", "villages": ["VIL-100001"]}
        made = await client.post("/api/v1/schemes", json=body)
        assert made.status_code == 201, made.text
        ids.append(made.json()["id"])
    await _patch(world, ids[0], {"name": "Renamed"}, {"valid_from": "2026-01-01"})
    await _patch(world, ids[0], {"name": "Renamed again"}, {})
    gone = await client.delete(f"/api/v1/schemes/{ids[1]}", headers={"if-match": '"1"'})
    assert gone.status_code == 200
    await _patch(world, ids[2], {"name": "Put right"}, {"change": "correct"})
    return ids


async def _patch(world: Network, id: str, values: dict[str, Any], asked: dict[str, str]) -> None:
    client, path = world.clients[STATE], f"/api/v1/schemes/{id}"
    headers = {**PATCH, "if-match": (await client.get(path)).headers["etag"]}
    answer = await client.patch(path, content=orjson.dumps(values), params=asked, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_a_state_has_the_administration_and_the_centre_the_states_records(world: Network) -> None:
    await settled(world)
    assert await digests(world.nodes[STATE], "village") == await digests(world.nodes[CENTRE], "village")
    ids = await write(world)
    await settled(world)
    for type in ("scheme", "village", "state", "node"):
        assert await digests(world.nodes[STATE], type) == await digests(world.nodes[CENTRE], type), type
    for path in ("", "/history"):
        there, here = [
            (await world.clients[name].get(f"/api/v1/schemes/{ids[0]}{path}")).json() for name in (CENTRE, STATE)
        ]
        for record in [there, here] if not path else [*there["items"], *here["items"]]:
            record["_meta"].pop("position")
        assert there == here
    assert (await world.clients[CENTRE].get(f"/api/v1/schemes/{ids[1]}")).status_code == 410
    listed = (await world.clients[CENTRE].get("/api/v1/schemes?within=state/21")).json()["items"]
    assert {item["name"] for item in listed} == {"Renamed again", "Put right"}
    verified = [fault async for fault in federated.audit(world.nodes[CENTRE])]
    assert not verified


async def test_a_copy_is_not_written(world: Network) -> None:
    await settled(world)
    ids = await write(world)
    await settled(world)
    answer = await world.clients[CENTRE].delete(f"/api/v1/schemes/{ids[0]}", headers={"if-match": '"3"'})
    assert answer.status_code == 409 and answer.json()["authority"]["name"] == STATE


async def test_after_a_cut_line_and_a_restart_nothing_is_missing_or_doubled(world: Network) -> None:
    await settled(world)
    world.wires.cut.add("od.test")
    await write(world, 30)
    await asyncio.sleep(1)
    world.wires.cut.clear()
    await settled(world)
    assert await digests(world.nodes[STATE], "scheme") == await digests(world.nodes[CENTRE], "scheme")


async def test_however_much_there_is_a_stretch_is_bounded(world: Network) -> None:
    """Six megabytes of meters are brought in stretches that both nodes can hold, and nothing is missing."""
    long = {"manufacturer": "M" * 200, "model": "N" * 100, "serial_number": "S" * 100}
    device = {"kind": "flow_meter", "status": "active", "village": "VIL-100001", "interval": 15.0, "name": "P" * 200}
    lines = b"".join(orjson.dumps({**device, **long}) + b"\n" for _ in range(7_000))
    await settled(world)  # the village is known here by then
    client = world.clients[STATE]
    answer = await client.post(
        "/api/v1/devices:import", content=lines, headers={"content-type": "application/x-ndjson"}
    )
    job = (await client.get(answer.headers["location"], params={"wait": 30})).json()
    assert job["result"]["created"] == 7_000, job["result"]
    await settled(world)
    assert await digests(world.nodes[STATE], "device") == await digests(world.nodes[CENTRE], "device")
    centre = world.nodes[STATE].federation.network.member(CENTRE)
    assert centre is not None
    after, stretches = -1, list[Stretch]()
    async with world.nodes[STATE].database.snapshot() as conn:
        there = await size(conn)
        while after < there - 1:
            asked = {"after": after, "limit": 10_000, "seen": 0, "epoch": None}
            told = await stretch(world.nodes[STATE].registry, conn, centre, **asked)
            assert len(told) < 5_000_000
            stretches.append(read(told))
            after = stretches[-1].size - 1
    assert len(stretches) > 1
    assert sum(len(c.versions) for s in stretches for c in s.copies if c.type == "device") == 7_000


async def test_nothing_personal_leaves(world: Network) -> None:
    await settled(world)
    secret = "Savitri-who-is-invented"
    body = {"village": "VIL-100001", "head_name": secret, "members": 4}
    made = await world.clients[STATE].post("/api/v1/households", json=body)
    assert made.status_code == 201, made.text
    await write(world)
    await settled(world)
    assert secret not in await federated.everything(world.nodes[CENTRE])
    path = f"/api/v1/households/{made.json()['id']}"
    there, here = [(await world.clients[name].get(path)).json() for name in (CENTRE, STATE)]
    assert here["head_name"] == secret and "head_name" not in there
    # The rest is the same, and so is what the digest of the version is made of.
    assert there["village"] == here["village"] and there["members"] == here["members"]
    for what in ("digest", "personal", "version"):
        assert there["_meta"][what] == here["_meta"][what]
    assert there["_meta"]["withheld"] is True and "withheld" not in here["_meta"]
    assert await digests(world.nodes[STATE], "household") == await digests(world.nodes[CENTRE], "household")
    assert not [fault async for fault in federated.audit(world.nodes[CENTRE])]


async def test_a_proposal_is_decided_where_the_record_is_and_told_back(world: Network) -> None:
    await settled(world)
    state, centre = world.clients[STATE], world.clients[CENTRE]
    relay = {**PATCH, "if-match": (await state.get("/api/v1/villages/VIL-100001")).headers["etag"], "prefer": "relay"}
    place = {"location": {"type": "Point", "coordinates": [85.1, 20.2]}}
    own: list[str] = []
    for values in ({"name": "Its right name"}, place):
        kept = await state.patch("/api/v1/villages/VIL-100001", content=orjson.dumps(values), headers=relay)
        assert kept.status_code == 202, kept.text
        own.append(kept.json()["id"])
    asked = await _awaited(centre, "/api/v1/proposals?kind=change&status=open", "made_on", STATE)
    assert asked["about"] == "VIL-100001" and asked["data"] == {"name": "Its right name"}
    # What the State decides by itself was not put before anybody.
    located = await _awaited(state, "/api/v1/villages?name=Village%201", "location", place["location"])
    assert located["name"] == "Village 1"
    done = await centre.post(f"/api/v1/proposals/{asked['id']}:accept", json={"note": "as in the gazette"})
    assert done.status_code == 200, done.text
    await _awaited(state, "/api/v1/villages?name=Its%20right%20name", "id", "VIL-100001")
    for id in own:
        closed = await _awaited(state, "/api/v1/proposals?status=accepted&about=VIL-100001", "id", id)
        assert closed["status"] == "accepted" and closed["decided_by"]


async def _awaited(client: httpx.AsyncClient, path: str, name: str, value: object) -> dict[str, Any]:
    """The first record of a list with that value, once it is there."""
    async with asyncio.timeout(40):
        while True:
            items = (await client.get(path)).json()["items"]
            if found := next((item for item in items if item.get(name) == value), None):
                return found
            await asyncio.sleep(0.2)


async def test_the_network_can_be_looked_at_from_each_node(world: Network) -> None:
    await settled(world)
    for name, other in ((CENTRE, STATE), (STATE, CENTRE)):
        client = world.clients[name]
        stands = (await client.get("/api/v1/federation")).json()
        known = {node["name"]: node for node in stands["nodes"]}
        assert (await client.get("/api/v1/federation/held")).json()["items"] == []
        assert known[other]["followed"] and known[other]["behind"] == 0 and known[other]["held"] == 0
        assert stands["list"]["centre"] == CENTRE and stands["forks"] == []
        for lang in ("en", "hi"):
            page = await client.get("/network", params={"lang": lang}, headers={"accept": "text/html"})
            assert page.status_code == 200 and other in page.text and "<script" not in page.text


async def test_what_was_rewritten_is_named_and_stops_that_node_only(world: Network) -> None:
    """The State signs another tree over the same entries, as after a restore of which nobody was told."""
    await settled(world)
    state, centre = world.nodes[STATE], world.clients[CENTRE]
    async with state.database.write() as conn:
        await conn.execute(
            "update ledger.batch set leaves = digests where first = (select max(first) from ledger.batch)"
        )
        await conn.execute("truncate ledger.tile; delete from ledger.head; update ledger.batch set first = null")
    await write(world, 4)
    async with asyncio.timeout(30):
        while not (stands := (await centre.get("/api/v1/federation")).json())["forks"]:
            await asyncio.sleep(0.1)
    fork = stands["forks"][0]
    assert fork["node"] == STATE and fork["before"].startswith(STATE) and fork["after"].startswith(STATE)
    assert next(n for n in stands["nodes"] if n["name"] == STATE)["forked_at"]
    page = await centre.get("/network?lang=en", headers={"accept": "text/html"})
    assert "Its ledger was rewritten" in page.text
    assert (
        await centre.post(f"/api/v1/federation/nodes/{STATE}:clear", json={"reason": "looked at"})
    ).status_code == 200
    cleared = (await centre.get("/api/v1/federation")).json()["forks"][0]
    assert cleared["cleared_by"] and cleared["reason"] == "looked at"
