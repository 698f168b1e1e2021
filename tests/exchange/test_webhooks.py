"""Webhooks over real HTTP: signed so that the library of Standard Webhooks takes them, in order, at least once."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Callable
from typing import Any

import httpx
import nodes
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from receivers import OK, Receiver, Reply, receiving
from standardwebhooks.webhooks import Webhook

from jjm.access import NODE, revoke_token
from jjm.app.node import Node
from jjm.exchange import bring_secrets

pytestmark = pytest.mark.usefixtures("places")
SUBSCRIPTIONS = "/api/v1/subscriptions"


async def subscribe(client: httpx.AsyncClient, url: str, **asked: Any) -> dict[str, Any]:
    """A new subscription, with its secret."""
    answer = await client.post(SUBSCRIPTIONS, json={"url": url} | asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def until(receiver: Receiver, holds: Callable[[Receiver], object], patience: float = 20) -> None:
    """Wait for what is received, while the node goes on."""
    await asyncio.to_thread(receiver.until, holds, patience)


async def organisations(client: httpx.AsyncClient, *names: str) -> None:
    """New organisations, one change each."""
    for name in names:
        answer = await client.post("/api/v1/organisations", json={"name": name, "kind": "ngo"})
        assert answer.status_code == 201, answer.text


def names(receiver: Receiver) -> list[str]:
    """The names that were taken, in order, each the first time it came."""
    found = [e["data"].get("name") for call in receiver.taken for e in call.events if "position" in e]
    return list(dict.fromkeys(found))


async def standing(client: httpx.AsyncClient, id: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A subscription once something holds of it."""
    async with asyncio.timeout(20):
        while not holds(found := (await client.get(f"{SUBSCRIPTIONS}/{id}")).json()):
            await asyncio.sleep(0.1)
    return found


async def test_changes_arrive_signed_and_in_order(client: httpx.AsyncClient, node: Node) -> None:
    with receiving() as receiver:
        made = await subscribe(client, receiver.url, types=["organisations"], kinds=["created"])
        assert made["secret"].startswith("whsec_") and made["public_key"].startswith("whpk_")
        await organisations(client, *(f"Society {n}" for n in range(12)))
        await until(receiver, lambda r: len(r.taken) == 12)
        assert names(receiver) == [f"Society {n}" for n in range(12)]
        assert receiver.positions == sorted(receiver.positions)
        call = receiver.taken[0]
        assert call.headers["content-type"] == "application/cloudevents+json"
        event = Webhook(made["secret"]).verify(call.body, call.headers)
        assert event["type"] == "in.jjm.organisation.created" and event["specversion"] == "1.0"
        v1a = next(s for s in call.headers["webhook-signature"].split() if s.startswith("v1a,"))
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(made["public_key"].removeprefix("whpk_")))
        signed = f"{call.id}.{call.headers['webhook-timestamp']}.".encode() + call.body
        key.verify(base64.b64decode(v1a[4:]), signed)
        assert len({call.id for call in receiver.taken}) == 12
        shown = await standing(client, made["id"], lambda s: s["health"]["delivered"] == 12)
        assert "secret" not in shown and (shown["state"], shown["dead_letters"]) == ("active", 0)
        assert shown["deliveries"][0]["status"] == 204


async def test_only_what_is_asked_for_arrives(client: httpx.AsyncClient, node: Node) -> None:
    with receiving() as receiver:
        asked = {"types": ["villages"], "within": "district/345", "fields": ["name"], "after": -1}
        made = await subscribe(client, receiver.url, **asked)
        await until(receiver, lambda r: len(r.taken) == 1)
        assert set(receiver.taken[0].events[0]["data"]) == {"id", "name", "_meta"}
        assert names(receiver) == ["Rampur"]
        await standing(client, made["id"], lambda s: s["lag"] == 0)
        assert len(receiver.calls) == 1


async def test_several_events_come_in_one_call_where_asked_for(client: httpx.AsyncClient, node: Node) -> None:
    with receiving() as receiver:
        await nodes.sequenced(node)
        await subscribe(client, receiver.url, batch=4, after=-1, types=["villages", "blocks"])
        await until(receiver, lambda r: len(r.positions) == 4)
        assert receiver.taken[0].headers["content-type"] == "application/cloudevents-batch+json"
        assert max(len(call.events) for call in receiver.taken) > 1
        assert receiver.positions == sorted(receiver.positions)


