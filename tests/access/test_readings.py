"""Whoever is shown personal data is noted before the answer goes out: who, what for, when, and which records."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import databases
import nodes
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from jjm.access import Actor, Extent, Readings, Way
from jjm.access.readings.model import Reader, Reading
from jjm.access.readings.rules import merged
from jjm.app.node import Node
from jjm.kit import Database, Problem, SetClock
from jjm.sandbox import fill

START = datetime(2026, 4, 1, 6, tzinfo=UTC)
CLERK = Actor.with_permits("clerk", "read", "personal")
PERSONAL = ("read", "personal")


@pytest_asyncio.fixture(scope="module")
async def node(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A node with some households, shared by the tests of this module."""
    async with (
        postgres.fresh() as url,
        nodes.started(tmp_path_factory.mktemp("readings") / "node", url) as started,
    ):
        await fill(started.registry, villages=6, households=20)
        await nodes.sequenced(started)
        yield started


async def noted(node: Node) -> list[dict[str, Any]]:
    """All readings noted so far, in order; they are gone afterwards."""
    assert node.registry.readings is not None
    await node.registry.readings.settle(node.database)
    async with node.database.write() as conn:
        return [dict(row) for row in await conn.fetch("delete from access.reading returning *")]


async def test_every_way_to_personal_data_is_noted(node: Node) -> None:
    async with nodes.caller(node, *PERSONAL) as client:
        first, second = (r["id"] for r in (await client.get("/api/v1/households?limit=2")).json()["items"])
        (listed,) = await noted(node)
        assert listed["ids"] == [first, second]
        assert (listed["way"], listed["purpose"], listed["type"]) == ("list", "administration", "household")
        assert listed["reader"] == "read-personal"
        ways = {
            "record": f"/api/v1/households/{first}",
            "history": f"/api/v1/households/{first}/history",
            "proof": f"/api/v1/households/{first}/proof",
        }
        for way, path in ways.items():
            assert (await client.get(path)).status_code == 200
            (one,) = await noted(node)
            assert (one["way"], one["ids"]) == (way, [first])
        await client.post("/api/v1/households:batchGet", json={"ids": [second]})
        assert [n["ids"] for n in await noted(node)] == [[second]]
        answer = await client.get("/api/v1/changes", params={"types": "households", "limit": 20000})
        (fed,) = await noted(node)
        assert (fed["way"], fed["ids"]) == ("feed", None)
        assert (fed["first_position"], fed["last_position"]) == (0, int(answer.headers["x-position"]))
        await client.post("/api/v1/households:export", params={"wait": "30", "has_tap": "true"})
        (put_out,) = await noted(node)
        assert (put_out["way"], put_out["ids"], put_out["is_part"]) == ("export", None, True)


async def test_what_shows_nothing_personal_is_not_noted(node: Node) -> None:
    async with nodes.caller(node, "read") as blind, nodes.caller(node, *PERSONAL) as seeing:
        id = (await blind.get("/api/v1/households?limit=1")).json()["items"][0]["id"]
        await blind.get(f"/api/v1/households/{id}")
        await blind.get("/api/v1/changes?limit=20000")
        await blind.post("/api/v1/households:export", params={"wait": "30"})
        await seeing.get("/api/v1/households?count=exact&limit=1&village=VIL-0")
        await seeing.get("/api/v1/villages")
        await seeing.post("/api/v1/households:export", params={"wait": "30", "fields": "members"})
    assert await noted(node) == []


async def test_a_call_names_its_purpose(node: Node) -> None:
    async with nodes.caller(node, *PERSONAL) as client:
        answer = await client.get("/api/v1/households?limit=1", headers={"Purpose": "grievance"})
        assert answer.status_code == 200
        assert [n["purpose"] for n in await noted(node)] == ["grievance"]
        await client.post("/api/v1/households:export", params={"wait": "30"}, headers={"Purpose": "audit"})
        assert [n["purpose"] for n in await noted(node)] == ["audit"]
        unknown = await client.get("/api/v1/households?limit=1", headers={"Purpose": "curiosity"})
        assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown-purpose")
        assert "water_supply" in unknown.json()["errors"][0]["remedy"]
        unfounded = await client.get("/api/v1/households?limit=1", headers={"Purpose": "agreed_service"})
        assert (unfounded.status_code, unfounded.json()["code"]) == (403, "consent-needed")
        assert await noted(node) == []


