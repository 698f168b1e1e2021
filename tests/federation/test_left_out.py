"""A node that leaves a record out of what it shows is noticed, and asked until it shows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import federated
import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, CENTRE_URL, Network
from federation.test_lending import until
from federation.test_malformed import forgotten, sent, written

from jjm.federation.following import offer

STATE = "IN-AA"


@pytest_asyncio.fixture
async def world(postgres: Postgres, tmp_path: Path) -> AsyncGenerator[Network, None]:
    """A Centre, and a State with a scheme and a household."""
    async with federated.network(postgres, tmp_path) as made:
        await federated.plant(await made.start(CENTRE))
        await made.start(STATE)
        await made.admit(STATE, "21")
        client = made.clients[STATE]
        scheme = {"name": "Nal Jal", "kind": "SVS", "status": "in_progress", "villages": ["VIL-100001"]}
        await written(client, "schemes", scheme)
        await written(client, "households", {"village": "VIL-100001", "head_name": "Somebody", "members": 3})
        yield made


async def _push(world: Network, lines: list[Any]) -> httpx.Response:
    content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    async with world.nodes[STATE].federation.client() as signed:
        return await signed.post(f"{CENTRE_URL}/api/v1/federation/batches", content=content)


@pytest.mark.parametrize(("type", "said"), [("scheme", None), ("scheme", "undivided"), ("household", None)])
async def test_a_state_leaves_out_what_it_made(world: Network, type: str, said: str | None) -> None:
    """The tree does not speak of what was left out: every hash and signature is good."""
    world.wires.cut.add("aa.test")
    await nodes.sequenced(world.nodes[STATE])
    lines = await sent(world)
    for line in lines[1:]:
        if line["type"] == type:
            line["records"] = [said] * len(line["subjects"])
    await forgotten(world)
    refused = await _push(world, lines)
    assert refused.status_code == 422 and refused.json()["code"] == "not-proven", refused.text
    assert f"{STATE} leaves out {type}" in refused.json()["detail"]
    taken = await _push(world, await sent(world))
    assert taken.status_code == 200, taken.text


async def test_the_centre_leaves_out_a_village(world: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """The State says so in its status as long as it lasts, and goes on by itself once the village is shown."""
    await federated.settled(world)
    real = offer.originals

    async def silent(registry: Any, conn: Any, piece: Any) -> Sequence[Any]:
        found = await real(registry, conn, piece)
        return [None if piece.type == "village" and v and v.data["name"] == "Gaon" else v for v in found]

    monkeypatch.setattr(offer, "originals", silent)
    centre = world.clients[CENTRE]
    body = {"code": "100077", "name": "Gaon", "subdistrict": "SDT-1"}
    made = await centre.post("/api/v1/villages", json=body)
    assert made.status_code == 201, made.text
    await until(lambda: _faults(world, "leaves out village VIL-100077"))
    path = "/api/v1/villages/VIL-100077"
    assert (await world.clients[STATE].get(path)).status_code == 404
    monkeypatch.setattr(offer, "originals", real)
    await until(lambda: _is_there(world, path))


async def _faults(world: Network, words: str) -> bool:
    nodes = (await world.clients[STATE].get("/api/v1/federation")).json()["nodes"]
    return any(words in (node["fault"] or "") for node in nodes)


async def _is_there(world: Network, path: str) -> bool:
    return (await world.clients[STATE].get(path)).status_code == 200