async def test_what_fails_is_sent_again_as_it_was_and_nothing_overtakes_it(
    client: httpx.AsyncClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjm.exchange.webhooks.rules.PAUSES", (0.2,))
    answers: list[Reply] = [(500, {}), (503, {"Retry-After": "1"}), (302, {"Location": "http://127.0.0.1/"})]
    with receiving(lambda body: answers.pop(0) if answers else OK) as receiver:
        await subscribe(client, receiver.url, types=["organisations"])
        await organisations(client, "First", "Second", "Third")
        await until(receiver, lambda r: len(r.taken) == 3)
        assert [call.status for call in receiver.calls] == [500, 503, 302, 204, 204, 204]
        assert len({call.id for call in receiver.calls[:4]}) == 1, "the same event has the same id each time"
        assert len({call.body for call in receiver.calls[:4]}) == 1
        assert names(receiver) == ["First", "Second", "Third"]


async def test_an_event_that_is_refused_goes_to_the_dead_letters_and_the_stream_goes_on(
    client: httpx.AsyncClient, node: Node
) -> None:
    with receiving(lambda body: (422, {}) if b"Unwanted" in body else OK) as receiver:
        made = await subscribe(client, receiver.url, types=["organisations"], batch=3)
        await organisations(client, "First", "Unwanted", "Third")
        await until(receiver, lambda r: names(r) == ["First", "Third"])
        await standing(client, made["id"], lambda s: (s["dead_letters"], s["health"]["refused"]) == (1, 1))
        place = f"{SUBSCRIPTIONS}/{made['id']}/dead-letters"
        letter = (await client.get(place)).json()["items"][0]
        assert (letter["status"], letter["error"], letter["again"]) == (422, "told", False)
        receiver.reply = lambda body: OK
        again = await client.post(f"{place}:replay", json={"positions": [letter["position"]]})
        assert again.json() == {"count": 1}
        await until(receiver, lambda r: names(r) == ["First", "Third", "Unwanted"])
        await standing(client, made["id"], lambda s: s["dead_letters"] == 0)


async def test_who_is_gone_is_left_alone_until_resumed(client: httpx.AsyncClient, node: Node) -> None:
    with receiving(lambda body: (410, {})) as receiver:
        made = await subscribe(client, receiver.url, types=["organisations"])
        await organisations(client, "First", "Second")
        shown = await standing(client, made["id"], lambda s: s["state"] == "paused")
        assert (shown["reason"], len(receiver.calls)) == ("gone", 1)
        receiver.reply = lambda body: OK
        resumed = await client.post(f"{SUBSCRIPTIONS}/{made['id']}:resume")
        assert resumed.json()["state"] == "active"
        await until(receiver, lambda r: names(r) == ["First", "Second"])


async def test_a_paused_subscription_loses_nothing_and_a_replay_brings_the_same_ids(
    client: httpx.AsyncClient, node: Node
) -> None:
    with receiving() as receiver:
        made = await subscribe(client, receiver.url, types=["organisations"])
        place = f"{SUBSCRIPTIONS}/{made['id']}"
        assert (await client.post(f"{place}:pause")).json()["reason"] == "asked"
        await organisations(client, "First", "Second")
        await nodes.sequenced(node)
        assert receiver.calls == []
        await client.post(f"{place}:resume")
        await until(receiver, lambda r: len(r.taken) == 2)
        before = [call.id for call in receiver.taken]
        replayed = await client.post(f"{place}:replay", json={"after": receiver.positions[0] - 1})
        assert replayed.status_code == 200
        await until(receiver, lambda r: len(r.taken) == 4)
        assert [call.id for call in receiver.taken] == before * 2
        lost = await client.post(f"{place}:replay", json={"after": 10_000})
        assert lost.json()["code"] == "history-rewritten"


async def test_while_a_secret_is_rotated_both_check_what_arrives(client: httpx.AsyncClient, node: Node) -> None:
    with receiving() as receiver:
        made = await subscribe(client, receiver.url, types=["organisations"])
        new = (await client.post(f"{SUBSCRIPTIONS}/{made['id']}:rotate")).json()["secret"]
        tested = (await client.post(f"{SUBSCRIPTIONS}/{made['id']}:test")).json()
        assert (tested["status"], tested["error"]) == (204, None)
        await organisations(client, "First")
        await until(receiver, lambda r: len(r.taken) == 2)
        for call in receiver.taken:
            for secret in (made["secret"], new):
                Webhook(secret).verify(call.body, call.headers)
        async with node.database.read() as conn:
            sealed = await conn.fetch("select sealed from exchange.webhook_secret")
        assert len(sealed) == 2
        assert not any(base64.b64decode(new[6:]) in row["sealed"] for row in sealed)


async def test_who_is_revoked_is_told_nothing_more(client: httpx.AsyncClient, node: Node) -> None:
    async with nodes.caller(node, "read") as reader:
        with receiving() as receiver:
            made = await subscribe(reader, receiver.url, types=["organisations"])
            await organisations(client, "First")
            await until(receiver, lambda r: names(r) == ["First"])
            async with node.database.read() as conn:
                id = await conn.fetchval("select id from access.token where name = 'read'")
            async with node.database.write() as conn:
                await revoke_token(conn, NODE, node.registry.clock, id)
            for courier in ("Second", "Third"):
                await organisations(client, courier)
            # What the courier remembers of its owner is remembered for five seconds.
            await asyncio.sleep(5.2)
            await organisations(client, "Fourth")
            shown = await standing(client, made["id"], lambda s: s["state"] == "paused")
            assert shown["reason"] == "owner-revoked"
            assert "Fourth" not in names(receiver)


async def test_what_is_hidden_from_the_owner_is_not_sent(client: httpx.AsyncClient, node: Node) -> None:
    household = {"village": "VIL-399515", "head_name": "Anita Das", "members": 4}
    async with nodes.caller(node, "read") as reader, nodes.caller(node, "read", "personal") as nurse:
        with receiving() as plain, receiving() as full:
            await subscribe(reader, plain.url, types=["households"])
            await subscribe(nurse, full.url, types=["households"])
            assert (await client.post("/api/v1/households", json=household)).status_code == 201
            await until(plain, lambda r: len(r.taken) == 1)
            await until(full, lambda r: len(r.taken) == 1)
            assert "head_name" not in plain.taken[0].events[0]["data"]
            assert full.taken[0].events[0]["data"]["head_name"] == "Anita Das"


async def test_dead_and_slow_subscribers_hold_up_neither_others_nor_the_node(
    client: httpx.AsyncClient, node: Node
) -> None:
    go_on = threading.Event()
    with receiving() as living, receiving(lambda body: (go_on.wait(60), OK)[1]) as slow:
        dead = [await subscribe(client, f"http://127.0.0.1:{port}/x") for port in (65_001, 65_002, 65_003)]
        await subscribe(client, slow.url)
        await subscribe(client, living.url, types=["organisations"])
        try:
            await organisations(client, *(f"Society {n}" for n in range(10)))
            await until(living, lambda r: len(r.taken) == 10)
            assert (await client.get("/api/v1/states")).status_code == 200
            shown = await standing(client, dead[0]["id"], lambda s: s["health"]["failed_attempts"] > 0)
            assert not slow.calls, "the slow one is at its first event all the while"
        finally:
            go_on.set()
        assert shown["health"]["next_attempt_at"] and shown["state"] == "active"


async def test_a_subscription_is_its_owners_alone(client: httpx.AsyncClient, node: Node) -> None:
    with receiving() as receiver:
        async with nodes.caller(node, "read") as one, nodes.caller(node, "read") as other, nodes.caller(node) as nobody:
            made = await subscribe(one, receiver.url)
            place = f"{SUBSCRIPTIONS}/{made['id']}"
            statuses = [(await who.get(place)).status_code for who in (one, other, nobody, client)]
            assert statuses == [200, 404, 401, 200]
            assert (await other.delete(place)).status_code == 404
            assert (await other.get(SUBSCRIPTIONS)).json()["items"] == []
            assert [s["id"] for s in (await one.get(SUBSCRIPTIONS)).json()["items"]] == [made["id"]]
            changed = await one.put(place, json={"url": receiver.url, "types": ["states"], "description": "States"})
            assert changed.json()["types"] == ["states"]
            assert (await one.delete(place)).status_code == 204
            assert (await one.get(place)).status_code == 404
            refused = await one.post(SUBSCRIPTIONS, json={"url": receiver.url, "types": ["nonsense"]})
            assert (refused.status_code, refused.json()["code"]) == (404, "registry-unknown")
            for wrong in ({"kinds": ["made"]}, {"batch": 0}, {"colour": "red"}):
                assert (await one.post(SUBSCRIPTIONS, json={"url": receiver.url} | wrong)).status_code == 422


async def test_secrets_that_the_signing_key_had_closed_are_brought_under_the_vault(
    client: httpx.AsyncClient, node: Node
) -> None:
    """As release 0.1 kept them; one that another key had closed could sign nothing and is taken away."""
    key, ids, secrets = node.access.key.private, list[str](), list[bytes]()
    for _ in range(2):
        made = await client.post(SUBSCRIPTIONS, json={"url": "https://93.184.216.34/", "types": ["schemes"]})
        ids.append(made.json()["id"])
        secrets.append(base64.b64decode(made.json()["secret"].removeprefix("whsec_")))
    box = AESGCM(HKDF(SHA256(), 32, None, b"jjm webhook secrets").derive(key.private_bytes_raw()))
    as_before = [bytes(12) + box.encrypt(bytes(12), secrets[0], ids[0].encode()), bytes(60)]
    async with node.database.write() as conn:
        for id, sealed in zip(ids, as_before, strict=True):
            await conn.execute("update exchange.webhook_secret set sealed = $2 where subscription = $1", id, sealed)
    assert await bring_secrets(node.exchange) == 1
    assert await bring_secrets(node.exchange) == 0
    async with node.database.read() as conn:
        rows = await conn.fetch("select subscription, sealed from exchange.webhook_secret")
    assert [row["subscription"] for row in rows] == [ids[0]]
    assert node.access.vault.open(f"webhook:{ids[0]}", rows[0]["sealed"]) == secrets[0]
