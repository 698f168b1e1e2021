"""Webhooks of a partner that people have given consents: what these open and no more, and nothing once withdrawn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any

import consent_world
import databases
import nodes
import pytest
import pytest_asyncio
from consent_world import ASHA, RAVI, World
from receivers import OK, Receiver, Reply, receiving

from jjm.ledger import size

PERSONAL = {"head_name", "address", "phone", "house_number"}
SUBSCRIPTIONS = "/api/v1/subscriptions"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is tried again after a minute by the clock of the node, which the tests move."""
    monkeypatch.setattr("jjm.exchange.webhooks.rules.PAUSES", (60,))


@pytest_asyncio.fixture(scope="module")
async def kept(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module; its receivers are inside the network."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("consents"), webhooks_private=True) as made:
        yield made


@pytest_asyncio.fixture
async def world(kept: World) -> World:
    """The same, without any consent in force, any reading noted, or any subscription."""
    await kept.noted()
    async with kept.node.database.write() as conn:
        await conn.execute("truncate access.consent, access.consent_count, access.consent_use, access.reading")
        await conn.execute("delete from exchange.subscription")
    return kept


async def subscribed(world: World, receiver: Receiver, **asked: Any) -> str:
    """The number of a subscription of the partner's program to households, for the purpose that rests on consent."""
    await nodes.sequenced(world.node)
    async with await world.client() as client:
        said = {"url": receiver.url, "types": ["households"]} | asked
        answer = await client.post(SUBSCRIPTIONS, json=said)
    assert answer.status_code == 201, answer.text
    assert answer.json()["purpose"] == "agreed_service"
    return answer.json()["id"]


async def changed(world: World, phone: str, address: str) -> None:
    """A household as the keeper has changed it."""
    path = f"/api/v1/households/{world.homes[phone]}"
    etag = (await world.house.keeper.get(path)).headers["etag"]
    headers = {"content-type": "application/merge-patch+json", "if-match": etag}
    answer = await world.house.keeper.patch(path, json={"address": address}, headers=headers)
    assert answer.status_code == 200, answer.text
    await nodes.sequenced(world.node)


async def until(receiver: Receiver, holds: Callable[[Receiver], object]) -> None:
    """Wait for what is received, while the node goes on."""
    await asyncio.to_thread(receiver.until, holds, 20)


async def tried_again(world: World, receiver: Receiver, calls: int) -> None:
    """Let the minutes pass after which the node tries again, until there were so many calls."""
    async with asyncio.timeout(20):
        while len(receiver.calls) < calls:
            world.house.later(seconds=61)
            await asyncio.sleep(0.3)


def told(receiver: Receiver) -> list[tuple[str, set[str]]]:
    """The personal fields of each event in the order of the calls, and of whose household."""
    return [(event["data"]["id"], PERSONAL & set(event["data"])) for call in receiver.calls for event in call.events]


async def counted(world: World, id: str) -> int:
    """How many readings count under a consent."""
    (row,) = await world.house.rows("select sum(uses)::int as n from access.consent_count where consent = $1", id)
    return row["n"]


async def test_a_delivery_tells_what_the_consent_opens_and_the_person_sees_it(world: World) -> None:
    id, asha = await world.granted(ASHA)
    ours, theirs = world.homes[ASHA], world.homes[RAVI]
    with receiving() as receiver:
        subscription = await subscribed(world, receiver)
        await changed(world, ASHA, "By the pump")
        await changed(world, RAVI, "By the school")
        await until(receiver, lambda r: len(r.taken) == 2)
        assert told(receiver) == [(ours, {"head_name", "address"}), (theirs, set())]
        assert receiver.taken[0].events[0]["data"]["address"] == "By the pump"
        assert await world.uses(id) == [("feed", "used", None)]
        (noted,) = await world.noted()
        assert (noted["consent"], noted["ids"], noted["way"]) == (id, [ours], "feed")
        (seen, *_) = (await world.house.call(asha, "GET", "/me/readings"))["items"]
        assert (seen["consent"], seen["reader"]["partner"]) == (id, world.partner.id)

        await world.say(asha, id, "withdraw")
        await changed(world, ASHA, "By the temple")
        await until(receiver, lambda r: len(r.taken) == 3)
        async with await world.client() as client:
            again = await client.post(f"{SUBSCRIPTIONS}/{subscription}:replay", json={"after": -1})
        assert again.status_code == 200, again.text
        await until(receiver, lambda r: len(r.taken) >= 3 + 6)
        assert told(receiver)[2:] and not any(fields for _, fields in told(receiver)[2:]), "replays tell nothing of it"
        assert b"By the pump" not in b"".join(call.body for call in receiver.calls[2:])
        assert {use[1:] for use in (await world.uses(id))[1:]} == {("refused", "consent-revoked")}


async def test_what_is_tried_again_counts_once_and_tells_nothing_once_withdrawn(world: World) -> None:
    id, asha = await world.granted(ASHA, frequency={"unit": "DAY", "times": 2})
    with receiving(lambda body: (503, {})) as receiver:
        await subscribed(world, receiver)
        await changed(world, ASHA, "By the pump")
        await until(receiver, lambda r: len(r.calls) == 1)
        await tried_again(world, receiver, 4)
        assert {fields == {"head_name", "address"} for _, fields in told(receiver)} == {True}
        assert (await counted(world, id), await world.uses(id)) == (1, [("feed", "used", None)])
        before = len(receiver.calls)
        await world.say(asha, id, "withdraw")
        await tried_again(world, receiver, before + 1)
        receiver.reply = lambda body: OK
        await tried_again(world, receiver, before + 2)
        assert not any(fields for _, fields in told(receiver)[before:])
        assert len({call.id for call in receiver.calls}) == 1, "it is the same event all the time"


async def test_a_withdrawal_holds_for_what_was_read_but_not_sent(world: World) -> None:
    id, asha = await world.granted(ASHA)
    came, said = threading.Event(), threading.Event()

    def slowly(body: bytes) -> Reply:
        came.set()
        said.wait(20)
        return OK

    with receiving(slowly) as receiver:
        await changed(world, ASHA, "By the bridge")
        await changed(world, ASHA, "By the temple")
        async with world.node.database.read() as conn:
            before = await size(conn) - 3
        await subscribed(world, receiver, after=before)
        assert await asyncio.to_thread(came.wait, 20)
        await world.say(asha, id, "withdraw")
        said.set()
        await until(receiver, lambda r: len(r.taken) == 2)
        assert [fields for _, fields in told(receiver)] == [{"head_name", "address"}, set()], "the first was under way"


async def test_a_dead_letter_is_told_as_it_may_be_today(world: World) -> None:
    id, asha = await world.granted(ASHA)
    with receiving(lambda body: (422, {})) as receiver:
        subscription = await subscribed(world, receiver)
        await changed(world, ASHA, "By the pump")
        await until(receiver, lambda r: len(r.calls) == 1)
        receiver.reply = lambda body: OK
        place = f"{SUBSCRIPTIONS}/{subscription}/dead-letters"
        async with await world.client() as client:
            async with asyncio.timeout(20):
                while not (await client.get(place)).json()["items"]:
                    await asyncio.sleep(0.1)
            await world.say(asha, id, "withdraw")
            assert (await client.post(f"{place}:replay", json={})).json() == {"count": 1}
        await until(receiver, lambda r: len(r.taken) == 1)
    assert [fields for _, fields in told(receiver)] == [{"head_name", "address"}, set()]


async def test_a_paused_consent_tells_nothing_until_it_is_resumed(world: World) -> None:
    id, asha = await world.granted(ASHA)
    with receiving() as receiver:
        await subscribed(world, receiver)
        for count, act in enumerate(("pause", "resume"), 1):
            await world.say(asha, id, act)
            await changed(world, ASHA, f"By the pump, {act}")
            await until(receiver, lambda r, count=count: len(r.taken) == count)
    assert [fields for _, fields in told(receiver)] == [set(), {"head_name", "address"}]
