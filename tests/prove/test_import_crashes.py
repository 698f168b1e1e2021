"""Killed at any moment of a large import: it goes on at the next start and ends with every line dealt with once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import cycle
from typing import Any

import asyncpg
import httpx
import orjson
import psutil
import pytest
from prove.chance import SEED
from prove.doomed import Doomed, doomed
from prove.loading import VILLAGE, areas
from prove.writers import until_answered

from jjm.kit import reach

ROUNDS = int(os.environ.get("JJM_PROVE_ROUNDS", "60")) // 2
LINES, BAD_EVERY = 20_000, 900
FIRST_DAY = date(1965, 1, 1)
MODES = ("best_effort", "all_or_nothing")
NDJSON = {"content-type": "application/x-ndjson"}
STANDING = "select count(*), count(distinct surveyed_on) from registry.household where source = $1"
ENTERED = "select coalesce(sum(count), 0) from ledger.batch where type = 'household'"
GAPS = """
select count(*) from (select first, lag(first + count, 1, 0::bigint) over (order by first) as due from ledger.batch) b
where first is null or first <> due
"""

Way = Callable[[random.Random], Awaitable[None]]


def ways(node: Doomed) -> dict[str, Way]:
    """The ways to kill during an import, by name."""
    known = node.ways
    names = ("node", "PostgreSQL", "node and PostgreSQL", "connections at work", "node again while it starts")
    return {name: known[name] for name in names} | {"reader": lambda chance: kill_reader(node)}


async def kill_reader(node: Doomed) -> None:
    """Kill the process that parses and checks for the node, if there is one at this moment."""
    for child in psutil.Process(node.served.process.pid).children():
        with suppress(psutil.Error):
            if "jjm.kit.apart" in " ".join(child.cmdline()):
                child.send_signal(signal.SIGKILL)


def file(name: str, bad: bool) -> bytes:
    """Households, among them some that point to a village which is not there."""
    rows = (
        {
            "village": "VIL-1" if bad and n % BAD_EVERY == 0 else VILLAGE,
            "head_name": f"{name} {n}",
            "address": f"Ward {n % 20}, behind the school and beside the old well",
            "members": n % 9,
            "surveyed_on": str(FIRST_DAY + timedelta(n)),  # open, and another one on each line
        }
        for n in range(LINES)
    )
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


async def ask(node: Doomed, question: str, *values: object) -> Any:
    """A row of the answer of the node's database, once it answers."""
    async with asyncio.timeout(60):
        while True:
            with suppress(
                OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError
            ):
                async with reach(node.folder) as url:
                    conn = await asyncpg.connect(url)
                    try:
                        return await conn.fetchrow(question, *values)
                    finally:
                        await conn.close()
            await asyncio.sleep(0.05)


async def one(node: Doomed, http: httpx.AsyncClient, name: str, mode: str, way: Way, chance: random.Random) -> int:
    """Take a file in, kill once or twice on the way, and look at what came of it; how many records it made."""
    bad = mode == "best_effort"
    asked = {"source": name, "mode": mode}
    sent = await http.post("/api/v1/households:import", params=asked, content=file(name, bad), headers=NDJSON)
    url = sent.json()["url"]
    for _ in range(chance.choice((1, 1, 2))):
        await asyncio.sleep(chance.uniform(0.0, 2.0))
        await way(chance)
        if mode == "all_or_nothing":
            assert (await ask(node, STANDING, name))[0] in (0, LINES), "half of it stands"
    job = await ended(http, url)
    refused = len(range(0, LINES, BAD_EVERY)) if bad else 0
    made = LINES - refused
    assert job["state"] == "done", job["problem"]
    result = job["result"]
    assert (result["created"], result["refused"], result["lines"]) == (made, refused, LINES), result
    assert tuple(await ask(node, STANDING, name)) == (made, made)
    if bad:
        told = (await until_answered(http, "GET", result["problems"])).content.splitlines()
        assert [orjson.loads(line)["line"] for line in told] == [n + 1 for n in range(0, LINES, BAD_EVERY)]
    return made


async def ended(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    """The job at its end."""
    async with asyncio.timeout(180):
        while True:
            job = (await until_answered(http, "GET", url, params={"wait": "5"})).json()
            if job["state"] not in ("waiting", "running"):
                return job


async def run(names: list[str], seed: int) -> None:
    """Import and kill in these ways, one after another; in the end the ledger is whole and sound."""
    chance, made, modes = random.Random(seed), 0, cycle(MODES)
    with doomed() as node:
        headers = {"authorization": f"Bearer {node.token}"}
        async with httpx.AsyncClient(base_url=node.url, headers=headers, timeout=60) as http:
            await areas(http)
            try:
                for number, name in enumerate(names):
                    made += await one(node, http, f"file {number}", next(modes), ways(node)[name], chance)
                await numbered(node, made)
            except BaseException:
                print(f"JJM_PROVE_SEED={seed}, ways: {names}\n{node.said()[-20000:]}")
                raise


async def numbered(node: Doomed, made: int) -> None:
    """Every record has its one place in the ledger, without a gap, and the audit finds all as it was signed."""
    assert (await ask(node, ENTERED))[0] == made
    async with asyncio.timeout(30):
        while (await ask(node, GAPS))[0]:
            await asyncio.sleep(0.1)
    assert node.served.run("ledger", "verify", "--json", apart=True, seconds=600).json["sound"] is True


async def test_an_import_that_is_killed_goes_on_and_doubles_nothing() -> None:
    await run(["node", "PostgreSQL"], SEED)


@pytest.mark.prove
async def test_an_import_killed_in_every_way_goes_on_and_doubles_nothing() -> None:
    chance = random.Random(SEED)
    names = ["node", "PostgreSQL", "node and PostgreSQL", "connections at work", "node again while it starts", "reader"]
    await run([name for _ in range(ROUNDS // len(names) + 1) for name in chance.sample(names, len(names))], SEED)
