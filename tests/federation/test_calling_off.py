"""A node is lost in the middle of a handover: at each moment one node has authority, and there is a way back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import federated
import httpx
import orjson
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, CENTRE_URL, Network, settled
from federation.handing_over import (
    PATHS,
    STATE,
    Running,
    begin,
    change,
    decisions,
    has_entered,
    hosted,
    is_equal,
    may_write,
    report,
    shown,
)
from federation.test_lending import PURPOSE, Leaping, until

from jjm.federation.handover.lease import LEASE, SURE

pytestmark = pytest.mark.long

WIRES = {"od.test", "centre.test"}


@pytest_asyncio.fixture
async def world(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Network, None]:
    """A Centre that hosts Odisha."""
    monkeypatch.setattr("jjm.federation.part._HELD_PAUSE", 0.3)
    async with federated.network(postgres, tmp_path) as made:
        await federated.plant(await made.start(CENTRE))
        yield made


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Running:
    """The running time by which both nodes count what is left of a lease."""
    made = Running()
    monkeypatch.setattr("jjm.federation.handover.lease.running", made)
    return made


@pytest.fixture
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases that end within seconds."""
    monkeypatch.setattr("jjm.federation.handover.lease.LEASE", 5.0)
    monkeypatch.setattr("jjm.federation.handover.lease.SURE", 8.0)


@dataclass
class Writers:
    """Somebody on each node who writes without a pause; when it last went well, and when first again."""

    world: Network
    scheme: str
    good: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {CENTRE: [], STATE: []})

    async def write(self, name: str) -> None:
        """Go on until cancelled."""
        while True:
            began = time.monotonic()
            with contextlib.suppress(httpx.HTTPError):
                if await _rename(self.world.clients[name], self.scheme, f"{name} {len(self.good[name])}") == 200:
                    self.good[name].append((began, time.monotonic()))
            await asyncio.sleep(0.1)

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None, None]:
        """Both write as long as this lasts."""
        tasks = [asyncio.create_task(self.write(name)) for name in self.good]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _rename(client: httpx.AsyncClient, scheme: str, to: str) -> int:
    path = f"/api/v1/schemes/{scheme}"
    headers = {"content-type": "application/merge-patch+json", "if-match": (await client.get(path)).headers["etag"]}
    return (await client.patch(path, content=orjson.dumps({"name": to}), headers=headers)).status_code


async def _call(world: Network, what: str) -> httpx.Response:
    return await world.clients[CENTRE].post(f"{PATHS}:{what}", json={"reason": "the machine burnt down"})


async def _is_listed_as(world: Network, handover: str) -> bool:
    found = await world.nodes[CENTRE].federation.network.issue()
    return found.members[STATE].handover == handover


async def _knows(world: Network, handover: str) -> bool:
    return world.nodes[STATE].federation.network.me.handover == handover


@pytest.mark.usefixtures("short_leases")
async def test_the_centre_calls_it_off_by_itself_and_never_do_two_write(world: Network) -> None:
    id, _ = await hosted(world)
    await begin(world)
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: may_write(world), 60)
    scheme = (await centre.get("/api/v1/schemes")).json()["items"][0]["id"]
    writers = Writers(world, scheme)
    async with writers.at_work():
        await until(lambda: _has_written(writers, STATE))
        # The line is gone, and with it all that the State's node says; it goes on to write on its lease.
        world.wires.cut |= WIRES
        assert (await _call(world, "take-back")).json()["state"] == "returning"
        called = await _call(world, "call-off")
        assert called.status_code == 200 and called.json()["state"] == "returning", called.text
        assert called.json()["called_off_at"]
        again = await _call(world, "call-off")
        assert again.status_code == 409 and again.json()["code"] == "wrong-state"
        await until(lambda: _is_listed_as(world, "called_off"), 60)
        await until(lambda: _has_written(writers, CENTRE))
    assert writers.good[STATE][-1][1] < writers.good[CENTRE][0][0]
    assert await change(state, id, {"members": 2}) == 409
    assert await decisions(world, CENTRE) == ["begin", "return", "call-off", "resume"]
    kept = await shown(centre, id)
    assert kept["head_name"] == "Hosted Namuna Devi"

    # It comes back, learns it, and keeps whole what it wrote and nobody else has; there it is held back, and named.
    world.wires.cut.clear()
    await until(lambda: has_entered(world, STATE, ["begin", "call-off"]), 60)
    assert await change(state, id, {"members": 2}) == 409
    await settled(world)
    held = (await centre.get("/api/v1/federation/held")).json()["items"]
    assert held and {(h["node"], h["id"]) for h in held} == {(STATE, scheme)}
    assert all("authority" in h["why"] for h in held)
    assert (await centre.get(f"/api/v1/schemes/{scheme}")).json()["_meta"]["node"] == CENTRE
    assert await change(centre, id, {"members": 3}) == 200
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []


