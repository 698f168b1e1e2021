"""Who may see records in some areas only finds the same set of them at every door."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack
from typing import Any

import databases
import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from two_states import INSIDE, Told, World

from jjm.access import Permit
from jjm.app.asgi import application
from jjm.app.node import Node

TYPES = ("household", "tap_connection", "functionary", "proposal")
PERSONAL = {"household": "head_name", "tap_connection": "location", "functionary": "name"}
PLACES = [None, *INSIDE]
PERMITS = st.frozensets(
    st.builds(
        lambda scope, type, area: ":".join(filter(None, (type, scope))) + (f"@{area}" if area else ""),
        st.sampled_from(["read", "read", "personal"]),
        st.sampled_from([None, None, *TYPES]),
        st.sampled_from(PLACES),
    ),
    min_size=1,
    max_size=4,
)


class Oracle:
    """What permits mean, said simply: a record is seen where one of them says so."""

    def __init__(self, permits: Iterable[str]) -> None:
        self.permits = [Permit.parse(p) for p in permits]

    def allows(self, scope: str, told: Told) -> bool:
        """True if some permit of that scope is for the type and for where this version lies."""
        return any(
            p.scope == scope and p.type in (None, told.type) and (p.area is None or told.place in INSIDE[p.area])
            for p in self.permits
        )

    def sees(self, told: Told) -> bool:
        """True if this version is seen."""
        return self.allows("read", told)

    def sees_all(self, type: str) -> bool:
        """True if the type is seen everywhere."""
        return any(p.scope == "read" and p.type in (None, type) and p.area is None for p in self.permits)

    def may_ask(self, type: str) -> bool:
        """True if the type is open to the caller at all."""
        return any(p.scope == "read" and p.type in (None, type) for p in self.permits)


@pytest_asyncio.fixture(scope="module")
async def node(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A node with the two States, shared by the tests of this module."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        yield await stack.enter_async_context(nodes.started(tmp_path_factory.mktemp("seen") / "node", url))


@pytest_asyncio.fixture(scope="module")
async def world(node: Node) -> World:
    """What was told to it."""
    made = await World.begun(node.registry)
    await nodes.sequenced(node)
    return made


@pytest.fixture(scope="module")
def door(node: Node) -> httpx.ASGITransport:
    """The node's application, put together once."""
    return httpx.ASGITransport(app=application(node))


async def listed(client: httpx.AsyncClient, path: str, **asked: str) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    answer = await client.get(path, params={"limit": "2", **asked})
    while True:
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if not answer.json()["next"]:
            return found
        answer = await client.get(answer.json()["next"])


async def exported(client: httpx.AsyncClient, plural: str) -> list[dict[str, Any]]:
    """What an export holds."""
    job = (await client.post(f"/api/v1/{plural}:export", params={"wait": "30"})).json()
    files = [await client.get(file["url"]) for file in job["result"]["files"]]
    return [orjson.loads(line) for file in files for line in file.content.splitlines()]


async def followed(client: httpx.AsyncClient, plural: str) -> dict[str, dict[str, Any]]:
    """The copy that somebody has who followed the feed from its beginning."""
    copy: dict[str, dict[str, Any]] = {}
    fed = await client.get("/api/v1/changes", params={"types": plural, "limit": "20000"})
    assert fed.status_code == 200, fed.text
    for line in fed.content.splitlines():
        event = orjson.loads(line)
        id = event["data"]["id"]
        if event["type"].endswith((".retired", ".left")):
            copy.pop(id, None)
        else:
            copy[id] = event["data"]
    return copy


async def _looks_further(
    client: httpx.AsyncClient, oracle: Oracle, world: World, type: str, path: str, seen: set[str]
) -> None:
    """The same through an area asked for, through histories, and through search."""
    today = world.today(type)
    for area in ("district/346", "local_body/31", "state/18"):
        inside = {id for id in seen if today[id].place in INSIDE[area]}
        assert {i["id"] for i in await listed(client, path, within=area)} == inside, f"within {area}"
    for id in today:
        versions = [t.version for t in reversed(world.told) if t.id == id and oracle.sees(t)]
        answer = await client.get(f"{path}/{id}/history")
        told = [v["_meta"]["version"] for v in answer.json().get("items", ())]
        assert (answer.status_code, told) == (200 if versions else 404, versions), "history"
        for t in (t for t in world.told if t.id == id):
            one = await client.get(f"{path}/{id}/history/{t.version}")
            assert (one.status_code == 200) == oracle.sees(t), "one version"
    if type == "functionary" and world.registry.table(type).standard.search:
        hits = (await client.get("/api/v1/search", params={"q": "Kamala", "types": "functionaries"})).json()["items"]
        assert {h["id"] for h in hits} == {id for id in seen if oracle.allows("personal", today[id])}, "search"


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@example(permits=frozenset({"read@district/345"}))
@example(permits=frozenset({"read@state/21", "personal@district/346", "personal@block/3339"}))
@example(permits=frozenset({"read@local_body/31", "personal@state/18"}))
@example(permits=frozenset({"read@district/999"}))
@given(permits=PERMITS)
async def test_every_door_shows_the_same_records(
    node: Node, world: World, door: httpx.ASGITransport, permits: frozenset[str]
) -> None:
    oracle = Oracle(permits)
    headers = {"authorization": f"Bearer {await nodes.token(node, *sorted(permits))}"}
    async with httpx.AsyncClient(transport=door, base_url="http://node.test", headers=headers) as client:
        for type in TYPES:
            plural = node.registry.table(type).standard.plural
            path = f"/api/v1/{plural}"
            if not oracle.may_ask(type):
                assert (await client.get(path)).status_code == 403
                continue
            today = world.today(type)
            seen = {id for id, told in today.items() if not told.ended and oracle.sees(told)}
            items = await listed(client, path)
            assert {i["id"] for i in items} == seen, "list"
            assert len(items) == len(seen)
            at = node.registry.clock.today().isoformat()
            assert {i["id"] for i in await listed(client, path, valid_at=at)} == seen, "list as of today"
            counted = (await client.get(path, params={"count": "exact"})).json()
            about = (await client.get(path, params={"count": "estimated"})).json()
            assert counted["count"] == len(seen), "count"
            assert about["count"] == len(seen) or oracle.sees_all(type), "estimated count"
            batch = (await client.post(f"{path}:batchGet", json={"ids": list(today)})).json()
            assert {i["id"] for i in batch["items"]} == seen, "batchGet"
            assert set(batch["missing"]) == set(today) - seen
            for id in today:
                assert ((await client.get(f"{path}/{id}")).status_code == 200) == (id in seen), "get"
            copy = await followed(client, plural)
            assert set(copy) == seen, "feed"
            out = await exported(client, plural)
            assert {r["id"] for r in out} == seen, "export"
            await _looks_further(client, oracle, world, type, path, seen)
            if name := PERSONAL.get(type):
                open = {id for id in seen if oracle.allows("personal", today[id])}
                for found in (items, batch["items"], out, copy.values()):
                    assert {r["id"] for r in found if name in r} == open, f"{name} of {found}"
