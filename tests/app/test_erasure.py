"""What is personal is erased for good: by forgetting keys, not while it must be kept, and not undone by a backup."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import databases
import httpx
import nodes
import pytest
import pytest_asyncio

from jjm.access import verify_decisions
from jjm.app.backup import back_up
from jjm.app.node import Node
from jjm.app.restoring import restore
from jjm.kit import Problem, SetClock
from jjm.ledger import verify_tree
from jjm.registry import verify_records

START = datetime(2026, 4, 1, 6, tzinfo=UTC)
A_YEAR = timedelta(days=366)
WHY = {"reason": "demanded by the person"}
SECRET = "Sitara of the well"


@pytest_asyncio.fixture(scope="module")
async def place(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Any, None]:
    """A node, its folder, its database and the clock that tests move; shared by the tests of this module."""
    folder, clock = tmp_path_factory.mktemp("erasure") / "node", SetClock(START)
    async with postgres.fresh() as url, nodes.started(folder, url, clock) as node:
        async with nodes.caller(node, "admin") as admin:
            village = {"code": "990001", "name": "Rampur", "blocks": []}
            made = await admin.post("/api/v1/districts", json={"code": "901", "name": "Angul", "state": "STA-21"})
            assert made.status_code == 201, made.text
            await admin.post("/api/v1/blocks", json={"code": "9001", "name": "B", "districts": ["DIS-901"]})
            made = await admin.post("/api/v1/villages", json=village | {"blocks": ["BLK-9001"]})
            assert made.status_code == 201, made.text
        yield node, folder, url, clock


async def household(client: httpx.AsyncClient) -> str:
    """The address of a household with two versions, both with something personal."""
    told = {"village": "VIL-990001", "head_name": SECRET, "phone": "9876543210", "members": 4}
    made = await client.post("/api/v1/households", json=told)
    at = made.headers["location"]
    changed = await client.patch(at, json={"members": 5}, headers={"If-Match": made.headers["etag"]})
    assert changed.status_code == 200, changed.text
    return at


async def faults(node: Node) -> list[str]:
    """All that is not as it was entered."""
    await nodes.sequenced(node)
    async with node.database.snapshot() as conn:
        found = await verify_tree(conn, node.verifier.vkey)
        found += [fault async for fault in verify_records(node.registry, conn)]
        return [str(fault) for fault in [*found, *[f async for f in verify_decisions(conn)]]]


async def test_it_is_refused_while_a_term_runs_or_a_hold_binds(place: Any) -> None:
    node, _, _, clock = place
    async with nodes.caller(node, "admin") as admin, nodes.caller(node, "read", "write", "personal") as clerk:
        at = await household(admin)
        assert (await clerk.post(f"{at}:erase", json=WHY)).status_code == 403
        assert (await admin.post(f"{at}:erase", json={})).json()["code"] == "bad-reason"
        early = await admin.post(f"{at}:erase", json=WHY)
        assert (early.status_code, early.json()["code"]) == (409, "retention-runs")
        assert early.json()["free_on"] == "2027-04-01"
        clock.instant += A_YEAR
        assert (await admin.post(f"{at}:hold", json={"reason": "case 12 of 2027"})).status_code == 200
        held = await admin.post(f"{at}:erase", json=WHY)
        assert (held.status_code, held.json()["code"]) == (409, "held")
        assert (await admin.post(f"{at}:release")).json()["holds"] == 1
        assert (await admin.post(f"{at}:release")).json()["code"] == "not-held"
        clock.instant += timedelta(seconds=1)
        until = (clock.today() + timedelta(days=2)).isoformat()
        again = await admin.post(f"{at}:hold", json={"reason": "case 13 of 2027", "until": until})
        assert again.status_code == 200, again.text
        assert (await admin.post(f"{at}:erase", json=WHY)).json()["code"] == "held"
        clock.instant += timedelta(days=2)
        done = await admin.post(f"{at}:erase", json=WHY)
        assert (done.status_code, done.json()["versions"]) == (200, 2)
        assert (await admin.post(f"{at}:erase", json=WHY)).json()["code"] == "nothing-personal"
        village = await admin.post("/api/v1/villages/VIL-990001:erase", json=WHY)
        assert village.json()["code"] == "nothing-personal"
    assert await faults(node) == []


async def test_it_is_gone_everywhere_and_the_rest_still_fits_the_ledger(place: Any) -> None:
    node, _, _, clock = place
    async with nodes.caller(node, "admin") as admin:
        at = await household(admin)
        before = (await admin.get(at)).json()
        clock.instant += A_YEAR
        assert (await admin.post(f"{at}:erase", json=WHY)).status_code == 200
        shown = (await admin.get(at)).json()
        assert shown["members"] == 5
        assert {"head_name", "phone"}.isdisjoint(shown)
        assert shown["_meta"]["erased"] is True
        assert shown["_meta"]["digest"] == before["_meta"]["digest"]
        for path in (f"{at}/history", f"{at}/history/1", "/api/v1/households", "/api/v1/changes?types=households"):
            assert SECRET not in (await admin.get(path)).text, path
        assert (await admin.get("/api/v1/households", params={"phone": "9876543210"})).json()["items"] == []
        etag = (await admin.get(at)).headers["etag"]
        assert (await admin.patch(at, json={"members": 6}, headers={"If-Match": etag})).status_code == 200
    assert await faults(node) == []


async def test_an_older_backup_does_not_bring_it_back(place: Any, postgres: databases.Postgres, tmp_path: Path) -> None:
    node, folder, url, clock = place
    async with nodes.caller(node, "admin") as admin:
        at, other = await household(admin), await household(admin)
        await nodes.sequenced(node)
        await back_up(folder, url, tmp_path / "old.backup")
        clock.instant += A_YEAR
        assert (await admin.post(f"{at}:erase", json=WHY)).status_code == 200
    with pytest.raises(Problem, match="no list of erasures"):
        await restore(tmp_path / "old.backup", tmp_path / "wrong", None, [tmp_path / "mistyped"])
    await postgres.execute("create database put_back")
    try:
        again = postgres.database("put_back")
        await restore(tmp_path / "old.backup", tmp_path / "again", again, [folder])
        async with nodes.started(tmp_path / "again", again, clock) as second:
            async with nodes.caller(second, "admin") as admin:
                assert "head_name" not in (await admin.get(at)).json()
                assert SECRET not in (await admin.get(f"{at}/history")).text
                assert (await admin.get(other)).json()["head_name"] == SECRET
            assert await faults(second) == []
        # A start on the same database finds nothing more to do.
        async with nodes.started(tmp_path / "again", again, clock) as third, third.database.read() as conn:
            assert await conn.fetchval("select count(*) from registry.erasure where id = $1", at.split("/")[-1]) == 1
    finally:
        await postgres.execute("drop database if exists put_back with (force)")