async def _has_written(writers: Writers, name: str) -> bool:
    return len(writers.good[name]) > 3


async def _wait_until_no_lease_is_left(world: Network, running: Running) -> None:
    """So long that the Centre takes it for certain that the State's node writes no more, and not before."""
    await until(lambda: _counts(world))
    running.ahead += SURE - 60
    await asyncio.sleep(0.5)
    assert await _is_listed_as(world, "returning")
    running.ahead += 61
    await until(lambda: _is_listed_as(world, "called_off"), 60)


async def _counts(world: Network) -> bool:
    return bool(world.nodes[CENTRE].federation.called_off)


async def test_what_only_the_lost_node_has_comes_in_once_it_is_begun_again(world: Network, running: Running) -> None:
    """A record that it made while it was alone, and what is personal in a version that came as a copy before."""
    id, _ = await hosted(world)
    await begin(world)
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: may_write(world), 60)
    world.wires.refused.add("/api/v1/federation/offers/handover/parts")
    assert await change(state, id, {"head_name": "Known at home alone"}) == 200
    await settled(world)
    assert (await shown(centre, id))["_meta"]["withheld"] is True
    world.wires.cut |= WIRES
    body = {"village": "VIL-100001", "head_name": "Written while alone", "members": 2}
    made = await state.post("/api/v1/households", json=body)
    assert made.status_code == 201, made.text
    new = made.json()["id"]
    assert (await _call(world, "call-off")).status_code == 200
    await _wait_until_no_lease_is_left(world, running)

    # The Centre has neither, and loses neither by the way.
    assert (await centre.get(f"/api/v1/households/{new}")).status_code == 404
    path = f"/api/v1/households/{id}"
    before = await centre.get(path)
    headers = {"content-type": "application/merge-patch+json", "if-match": before.headers["etag"]}
    lost = await centre.patch(path, content=orjson.dumps({"members": 1}), headers=headers)
    assert lost.status_code == 409 and lost.json()["code"] == "personal-elsewhere", lost.text
    whole = {"village": "VIL-100001", "head_name": "Said anew", "members": 1}
    said = await centre.put(path, json=whole, headers={"if-match": before.headers["etag"]})
    assert said.status_code == 200, said.text
    assert (await shown(centre, id))["head_name"] == "Said anew"

    world.wires.cut.clear()
    world.wires.refused.clear()
    await until(lambda: has_entered(world, STATE, ["begin", "call-off"]), 60)
    assert (await shown(state, new))["head_name"] == "Written while alone"
    await until(lambda: _is_withheld(state, id), 60)
    assert (await centre.post(f"{PATHS}:begin", json={"reason": "it is there again"})).status_code == 200
    await until(lambda: may_write(world), 60)
    await until(lambda: is_equal(world), 60)
    assert (await shown(centre, new))["head_name"] == "Written while alone"
    assert [v.get("head_name") for v in await _history(centre, id)][:2] == ["Said anew", "Known at home alone"]
    assert (await report(world))["equal"]
    assert await change(state, new, {"members": 3}) == 200
    assert await change(centre, new, {"members": 4}) == 409


async def _is_withheld(client: httpx.AsyncClient, id: str) -> bool:
    return bool((await shown(client, id))["_meta"].get("withheld"))


async def _history(client: httpx.AsyncClient, id: str) -> list[dict[str, object]]:
    return (await client.get(f"/api/v1/households/{id}/history", headers=PURPOSE)).json()["items"]


