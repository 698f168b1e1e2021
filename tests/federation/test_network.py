"""The list of nodes: signed by the Centre, kept while the Centre is away, never older than the last one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import federated
import httpx
import orjson
import pytest
from databases import Postgres
from federated import CENTRE

from jjm.access import open_node_key, signed_by
from jjm.federation import Network
from jjm.federation.network.callers import Callers, SignedByNode
from jjm.kit import Problem, digest


async def until(network: Network, serial: int) -> None:
    """Wait until the node has a list of that serial."""
    async with asyncio.timeout(20):
        while network.listed is None or network.listed.serial < serial:
            await asyncio.sleep(0.05)


async def test_a_node_takes_the_list_that_the_centre_signed(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        centre = await world.start(CENTRE)
        state = await world.start("IN-OD")
        await world.admit("IN-OD", "21")
        signed = (await world.clients[CENTRE].get("/.well-known/jjm-nodes")).text
        assert signed_by(signed, centre.access.key.public())
        listed = await state.federation.network.take(signed)
        assert set(listed.members) == {CENTRE, "IN-OD"}
        assert listed.members["IN-OD"].states == {"21"}
        assert listed.members["IN-OD"].keys["keys"][0]["kid"] == state.access.key.id
        assert listed.of_state("21", "scheme") == listed.members["IN-OD"]
        assert listed.of_state("18", "scheme") is None


async def test_a_node_describes_itself_and_signs_it(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        node = await world.start(CENTRE)
        said = (await world.clients[CENTRE].get("/.well-known/jjm-node")).json()
        payload = signed_by(said["signed"], said["node"]["keys"])
        assert payload is not None and digest(said["node"]) == digest(orjson.loads(payload))
        assert said["fingerprint"] == node.access.key.id
        assert said["node"]["ledger"] == node.verifier.vkey


async def test_only_the_centre_publishes_a_list(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        await world.start(CENTRE)
        await world.start("IN-OD")
        answer = await world.clients["IN-OD"].get("/.well-known/jjm-nodes")
        assert answer.status_code == 404 and answer.json()["code"] == "not-the-centre"
        assert "http://centre.test" in answer.json()["detail"]


async def test_the_last_good_list_holds_while_the_centre_is_away(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        await world.start(CENTRE)
        state = await world.start("IN-OD")
        await until(state.federation.network, 1)
        world.wires.cut.add("centre.test")
        async with state.federation.client() as client:
            await state.federation.network.fetch(client)
        assert state.federation.network.listed is not None
        assert "does not answer" in (state.federation.network.fault or "")
        again = Network(state.registry, state.access.key, state.federation.network.own)
        await again.load()
        assert again.listed == state.federation.network.listed


async def test_a_list_of_another_key_or_an_older_one_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        centre = await world.start(CENTRE)
        state = await world.start("IN-OD")
        network = state.federation.network
        await until(network, 1)
        first = network.listed
        assert first is not None
        await world.admit("IN-OD", "21")
        await network.take((await centre.federation.network.issue()).signed)
        with pytest.raises(Problem) as refused:
            await network.take(first.signed)
        assert refused.value.code == "list-older"
        payload = signed_by(first.signed, centre.access.key.public())
        assert payload is not None
        forged = open_node_key(tmp_path / "thief").sign(orjson.loads(payload))
        with pytest.raises(Problem) as refused:
            await network.take(forged)
        assert refused.value.code == "list-unsigned"


async def test_a_call_signed_by_a_listed_node_is_that_node(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        await world.start(CENTRE)
        state = await world.start("IN-OD")
        address = f"{federated.CENTRE_URL}/api/v1/appointments"
        async with state.federation.client() as client:
            refused = await client.get(address)
            assert refused.status_code == 401 and refused.json()["code"] == "signature-refused"
            await world.admit("IN-OD", "21")
            assert (await client.get(address)).status_code == 200
            request = client.build_request("GET", address)
            request = next(client.auth.auth_flow(request))  # type: ignore[union-attr]
            assert (await world.wires.handle_async_request(request)).status_code == 200
            again = await world.wires.handle_async_request(request)
            assert again.status_code == 401
            written = await client.post(address, json={})
            assert written.status_code == 401


async def test_a_suspended_node_is_nobody(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        await world.start(CENTRE)
        state = await world.start("IN-OD")
        record = await world.admit("IN-OD", "21")
        patch = {"status": "suspended"}
        headers = {"if-match": '"1"', "content-type": "application/merge-patch+json"}
        done = await world.clients[CENTRE].patch(f"/api/v1/nodes/{record['id']}", json=patch, headers=headers)
        assert done.status_code == 200
        await world.listed(lambda found: not found.members["IN-OD"].active)
        async with state.federation.client() as client:
            assert (await client.get(f"{federated.CENTRE_URL}/api/v1/appointments")).status_code == 401


async def test_a_call_is_answered_once_also_after_a_restart(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        centre, state = await world.start(CENTRE), await world.start("IN-OD")
        await world.admit("IN-OD", "21")
        call = httpx.Request("GET", "http://centre.test/api/v1/federation/position")
        next(SignedByNode(state.access.key, state.registry.clock).auth_flow(call))
        async with httpx.AsyncClient(transport=world.wires) as line:
            assert (await line.send(call)).status_code == 200
            again = await line.send(call)
            assert again.status_code == 401, again.text
            # A process that has just begun knows nothing but what stands in the database.
            centre.federation.callers = Callers(centre.federation.network)
            assert (await line.send(call)).status_code == 401
