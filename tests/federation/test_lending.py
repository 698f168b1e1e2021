"""What is personal travels under an agreement that both nodes signed, is proved, and goes when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import federated
import orjson
import partners_kit
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network, settled

from jjm.kit import SystemClock

pytestmark = pytest.mark.long

STATE = "IN-OD"
SECRET = "Savitri-who-is-invented"
PURPOSE = {"purpose": "administration"}


class Leaping(SystemClock):
    """A clock that can be put ahead."""

    ahead = timedelta()

    def now(self) -> datetime:
        """The machine's time, and so much more."""
        return super().now() + self.ahead


@dataclass
class World:
    """A Centre and Odisha, whose node lends the Centre's what is personal in households, and their participant."""

    network: Network
    participant: str = ""
    name: str = STATE

    @property
    def state(self) -> Any:
        """The State's administrator."""
        return self.network.clients[self.name]

    @property
    def centre(self) -> Any:
        """The Centre's administrator."""
        return self.network.clients[CENTRE]

    async def household(self, name: str = SECRET, **more: Any) -> str:
        """A household of Odisha."""
        body = {"village": "VIL-100001", "head_name": name, "members": 4, "phone": "+919999912345", **more}
        made = await self.state.post("/api/v1/households", json=body)
        assert made.status_code == 201, made.text
        return made.json()["id"]

    async def at_centre(self, id: str) -> dict[str, Any]:
        """The Centre's copy."""
        return (await self.centre.get(f"/api/v1/households/{id}", headers=PURPOSE)).json()

    async def agree(self, *fields: str, **more: Any) -> str:
        """An agreement that both nodes have signed, each by its administrator."""
        now = datetime.now(UTC)
        asked = {
            "consumer": self.participant,
            "purpose": {"code": "water_supply", "text": "The Centre plans repairs of taps"},
            "scope": {"types": ["household"], "areas": ["state/21"], "fields": {"household": list(fields)}},
            "dataLife": {"unit": "month", "value": 12},
            "from": now.isoformat(),
            "until": (now + timedelta(days=30)).isoformat(),
            **more,
        }
        drafted = await self.state.post("/api/v1/agreements", json=asked)
        assert drafted.status_code == 201, drafted.text
        id = drafted.json()["id"]
        assert (await self.state.post(f"/api/v1/agreements/{id}:sign", json={})).status_code == 200
        await until(lambda: self._is_told(id))
        signed = await self.centre.post(f"/api/v1/federation/agreements/{id}:sign")
        assert signed.status_code == 200 and signed.json()["signed_by"], signed.text
        await until(lambda: self._is_open(id))
        return id

    async def known(self, id: str) -> dict[str, Any] | None:
        """An agreement as the Centre knows it."""
        items = (await self.centre.get("/api/v1/federation/agreements")).json()["items"]
        return next((item for item in items if item["id"] == id), None)

    async def _is_told(self, id: str) -> bool:
        return await self.known(id) is not None

    async def _is_open(self, id: str) -> bool:
        return bool((await self.known(id) or {}).get("is_open"))


