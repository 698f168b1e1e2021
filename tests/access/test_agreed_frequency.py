"""How often an agreement lets its partner read: counted on every way on which data leave, refused and written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from agreements_kit import World, agreeing
from databases import Postgres
from receivers import receiving

TWICE_AN_HOUR: dict[str, Any] = {"of": "calls", "times": 2, "per": {"unit": "hour", "value": 1}}


@pytest_asyncio.fixture(scope="module")
async def shared(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """The node, shared by the tests of this module."""
    async with agreeing(postgres, tmp_path_factory.mktemp("agreements") / "node", webhooks_private=True) as world:
        yield world


@pytest_asyncio.fixture
async def world(shared: World) -> World:
    """The same, with no agreement in force."""
    await shared.end_all()
    return shared


@pytest.mark.parametrize("of", ["calls", "exports"])
async def test_more_often_than_agreed(world: World, of: str) -> None:
    id = await world.agreed(frequency={"of": of, "times": 2, "per": {"unit": "hour", "value": 1}})
    async with world.partner.client() as client:

        async def use() -> httpx.Response:
            if of == "calls":
                return await client.get("/api/v1/households")
            return await client.post("/api/v1/households:export", params={"wait": "20"})

        assert [(await use()).status_code for _ in range(2)] in ([200, 200], [303, 303], [202, 202])
        over = await use()
        assert (over.status_code, over.json()["code"]) == (429, "over-frequency")
        assert 0 < int(over.headers["retry-after"]) <= 3601
        if of == "exports":
            assert (await client.get("/api/v1/households")).status_code == 200
    assert "over-frequency" in [u["code"] for u in await world.uses(id)]
    world.clock.instant += timedelta(hours=1)
    async with world.partner.client() as client:
        assert (await use()).status_code != 429


WAYS: dict[str, tuple[str, str, Any]] = {
    "a list": ("GET", "/api/v1/households", None),
    "one record": ("GET", "/api/v1/households/{id}", None),
    "its history": ("GET", "/api/v1/households/{id}/history", None),
    "its proof": ("GET", "/api/v1/households/{id}/proof", None),
    "many records": ("POST", "/api/v1/households:batchGet", {"ids": ["{id}"]}),
    "a count": ("GET", "/api/v1/households?count=exact&limit=1", None),
    "an export": ("POST", "/api/v1/households:export?wait=20", None),
    "the feed": ("GET", "/api/v1/changes?types=households", None),
    "the search": ("GET", "/api/v1/search?q=Rampur", None),
}


@pytest.mark.parametrize("way", WAYS)
async def test_the_third_call_is_refused_and_written_down_on_each_way(world: World, way: str) -> None:
    method, path, body = WAYS[way]
    id = await world.agreed(frequency=TWICE_AN_HOUR)
    async with world.partner.client() as client:
        found = (await world.admin.get("/api/v1/households", params={"within": "state/21"})).json()["items"][0]["id"]
        if body:
            body = {"ids": [found]}
        answers = [await client.request(method, path.format(id=found), json=body) for _ in range(3)]
    assert [a.status_code < 400 for a in answers] == [True, True, False], answers[-1].text
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "over-frequency")
    log = [(u["outcome"], u["code"]) for u in await world.uses(id)]
    assert log == [("refused", "over-frequency"), ("used", None), ("used", None)]


async def test_files_of_an_export_belong_to_its_one_use(world: World) -> None:
    id = await world.agreed(frequency=TWICE_AN_HOUR)
    async with world.partner.client() as client:
        made = (await client.post("/api/v1/households:export", params={"wait": "20"}, follow_redirects=True)).json()
        for _ in range(3):
            assert (await client.get(made["result"]["files"][0]["url"])).status_code == 200
    assert len(await world.uses(id)) == 1


async def test_deliveries_are_held_until_the_agreement_allows_more(world: World) -> None:
    id = await world.agreed(frequency=TWICE_AN_HOUR)
    village = (await world.admin.get("/api/v1/villages", params={"within": "state/21"})).json()["items"][0]["id"]

    async def households(*members: int) -> None:
        for count in members:
            record = {"village": village, "head_name": "Kalpit Devi", "members": count, "has_tap": False}
            assert (await world.admin.post("/api/v1/households", json=record)).status_code == 201

    with receiving() as receiver, receiving() as public:
        async with world.partner.client() as client:
            asked = ((receiver, "households"), (public, "villages"))
            subscribed = [await subscribe(client, where.url, type) for where, type in asked]
            await households(11, 12, 13, 14)
            held = await standing(client, subscribed[0], "over-frequency")
            assert members(receiver) == [11, 12], "no more than agreed has left the node"
            assert (held["state"], held["health"]["failed_attempts"]) == ("active", 0)
            later = world.clock.now() + timedelta(hours=1)
            assert held["health"]["next_attempt_at"] == later.isoformat().replace("+00:00", "Z")
            over = await client.get("/api/v1/households")
            assert over.json()["code"] == "over-frequency", "calls and deliveries are counted together"
        refused = [u for u in await world.uses(id) if u["code"] == "over-frequency"]
        assert {(u["method"], u["path"]) for u in refused} == {
            ("POST", f"/api/v1/subscriptions/{subscribed[0]}"),
            ("GET", "/api/v1/households"),
        }
        world.clock.instant += timedelta(hours=1)
        await asyncio.to_thread(receiver.until, lambda r: members(r) == [11, 12, 13, 14])
        async with world.partner.client() as client:
            assert (await standing(client, subscribed[0], None))["reason"] is None
            for one in subscribed:
                assert (await client.delete(f"/api/v1/subscriptions/{one}")).status_code == 204


async def test_deliveries_of_what_is_open_to_all_use_no_agreement_up(world: World) -> None:
    id = await world.agreed(frequency={**TWICE_AN_HOUR, "times": 1})
    with receiving() as receiver:
        async with world.partner.client() as client:
            made = await subscribe(client, receiver.url, "organisations")
            for name in ("Kalpit Sanstha", "Doosri Sanstha", "Teesri Sanstha"):
                done = await world.admin.post("/api/v1/organisations", json={"name": name, "kind": "ngo"})
                assert done.status_code == 201
            await asyncio.to_thread(receiver.until, lambda r: len(r.taken) == 3)
            assert (await client.get("/api/v1/households")).status_code == 200
            await client.delete(f"/api/v1/subscriptions/{made}")
    assert "over-frequency" not in {u["code"] for u in await world.uses(id)}


async def subscribe(client: httpx.AsyncClient, url: str, type: str) -> str:
    """A new subscription to one type."""
    answer = await client.post("/api/v1/subscriptions", json={"url": url, "types": [type]})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def standing(client: httpx.AsyncClient, id: str, reason: str | None) -> dict[str, Any]:
    """A subscription, once it stands where it does for this reason."""
    async with asyncio.timeout(20):
        while (found := (await client.get(f"/api/v1/subscriptions/{id}")).json())["reason"] != reason:
            await asyncio.sleep(0.1)
    return found


def members(receiver: Any) -> list[int]:
    """How many members the households have that were taken, in order."""
    return [event["data"]["members"] for call in receiver.taken for event in call.events]
