"""Participants: anybody may ask, an administrator decides, what is suspended stops in seconds, all of it is entered."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import nodes
import partners_kit as kit
import pytest
import pytest_asyncio
from databases import Postgres
from joserfc.jwk import ECKey, OctKey, RSAKey

from jjm.access import Limiter
from jjm.app.node import Node
from jjm.kit import SetClock, canonical

PATH = "/api/v1/participants"
NOW = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A node for trying things out that holds the States, shared by the tests of this module."""
    folder = tmp_path_factory.mktemp("participants") / "node"
    async with postgres.fresh() as url, kit.started(folder, url, SetClock(NOW)) as started:
        yield started


@pytest.fixture(autouse=True)
def clock(node: Node) -> SetClock:
    """The clock of the node, moved by hand; put back before each test."""
    found = node.access.clock
    assert isinstance(found, SetClock)
    found.instant = NOW
    return found


@pytest_asyncio.fixture(scope="module")
async def admin(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator."""
    async with kit.anybody(node, await kit.admin_token(node)) as client:
        yield client


async def test_a_request_is_seen_by_its_number_and_without_whom_to_write_to(
    node: Node, admin: httpx.AsyncClient
) -> None:
    asked = await kit.partner(node, admin, scopes=["scheme:write@state/21"], approve=False)
    async with kit.anybody(node) as nobody:
        seen = await nobody.get(f"{PATH}/{asked.id}")
        assert seen.json()["state"] == "requested"
        assert "vendor.example" not in seen.text
        assert "applications" not in seen.json()
        assert asked.id not in (await nobody.get(PATH)).text
        assert (await nobody.get(PATH, params={"state": "requested"})).status_code == 401
        await admin.post(f"{PATH}/{asked.id}:approve", json={})
        assert asked.id in (await nobody.get(PATH)).text
    known = (await admin.get(f"{PATH}/{asked.id}")).json()
    async with node.database.read() as conn:
        kept = bytes(
            await conn.fetchval("select sealed from access.participant_contact where participant = $1", asked.id)
        )
    assert b"vendor.example" not in kept
    assert known["contact"]["email"] == "a.person@vendor.example"
    assert known["applications"][0]["scopes"] == ["scheme:write@state/21"]
    async with asked.client() as itself:
        assert (await itself.get(f"{PATH}/{asked.id}")).json() == known


async def test_a_refusal_says_why_and_forgets_whom_to_write_to(node: Node, admin: httpx.AsyncClient) -> None:
    asked = await kit.partner(node, admin, approve=False)
    await admin.post(f"{PATH}/{asked.id}:refuse", json={"reason": "Ask your own State's node."})
    async with kit.anybody(node) as nobody:
        seen = (await nobody.get(f"{PATH}/{asked.id}")).json()
    assert (seen["state"], seen["reason"]) == ("refused", "Ask your own State's node.")
    assert "contact" not in (await admin.get(f"{PATH}/{asked.id}")).json()
    again = await admin.post(f"{PATH}/{asked.id}:approve", json={})
    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")
    assert (await asked.ask()).json()["code"] == "not-approved"


async def test_requests_of_one_address_are_few(node: Node) -> None:
    node.access.knocks = Limiter(per_minute=1 / 6, least=5)
    async with kit.anybody(node) as nobody:
        answers = [await nobody.post(PATH, json=kit.request(kit.ed25519())) for _ in range(6)]
        assert [a.status_code for a in answers] == [201] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) > 60
        assert (await nobody.post(PATH, content=b"x" * 300_000)).status_code == 413


async def test_a_request_that_nobody_decides_lapses(node: Node, admin: httpx.AsyncClient, clock: SetClock) -> None:
    from jjm.access import tidy

    asked = await kit.partner(node, admin, approve=False)
    clock.instant += timedelta(days=91)
    async with node.database.write() as conn:
        await tidy(node.access, conn)
        kept = "select count(*) from access.participant_contact where participant = $1"
        assert await conn.fetchval(kept, asked.id) == 0
    assert (await admin.get(f"{PATH}/{asked.id}")).json()["state"] == "refused"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (kit.ed25519().as_dict(private=True), "private"),
        (OctKey.generate_key(256).as_dict(private=True), "private"),
        (ECKey.generate_key("P-384").as_dict(private=False), "not taken"),
        ({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "whole public key"),
        ({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}, "whole public key"),
        ({"kty": "RSA", "n": RSAKey.generate_key(2048).as_dict(private=False)["n"][:170], "e": "AQAB"}, "bits"),
        (kit.ed25519().as_dict(private=False) | {"use": "enc"}, "check signatures"),
        (kit.ed25519().as_dict(private=False) | {"alg": "HS256"}, "alg"),
        (kit.ed25519("../admin").as_dict(private=False), "name of a key"),
        ("nonsense", "not a JWK"),
    ],
)
async def test_keys_that_are_refused(node: Node, key: object, said: str) -> None:
    asked = kit.request(kit.ed25519())
    asked["application"]["keys"]["jwks"] = {"keys": [key]}
    kit.open_to_many(node)
    async with kit.anybody(node) as nobody:
        answer = await nobody.post(PATH, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-key"), answer.text
    fault = answer.json()["errors"][0]
    assert said in fault["message"]
    assert fault["pointer"].startswith("/jwks/keys/0")
    if isinstance(key, dict) and "d" in key:
        assert key["d"] not in answer.text


@pytest.mark.parametrize("scope", ["admin", "personal", "household:personal@state/21", "nonsense!", "castle:write"])
async def test_permits_that_no_application_is_given(node: Node, scope: str) -> None:
    kit.open_to_many(node)
    async with kit.anybody(node) as nobody:
        answer = await nobody.post(PATH, json=kit.request(kit.ed25519(), scopes=[scope]))
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-scope")


async def test_a_key_lives_a_year_at_most(node: Node, admin: httpx.AsyncClient, clock: SetClock) -> None:
    asked = kit.request(kit.ed25519())
    asked["application"]["keys"]["expires_at"] = (clock.now() + timedelta(days=400)).isoformat()
    kit.open_to_many(node)
    async with kit.anybody(node) as nobody:
        answer = await nobody.post(PATH, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-key")
    assert "366 days" in answer.text


async def test_a_key_is_rotated_with_overlap_by_the_application_itself(
    node: Node, admin: httpx.AsyncClient, clock: SetClock
) -> None:
    found = await kit.partner(node, admin)
    second = kit.ed25519("second")
    keys = f"/api/v1/applications/{found.application}/keys"
    async with found.client() as itself:
        made = await itself.post(keys, json={"jwks": kit.public(second)})
        assert made.status_code == 201, made.text
        assert [k["kid"] for k in made.json()["keys"] if k["is_in_force"]] == ["first", "second"]
        assert (await found.ask(found.assertion(second))).status_code == 200
        assert (await found.ask()).status_code == 200  # the first goes on
        assert (await itself.delete(f"{keys}/first")).status_code == 200
        clock.instant += timedelta(seconds=6)
        gone = await itself.get(f"/api/v1/applications/{found.application}")
        assert (gone.status_code, gone.json()["code"]) == (401, "key-expired")
    refused = await found.ask()
    assert refused.json()["code"] == "key-suspended"
    async with kit.anybody(node, (await found.ask(found.assertion(second))).json()["access_token"]) as itself:
        back = await itself.post(keys, json={"jwks": kit.public(found.key)})
        assert (back.status_code, back.json()["code"]) == (400, "bad-key")


async def test_one_participant_has_no_say_over_another(node: Node, admin: httpx.AsyncClient) -> None:
    one, other = await kit.partner(node, admin), await kit.partner(node, admin, name="Others")
    async with one.client() as client:
        keys = {"jwks": kit.public(kit.ed25519("mine"))}
        calls = [
            await client.get(f"/api/v1/applications/{other.application}"),
            await client.post(f"/api/v1/applications/{other.application}/keys", json=keys),
            await client.delete(f"/api/v1/applications/{other.application}/keys/first"),
            await client.get(f"{PATH}/{other.id}/decisions"),
            await client.post(f"{PATH}/{other.id}/applications", json=kit.request(kit.ed25519())["application"]),
            await client.post(f"{PATH}/{one.id}:approve", json={"scopes": ["write"]}),
            await client.post(f"/api/v1/applications/{one.application}:approve", json={"scopes": ["write"]}),
        ]
    assert [c.status_code for c in calls] == [403] * 7


async def test_a_second_application_waits_for_approval(node: Node, admin: httpx.AsyncClient) -> None:
    found, key = await kit.partner(node, admin), kit.ed25519("reader")
    async with found.client() as itself:
        asked = kit.request(key, scopes=["read"])["application"]
        made = (await itself.post(f"{PATH}/{found.id}/applications", json=asked)).json()
    second = kit.Partner(node, found.id, made["application"], [key])
    assert (await second.ask()).json()["code"] == "not-approved"
    approved = await admin.post(f"/api/v1/applications/{second.application}:approve", json={})
    assert approved.json()["scopes"] == ["read"]
    assert (await second.ask()).status_code == 200


@pytest.mark.parametrize("what", ["participant", "application", "key"])
async def test_what_is_suspended_is_refused_within_five_seconds(
    node: Node, admin: httpx.AsyncClient, clock: SetClock, what: str
) -> None:
    found = await kit.partner(node, admin)
    address = {
        "participant": f"{PATH}/{found.id}",
        "application": f"/api/v1/applications/{found.application}",
        "key": f"/api/v1/applications/{found.application}/keys/first",
    }[what]
    reason = {"reason": "Too many wrong results"}
    async with found.client() as itself:
        assert (await itself.get("/api/v1/states")).status_code == 200
        await admin.post(f"{address}:suspend", json=reason)
        clock.instant += timedelta(seconds=5, milliseconds=1)
        answer = await itself.get("/api/v1/states")
        assert answer.status_code == 401
        assert "suspended" in answer.json()["detail"]
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        refused = (await found.ask()).json()
        assert (refused["error"], "suspended" in refused["error_description"]) == ("invalid_client", True)
        assert reason["reason"] in refused["error_description"]
        await admin.post(f"{address}:resume", json=reason)
        assert (await itself.get("/api/v1/states")).status_code == 200


async def test_a_token_dies_with_its_key(node: Node, admin: httpx.AsyncClient, clock: SetClock) -> None:
    asked = kit.request(key := kit.ed25519())
    asked["application"]["keys"]["expires_at"] = (clock.now() + timedelta(minutes=3)).isoformat()
    found = await kit.partner(node, admin, key, application=asked["application"])
    answer = (await found.ask()).json()
    assert answer["expires_in"] == 180
    async with kit.anybody(node, answer["access_token"]) as itself:
        assert (await itself.get("/api/v1/states")).status_code == 200
        clock.instant += timedelta(minutes=3)
        late = await itself.get("/api/v1/states")
    assert (late.status_code, late.json()["code"]) == (401, "key-expired")


async def test_decisions_are_entered_by_digest_and_without_personal_data(node: Node, admin: httpx.AsyncClient) -> None:
    found = await kit.partner(node, admin)
    await admin.post(f"{PATH}/{found.id}:suspend", json={"reason": "Asked for by themselves"})
    await nodes.sequenced(node)
    items: list[dict[str, Any]] = (await admin.get(f"{PATH}/{found.id}/decisions")).json()["items"]
    made = {(i["type"], i["change"]) for i in items}
    assert {("access.participant", c) for c in ("request", "approve", "suspend")} <= made
    assert {("access.application", "request"), ("access.application", "approve"), ("access.key", "register")} <= made
    async with node.database.read() as conn:
        digests = {
            (r["type"], r["subjects"][0], r["versions"][0]): r["digests"]
            for r in await conn.fetch(
                "select type, subjects, versions, digests from ledger.batch where type like 'access.%'"
            )
        }
        kept = await conn.fetch("select document from access.decision")
    for item in items:
        said = {k: item[k] for k in ("type", "subject", "version", "change", "document")}
        assert digests[item["type"], item["subject"], item["version"]][:32] == sha256(canonical(said)).digest()
    assert not [r for r in kept if "vendor.example" in r["document"] or "A Person" in r["document"]]
    assert "access." not in (await admin.get("/api/v1/changes", params={"limit": "20000"})).text


async def test_a_decision_that_was_altered_is_found(node: Node, admin: httpx.AsyncClient) -> None:
    from jjm.access import verify_decisions
    from jjm.registry import verify_records

    found = await kit.partner(node, admin)
    await nodes.sequenced(node)
    async with node.database.snapshot() as conn:
        assert [f async for f in verify_decisions(conn)] == []
        assert [f async for f in verify_records(node.registry, conn)] == []
    async with node.database.write() as conn:
        more = "update access.decision set document = document || ' ' where subject = $1"
        await conn.execute(more, found.id)
    async with node.database.snapshot() as conn:
        faults = [str(f) async for f in verify_decisions(conn)]
    assert len(faults) == 2
    assert all(found.id in fault for fault in faults)
