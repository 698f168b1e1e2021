"""Records read for a purpose that rests on consent: alone, in lists, in the feed and put out as files."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import consent_world
import databases
import nodes
import orjson
import pytest
import pytest_asyncio
from consent_world import ASHA, PURPOSE, RAVI, SITA, World

LIST = "/api/v1/households"
EXPORT = f"{LIST}:export"


@pytest_asyncio.fixture(scope="module")
async def kept(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("consents")) as made:
        yield made


@pytest_asyncio.fixture
async def world(kept: World) -> World:
    """The same, without any consent in force and with no reading noted."""
    await kept.noted()
    async with kept.node.database.write() as conn:
        await conn.execute("truncate access.consent, access.consent_count, access.consent_use, access.reading")
    return kept


async def changed(world: World, home: str, **fields: str) -> None:
    """A household as the keeper has changed it."""
    path = f"{LIST}/{home}"
    etag = (await world.house.keeper.get(path)).headers["etag"]
    headers = {"content-type": "application/merge-patch+json", "if-match": etag}
    answer = await world.house.keeper.patch(path, json=fields, headers=headers)
    assert answer.status_code == 200, answer.text


def told(items: list[dict[str, Any]], world: World) -> dict[str, set[str]]:
    """The personal fields shown of each household, by its telephone."""
    personal = {"head_name", "address", "phone", "house_number"}
    by_home = {home: phone for phone, home in world.homes.items()}
    return {by_home[item["id"]]: personal & set(item) for item in items if item["id"] in by_home}


async def test_a_list_shows_of_each_what_its_person_agreed_to(world: World) -> None:
    asha, _ = await world.granted(ASHA)
    ravi, _ = await world.granted(RAVI, data={"household": ["address"]})
    async with await world.client() as client:
        items = (await client.get(LIST)).json()["items"]
        assert told(items, world) == {ASHA: {"head_name", "address"}, RAVI: {"address"}, SITA: set()}
        assert all("members" in item for item in items), "what is not personal is seen as before"
        named = (await client.get(LIST, params={"fields": "address"})).json()["items"]
        assert told(named, world) == {ASHA: {"address"}, RAVI: {"address"}, SITA: set()}
        batch = await client.post(f"{LIST}:batchGet", json={"ids": list(world.homes.values())})
        assert told(batch.json()["items"], world)[SITA] == set()
        plain = (await client.get(LIST, params={"fields": "members"})).json()["items"]
        assert plain and len(await world.uses(asha)) == 3, "what is not personal uses no consent"
        for hidden in ({"phone": ASHA}, {"head_name": "Asha Kalpit"}, {"filter": "address = 'x'"}):
            assert (await client.get(LIST, params=hidden)).status_code == 400, "nothing is found by what is hidden"
    noted = {row["consent"]: row["ids"] for row in await world.noted() if row["way"] == "list"}
    assert noted == {asha: [world.homes[ASHA]], ravi: [world.homes[RAVI]]}


async def test_a_list_of_many_is_decided_by_few_questions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.granted(ASHA)
    await world.granted(RAVI)
    counted: list[int] = []
    consents = world.node.registry.consents
    assert consents is not None
    write = consents.database.write  # of its lane: what the node does by itself meanwhile does not count

    def counting() -> Any:
        counted.append(1)
        return write()

    async with await world.client() as client:
        await client.get("/api/v1/villages?limit=1")
        monkeypatch.setattr(consents.database, "write", counting)
        items = (await client.get(LIST)).json()["items"]
    assert len(items) >= 3 and len(counted) == 1, "one transaction for the whole page"


async def test_history_and_versions_show_the_time_that_was_agreed_to(world: World) -> None:
    home = world.homes[ASHA]
    await changed(world, home, address="By the temple")
    longer = {"dataFrom": "2026-01-01T00:00:00Z", "dataUntil": "2027-06-01T00:00:00Z"}
    await world.granted(ASHA, **longer)
    async with await world.client() as client:
        past = (await client.get(f"{LIST}/{home}/history")).json()["items"]
        assert [item.get("address") for item in past][:2] == ["By the temple", "Near the well"]
        one = await client.get(f"{LIST}/{home}/history/1")
        assert one.json().get("address") == "Near the well"
        early = await client.get(f"{LIST}/{home}", params={"valid_at": "2027-07-01"})
        assert (early.status_code, early.json()["code"]) == (403, "consent-needed")
        assert "out-of-time" in early.json()["detail"]
        proof = await client.get(f"{LIST}/{home}/proof")
        assert "By the temple" not in proof.text and "Asha Kalpit" not in proof.text


async def test_each_refusal_is_told_and_logged(world: World) -> None:
    id, asha = await world.granted(ASHA, frequency={"unit": "DAY", "times": 2})
    assert (await world.read(RAVI)).json()["code"] == "consent-needed"
    over = await world.read(ASHA, fields="phone")
    assert (over.status_code, over.json()["code"]) == (403, "over-field")
    both = await world.read(ASHA, fields="address,phone")
    assert (both.status_code, both.json()["code"]) == (403, "over-field")
    assert (await world.read()).status_code == (await world.read()).status_code == 200
    often = await world.read()
    assert (often.status_code, often.json()["code"]) == (429, "over-frequency")
    assert 0 < int(often.headers["retry-after"]) <= 86_401
    async with await world.client() as client:
        items = (await client.get(LIST)).json()["items"]
        assert told(items, world)[ASHA] == set(), "a list goes on without what is read too often"
    world.house.later(days=1)
    assert (await world.read()).status_code == 200
    assert await world.uses(id) == [
        ("record", "refused", "over-field"),
        ("record", "refused", "over-field"),
        ("record", "used", None),
        ("record", "used", None),
        ("record", "refused", "over-frequency"),
        ("list", "refused", "over-frequency"),
        ("record", "used", None),
    ]
    asha = await world.by_phone(ASHA)
    await world.say(asha, id, "withdraw")
    async with await world.client() as client:
        await client.get(LIST)
    assert (await world.uses(id))[-1] == ("list", "refused", "consent-revoked")
    later = (world.now + timedelta(days=2)).isoformat()
    coming, _ = await world.granted(**{"from": later})
    assert "consent-not-begun" in (await world.read()).json()["detail"]
    assert (await world.uses(coming))[-1][2] == "consent-not-begun"
    elsewhere, _ = await world.granted(SITA, areas=["district/902"])
    assert "out-of-area" in (await world.read(SITA)).json()["detail"]
    assert (await world.uses(elsewhere))[-1][2] == "out-of-area"


async def test_a_number_that_has_become_somebody_elses_opens_nothing(world: World) -> None:
    id, _ = await world.granted(SITA)
    assert (await world.read(SITA)).status_code == 200
    for phone, status in (("9811100007", 403), (f"+91 {SITA}", 200)):
        await changed(world, world.homes[SITA], phone=phone)
        assert (await world.read(SITA)).status_code == status
    assert ("record", "refused", "other-person") in await world.uses(id)


async def test_the_feed_tells_what_was_agreed_to(world: World) -> None:
    id, asha = await world.granted(ASHA, dataFrom="2026-01-01T00:00:00Z")
    await nodes.sequenced(world.node)

    async def fed() -> dict[str, set[str]]:
        async with await world.client() as client:
            answer = await client.get("/api/v1/changes", params={"types": "households", "limit": 20000})
        events = [orjson.loads(line) for line in answer.content.splitlines()]
        return told([event["data"] for event in events if event["data"]["_meta"]["version"] == 1], world)

    assert (await fed())[ASHA] == {"head_name", "address"} and (await fed())[RAVI] == set()
    assert [use for use in await world.uses(id) if use[0] == "feed"] == [("feed", "used", None)] * 2
    assert {row["way"] for row in await world.noted()} == {"feed"}
    await world.say(asha, id, "withdraw")
    assert (await fed())[ASHA] == set()


async def test_files_are_given_out_while_every_consent_in_them_is_in_force(world: World) -> None:
    id, asha = await world.granted(ASHA)
    async with await world.client() as client:
        for ending in ("ndjson", "csv"):
            job = (await client.post(EXPORT, params={"wait": "30", "format": ending})).json()
            assert job["state"] == "done", job
            (file,) = job["result"]["files"]
            content = (await client.get(file["url"])).text
            assert "Asha Kalpit" in content and "Ravi Kalpit" not in content and ASHA not in content
        assert job["result"]["consents"] == [id]
        assert [use for use in await world.uses(id) if use[0] == "export"] == [("export", "used", None)] * 2
        await world.say(asha, id, "withdraw")
        gone = await client.get(file["url"])
        assert (gone.status_code, gone.json()["code"]) == (403, "consent-needed")
        anew = (await client.post(EXPORT, params={"wait": "30"}, headers={"idempotency-key": "anew"})).json()
        assert "Asha Kalpit" not in (await client.get(anew["result"]["files"][0]["url"])).text


async def test_an_officer_with_the_permit_still_needs_the_consent(world: World) -> None:
    await world.granted(ASHA)
    await world.house.sign_in(world.officer)
    path, headers = f"{LIST}/{world.homes[ASHA]}", world.officer.auth
    seen = await world.house.anybody.get(path, headers=headers | PURPOSE)
    assert (seen.status_code, seen.json()["code"]) == (403, "consent-needed")
    keeper = await world.house.keeper.get(path, headers=PURPOSE)
    assert (keeper.status_code, keeper.json()["code"]) == (403, "consent-needed")
    async with await world.client(Agreement="AGR-1") as client:
        both = await client.get(path)
    assert (both.status_code, both.json()["code"]) == (400, "agreement-or-consent")


async def test_erasing_a_record_leaves_nothing_to_consent_to(world: World) -> None:
    told = {**consent_world.HOUSEHOLD, "phone": "9811100006", "head_name": "Meena Kalpit"}
    home = (await world.house.keeper.post(LIST, json=told)).json()["id"]
    meena = await world.by_phone("9811100006")
    await world.house.sign_in(world.officer)
    until = (world.now + timedelta(days=1000)).isoformat()
    asked = world.wanted(ASHA, record={"type": "household", "id": home}, until=until)
    made = await world.house.call(world.officer, "POST", "/consents", asked, 201)
    await world.say(meena, made["id"], "grant", notice=made["notice"])

    async def read() -> dict[str, Any]:
        await world.house.sign_in(world.officer)
        answer = await world.house.anybody.get(f"{LIST}/{home}", headers=world.officer.auth | PURPOSE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert (await read())["head_name"] == "Meena Kalpit"
    world.house.later(days=999)
    erased = await world.house.keeper.post(f"{LIST}/{home}:erase", json={"reason": "Asked for by the person"})
    assert erased.status_code == 200, erased.text
    assert "head_name" not in await read()
    kept = await world.house.call(world.officer, "GET", f"/consents/{made['id']}")
    assert (kept["status"], kept["records"]) == ("GRANTED", []), "it names no record any more"
