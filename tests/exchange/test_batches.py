"""Batches: taken in once by their name, with a receipt for each item, whatever becomes of the line."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import nodes
import orjson
import pytest

from jjm.app.node import Node

pytestmark = pytest.mark.usefixtures("places")
Json = dict[str, Any]


def scheme(n: int, **more: Any) -> Json:
    """A scheme by the number that another system gives it."""
    data = {"name": f"Scheme {n}", "kind": "SVS", "status": "sanctioned", "villages": ["VIL-399515"]}
    return {
        "type": "schemes",
        "ref": f"row-{n}",
        "data": data | {"external_ids": [{"system": "mis", "value": str(n)}]} | more,
    }


async def push(client: httpx.AsyncClient, name: str, items: list[Any], status: int = 200) -> Json:
    """Push a batch; its receipt."""
    answer = await client.put(f"/api/v1/batches/{name}", json=items, timeout=60)
    assert answer.status_code == status, answer.text
    return answer.json()


def outcomes(receipt: Json) -> list[str]:
    """What became of the items."""
    return [r["outcome"] for r in receipt["receipts"]]


async def test_each_item_is_told_what_became_of_it(client: httpx.AsyncClient, node: Node) -> None:
    made = await push(client, "night-1", [scheme(1), scheme(2, kind="nonsense"), scheme(3)])
    assert outcomes(made) == ["accepted", "refused", "accepted"], made
    assert (made["state"], made["accepted"], made["refused"], made["duplicates"]) == ("done", 2, 1, 0)
    first, wrong, _ = made["receipts"]
    assert (first["ref"], first["version"]) == ("row-1", 1)
    assert wrong["faults"][0]["pointer"] == "/kind" and wrong["faults"][0]["remedy"]
    again = await push(client, "night-2", [scheme(1), scheme(3, name="Scheme three")])
    assert outcomes(again) == ["duplicate", "accepted"]
    assert [r["version"] for r in again["receipts"]] == [1, 2]
    assert again["receipts"][0]["id"] == first["id"]
    shown = (await client.get(f"/api/v1/schemes/{again['receipts'][1]['id']}")).json()
    assert shown["name"] == "Scheme three"


async def test_the_same_batch_is_the_same_receipt_and_no_second_change(client: httpx.AsyncClient, node: Node) -> None:
    sent = [scheme(1), {"type": "schemes"}]
    first = await push(client, "night-1", sent)
    assert await push(client, "night-1", sent) == first
    assert (await client.get("/api/v1/batches/night-1")).json() == first
    assert (await push(client, "night-1", [scheme(1)], 422))["code"] == "batch-differs"
    named = {"idempotency-key": "night-1"}
    posted = await client.post("/api/v1/batches", content=orjson.dumps(sent), headers=named)
    assert posted.json() == first
    posted = await client.post("/api/v1/batches", content=b" " + orjson.dumps(sent), headers=named)
    assert posted.json()["code"] == "batch-differs", "other bytes are other content"
    assert [b["name"] for b in (await client.get("/api/v1/batches")).json()["items"]] == ["night-1"]
    assert len((await client.get("/api/v1/schemes")).json()["items"]) == 1


async def test_the_same_batch_sent_at_once_is_taken_in_once(client: httpx.AsyncClient, node: Node) -> None:
    sent = [scheme(n) for n in range(20)]
    receipts = await asyncio.gather(*(push(client, "twice", sent) for _ in range(4)))
    assert all(r == receipts[0] for r in receipts) and receipts[0]["accepted"] == 20
    assert len((await client.get("/api/v1/schemes?limit=100")).json()["items"]) == 20


async def test_every_action_does_what_it_says(client: httpx.AsyncClient, node: Node) -> None:
    made = await push(client, "first", [scheme(1), scheme(2)])
    one, two = (r["id"] for r in made["receipts"])
    ids = [{"system": "mis", "value": "2"}]
    sent = [
        {"type": "schemes", "action": "create"} | {"data": scheme(1)["data"]},
        {"type": "schemes", "action": "change", "id": one, "data": {"name": "Renamed"}},
        {"type": "schemes", "action": "correct", "id": one, "data": {"name": "Put right"}, "reason": "a slip"},
        {"type": "schemes", "action": "change", "id": "SCH-21-NONE", "data": {"name": "X"}},
        {"type": "schemes", "action": "retire", "data": {"external_ids": ids}, "reason": "merged"},
        {"type": "organisations", "data": {"name": "Jal Sahayata", "kind": "ngo"}},
        {"type": "nonsense", "data": {}},
        {"type": "schemes", "action": "destroy", "data": {}},
        "nothing",
        {"type": "schemes", "data": {}, "colour": "red"},
    ]
    told = await push(client, "second", sent)
    assert [o[0] for o in outcomes(told)] == list("raaraarrrr")
    assert told["receipts"][4]["id"] == two
    assert (await client.get(f"/api/v1/schemes/{two}")).status_code == 410
    changes = (await client.get(f"/api/v1/schemes/{one}/history")).json()["items"]
    assert [v["_meta"]["change"] for v in changes] == ["correct", "change", "create"]
    assert told["receipts"][7]["faults"][0]["pointer"] == "/action"


async def test_what_the_database_cannot_hold_is_refused_alone(client: httpx.AsyncClient, node: Node) -> None:
    odd = [
        scheme(2, external_ids=[{"system": "mis", "value": "a\0b"}]),
        {"type": "schemes", "action": "change", "data": {"external_ids": [{"system": "m\0", "value": "1"}]}},
        {"type": "schemes", "id": "a\0b", "data": {}},
        {"type": "schemes", "data": {"id": 7} | scheme(3)["data"]},
        scheme(4, design_population=2**70),
        {"type": "schemes", "action": ["upsert"], "data": {}},
    ]
    told = await push(client, "odd", [scheme(1), *odd, scheme(5)])
    assert [o[0] for o in outcomes(told)] == list("arrrrrra"), told


async def test_an_item_may_point_to_one_before_it_and_a_refused_one_does_no_harm(
    client: httpx.AsyncClient, node: Node
) -> None:
    sent = [
        {"type": "villages", "data": {"code": "400001", "name": "Naya Gaon", "blocks": ["BLK-3339"]}},
        scheme(1, villages=["VIL-400001"]),
        scheme(2, villages=["VIL-499999"]),
        scheme(1, villages=["VIL-400001"], name="Said twice"),
    ]
    assert outcomes(await push(client, "in-order", sent)) == ["accepted", "accepted", "refused", "accepted"]


async def test_only_what_the_sender_may_change_is_taken(client: httpx.AsyncClient, node: Node) -> None:
    async with nodes.caller(node, "read") as reader, nodes.caller(node) as nobody:
        assert outcomes(await push(reader, "mine", [scheme(1)])) == ["refused"]
        assert (await nobody.put("/api/v1/batches/x", json=[scheme(1)])).status_code == 401
        assert (await reader.get("/api/v1/batches/mine")).status_code == 200
        assert (await client.get("/api/v1/batches/mine")).status_code == 404, "names belong to who gave them"


async def test_a_large_batch_goes_on_as_a_job_and_its_receipts_come_in_pages(
    client: httpx.AsyncClient, node: Node
) -> None:
    sent = b"".join(
        orjson.dumps(scheme(n) if n % 100 else {"type": "schemes", "data": {}}) + b"\n" for n in range(2_500)
    )
    kind = {"content-type": "application/x-ndjson"}
    answer = await client.put("/api/v1/batches/large", content=sent, headers=kind, timeout=60)
    assert (answer.status_code, answer.json()["state"]) == (202, "working")
    async with asyncio.timeout(60):
        while (told := (await client.get("/api/v1/batches/large")).json())["state"] == "working":
            await asyncio.sleep(0.1)
    assert (told["accepted"], told["refused"]) == (2_475, 25)
    items: list[int] = []
    url: str | None = "/api/v1/batches/large?limit=700"
    while url:
        page = (await client.get(url)).json()
        items += [r["item"] for r in page["receipts"]]
        url = page["next"]
    assert items == list(range(2_500))
    assert (await client.put("/api/v1/batches/large", content=sent, headers=kind)).json()["accepted"] == 2_475


async def test_a_body_that_is_cut_leaves_nothing(client: httpx.AsyncClient, node: Node) -> None:
    whole = orjson.dumps([scheme(n) for n in range(5)])
    for body, code in ((whole[:-20], "not-json"), (b"{}", "bad-batch"), (b"[]", "bad-batch")):
        refused = await client.put("/api/v1/batches/cut", content=body)
        assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert (await client.get("/api/v1/batches/cut")).status_code == 404
    assert (await push(client, "cut", orjson.loads(whole)))["accepted"] == 5
    assert (await client.post("/api/v1/batches", content=whole)).status_code == 400
    assert (await client.put("/api/v1/batches/x", content=b"[" + b" " * 33_554_433)).status_code == 413
