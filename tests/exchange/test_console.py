"""What a participant and its officers see of its use and of deliveries to it, and what an officer does for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import partners_kit as kit
import pytest
import pytest_asyncio
from console_kit import SUBSCRIPTIONS, World, begun, choosy, stamp, subscribe
from databases import Postgres
from people_kit import role
from receivers import OK, Reply, receiving


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """The node, shared by the tests of this module."""
    async with begun(postgres, tmp_path_factory.mktemp("console") / "node") as made:
        yield made


async def test_the_console_tells_how_each_delivery_fares(world: World) -> None:
    replies: dict[str, Reply] = {"ill": (503, {})}
    async with world.partner.client() as client:
        with receiving() as well, receiving(lambda body: replies["ill"]) as ill, receiving(choosy) as picky:
            ids = {
                name: (await subscribe(client, receiver, description=name))["id"]
                for name, receiver in (("well", well), ("ill", ill), ("picky", picky))
            }
            await world.organisations("Kalpit Sanstha", "Unwanted Sanstha", "Third Sanstha")
            good = await world.fares(client, ids["well"], lambda d: d["delivered"] == 3 and d["pending"] == 0)
            assert (good["is_disabled"], good["reason"], good["dead_letters"]) == (False, None, 0)
            assert good["last_success_at"] and good["last_failure"] is None
            assert (good["oldest_pending_at"], good["oldest_pending_seconds"]) == (None, None)
            assert (good["owner"], good["description"]) == (world.partner.application, "well")

            recorded = world.clock.now()
            bad = await world.fares(client, ids["ill"], lambda d: d["failing_since"])
            assert (bad["state"], bad["is_disabled"], bad["pending"]) == ("active", False, 3)
            assert bad["last_failure"] == {"at": stamp(recorded), "status": 503, "error": "told"}
            assert bad["last_success_at"] is None and bad["oldest_pending_at"] == stamp(recorded)

            fussy = await world.fares(client, ids["picky"], lambda d: d["pending"] == 0 and d["dead_letters"])
            assert (fussy["dead_letters"], fussy["delivered"], fussy["failing_since"]) == (1, 2, None)
            assert fussy["last_failure"]["status"] == 422 and fussy["last_success_at"] == stamp(recorded)

            replies["ill"] = OK
            world.clock.instant += timedelta(minutes=1)
            better = await world.fares(client, ids["ill"], lambda d: d["pending"] == 0)
            assert (better["failing_since"], better["last_success_at"]) == (None, stamp(world.clock.now()))
            assert better["last_failure"]["status"] == 503, "what went wrong last can still be seen"

            assert (await client.post(f"{SUBSCRIPTIONS}/{ids['well']}:pause")).status_code == 200
            await world.organisations("Fourth Sanstha")
            world.clock.instant += timedelta(minutes=2)
            paused = await world.fares(client, ids["well"], lambda d: d["pending"] == 1)
            assert (paused["is_disabled"], paused["state"], paused["reason"]) == (True, "paused", "asked")
            assert paused["oldest_pending_seconds"] == 120
            one = (await client.get(f"{SUBSCRIPTIONS}/{ids['ill']}")).json()["health"]
            assert one["last_failure"]["status"] == 503 and one["last_success_at"]
            for id in ids.values():
                assert (await client.delete(f"{SUBSCRIPTIONS}/{id}")).status_code == 204


async def test_a_subscriber_that_is_gone_is_shown_as_disabled_with_the_reason(world: World) -> None:
    async with world.partner.client() as client:
        with receiving(lambda body: (410, {})) as gone:
            id = (await subscribe(client, gone))["id"]
            await world.organisations("Fifth Sanstha")
            found = await world.fares(client, id, lambda d: d["is_disabled"])
        assert (found["state"], found["reason"]) == ("paused", "gone")
        assert (found["pending"], found["last_failure"]["status"]) == (1, 410)
        await client.delete(f"{SUBSCRIPTIONS}/{id}")


async def test_an_officer_of_a_participant_sees_and_does_what_is_its_own(world: World) -> None:
    mine, other = world.partner, world.other
    async with kit.anybody(world.node, world.officer.token) as officer:
        told = (await officer.get(f"/api/v1/participants/{mine.id}/usage")).json()
        assert {"quota", "error_rate", "applications", "deliveries"} <= told.keys()
        assert (await officer.get(f"/api/v1/participants/{mine.id}")).json()["contact"]["name"] == "A Person"
        assert (await officer.get(f"/api/v1/participants/{other.id}/usage")).status_code == 403
        assert "contact" not in (await officer.get(f"/api/v1/participants/{other.id}")).json()
        assert (await officer.post(f"/api/v1/participants/{mine.id}:suspend", json={"reason": "No"})).status_code == 403
        keys = {"jwks": kit.public(kit.ed25519("theirs"))}
        assert (await officer.post(f"/api/v1/applications/{mine.application}/keys", json=keys)).status_code == 403
        assert (await officer.get("/api/v1/households")).status_code == 403, "the role reads no records"
        with receiving() as receiver:
            bare = await officer.post(SUBSCRIPTIONS, json={"url": receiver.url})
            assert (bare.status_code, bare.json()["code"]) == (400, "application-needed")
            foreign = {"url": receiver.url, "application": other.application}
            assert (await officer.post(SUBSCRIPTIONS, json=foreign)).status_code == 404
            made = await subscribe(officer, receiver, application=mine.application)
            assert (made["owner"], made["made_by"]) == (mine.application, world.officer.id)
            await world.organisations("Sixth Sanstha")
            await asyncio.to_thread(receiver.until, lambda r: len(r.taken) == 1)
            async with mine.client() as program, other.client() as stranger:
                assert (await program.get(f"{SUBSCRIPTIONS}/{made['id']}")).status_code == 200
                assert (await stranger.get(f"{SUBSCRIPTIONS}/{made['id']}")).status_code == 404
                wrong = {"url": receiver.url, "application": mine.application}
                assert (await stranger.post(SUBSCRIPTIONS, json=wrong)).status_code == 403
            assert [one["id"] for one in (await officer.get(SUBSCRIPTIONS)).json()["items"]] == [made["id"]]
            assert (await officer.post(f"{SUBSCRIPTIONS}/{made['id']}:pause")).json()["state"] == "paused"
            assert (await officer.delete(f"{SUBSCRIPTIONS}/{made['id']}")).status_code == 204


async def test_what_an_officer_subscribed_goes_on_when_the_officer_is_gone(world: World) -> None:
    place = f"participant/{world.partner.id}"
    leaving = await world.house.somebody(world.officer, place, role("partner_officer", place))
    grant = (await world.house.call(leaving, "GET", f"/people/{leaving.id}/grants"))["items"][0]["id"]
    with receiving() as receiver:
        async with kit.anybody(world.node, leaving.token) as officer:
            id = (await subscribe(officer, receiver, application=world.partner.application))["id"]
            await world.house.call(world.officer, "POST", f"/grants/{grant}:revoke", {"reason": "transferred"})
            world.clock.instant += timedelta(seconds=6)
            assert (await officer.get(f"{SUBSCRIPTIONS}/{id}")).status_code == 403
        await world.organisations("Seventh Sanstha")
        await asyncio.to_thread(receiver.until, lambda r: len(r.taken) == 1)
        async with world.partner.client() as program:
            assert (await program.delete(f"{SUBSCRIPTIONS}/{id}")).status_code == 204


async def test_nobody_grants_a_participant_they_do_not_look_after(world: World) -> None:
    there = f"participant/{world.other.id}"
    body = {"name": "Asha Kalpit", "phone": "9876599999", "place": there, "roles": [role("partner_officer", there)]}
    await world.house.call(world.officer, "POST", "/people", body, 403)
    unknown = body | {"place": "participant/PAR-NONE", "roles": []}
    await world.house.call(None, "POST", "/people", unknown, 404)
    wrong = body | {"place": "district/345", "roles": []}
    await world.house.call(world.officer, "POST", "/people", wrong, 404)
    here = f"participant/{world.partner.id}"
    elsewhere = body | {"place": here, "roles": [role("district_officer", here)]}
    told = await world.house.call(world.officer, "POST", "/people", elsewhere, 400)
    assert told["code"] == "role-elsewhere"
