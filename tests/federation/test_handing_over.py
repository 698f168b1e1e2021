"""A hosted State moves with what is personal, is compared and confirmed; or comes back with all that it wrote."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import federated
import httpx
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network, digests, settled
from federation.handing_over import (
    HOSTED,
    PATHS,
    STATE,
    begin,
    change,
    decisions,
    has_entered,
    hosted,
    is_equal,
    is_withheld,
    may_write,
    report,
    shown,
)
from federation.test_lending import until

HIDDEN = pytest.mark.parametrize("hidden", [False, True], ids=["reached", "only-pushes"])
"""A State's node that the Centre reaches, and one behind NAT that only calls it."""


@pytest_asyncio.fixture
async def world(postgres: Postgres, tmp_path: Path) -> AsyncGenerator[Network, None]:
    """A Centre that hosts Odisha: a household with a history, one that is gone, and a scheme."""
    async with federated.network(postgres, tmp_path) as made:
        centre = await made.start(CENTRE)
        await federated.plant(centre)
        yield made


@HIDDEN
async def test_a_state_moves_whole_and_the_centre_keeps_a_copy(world: Network, hidden: bool) -> None:
    id, gone = await hosted(world)
    await begin(world, hidden=hidden)
    # Between the two nobody writes: neither the Centre any more, nor the State before it has everything.
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: _refuses(centre, id))
    early = await centre.post(f"{PATHS}:confirm", json={"reason": "too early"})
    assert early.status_code == 409 and early.json()["code"] in ("not-caught-up", "handover-differs"), early.text
    await until(lambda: may_write(world), 60)
    await settled(world)
    moved, kept = await shown(state, id), await shown(centre, id)
    assert moved["head_name"] == f"{HOSTED} Devi" and moved["phone"] == "+919999954321"
    assert (
        moved["_meta"]["digest"] == kept["_meta"]["digest"] and moved["_meta"]["personal"] == kept["_meta"]["personal"]
    )
    assert not {"withheld", "unproven"} & moved["_meta"].keys()
    assert await change(state, id, {"members": 5, "head_name": "Now its own"}) == 200
    await until(lambda: is_equal(world), 60)
    made = await report(world)
    held = {t["type"]: t["here"] for t in made["types"] if t["here"]["versions"]}
    assert held.keys() == {"household", "scheme", "functionary"}
    assert held["household"]["personal"] == held["household"]["versions"] >= 5
    assert (await shown(centre, id))["head_name"] == "Now its own"  # whole on both until it is confirmed

    done = await centre.post(f"{PATHS}:confirm", json={"reason": "compared"})
    assert done.status_code == 200 and done.json()["state"] == "confirmed", done.text
    assert await is_withheld(centre, id)
    async with world.nodes[CENTRE].database.read() as conn:
        for table in ("household", "household_history", "functionary"):
            assert await conn.fetchval(f"select count(*) from registry.{table} where length(sealed) > 33") == 0
    assert (await shown(state, id))["head_name"] == "Now its own"
    await until(lambda: has_entered(world, STATE, ["begin", "confirm"]))
    assert await decisions(world, CENTRE) == ["begin", "confirm"]
    assert await change(state, id, {"members": 6}) == 200
    await settled(world)
    assert await is_withheld(centre, id)
    assert await digests(world.nodes[STATE], "household") == await digests(world.nodes[CENTRE], "household")
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []
    late = await centre.post(f"{PATHS}:take-back", json={"reason": "too late"})
    assert late.status_code == 409 and late.json()["code"] == "wrong-state"
    assert gone


async def _refuses(client: httpx.AsyncClient, id: str) -> bool:
    return await change(client, id, {"members": 9}) == 409


@HIDDEN
async def test_a_state_comes_back_with_what_its_node_wrote(world: Network, hidden: bool) -> None:
    id, _ = await hosted(world)
    await begin(world, hidden=hidden)
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: may_write(world), 60)
    assert await change(state, id, {"head_name": "Written at home"}) == 200
    body = {"village": "VIL-100001", "head_name": "New at home", "members": 2}
    new = (await state.post("/api/v1/households", json=body)).json()["id"]
    back = await centre.post(f"{PATHS}:take-back", json={"reason": "the machine is broken"})
    assert back.status_code == 200 and back.json()["state"] == "returning"
    await until(lambda: _is_back(centre, id), 60)
    assert (await shown(centre, new))["head_name"] == "New at home"
    assert (await shown(centre, id))["head_name"] == "Written at home"
    assert await change(centre, new, {"members": 3}) == 200
    assert await change(state, new, {"members": 4}) == 409
    await until(lambda: has_entered(world, STATE, ["begin", "return", "take-back"]))
    assert await decisions(world, CENTRE) == ["begin", "return", "take-back"]
    async with world.nodes[STATE].database.read() as conn:
        assert await conn.fetchval("select count(*) from registry.household where length(sealed) > 33") == 0
    # Once more: the State gets back what it wrote itself, and what was written here since.
    begun = await centre.post(f"{PATHS}:begin", json={"reason": "it is mended"})
    assert begun.status_code == 200, begun.text
    await until(lambda: may_write(world), 60)
    await until(lambda: is_equal(world), 60)
    assert (await shown(state, new))["head_name"] == "New at home"
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []


async def _is_back(client: httpx.AsyncClient, id: str) -> bool:
    return await change(client, id, {"members": 7}) == 200


@HIDDEN
async def test_differences_are_named_and_stand_against_confirming(world: Network, hidden: bool) -> None:
    id, _ = await hosted(world)
    await begin(world, hidden=hidden)
    centre = world.clients[CENTRE]
    await until(lambda: is_equal(world), 60)
    async with world.nodes[STATE].database.write() as conn:  # as if it had lost what is personal in one version
        lost = "update registry.household set sealed = substr(sealed, 1, 33) where id = $1"
        await conn.execute(lost, id)
    refused = await centre.post(f"{PATHS}:confirm", json={"reason": "compared"})
    assert refused.status_code == 409 and refused.json()["code"] == "handover-differs", refused.text
    named = [line for t in refused.json()["report"]["types"] for line in t["named"]]
    assert named == [f"{id} version 2: what is personal is whole only here"]
    assert not await is_withheld(centre, id)


@pytest.mark.parametrize("path", ["begin", "confirm", "take-back"])
async def test_only_the_centre_decides(world: Network, path: str) -> None:
    await world.start(STATE)
    answer = await world.clients[STATE].post(f"{PATHS}:{path}", json={"reason": "not here"})
    assert answer.status_code == 404 and answer.json()["code"] == "not-the-centre"
