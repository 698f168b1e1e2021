"""Killed at any moment while sixteen callers write and files are taken in: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
from prove.chance import SEED
from prove.doomed import Doomed, doomed
from prove.expected import Expected, Told, values
from prove.loading import areas, load
from prove.watching import Watcher
from prove.writers import RECORDS, Writer, until_answered

WRITERS = 16
ROUNDS = int(os.environ.get("JJM_PROVE_ROUNDS", "24"))


@asynccontextmanager
async def caller(node: Doomed) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator, patient, with a connection for each writer."""
    headers = {"authorization": f"Bearer {node.token}"}
    limits = httpx.Limits(max_connections=2 * WRITERS)
    async with httpx.AsyncClient(base_url=node.url, headers=headers, timeout=30, limits=limits) as http:
        yield http


async def begin(http: httpx.AsyncClient, expected: Expected) -> str:
    """The areas that households lie in, and the record that all writers count up."""
    await areas(http)
    made = await http.post(RECORDS, json={"name": "Counted by all", "kind": "ngo", "short_name": "0"})
    expected.acknowledge(made.json())
    return made.json()["id"]


async def run(ways: Sequence[str], seed: int, lines: int) -> None:
    """Kill the node in these ways, one after another, each while everybody writes."""
    chance, expected = random.Random(seed), Expected()
    with doomed() as node:
        async with caller(node) as http:
            shared, watcher = await begin(http, expected), Watcher(http)
            writers = [Writer(f"W{n}", http, random.Random(f"{seed} {n}"), expected, shared) for n in range(WRITERS)]
            try:
                for number, way in enumerate(ways):
                    await one_round(node, http, way, chance, writers, expected, watcher, f"import {number}", lines)
                await at_the_end(node, http, shared, expected, watcher)
            except BaseException:
                print(f"JJM_PROVE_SEED={seed}, ways: {ways}\n{node.said()[-20000:]}")
                raise


async def one_round(
    node: Doomed, http: httpx.AsyncClient, way: str, chance: random.Random, writers: Sequence[Writer],
    expected: Expected, watcher: Watcher, name: str, lines: int,
) -> None:  # fmt: skip
    """Let all write, kill at a moment that chance names, let all come to an end, and compare."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as work:
        for writer in writers:
            work.create_task(writer.work(stop))
        work.create_task(load(http, expected, name, lines))
        await asyncio.sleep(chance.uniform(0.05, 1.0))
        before = await watcher.look()
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        await node.ways[way](chance)
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        stop.set()
    assert (await watcher.look()).size >= before.size
    await watcher.read_on()
    assert expected.differs(watcher.told, watcher.sources) == [], way


async def at_the_end(node: Doomed, http: httpx.AsyncClient, shared: str, expected: Expected, watcher: Watcher) -> None:
    """The lists hold what the feed told, and the node's own audit finds everything as it was signed."""
    standing = {id: versions[-1] for id, versions in watcher.told.items() if versions[-1][1] != "retire"}
    assert await listed(http) == standing
    assert int(standing[shared][2]["short_name"]) == expected.counted
    households = await until_answered(http, "GET", "/api/v1/households", params={"count": "exact", "limit": "1"})
    assert households.json()["count"] == sum(expected.imported.values())
    audit = node.served.run("ledger", "verify", "--json", apart=True, seconds=600).json
    assert (audit["sound"], audit["entries"]) == (True, watcher.position + 1)


async def listed(http: httpx.AsyncClient) -> dict[str, Told]:
    """The organisations that stand, by the list of them."""
    found: dict[str, Told] = {}
    url: str | None = f"{RECORDS}?limit=1000"
    while url:
        page = (await until_answered(http, "GET", url)).json()
        for item in page["items"]:
            found[item["id"]] = (item["_meta"]["version"], item["_meta"]["change"], values(item))
        url = page["next"]
    return found


async def test_a_killed_node_loses_and_doubles_nothing() -> None:
    await run(["node", "PostgreSQL", "the sequencer"], SEED, lines=2_000)


@pytest.mark.prove
async def test_a_node_killed_in_every_way_loses_and_doubles_nothing() -> None:
    chance = random.Random(SEED)
    with doomed() as node:
        ways = list(node.ways)
    turns = [chance.sample(ways, len(ways)) for _ in range(ROUNDS // len(ways) + 1)]
    await run([way for turn in turns for way in turn][:ROUNDS], SEED, lines=12_000)
