"""Partners' batches: signed where that is agreed or wanted, and answered under the node's signature."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import partners_kit as kit
import pytest_asyncio
from joserfc import jws
from receivers import receiving

from jjm.app.node import Node
from jjm.kit import DatabaseUrl, SystemClock, canonical
from jjm.kit.http_messages import Fields, HttpRequest, HttpResponse
from jjm.kit.message_signatures import Demand, bound_to, sign, verify

BODY = orjson.dumps([{"type": "organisations", "data": {"name": "Jal Sahayata", "kind": "ngo"}}])


@dataclass
class Meeting:
    """A node, its administrator, and a partner that may write organisations."""

    node: Node
    admin: httpx.AsyncClient
    partner: kit.Partner


@pytest_asyncio.fixture
async def met(database_url: DatabaseUrl, tmp_path: Path) -> AsyncGenerator[Meeting, None]:
    """Both, on a fresh database."""
    async with AsyncExitStack() as stack:
        started = kit.started(tmp_path / "node", database_url, SystemClock(), webhooks_private=True)
        node = await stack.enter_async_context(started)
        admin = await stack.enter_async_context(kit.anybody(node, await kit.admin_token(node)))
        yield Meeting(node, admin, await kit.partner(node, admin, scopes=["scheme:write@state/21"]))


def signed(met: Meeting, name: str, body: bytes = BODY, **more: Any) -> httpx.Request:
    """A push that the partner has signed."""
    asked = HttpRequest("PUT", f"{kit.URL}/api/v1/batches/{name}")
    key: Any = met.partner.key.private_key
    headers = sign(asked, key, more.pop("kid", met.partner.key.kid or ""), datetime.now(UTC), body=body, **more)
    return httpx.Request("PUT", asked.url, content=body, headers={"content-type": "application/json"} | headers)


async def send(client: httpx.AsyncClient, asked: httpx.Request, body: bytes = BODY) -> httpx.Response:
    """Send it as it is, or with another body."""
    headers = [(n, v) for n, v in asked.headers.items() if n not in ("content-length", "host")]
    return await client.put(asked.url.path, content=body, headers=headers)


async def test_a_signed_push_is_answered_under_the_nodes_signature(met: Meeting) -> None:
    asked = signed(met, "one")
    async with met.partner.client() as client:
        answer = await send(client, asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["signed_by"] == met.partner.key.kid
        request = HttpRequest("PUT", str(asked.url), Fields(asked.headers.multi_items()))
        response = HttpResponse(200, Fields(answer.headers.multi_items()), request)

        async def key_of(id: str) -> Any:
            return met.node.access.key.private.public_key() if id == met.node.access.key.id else None

        demand = Demand(bound_to("sig1"))
        await verify(response, demand, key_of, datetime.now(UTC), body=answer.content)
        replayed = await send(client, asked)
        assert (replayed.status_code, replayed.json()["code"]) == (401, "signature-refused")
        assert "nonce was used before" in replayed.json()["detail"]
        again = await send(client, signed(met, "one"))
        assert again.json()["receipts"] == answer.json()["receipts"]


async def test_items_outside_of_the_senders_area_are_refused_and_the_others_taken(met: Meeting) -> None:
    made: list[tuple[str, dict[str, Any]]] = []
    for n, state in ((1, "STA-21"), (2, "STA-20")):
        made.append(("districts", {"code": f"34{n}", "name": f"District {n}", "state": state}))
        made.append(("blocks", {"code": f"333{n}", "name": f"Block {n}", "districts": [f"DIS-34{n}"]}))
        made.append(("villages", {"code": f"39951{n}", "name": f"Village {n}", "blocks": [f"BLK-333{n}"]}))
    for plural, record in made:
        assert (await met.admin.post(f"/api/v1/{plural}", json=record)).status_code == 201
    scheme = {"name": "Rampur", "kind": "SVS", "status": "sanctioned"}
    items = [{"type": "schemes", "data": scheme | {"villages": [f"VIL-39951{n}"]}} for n in (1, 2, 1)]
    answer = await met.admin.post("/api/v1/schemes", json=items[1]["data"])
    assert answer.status_code == 201, answer.text
    theirs = answer.json()["id"]
    items += [{"type": "schemes", "action": "retire", "id": theirs}]
    items += [{"type": "schemes", "action": "change", "id": theirs, "data": {"name": "Taken over"}}]
    async with met.partner.client() as client:
        told = (await client.put("/api/v1/batches/mixed", json=items)).json()
    assert [r["outcome"] for r in told["receipts"]] == ["accepted", "refused", "accepted", "refused", "refused"], told
    assert (await met.admin.get(f"/api/v1/schemes/{theirs}")).json()["_meta"]["version"] == 1


async def test_what_was_altered_or_signed_by_another_is_refused(met: Meeting) -> None:
    async with met.partner.client() as client:
        altered = await send(client, signed(met, "two"), BODY + b" ")
        stranger = await send(client, signed(met, "two", kid="another"))
        partly = await send(client, signed(met, "two", components=("@method",)))
        for refused in (altered, stranger, partly):
            assert (refused.status_code, refused.json()["code"]) == (401, "signature-refused")
        assert '"@authority"' in partly.headers["accept-signature"]
        assert (await client.get("/api/v1/batches/two")).status_code == 404


async def test_where_it_is_agreed_a_push_must_be_signed(met: Meeting) -> None:
    now = datetime.now(UTC)
    asked = {
        "consumer": met.partner.id,
        "purpose": {"code": "water_supply", "text": "Results of our laboratories"},
        "scope": {"types": ["household"], "areas": ["state/21"], "fields": {"household": ["village", "members"]}},
        "dataLife": {"unit": "day", "value": 30},
        "from": (now - timedelta(minutes=1)).isoformat(),
        "until": (now + timedelta(days=365)).isoformat(),
        "signedPushes": True,
    }
    drafted = (await met.admin.post("/api/v1/agreements", json=asked)).json()
    assert (await met.admin.post(f"/api/v1/agreements/{drafted['id']}:sign", json={})).status_code == 200
    head, _, end = jws.serialize_compact(
        {"alg": "Ed25519", "kid": met.partner.key.kid}, canonical(drafted["document"]), met.partner.key,
        algorithms=["Ed25519"],
    ).split(".")  # fmt: skip
    async with met.partner.client() as client:
        answer = await client.post(f"/api/v1/agreements/{drafted['id']}:sign", json={"signature": f"{head}..{end}"})
        assert answer.status_code == 200, answer.text
    async with met.partner.client() as client:
        bare = await client.put("/api/v1/batches/three", content=BODY)
        assert (bare.status_code, bare.json()["code"]) == (401, "signature-missing")
        assert (await send(client, signed(met, "three"))).status_code == 200


async def test_a_partner_subscribes_as_its_application(met: Meeting) -> None:
    async with met.partner.client() as client:
        with receiving() as receiver:
            made = await client.post(
                "/api/v1/subscriptions", json={"url": receiver.url, "types": ["states"], "after": -1}
            )
            assert made.status_code == 201, made.text
            place = f"/api/v1/subscriptions/{made.json()['id']}"
            tested = await client.post(f"{place}:test")
            assert tested.json()["status"] == 204
            shown = (await met.admin.get(place)).json()
            assert shown["owner"] == met.partner.application
            async with met.node.database.read() as conn:
                row = await conn.fetchrow("select * from exchange.subscription")
            assert (row["owner_kind"], row["participant"]) == ("application", met.partner.id)
