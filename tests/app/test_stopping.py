"""A node that is asked to stop does so soon, whatever it does in the background."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from databases import passable_folder
from nodes import Served, Start

from jjm.kit import reach

pytestmark = pytest.mark.long

ALIKE, SOON = 5_000, 5.0
NDJSON = {"content-type": "application/x-ndjson"}
_PLACES = (
    ("districts", {"code": "345", "name": "Angul", "state": "STA-21"}),
    ("subdistricts", {"code": "3451", "name": "Angul", "district": "DIS-345"}),
    ("villages", {"code": "399515", "name": "Rampur", "subdistrict": "SDT-3451"}),
)
_WAITS_FOR_IT = "select exists (select from pg_locks where relation = 'registry.proposal'::regclass and not granted)"


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder for a node's data."""
    with passable_folder() as folder:
        yield folder / "node"


def springs(client: httpx.Client) -> None:
    """Take thousands of springs of nearly one name into one village."""
    for plural, record in _PLACES:
        assert client.post(f"/api/v1/{plural}", json=record).status_code == 201
    line = '{{"name": "Jharna {}", "village": "VIL-399515", "kind": "contact"}}\n'
    body = "".join(line.format("aeiou"[n % 5] * (n % 4)) for n in range(ALIKE))
    job = client.post("/api/v1/springs:import", content=body, headers=NDJSON).json()
    while job["state"] in ("waiting", "running"):
        job = client.get(job["url"], params={"wait": "5"}).json()
    assert job["result"]["created"] == ALIKE, job


def proposals(client: httpx.Client) -> int:
    """How many findings a person is asked about."""
    return client.get("/api/v1/proposals", params={"limit": "1", "count": "exact"}).json()["count"]


def seconds_to_end(node: Served) -> float:
    """How long it takes to stop."""
    began = time.monotonic()
    assert node.end() == 0
    return time.monotonic() - began


def test_thousands_of_springs_alike_in_one_village_do_not_hold_up_the_end(place: Path, start: Start) -> None:
    node = start(place, "--port", "0")
    with node.client() as client:
        springs(client)
        while not proposals(client):
            time.sleep(0.1)
    assert seconds_to_end(node) < SOON  # in the middle of the search for duplicates


async def test_work_in_the_background_that_cannot_go_on_is_cut_short(place: Path, start: Start) -> None:
    node = await asyncio.to_thread(start, place, "--port", "0")
    with node.client() as client:
        for name in ("Vasudha", "Vasudha"):
            client.post("/api/v1/organisations", json={"name": name, "kind": "ngo", "state": "STA-21"})
    async with reach(place) as url:
        conn = await asyncpg.connect(url)
        await conn.execute("begin; lock table registry.proposal in access exclusive mode")
        while not await conn.fetchval(_WAITS_FOR_IT):
            await asyncio.sleep(0.1)
        assert await asyncio.to_thread(seconds_to_end, node) < SOON
        conn.terminate()
