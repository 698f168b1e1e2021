"""A hosted State moves with what is personal, is compared and confirmed; or comes back with all that it wrote."""

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
from federated import CENTRE, Network, digests, settled
from federation.test_lending import PURPOSE, until

STATE = "IN-OD"
PATCH = {"content-type": "application/merge-patch+json"}
HOSTED = "Hosted Namuna"
PATHS = "/api/v1/federation/handovers/IN-OD"
HIDDEN = pytest.mark.parametrize("hidden", [False, True], ids=["reached", "only-pushes"])
"""A State's node that the Centre reaches, and one behind NAT that only calls it."""


@pytest_asyncio.fixture
async def world(postgres: Postgres, tmp_path: Path) -> AsyncGenerator[Network, None]:
    """A Centre that hosts Odisha: a household with a history, one that is gone, and a scheme."""
    async with federated.network(postgres, tmp_path) as made:
        centre = await made.start(CENTRE)
        await federated.plant(centre)
        yield made


async def _hosted(world: Network) -> tuple[str, str]:
    client = world.clients[CENTRE]
    household = {"village": "VIL-100001", "head_name": HOSTED, "phone": "+919999954321", "members": 3}
    id = (await client.post("/api/v1/households", json=household)).json()["id"]
    assert await _change(client, id, {"head_name": f"{HOSTED} Devi"}) == 200
    other = (await client.post("/api/v1/households", json={**household, "head_name": "Gone"})).json()["id"]
    assert (await client.delete(f"/api/v1/households/{other}", headers={"if-match": '"1"'})).status_code == 200
    scheme = {"name": "Hosted", "kind": "SVS", "status": "in_progress", "villages": ["VIL-100001"]}
    assert (await client.post("/api/v1/schemes", json=scheme)).status_code == 201
    person = {"name": "Kamala Namuna", "kind": "department_staff", "state": "STA-21"}
    assert (await client.post("/api/v1/functionaries", json=person)).status_code == 201
    return id, other


async def _change(client: httpx.AsyncClient, id: str, values: dict[str, Any]) -> int:
    path = f"/api/v1/households/{id}"
    headers = {**PATCH, "if-match": (await client.get(path)).headers["etag"]}
    return (await client.patch(path, content=orjson.dumps(values), headers=headers)).status_code


async def _begin(world: Network, *, hidden: bool = False) -> None:
    """The State's node is entered as planned, and its handover begins; nobody reaches a hidden one."""
    await world.start(STATE, **({"url": ""} if hidden else {}))
    if hidden:
        del world.wires.ends["od.test"]
    said = (await world.clients[STATE].get("/.well-known/jjm-node")).json()["node"]
    assert hidden == ("address" not in said)
    record = {
        "name": STATE, "role": "state", "status": "planned", "states": ["STA-21"],
        **({"exchange": "push"} if hidden else {"exchange": "pull", "address": said["address"]}),
        "keys": said["keys"]["keys"], "ledger_key": said["ledger"],
    }  # fmt: skip
    assert (await world.clients[CENTRE].post("/api/v1/nodes", json=record)).status_code == 201
    begun = await world.clients[CENTRE].post(f"{PATHS}:begin", json={"reason": "its system is ready"})
    assert begun.status_code == 200, begun.text
    assert begun.json()["state"] == "begun" and begun.json()["states"] == ["21"]


async def _may_write(world: Network) -> bool:
    return world.nodes[STATE].federation.network.has_followed


async def _report(world: Network) -> dict[str, Any]:
    answer = await world.clients[CENTRE].get(f"{PATHS}/report")
    return answer.json() if answer.status_code == 200 else {"equal": None, "detail": answer.text}


async def _is_equal(world: Network) -> bool:
    return (await _report(world))["equal"] is True


async def _shown(client: httpx.AsyncClient, id: str) -> dict[str, Any]:
    return (await client.get(f"/api/v1/households/{id}", headers=PURPOSE)).json()


async def _decisions(world: Network, name: str) -> list[str]:
    async with world.nodes[name].database.read() as conn:
        asked = "select change from access.decision where type = 'access.handover' order by version"
        return [row["change"] for row in await conn.fetch(asked)]


async def _is_withheld(client: httpx.AsyncClient, id: str) -> bool:
    return bool((await _shown(client, id))["_meta"].get("withheld"))


