"""Whoever may not see what is personal is told which fields are hidden, in the same words at every door."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import consent_world
import databases
import nodes
import orjson
import pytest
import pytest_asyncio
from consent_world import ASHA, World
from httpx import AsyncClient

LIST = "/api/v1/households"
READER = "household:read@state/21"


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("hidden")) as made:
        yield made


async def everywhere(client: AsyncClient, home: str) -> dict[str, dict[str, Any]]:
    """One household as each door shows it."""
    found = {
        "record": (await client.get(f"{LIST}/{home}")).json(),
        "history": (await client.get(f"{LIST}/{home}/history")).json()["items"][0],
        "version": (await client.get(f"{LIST}/{home}/history/1")).json(),
    }
    items = (await client.get(LIST)).json()["items"]
    batch = (await client.post(f"{LIST}:batchGet", json={"ids": [home]})).json()["items"]
    feed = (await client.get("/api/v1/changes", params={"types": "households"})).content
    events = [orjson.loads(line)["data"] for line in feed.splitlines()]
    for name, some in (("list", items), ("batch", batch), ("feed", events), ("export", (await exported(client))[1])):
        found[name] = next(one for one in some if one["id"] == home)
    return found


async def exported(client: AsyncClient, **asked: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What became of an export, and its records."""
    key = {"idempotency-key": "-".join(["put-out", client.headers["authorization"][-8:], *asked.values()])}
    job = (await client.post(f"{LIST}:export", params={"wait": "30", **asked}, headers=key)).json()
    assert job["state"] == "done", job
    (file,) = job["result"]["files"]
    lines = (await client.get(file["url"])).text.splitlines()
    return job["result"], [orjson.loads(line) for line in lines] if lines[0].startswith("{") else []


async def test_every_door_tells_which_fields_are_hidden(world: World) -> None:
    personal = sorted(world.node.registry.table("household").personal)
    home = world.homes[ASHA]
    async with nodes.caller(world.node, READER) as reader:
        for door, record in (await everywhere(reader, home)).items():
            assert record["_meta"]["hidden"] == personal, door
            assert not set(personal) & set(record), door
            assert record["members"] == 4, door
        result, _ = await exported(reader, format="csv")
        assert result["hidden"] == personal, "a table has no place for it in its rows"
        named = (await reader.get(f"{LIST}/{home}", params={"fields": "members,phone"})).json()
        assert named["_meta"]["hidden"] == ["phone"], "of what was asked for"
        plain = (await reader.get(f"{LIST}/{home}", params={"fields": "members"})).json()
        assert "hidden" not in plain["_meta"]
    for door, record in (await everywhere(world.house.keeper, home)).items():
        assert "hidden" not in record["_meta"] and record["head_name"] == "Asha Kalpit", door
    result, _ = await exported(world.house.keeper, format="csv")
    assert "hidden" not in result


async def test_a_record_without_anything_personal_hides_nothing(world: World) -> None:
    made = (await world.house.keeper.post(LIST, json={"village": "VIL-901400", "members": 2})).json()
    async with nodes.caller(world.node, READER) as reader:
        assert "hidden" not in (await reader.get(f"{LIST}/{made['id']}")).json()["_meta"]


async def test_under_a_consent_what_it_does_not_open_is_told(world: World) -> None:
    await world.granted(ASHA)
    record = (await world.read()).json()
    assert {"head_name", "address"} < set(record)
    assert record["_meta"]["hidden"] == sorted(
        world.node.registry.table("household").personal - {"head_name", "address"}
    )
