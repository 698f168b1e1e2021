"""Limits and usage: all applications of a participant share an allowance, and both see what was used of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import asyncpg
import httpx
import partners_kit as kit
import pytest
import pytest_asyncio
from databases import Postgres
from hypothesis import given
from hypothesis import strategies as st

from jjm.access.limits import Limiter
from jjm.app.node import Node
from jjm.kit import Database, SetClock


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """The node, shared by the tests of this module; time stands still for its limits."""
    clock = SetClock(datetime(2026, 11, 29, 6, 0, tzinfo=UTC))
    folder = tmp_path_factory.mktemp("usage") / "node"
    async with postgres.fresh() as url, kit.started(folder, url, clock, calls_per_minute=6_000) as node:
        node.access.meter.limiter.clock = lambda: 0.0
        yield node


@pytest_asyncio.fixture(scope="module")
async def admin(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator."""
    async with kit.anybody(node, await kit.admin_token(node)) as client:
        yield client


async def test_all_applications_of_a_participant_share_its_allowance(node: Node, admin: httpx.AsyncClient) -> None:
    found, key = await kit.partner(node, admin), kit.ed25519("second")
    await admin.post(f"/api/v1/participants/{found.id}:approve", json={"calls_per_minute": 300})
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(found.client())
        made = await one.post(f"/api/v1/participants/{found.id}/applications", json=kit.request(key)["application"])
        second = kit.Partner(node, found.id, made.json()["application"], [key])
        await admin.post(f"/api/v1/applications/{second.application}:approve", json={})
        other = await stack.enter_async_context(second.client())
        assert (await other.get("/api/v1/states")).headers["ratelimit"].startswith('"address"')  # not met before
        first = await one.get("/api/v1/states")
        assert first.headers["ratelimit-policy"] == '"participant";q=30;w=6'
        assert first.headers["ratelimit"] == '"participant";r=29;t=1'
        assert (await other.get("/api/v1/states")).headers["ratelimit"] == '"participant";r=28;t=1'
        for _ in range(14):
            assert (await one.get("/api/v1/states")).status_code == 200
            assert (await other.get("/api/v1/states")).status_code == 200
        for client in (one, other):
            over = await client.get("/api/v1/states")
            assert (over.status_code, over.json()["code"]) == (429, "too-many-calls")
            assert int(over.headers["retry-after"]) >= 1
            assert over.headers["ratelimit"] == '"participant";r=0;t=1'
        assert (await admin.get("/api/v1/states")).status_code == 200  # others are not touched
        usage = (await admin.get(f"/api/v1/participants/{found.id}/usage")).json()
    assert usage["quota"] == {"calls_per_minute": 300, "at_once": 30, "left": 0, "full_in_seconds": 6.0}
    assert usage["calls"] == 34
    assert usage["refused"] == 2


async def test_usage_is_seen_by_the_participant_and_by_nobody_else(node: Node, admin: httpx.AsyncClient) -> None:
    found, other = await kit.partner(node, admin), await kit.partner(node, admin, name="Others")
    path = f"/api/v1/participants/{found.id}/usage"
    async with found.client() as client, other.client() as stranger:
        client.headers["accept-encoding"] = "identity"
        size = len((await client.get("/api/v1/states")).content)
        fed = await client.get("/api/v1/changes", params={"limit": "5"})
        size += len(fed.content)
        size += len((await client.get("/api/v1/castles")).content)
        size += len((await client.get("/api/v1/households")).content)
        told = (await client.get(path)).json()
        assert (await stranger.get(path)).status_code == 403
    async with kit.anybody(node) as nobody:
        assert (await nobody.get(path)).status_code == 401
    assert (told["calls"], told["refused"], told["failed"], told["error_rate"]) == (4, 2, 0, 0.5)
    assert told["bytes"] == size
    mine = told["applications"][0]
    assert mine["last_position"] == int(fed.headers["x-position"])
    assert mine["last_use"] == "2026-11-29T06:00:00Z"
    assert {(r["status"], r["code"]) for r in mine["days"][0]["refusals"]} == {
        (404, "registry-unknown"),
        (403, "forbidden"),
    }
    again = (await admin.get(path)).json()
    assert again["calls"] == 5  # its own look at it is counted too


async def test_what_cannot_be_added_up_now_is_added_up_later(node: Node, admin: httpx.AsyncClient) -> None:
    found, meter = await kit.partner(node, admin), node.access.meter
    await meter.add_up(node.database)
    meter.tally("APP-NONE").note(200, 1, "", None)  # nothing is kept for an application that is not there
    meter.tally(found.application).note(403, 10, "forbidden", 7)
    gone = await Database.connect(node.database.url, size=1)
    await gone.close()
    with pytest.raises(asyncpg.InterfaceError):
        await meter.add_up(gone)
    meter.tally(found.application).note(200, 1, "", None)
    told = (await admin.get(f"/api/v1/participants/{found.id}/usage")).json()
    assert (told["calls"], told["refused"], told["bytes"]) == (2, 1, 11)
    assert told["applications"][0]["last_position"] == 7


async def test_tokens_and_addresses_have_an_allowance_each(node: Node, admin: httpx.AsyncClient) -> None:
    await admin.get("/api/v1/states")
    assert (await admin.get("/api/v1/states")).headers["ratelimit-policy"] == '"token";q=600;w=6'
    async with kit.anybody(node) as nobody:
        seen = await nobody.get("/api/v1/states")
        assert seen.headers["ratelimit-policy"] == '"address";q=600;w=6'
        assert "ratelimit" not in (await nobody.get("/health/live")).headers


@given(
    per_minute=st.floats(1, 1e6),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=200),
)
def test_nobody_gets_more_than_the_bucket_and_its_refill(per_minute: float, pauses: list[float]) -> None:
    now = 0.0
    limiter = Limiter(per_minute, lambda: now)
    taken, full = 0, limiter.look("x").full
    for pause in pauses:
        now += pause
        left = limiter.take("x")
        taken += left.wait == 0
        assert taken <= full + now * per_minute / 60 + 1e-6
        assert 0 <= left.left <= full
        assert (left.wait > 0) == (left.left < 1 and limiter.look("x").wait > 0 and left.wait > 0)
