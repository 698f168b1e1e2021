"""Agreements: two signatures, no wider than both signed, enforced on each call, and every use written down."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import nodes
import partners_kit as kit
import pytest
import pytest_asyncio
from agreements_kit import FIELDS, PATH, World, agreeing, signature
from databases import Postgres

from jjm.access import Asked, Basis, actor_again
from jjm.app.asgi import application
from jjm.client import AsyncClient
from jjm.kit import Problem, canonical


@pytest_asyncio.fixture(scope="module")
async def shared(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """The node, shared by the tests of this module."""
    async with agreeing(postgres, tmp_path_factory.mktemp("agreements") / "node") as world:
        yield world


@pytest_asyncio.fixture
async def world(shared: World) -> World:
    """The same, with no agreement in force."""
    await shared.end_all()
    return shared


async def test_in_force_once_both_have_signed(world: World) -> None:
    drafted = await world.draft()
    assert drafted["state"] == "draft"
    async with kit.anybody(world.node) as nobody:
        assert (await nobody.get(f"{PATH}/{drafted['id']}")).status_code == 404
        assert drafted["id"] not in (await nobody.get(PATH)).text
        assert (await world.sign(drafted)).json()["state"] == "proposed"
        done = (await world.admin.post(f"{PATH}/{drafted['id']}:sign", json={})).json()
        assert done["state"] == "in_force"
        seen = (await nobody.get(f"{PATH}/{drafted['id']}")).json()
    assert seen["document"] == drafted["document"]
    assert drafted["document"]["logTo"] == f"{PATH}/{drafted['id']}/uses"
    keys = {s["party"]: s for s in seen["signatures"]}
    assert set(keys) == {"node", world.partner.id}
    for told in keys.values():  # anybody can check both signatures with what is shown
        from jjm.access.agreements.rules import signing_key

        found = signing_key(told["signature"], canonical(seen["document"]), {told["kid"]: told["jwk"]})
        assert found == told["kid"]
    assert keys["node"]["kid"] == world.node.access.key.id


async def test_what_both_have_signed_is_open_at_once(world: World) -> None:
    drafted = await world.draft()
    assert (await world.admin.post(f"{PATH}/{drafted['id']}:sign", json={})).status_code == 200
    async with world.partner.client() as client:
        assert (await client.get("/api/v1/households")).status_code == 403
        assert (await world.sign(drafted)).json()["state"] == "in_force"
        assert (await client.get("/api/v1/households")).status_code == 200


async def test_signatures_that_are_not_taken(world: World) -> None:
    drafted = await world.draft()
    other = await world.draft(dataLife={"unit": "day", "value": 31})
    path = f"{PATH}/{drafted['id']}:sign"
    async with world.partner.client() as client:
        for wrong in (
            signature(other, world.partner.key),
            signature(drafted, kit.ed25519("first")),
            signature(drafted, world.owner.key),
            "nonsense",
            "a..b",
            None,
        ):
            answer = await client.post(path, json={"signature": wrong})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-signature"), wrong
    assert (await world.sign(drafted, world.owner)).status_code == 403
    assert (await world.sign(drafted)).status_code == 200
    assert (await world.sign(drafted)).json()["code"] == "wrong-state"


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"scope": {"types": ["castle"]}}, "/scope/types/0"),
        ({"scope": {"fields": {"household": ["towers"]}}}, "/scope/fields/household"),
        ({"scope": {"fields": {}}}, "/scope/fields/household"),
        ({"scope": {"fields": {"household": ["village"], "scheme": ["name"]}}}, "/scope/fields"),
        ({"purpose": {"code": "curiosity", "text": "To see what there is"}}, "/purpose/code"),
        ({"purpose": {"code": "agreed_service", "text": "What each person agreed to"}}, "/purpose/code"),
        ({"until": "2031-01-01T00:00:00Z"}, "/until"),
        ({"until": "2026-01-01T00:00:00Z"}, "/until"),
    ],
)
async def test_what_no_agreement_says(world: World, more: dict[str, Any], pointer: str) -> None:
    answer = await world.admin.post(PATH, json=world.asked(**more))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-agreement"), answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_sides_that_cannot_be(world: World) -> None:
    for sides, expected in (
        ({"consumer": "node"}, 422),
        ({"consumer": "node", "provider": world.owner.id}, 422),
        ({"provider": world.partner.id}, 403),
        ({"consumer": "PAR-NONE"}, 404),
    ):
        answer = await world.admin.post(PATH, json=world.asked(**sides))
        assert answer.status_code == expected, answer.text


async def test_a_participant_shares_only_its_own(world: World) -> None:
    async with world.owner.client() as owner:
        for areas, expected in ((["state/21"], 400), (None, 400), (["state/18"], 201), (["district/301"], 201)):
            answer = await owner.post(PATH, json=world.asked(provider=world.owner.id, scope={"areas": areas}))
            assert answer.status_code == expected, answer.text
        assert (await owner.post(PATH, json=world.asked())).status_code == 403
        asked = world.asked(provider=world.owner.id, scope={"areas": ["state/18"]})
        drafted = (await owner.post(PATH, json=asked)).json()
    await world.sign(drafted, world.owner)
    assert (await world.sign(drafted)).json()["state"] == "in_force"
    assert (await world.admin.post(f"{PATH}/{drafted['id']}:sign", json={})).status_code == 403
    async with world.partner.client() as client:
        assert len((await client.get("/api/v1/households")).json()["items"]) == 1
    await world.admin.post(f"/api/v1/participants/{world.owner.id}:suspend", json={"reason": "No longer ours"})
    world.clock.instant += timedelta(seconds=6)
    async with world.partner.client() as client:
        assert (await client.get("/api/v1/households")).status_code == 403
    await world.admin.post(f"/api/v1/participants/{world.owner.id}:resume", json={"reason": "Ours again"})


async def test_each_call_is_bound_by_it_and_written_down(world: World) -> None:
    id = await world.agreed()
    async with world.partner.client() as client:
        seen = (await client.get("/api/v1/households", params={"fields": "village,members"})).json()["items"]
        assert [(h["village"], h["members"]) for h in seen] == [("VIL-399515", 4)]
        assert "Kalpit" not in (await client.get("/api/v1/households")).text
        over = await client.get("/api/v1/households", params={"fields": "village,head_name"})
        assert (over.status_code, over.json()["code"]) == (403, "over-field")
        assert "head_name" in over.json()["detail"]
        out = await client.get("/api/v1/households", params={"within": "state/18"})
        assert (out.status_code, out.json()["code"]) == (403, "outside-agreement")
        inner = await client.get("/api/v1/households", params={"within": "district/345"})
        assert len(inner.json()["items"]) == 1
        assert (await client.get("/api/v1/villages")).status_code == 200  # public: no agreement is used
        fed = (await client.get("/api/v1/changes", params={"limit": "20000"})).text
        assert "Kalpit" not in fed
        assert fed.count('"subject":"households/') == 1
        log = (await client.get(f"{PATH}/{id}/uses")).json()["items"]
    assert log == await world.uses(id)
    found = [(u["outcome"], u["code"], u["type"]) for u in reversed(log)]
    assert found == [
        ("used", None, "household"),
        ("used", None, "household"),
        ("refused", "over-field", "household"),
        ("refused", "outside-agreement", "household"),
        ("used", None, "household"),
        ("used", None, None),
    ]
    assert log[-1]["fields"] == ["members", "village"]
    assert {u["application"] for u in log} == {world.partner.application}
    async with kit.anybody(world.node) as nobody:
        assert (await nobody.get(f"{PATH}/{id}/uses")).status_code == 401
    async with world.owner.client() as stranger:
        assert (await stranger.get(f"{PATH}/{id}/uses")).status_code == 403


async def test_no_agreement_stands_in_for_the_consent_of_the_person(world: World) -> None:
    id, gate = await world.agreed(), world.node.access.gate
    async with world.partner.client() as client:
        named = await client.get("/api/v1/households", headers={"Purpose": "agreed_service"})
        assert (named.status_code, named.json()["code"]) == (403, "forbidden"), "the agreement is left aside"
        assert (await client.get("/api/v1/households")).status_code == 200
        went_on = Asked("application", world.partner.application, ("read",), "water_supply", id, "webhooks")
        known = gate.purposes
        gate.purposes = {**known, "water_supply": Basis.CONSENT}  # the standards have changed since it was signed
        try:
            answer = await client.get("/api/v1/households")
            async with world.node.database.read() as conn:
                with pytest.raises(Problem, match="needs the consent of the person"):  # what goes on by itself
                    await actor_again(world.node.access, conn, went_on)
        finally:
            gate.purposes = known
        assert (answer.status_code, answer.json()["code"]) == (403, "consent-needed")
    refused = [use for use in await world.uses(id) if use["outcome"] == "refused"]
    assert [use["code"] for use in refused] == ["consent-needed"]


async def test_a_revocation_bites_within_five_seconds(world: World) -> None:
    id = await world.agreed()
    async with world.partner.client() as client:
        assert (await client.get("/api/v1/households")).status_code == 200
        revoked = await client.post(f"{PATH}/{id}:revoke", json={"reason": "The work is done"})
        assert revoked.json()["state"] == "revoked"
        world.clock.instant += timedelta(seconds=5, milliseconds=1)
        for headers in ({}, {"Agreement": id}):
            for path in ("households", "changes?types=households", "changes?types=villages,households"):
                answer = await client.get(f"/api/v1/{path}", headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (403, "agreement-not-in-force")
                assert "The work is done" in answer.json()["detail"]
        # Who names neither type nor agreement goes on without it, and is told.
        for path in ("changes", "search?q=Kalpit"):
            answer = await client.get(f"/api/v1/{path}")
            assert answer.status_code == 200, answer.text
            assert answer.headers["x-left-out"].startswith(f'households;agreement="{id}";ended="revoked";since="')
        token = client.headers["authorization"].removeprefix("Bearer ")
        async with AsyncClient(kit.URL, auth=token, transport=httpx.ASGITransport(application(world.node))) as own:
            stretch = await anext(own.stretches())
        assert stretch.left_out == (await client.get("/api/v1/changes")).headers["x-left-out"]
        for path in ("changes?types=villages", "search?q=Kalpit&types=villages"):
            assert "x-left-out" not in (await client.get(f"/api/v1/{path}")).headers
    assert [(u["outcome"], u["code"]) for u in await world.uses(id)][:6] == [("refused", "agreement-revoked")] * 6
    again = await world.admin.post(f"{PATH}/{id}:revoke", json={"reason": "Twice"})
    assert again.json()["code"] == "wrong-state"
    await world.agreed()  # what is open again is not left out
    async with world.partner.client() as client:
        assert "x-left-out" not in (await client.get("/api/v1/changes")).headers


async def test_it_begins_and_ends_by_itself(world: World) -> None:
    start, end = world.clock.now() + timedelta(hours=1), world.clock.now() + timedelta(hours=2)
    id = await world.agreed(**{"from": start.isoformat(), "until": end.isoformat()})
    assert (await world.admin.get(f"{PATH}/{id}")).json()["state"] == "agreed"
    for _ in range(2):
        async with world.partner.client() as client:
            early = await client.get("/api/v1/households", headers={"Agreement": id})
            assert early.json()["code"] == "agreement-not-in-force"
    world.clock.instant = start
    async with world.partner.client() as client:
        assert (await client.get("/api/v1/households", headers={"Agreement": id})).status_code == 200
    world.clock.instant = end - timedelta(seconds=1)
    async with world.partner.client() as client:
        assert (await client.get("/api/v1/households")).status_code == 200
        world.clock.instant = end  # no memory of the token outlives the agreement
        late = await client.get("/api/v1/households")
    assert "is expired since" in late.json()["detail"]
    assert (await world.uses(id))[0]["code"] == "agreement-expired"


async def test_one_call_reads_under_one_agreement(world: World) -> None:
    first = await world.agreed()
    second = await world.agreed(scope={"fields": {"household": ["village", "head_name"]}, "areas": ["state/18"]})
    async with world.partner.client() as client:
        unsaid = await client.get("/api/v1/households")
        assert (unsaid.status_code, unsaid.json()["code"]) == (400, "agreement-needed")
        assert first in unsaid.text
        assert second in unsaid.text
        one = (await client.get("/api/v1/households", headers={"Agreement": first})).json()["items"]
        other = (await client.get("/api/v1/households", headers={"Agreement": second})).json()["items"]
        foreign = await client.get("/api/v1/households", headers={"Agreement": "AGR-NONE"})
    assert [(h.get("members"), h.get("head_name")) for h in one] == [(4, None)]
    assert [(h.get("members"), h.get("head_name")) for h in other] == [(None, "Kalpit Devi")]
    assert foreign.json()["code"] == "agreement-not-in-force"


async def test_an_amendment_is_another_agreement(world: World) -> None:
    old = await world.agreed()
    wider = await world.draft(supersedes=old, scope={"fields": {"household": [*FIELDS, "head_name"]}})
    assert wider["widens"] is True
    assert (await world.admin.post(f"{PATH}/{wider['id']}:sign", json={})).json()["state"] == "proposed"
    async with world.partner.client() as client:  # one signature widens nothing
        assert "Kalpit" not in (await client.get("/api/v1/households")).text
    assert (await world.sign(wider)).json()["state"] == "in_force"
    gone = (await world.admin.get(f"{PATH}/{old}")).json()
    assert (gone["state"], gone["reason"]) == ("revoked", f"superseded by {wider['id']}")
    world.clock.instant += timedelta(seconds=6)
    async with world.partner.client() as client:
        assert "Kalpit" in (await client.get("/api/v1/households")).text
    changes = [d["change"] for d in (await world.admin.get(f"{PATH}/{old}/decisions")).json()["items"]]
    assert changes == ["revoke", "sign", "sign", "draft"]
    await nodes.sequenced(world.node)