async def test_a_node_comes_back_in_time_and_later_does_not(world: Network, running: Running) -> None:
    """In time it is taken back with all that it wrote. Later it has missed an end and a beginning, and goes on."""
    id, _ = await hosted(world)
    await begin(world)
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: may_write(world), 60)
    assert await change(state, id, {"head_name": "Before the line broke"}) == 200
    assert (await _call(world, "call-off")).status_code == 200
    await until(lambda: _is_listed_as(world, "taken_back"), 60)
    assert (await shown(centre, id))["head_name"] == "Before the line broke"
    assert await decisions(world, CENTRE) == ["begin", "call-off", "take-back"]
    await until(lambda: _knows(world, "taken_back"), 60)

    assert (await centre.post(f"{PATHS}:begin", json={"reason": "once more"})).status_code == 200
    await until(lambda: may_write(world), 60)
    await settled(world)
    first, heard = world.nodes[STATE].federation.network.me.begins, await decisions(world, STATE)
    world.wires.cut |= WIRES
    assert (await _call(world, "call-off")).status_code == 200
    await _wait_until_no_lease_is_left(world, running)
    await until(lambda: _is_changed(centre, id), 60)
    assert (await centre.post(f"{PATHS}:begin", json={"reason": "and again"})).status_code == 200
    before = (await shown(centre, id))["_meta"]["version"]
    await until(lambda: _is_listed_as(world, "begun"))
    world.wires.cut.clear()
    async with world.nodes[STATE].federation.client() as signed:  # none for the one before any more
        asked = await signed.post(f"{CENTRE_URL}/api/v1/federation/handover/lease", json={"begins": first})
    assert asked.status_code == 409 and asked.json()["code"] == "wrong-state", asked.text
    await until(lambda: _is_changed(state, id, 1), 60)
    assert (await shown(state, id))["_meta"]["version"] == before + 1
    assert await decisions(world, STATE) == [*heard, "begin"]
    await until(lambda: is_equal(world), 60)
    assert not await _knows(world, "called_off")


async def _is_changed(client: httpx.AsyncClient, id: str, members: int = 8) -> bool:
    return await change(client, id, {"members": members}) == 200


async def test_nobody_writes_for_longer_than_is_certain(world: Network, running: Running) -> None:
    """The Centre is away; the State's machine slept; the entry of a lost node ends."""
    id, _ = await hosted(world)
    clock = Leaping()
    await begin(world, clock=clock)
    centre, state = world.clients[CENTRE], world.clients[STATE]
    await until(lambda: may_write(world), 60)
    await until(lambda: _is_changed(state, id))
    world.wires.cut |= {"centre.test"}
    running.ahead += LEASE / 2
    assert await change(state, id, {"members": 6}) == 200
    running.ahead += LEASE / 2
    assert await change(state, id, {"members": 7}) == 409
    world.wires.cut.clear()
    await until(lambda: _is_changed(state, id), 60)
    await until(lambda: is_equal(world), 60)

    # A machine that slept does not write on the lease from before: its running time stood still, its clock tells.
    world.wires.cut |= WIRES
    clock.ahead = timedelta(seconds=LEASE + 1)
    assert await change(state, id, {"members": 5}) == 409
    clock.ahead = timedelta()

    # The entry of the lost node ends, and authority does not jump.
    path = f"/api/v1/nodes/NOD-{STATE}"
    headers = {"content-type": "application/merge-patch+json", "if-match": (await centre.get(path)).headers["etag"]}
    ended = await centre.patch(path, content=orjson.dumps({"status": "ended"}), headers=headers)
    assert ended.status_code == 200, ended.text
    await until(lambda: _is_listed_as_ended(world))
    assert await change(centre, id, {"members": 2}) == 409
    assert (await _call(world, "call-off")).status_code == 200
    await _wait_until_no_lease_is_left_of_who_is_gone(world, running)
    await until(lambda: _is_changed(centre, id), 60)
    assert await change(state, id, {"members": 2}) == 409


async def _is_listed_as_ended(world: Network) -> bool:
    return not (await world.nodes[CENTRE].federation.network.issue()).members[STATE].active


async def _wait_until_no_lease_is_left_of_who_is_gone(world: Network, running: Running) -> None:
    """It is listed no more once the handover has ended."""
    await until(lambda: _counts(world))
    running.ahead += SURE + 1
