"""A State that is hosted on the Centre's node and moves to its own, for tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
from federated import CENTRE, Network
from federation.test_lending import PURPOSE

STATE = "IN-OD"
PATCH = {"content-type": "application/merge-patch+json"}
HOSTED = "Hosted Namuna"
PATHS = "/api/v1/federation/handovers/IN-OD"


@dataclass
class Running:
    """The running time of the machine on which all nodes of a test run, that can be put ahead."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """So many seconds."""
        return time.monotonic() + self.ahead


async def hosted(world: Network) -> tuple[str, str]:
    """A household with a history, another that is gone, a scheme and an officer, kept on the Centre's node."""
    client = world.clients[CENTRE]
    household = {"village": "VIL-100001", "head_name": HOSTED, "phone": "+919999954321", "members": 3}
    id = (await client.post("/api/v1/households", json=household)).json()["id"]
    assert await change(client, id, {"head_name": f"{HOSTED} Devi"}) == 200
    other = (await client.post("/api/v1/households", json={**household, "head_name": "Gone"})).json()["id"]
    assert (await client.delete(f"/api/v1/households/{other}", headers={"if-match": '"1"'})).status_code == 200
    scheme = {"name": "Hosted", "kind": "SVS", "status": "in_progress", "villages": ["VIL-100001"]}
    assert (await client.post("/api/v1/schemes", json=scheme)).status_code == 201
    person = {"name": "Kamala Namuna", "kind": "department_staff", "state": "STA-21"}
    assert (await client.post("/api/v1/functionaries", json=person)).status_code == 201
    return id, other


async def change(client: httpx.AsyncClient, id: str, values: dict[str, Any]) -> int:
    """Change a household; the status of the answer."""
    path = f"/api/v1/households/{id}"
    headers = {**PATCH, "if-match": (await client.get(path)).headers["etag"]}
    return (await client.patch(path, content=orjson.dumps(values), headers=headers)).status_code


async def begin(world: Network, *, hidden: bool = False, **more: Any) -> None:
    """The State's node is entered as planned, and its handover begins; nobody reaches a hidden one."""
    await world.start(STATE, **({"url": ""} if hidden else {}), **more)
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


async def may_write(world: Network) -> bool:
    """True once the State's node has all that it needs, and a lease."""
    network = world.nodes[STATE].federation.network
    return network.has_followed and network.may_write


async def report(world: Network) -> dict[str, Any]:
    """What both nodes hold, as the Centre tells it."""
    answer = await world.clients[CENTRE].get(f"{PATHS}/report")
    return answer.json() if answer.status_code == 200 else {"equal": None, "detail": answer.text}


async def is_equal(world: Network) -> bool:
    """True if both hold the same."""
    return (await report(world))["equal"] is True


async def shown(client: httpx.AsyncClient, id: str) -> dict[str, Any]:
    """A household as that node shows it to its administrator."""
    return (await client.get(f"/api/v1/households/{id}", headers=PURPOSE)).json()


async def decisions(world: Network, name: str) -> list[str]:
    """What a node has entered of the handover, in order."""
    async with world.nodes[name].database.read() as conn:
        asked = "select change from access.decision where type = 'access.handover' order by version"
        return [row["change"] for row in await conn.fetch(asked)]


async def is_withheld(client: httpx.AsyncClient, id: str) -> bool:
    """True if what is personal in it is not there."""
    return bool((await shown(client, id))["_meta"].get("withheld"))


async def has_entered(world: Network, name: str, changes: list[str]) -> bool:
    """True if a node has entered just this."""
    return await decisions(world, name) == changes