@HIDDEN
async def test_a_state_moves_whole_and_the_centre_keeps_a_copy(world: Network, hidden: bool) -> None:
    id, gone = await _hosted(world)
    await _begin(world, hidden=hidden)
    # Between the two nobody writes: neither the Centre any more, nor the State before it has everything.
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: _refuses(centre, id))
    early = await centre.post(f"{PATHS}:confirm", json={"reason": "too early"})
    assert early.status_code == 409 and early.json()["code"] in ("not-caught-up", "handover-differs"), early.text
    await until(lambda: _may_write(world), 60)
    await settled(world)
    moved, kept = await _shown(state, id), await _shown(centre, id)
    assert moved["head_name"] == f"{HOSTED} Devi" and moved["phone"] == "+919999954321"
    assert (
        moved["_meta"]["digest"] == kept["_meta"]["digest"] and moved["_meta"]["personal"] == kept["_meta"]["personal"]
    )
    assert not {"withheld", "unproven"} & moved["_meta"].keys()
    assert await _change(state, id, {"members": 5, "head_name": "Now its own"}) == 200
    await until(lambda: _is_equal(world), 60)
    made = await _report(world)
    held = {t["type"]: t["here"] for t in made["types"] if t["here"]["versions"]}
    assert held.keys() == {"household", "scheme", "functionary"}
    assert held["household"]["personal"] == held["household"]["versions"] >= 5
    assert (await _shown(centre, id))["head_name"] == "Now its own"  # whole on both until it is confirmed

    done = await centre.post(f"{PATHS}:confirm", json={"reason": "compared"})
    assert done.status_code == 200 and done.json()["state"] == "confirmed", done.text
    assert await _is_withheld(centre, id)
    async with world.nodes[CENTRE].database.read() as conn:
        for table in ("household", "household_history", "functionary"):
            assert await conn.fetchval(f"select count(*) from registry.{table} where length(sealed) > 33") == 0
    assert (await _shown(state, id))["head_name"] == "Now its own"
    await until(lambda: _has_entered(world, STATE, ["begin", "confirm"]))
    assert await _decisions(world, CENTRE) == ["begin", "confirm"]
    assert await _change(state, id, {"members": 6}) == 200
    await settled(world)
    assert await _is_withheld(centre, id)
    assert await digests(world.nodes[STATE], "household") == await digests(world.nodes[CENTRE], "household")
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []
    late = await centre.post(f"{PATHS}:take-back", json={"reason": "too late"})
    assert late.status_code == 409 and late.json()["code"] == "wrong-state"
    assert gone


async def _refuses(client: httpx.AsyncClient, id: str) -> bool:
    return await _change(client, id, {"members": 9}) == 409


async def _has_entered(world: Network, name: str, changes: list[str]) -> bool:
    return await _decisions(world, name) == changes


@HIDDEN
async def test_a_state_comes_back_with_what_its_node_wrote(world: Network, hidden: bool) -> None:
    id, _ = await _hosted(world)
    await _begin(world, hidden=hidden)
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: _may_write(world), 60)
    assert await _change(state, id, {"head_name": "Written at home"}) == 200
    body = {"village": "VIL-100001", "head_name": "New at home", "members": 2}
    new = (await state.post("/api/v1/households", json=body)).json()["id"]
    back = await centre.post(f"{PATHS}:take-back", json={"reason": "the machine is broken"})
    assert back.status_code == 200 and back.json()["state"] == "returning"
    await until(lambda: _is_back(centre, id), 60)
    assert (await _shown(centre, new))["head_name"] == "New at home"
    assert (await _shown(centre, id))["head_name"] == "Written at home"
    assert await _change(centre, new, {"members": 3}) == 200
    assert await _change(state, new, {"members": 4}) == 409
    await until(lambda: _has_entered(world, STATE, ["begin", "return", "take-back"]))
    assert await _decisions(world, CENTRE) == ["begin", "return", "take-back"]
    async with world.nodes[STATE].database.read() as conn:
        assert await conn.fetchval("select count(*) from registry.household where length(sealed) > 33") == 0
    # Once more: the State gets back what it wrote itself, and what was written here since.
    begun = await centre.post(f"{PATHS}:begin", json={"reason": "it is mended"})
    assert begun.status_code == 200, begun.text
    await until(lambda: _may_write(world), 60)
    await until(lambda: _is_equal(world), 60)
    assert (await _shown(state, new))["head_name"] == "New at home"
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []


async def _is_back(client: httpx.AsyncClient, id: str) -> bool:
    return await _change(client, id, {"members": 7}) == 200


@HIDDEN
async def test_differences_are_named_and_stand_against_confirming(world: Network, hidden: bool) -> None:
    id, _ = await _hosted(world)
    await _begin(world, hidden=hidden)
    centre = world.clients[CENTRE]
    await until(lambda: _is_equal(world), 60)
    async with world.nodes[STATE].database.write() as conn:  # as if it had lost what is personal in one version
        lost = "update registry.household set sealed = substr(sealed, 1, 33) where id = $1"
        await conn.execute(lost, id)
    refused = await centre.post(f"{PATHS}:confirm", json={"reason": "compared"})
    assert refused.status_code == 409 and refused.json()["code"] == "handover-differs", refused.text
    named = [line for t in refused.json()["report"]["types"] for line in t["named"]]
    assert named == [f"{id} version 2: what is personal is whole only here"]
    assert not await _is_withheld(centre, id)


@pytest.mark.parametrize("path", ["begin", "confirm", "take-back"])
async def test_only_the_centre_decides(world: Network, path: str) -> None:
    await world.start(STATE)
    answer = await world.clients[STATE].post(f"{PATHS}:{path}", json={"reason": "not here"})
    assert answer.status_code == 404 and answer.json()["code"] == "not-the-centre"
