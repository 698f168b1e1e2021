"""A State that was kept on the Centre's node moves to its own, with all history; and can be taken back."""

from __future__ import annotations

from pathlib import Path

import federated
import orjson
from databases import Postgres
from federated import CENTRE, Network, digests, settled

STATE = "IN-OD"
PATCH = {"content-type": "application/merge-patch+json"}


async def _rename(world: Network, name: str, id: str, to: str) -> int:
    client, path = world.clients[name], f"/api/v1/schemes/{id}"
    headers = {**PATCH, "if-match": (await client.get(path)).headers["etag"]}
    return (await client.patch(path, content=orjson.dumps({"name": to}), headers=headers)).status_code


async def test_a_hosted_state_moves_to_its_own_node_and_back(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as world:
        centre = await world.start(CENTRE)
        await federated.plant(centre)
        body = {"name": "Hosted", "kind": "SVS", "status": "in_progress", "villages": ["VIL-100001"]}
        id = (await world.clients[CENTRE].post("/api/v1/schemes", json=body)).json()["id"]
        other = {**body, "villages": ["VIL-100002"]}
        kept = (await world.clients[CENTRE].post("/api/v1/schemes", json=other)).json()["id"]
        assert await _rename(world, CENTRE, id, "Renamed while hosted") == 200

        state = await world.start(STATE)
        record = await world.admit(STATE, "21")
        await settled(world)
        moved = await digests(state, "scheme")
        assert moved == {v for v in await digests(centre, "scheme") if v[0] == id} and len(moved) == 2
        assert await _rename(world, CENTRE, id, "Too late") == 409
        assert await _rename(world, STATE, id, "On its own node") == 200
        assert (await world.clients[CENTRE].get(f"/api/v1/schemes/{kept}")).status_code == 200
        await settled(world)
        assert await digests(state, "scheme") == {v for v in await digests(centre, "scheme") if v[0] == id}
        history = (await world.clients[CENTRE].get(f"/api/v1/schemes/{id}/history")).json()["items"]
        assert [(v["_meta"]["version"], v["_meta"]["node"]) for v in history] == [(3, STATE), (2, CENTRE), (1, CENTRE)]
        for node in (centre, state):
            async with node.database.read() as conn:
                entered = "select count(*) from ledger.batch where type = 'node' and $1 = any(subjects)"
                assert await conn.fetchval(entered, record["id"]) == 1

        ended = await world.clients[CENTRE].patch(
            f"/api/v1/nodes/{record['id']}", json={"status": "ended"}, headers={**PATCH, "if-match": '"1"'}
        )
        assert ended.status_code == 200
        listed = await world.listed(lambda found: STATE not in found.members)
        await state.federation.network.take(listed.signed)
        assert await _rename(world, STATE, id, "No longer its own") == 409
        assert await _rename(world, CENTRE, id, "Hosted again") == 200