_WRITER = """
import os, signal, sys
from pathlib import Path
from jjm.access import Actor, Readings, Way
from jjm.kit import SystemClock
readings = Readings(Path(sys.argv[1]), SystemClock())
for n in range(int(sys.argv[2])):
    readings.note(Actor.with_permits("clerk", "read", "personal"), "household", Way.RECORD, [f"HHD-{n}"])
os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_what_was_noted_outlives_the_death_of_the_node(database: Database, tmp_path: Path) -> None:
    paths = os.pathsep.join([str(nodes.REPOSITORY / "src"), *sys.path])
    line = [sys.executable, "-c", _WRITER, str(tmp_path), "2000"]
    done = subprocess.run(line, env=os.environ | {"PYTHONPATH": paths}, timeout=60)
    assert done.returncode == -9
    await Readings(tmp_path, SetClock(START)).settle(database)
    async with database.read() as conn:
        known = await conn.fetchval("select count(distinct u) from access.reading, unnest(ids) u")
    assert known == 2000
    assert list(tmp_path.iterdir()) == []


async def test_a_journal_is_taken_in_once(database: Database, tmp_path: Path) -> None:
    readings = Readings(tmp_path, SetClock(START))
    readings.note(CLERK, "household", Way.RECORD, ["HHD-1"])
    (journal,) = tmp_path.iterdir()
    kept = journal.read_bytes()
    assert await readings.settle(database) == 1
    # The node died after the commit and before its file was gone; and another file was cut off within a line.
    journal.write_bytes(kept)
    journal.with_name("other.journal").write_bytes(kept + kept[:-3])
    assert await readings.settle(database) == 1
    async with database.read() as conn:
        assert await conn.fetchval("select count(*) from access.reading") == 2
    assert list(tmp_path.iterdir()) == []


async def test_a_journal_that_is_being_written_is_left_alone(database: Database, tmp_path: Path) -> None:
    one, other = (Readings(tmp_path, SetClock(START)) for _ in range(2))
    one.note(CLERK, "household", Way.RECORD, ["HHD-1"])
    assert await other.settle(database) == 0
    assert await one.settle(database) == 1


def test_nothing_is_shown_where_nothing_can_be_noted(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("a file")
    with pytest.raises(Problem) as refused:
        Readings(tmp_path / "there", SetClock(START)).note(CLERK, "household", Way.RECORD, ["HHD-1"])
    assert refused.value.code == "readings-unwritable"


BY = [Reader(name, "token", None, None, None, "audit", type, "list") for name in "ab" for type in ("x", "y")]
READINGS = st.lists(
    st.tuples(
        st.sampled_from(BY),
        st.integers(0, 300),
        st.one_of(st.lists(st.sampled_from("pqrs"), min_size=1), st.tuples(st.integers(0, 9), st.integers(0, 9))),
    )
)


@given(READINGS)
def test_what_is_put_together_says_the_same(said: list[tuple[Reader, int, Any]]) -> None:
    made: list[Reading] = []
    for by, second, what in said:
        at = START + timedelta(seconds=second)
        ids, extent = (what, None) if isinstance(what, list) else (None, Extent(max(what), min(what)))
        made.append(Reading(by, at, at, ids=list(ids) if ids else None, extent=extent))
    shown = {(r.by, r.at, id) for r in made for id in r.ids or ()}
    stretches = {(r.by, p) for r in made if r.extent for p in range(r.extent.first or 0, r.extent.last + 1)}
    kept = merged(made)
    assert len(kept) <= len(said)
    assert sum(r.answers for r in kept) == len(said)
    for by, at, id in shown:
        assert any(r.by == by and id in (r.ids or ()) and r.at <= at <= r.until for r in kept)
    assert {(r.by, id) for r in kept for id in r.ids or ()} == {(by, id) for by, _, id in shown}
    held = {(r.by, p) for r in kept if r.extent for p in range(r.extent.first or 0, r.extent.last + 1)}
    assert held == stretches
