"""A hosted State moves with what is personal, is compared and confirmed; or comes back with all that it wrote."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

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

pytestmark = pytest.mark.long

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
async def test_a_state_moves_comes_back_and_moves_for_good(world: Network, hidden: bool) -> None:
    """With all that is personal each time: what the Centre wrote, and what the State's node wrote meanwhile."""
    id, _ = await hosted(world)
    await begin(world, hidden=hidden)
    await _only_the_centre_decides(world)
    await _moves_whole(world, id)
    new = await _comes_back(world, id)
    # Once more: the State gets back what it wrote itself, and what was written here since.
    begun = await world.clients[CENTRE].post(f"{PATHS}:begin", json={"reason": "it is mended"})
    assert begun.status_code == 200, begun.text
    await until(lambda: may_write(world), 60)
    await until(lambda: is_equal(world), 60)
    assert (await shown(world.clients[STATE], new))["head_name"] == "New at home"
    await _differences_stand_against_confirming(world, id)
    await _is_confirmed(world, id)
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []


async def _only_the_centre_decides(world: Network) -> None:
    for what in ("begin", "confirm", "take-back"):
        answer = await world.clients[STATE].post(f"{PATHS}:{what}", json={"reason": "not here"})
        assert answer.status_code == 404 and answer.json()["code"] == "not-the-centre"


async def _moves_whole(world: Network, id: str) -> None:
    """Between the two nobody writes: neither the Centre any more, nor the State before it has everything."""
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: _refuses(centre, id))
    early = await centre.post(f"{PATHS}:confirm", json={"reason": "too early"})
    assert early.status_code == 409 and early.json()["code"] in ("not-caught-up", "handover-differs"), early.text
    await until(lambda: may_write(world), 60)
    await settled(world)
    moved, kept = await shown(state, id), await shown(centre, id)
    assert moved["head_name"] == f"{HOSTED} Devi" and moved["phone"] == "+919999954321"
    for name in ("digest", "personal"):
        assert moved["_meta"][name] == kept["_meta"][name]
    assert not {"withheld", "unproven"} & moved["_meta"].keys()


async def _refuses(client: httpx.AsyncClient, id: str) -> bool:
    return await change(client, id, {"members": 9}) == 409


async def _comes_back(world: Network, id: str) -> str:
    """What the State's node wrote comes with it, and that node keeps nothing personal; a household it made."""
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: _is_changed(state, id, {"head_name": "Written at home"}))
    body = {"village": "VIL-100001", "head_name": "New at home", "members": 2}
    new = (await state.post("/api/v1/households", json=body)).json()["id"]
    back = await centre.post(f"{PATHS}:take-back", json={"reason": "the machine is broken"})
    assert back.status_code == 200 and back.json()["state"] == "returning"
    await until(lambda: _is_changed(centre, id, {"members": 7}), 60)
    assert (await shown(centre, new))["head_name"] == "New at home"
    assert (await shown(centre, id))["head_name"] == "Written at home"
    assert await change(centre, new, {"members": 3}) == 200
    assert await change(state, new, {"members": 4}) == 409
    await until(lambda: has_entered(world, STATE, ["begin", "return", "take-back"]))
    assert await decisions(world, CENTRE) == ["begin", "return", "take-back"]
    async with world.nodes[STATE].database.read() as conn:
        assert await conn.fetchval("select count(*) from registry.household where length(sealed) > 33") == 0
    return new


async def _is_changed(client: httpx.AsyncClient, id: str, values: dict[str, Any]) -> bool:
    return await change(client, id, values) == 200


async def _differences_stand_against_confirming(world: Network, id: str) -> None:
    centre = world.clients[CENTRE]
    kept = await _put_sealed(world, id, None)  # as if it had lost what is personal in one version
    refused = await centre.post(f"{PATHS}:confirm", json={"reason": "compared"})
    assert refused.status_code == 409 and refused.json()["code"] == "handover-differs", refused.text
    version = (await shown(centre, id))["_meta"]["version"]
    named = [line for t in refused.json()["report"]["types"] for line in t["named"]]
    assert named == [f"{id} version {version}: what is personal is whole only here"]
    assert not await is_withheld(centre, id)
    await _put_sealed(world, id, kept)


async def _put_sealed(world: Network, id: str, sealed: bytes | None) -> bytes:
    """Put something, or what is left without a key, in place of what the State's node has sealed; what it was."""
    async with world.nodes[STATE].database.write() as conn:
        before = await conn.fetchval("select sealed from registry.household where id = $1", id)
        await conn.execute("update registry.household set sealed = $2 where id = $1", id, sealed or before[:33])
    return before


async def _is_confirmed(world: Network, id: str) -> None:
    """From then on the Centre keeps what an ordinary copy keeps, and it cannot be undone."""
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: _is_changed(state, id, {"members": 5, "head_name": "Now its own"}))
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
    await until(lambda: has_entered(world, STATE, ["begin", "return", "take-back", "begin", "confirm"]))
    assert await decisions(world, CENTRE) == ["begin", "return", "take-back", "begin", "confirm"]
    assert await change(state, id, {"members": 6}) == 200
    await settled(world)
    assert await is_withheld(centre, id)
    assert await digests(world.nodes[STATE], "household") == await digests(world.nodes[CENTRE], "household")
    late = await centre.post(f"{PATHS}:take-back", json={"reason": "too late"})
    assert late.status_code == 409 and late.json()["code"] == "wrong-state"