async def until(good: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while not await good():
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """The two nodes; the Centre's is a participant of the State's."""
    async with federated.network(postgres, tmp_path_factory.mktemp("nodes")) as made:
        await federated.plant(await made.start(CENTRE, clock=Leaping()))
        await made.start(STATE)
        await made.admit(STATE, "21")
        await settled(made)
        found = World(made)
        found.participant = await participant(made, STATE, CENTRE)
        yield found


async def participant(network: Network, at: str, name: str) -> str:
    """Another node as an approved participant of a node."""
    asked = partners_kit.request(partners_kit.ed25519(), kind="node", name=f"The node {name}", node=name)
    made = await network.clients[at].post("/api/v1/participants", json=asked)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    assert (await network.clients[at].post(f"/api/v1/participants/{id}:approve", json={})).status_code == 200
    return id


async def test_all_that_is_listed_travels_is_proved_and_goes_with_the_agreement(world: World) -> None:
    before, other = await world.household(), await world.household("Another", village="VIL-100001")
    await settled(world.network)
    assert (await world.at_centre(before))["_meta"]["withheld"] is True
    agreement = await world.agree("head_name", "phone", "members")
    after = await world.household("Later")
    await until(lambda: _shows(world, after, "Later"))
    copy = await world.at_centre(before)
    assert copy["head_name"] == SECRET and copy["phone"] == "+919999912345"
    assert not {"withheld", "unproven"} & copy["_meta"].keys()
    assert [fault async for fault in federated.audit(world.network.nodes[CENTRE])] == []
    # Sealed here with this node's own key: the text stands nowhere in the clear.
    assert SECRET not in await federated.everything(world.network.nodes[CENTRE])
    await _is_noted(world, before, agreement)

    answer = await world.state.post(f"/api/v1/agreements/{agreement}:revoke", json={"reason": "no longer needed"})
    assert answer.status_code == 200
    await until(lambda: _is_withheld(world, before))
    for id in (other, after):
        assert "head_name" not in await world.at_centre(id)
    known = await world.known(agreement)
    assert known and known["state"] == "revoked" and known["ended_at"] and not known["is_open"]
    async with world.network.nodes[CENTRE].database.read() as conn:
        entered = "select array_agg(change order by version) from access.decision where subject = $1"
        assert await conn.fetchval(entered, agreement) == ["sign", "erase"]
        keys = "select count(*) from registry.household where length(sealed) > 33"
        assert await conn.fetchval(keys) == 0
    assert [fault async for fault in federated.audit(world.network.nodes[CENTRE])] == []


async def _is_noted(world: World, id: str, agreement: str) -> None:
    """The person reads at home that the Centre's node was shown the record, what for, and under which agreement."""
    node = world.network.nodes[STATE]
    assert node.registry.readings is not None
    await node.registry.readings.settle(node.database)
    async with node.database.read() as conn:
        asked = "select reader, purpose, agreement, participant from access.reading where $1 = any(ids)"
        rows = [tuple(row) for row in await conn.fetch(asked, id)]
    assert (CENTRE, "water_supply", agreement, world.participant) in rows
    used = (await world.state.get(f"/api/v1/agreements/{agreement}/uses")).json()["items"]
    assert used and {(use["application"], use["outcome"]) for use in used} == {(CENTRE, "used")}


async def _shows(world: World, id: str, name: str) -> bool:
    answer = await world.centre.get(f"/api/v1/households/{id}", headers=PURPOSE)
    return answer.status_code == 200 and answer.json().get("head_name") == name


async def _is_withheld(world: World, id: str) -> bool:
    return bool((await world.at_centre(id))["_meta"].get("withheld"))


async def test_some_fields_travel_without_proof_and_are_marked(world: World) -> None:
    id = await world.household("Only the name")
    agreement = await world.agree("head_name")
    await until(lambda: _shows(world, id, "Only the name"))
    copy = await world.at_centre(id)
    assert "phone" not in copy and copy["_meta"]["unproven"] is True
    # A second agreement lists another field: both are there; when one ends, what the other lends comes back.
    second = await world.agree("phone")
    await until(lambda: _has(world, id, {"head_name", "phone"}))
    answer = await world.state.post(f"/api/v1/agreements/{agreement}:revoke", json={"reason": "no longer"})
    assert answer.status_code == 200
    await until(lambda: _has(world, id, {"phone"}))
    assert [fault async for fault in federated.audit(world.network.nodes[CENTRE])] == []
    await world.state.post(f"/api/v1/agreements/{second}:revoke", json={"reason": "no longer"})
    await until(lambda: _is_withheld(world, id))


async def _has(world: World, id: str, names: set[str]) -> bool:
    return {"head_name", "phone"} & (await world.at_centre(id)).keys() == names


async def test_what_is_erased_at_home_is_erased_in_the_copies(world: World) -> None:
    id = await world.household("To be erased")
    agreement = await world.agree("head_name", "phone", "members")
    await until(lambda: _shows(world, id, "To be erased"))
    node = world.network.nodes[STATE]
    async with node.database.write() as conn:  # its term is over
        await conn.execute("update registry.household set recorded_at = recorded_at where id = $1", id)
    await _erase(world, id)
    await until(lambda: _is_erased(world, id))
    assert "head_name" not in await world.at_centre(id)
    await world.state.post(f"/api/v1/agreements/{agreement}:revoke", json={"reason": "no longer"})


async def _erase(world: World, id: str) -> None:
    """Erase it as if its legal term were over."""
    from jjm.access import NODE
    from jjm.registry.service import erase

    node = world.network.nodes[STATE]
    async with node.database.write() as conn:
        done = erase.Erasure("household", id, node.registry.clock.now(), "node", "asked for")
        await erase._apply(node.registry, node.access, conn, NODE, done)  # pyright: ignore[reportPrivateUsage]
    node.sequencer.wake()


async def _is_erased(world: World, id: str) -> bool:
    return bool((await world.at_centre(id))["_meta"].get("erased"))


async def test_nothing_is_taken_that_nobody_here_signed(world: World, tmp_path: Path) -> None:
    """The State has signed, and says that it is in force; the Centre has not."""
    id = await world.household("Unasked")
    await settled(world.network)
    centre = world.network.nodes[CENTRE]
    member = centre.federation.network.member(STATE)
    assert member is not None
    from jjm.federation.sharing import borrow
    from jjm.federation.sharing.model import Parts
    from jjm.kit import Problem
    from jjm.registry import Part

    with pytest.raises(Problem) as refused:
        parts = Parts("", -1, 0, [("household", [Part(id, 1, b"", {"head_name": "Unasked"})])])
        await borrow.take(centre.federation, member, "AGR-NONE", parts)
    assert refused.value.code == "agreement-not-in-force"
    assert "head_name" not in await world.at_centre(id)


async def test_the_end_needs_no_line(world: World) -> None:
    """The last day has come by the Centre's clock, and the State cannot be reached."""
    id = await world.household("Until the last day")
    agreement = await world.agree("head_name")
    await until(lambda: _shows(world, id, "Until the last day"))
    world.network.wires.cut.add("od.test")
    clock = world.network.nodes[CENTRE].registry.clock
    assert isinstance(clock, Leaping)
    clock.ahead = timedelta(days=31)
    try:
        await until(lambda: _is_withheld(world, id))
        known = await world.known(agreement)
        assert known and known["state"] == "expired" and known["ended_at"]
    finally:
        clock.ahead = timedelta()
        world.network.wires.cut.clear()
    answer = await world.state.post(f"/api/v1/agreements/{agreement}:revoke", json={"reason": "no longer"})
    assert answer.status_code == 200
    await until(lambda: _is_told_of_the_end(world, agreement))


async def _is_told_of_the_end(world: World, agreement: str) -> bool:
    return (await world.known(agreement) or {}).get("state") == "revoked"


async def test_what_has_lived_its_data_life_is_erased_and_not_lent_again(world: World) -> None:
    """Five minutes are agreed. The line is up all the time: the end of a life is the borrower's own doing."""
    old = await world.household("Lent first")
    agreement = await world.agree("head_name", "phone", dataLife={"unit": "minute", "value": 5})
    await until(lambda: _shows(world, old, "Lent first"))
    clock = world.network.nodes[CENTRE].registry.clock
    assert isinstance(clock, Leaping)
    try:
        clock.ahead = timedelta(minutes=4)
        new = await world.household("Lent later")
        await until(lambda: _shows(world, new, "Lent later"))
        assert await _shows(world, old, "Lent first")
        clock.ahead = timedelta(minutes=6)
        await until(lambda: _is_withheld(world, old))
        assert await _shows(world, new, "Lent later")
        known = await world.known(agreement)
        assert known and known["is_open"] and known["lived"] >= 0 and known["ended_at"] is None
        # Neither a later record, nor the end of another agreement, for which all is read anew, brings it back.
        other = await world.agree("head_name")
        await until(lambda: _shows(world, old, "Lent first"))
        assert "phone" not in await world.at_centre(old)
        await world.state.post(f"/api/v1/agreements/{other}:revoke", json={"reason": "no longer"})
        await until(lambda: _is_withheld(world, old))
        last = await world.household("Lent last")
        await until(lambda: _shows(world, last, "Lent last"))
        await until(lambda: _shows(world, new, "Lent later"))
        assert await _is_withheld(world, old)
        clock.ahead = timedelta(minutes=9, seconds=30)
        await until(lambda: _is_withheld(world, new))
        assert await _shows(world, last, "Lent last")
    finally:
        clock.ahead = timedelta()
    async with world.network.nodes[CENTRE].database.read() as conn:
        entered = "select document from access.decision where subject = $1 and change = 'erase' order by version"
        told = [orjson.loads(row["document"])["document"] for row in await conn.fetch(entered, agreement)]
    assert len(told) == 2 and not any(one["over"] for one in told) and all(one["versions"] for one in told)
    await _was_read(world, old, agreement, 1)
    assert [fault async for fault in federated.audit(world.network.nodes[CENTRE])] == []
    await world.state.post(f"/api/v1/agreements/{agreement}:revoke", json={"reason": "no longer"})


async def _was_read(world: World, id: str, agreement: str, times: int) -> None:
    """At home it is noted how often the record was lent under an agreement."""
    node = world.network.nodes[STATE]
    assert node.registry.readings is not None
    await node.registry.readings.settle(node.database)
    async with node.database.read() as conn:
        asked = "select count(*) from access.reading where $1 = any(ids) and agreement = $2"
        assert await conn.fetchval(asked, id, agreement) == times


async def test_who_cannot_be_reached_brings_what_it_lends(postgres: Postgres, tmp_path: Path) -> None:
    async with federated.network(postgres, tmp_path) as made:
        await federated.plant(await made.start(CENTRE))
        await made.start(STATE, url="")
        await made.admit(STATE, "21")
        await settled(made)
        hidden = World(made)
        hidden.participant = await participant(made, STATE, CENTRE)
        id = await hidden.household("Brought")
        agreement = await hidden.agree("head_name", "phone")
        await until(lambda: _shows(hidden, id, "Brought"))
        assert not {"withheld", "unproven"} & (await hidden.at_centre(id))["_meta"].keys()
        answer = await hidden.state.post(f"/api/v1/agreements/{agreement}:revoke", json={"reason": "no longer"})
        assert answer.status_code == 200
        await until(lambda: _is_withheld(hidden, id))
