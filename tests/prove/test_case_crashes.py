"""Killed at any moment while cases are moved: each action that was answered is there once, and in the ledger."""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from prove.chance import SEED
from prove.doomed import Doomed, doomed
from prove.loading import areas
from workflow_standards import WORKFLOW, inspection_standards

pytestmark = pytest.mark.long

ROUNDS = int(os.environ.get("JJM_PROVE_ROUNDS", "16"))
MOVERS = 6
# Only what the block itself brings.
PLAIN = (
    WORKFLOW.replace("        guards: [other-person-than:REPORT]\n", "")
    .replace("        does: [count-closed]\n", "")
    .replace("        fills: [finding]\n", "")
)


class Mover:
    """Somebody who moves a case of their own again and again, each time under a new key until it is answered."""

    def __init__(self, http: httpx.AsyncClient, chance: random.Random, id: str) -> None:
        """A mover of a case that is there."""
        self.http, self.chance, self.id, self.done = http, chance, id, 0

    async def work(self, stop: asyncio.Event) -> None:
        """Say why it waits, with the number of times that was done."""
        while not stop.is_set():
            self.done += 1
            body = {"action": "HOLD", "data": {"hold_reason": "keys"}, "comment": f"Time {self.done}"}
            answer = await asked(self.http, f"/api/v1/cases/{self.id}:transition", body, self.chance)
            assert answer.status_code == 200, answer.text


async def asked(http: httpx.AsyncClient, path: str, body: Any, chance: random.Random) -> httpx.Response:
    """A definite answer, asked for under one key for as long as it takes."""
    headers = {"idempotency-key": str(UUID(int=chance.getrandbits(128)))}
    async with asyncio.timeout(90):
        while True:
            with suppress(httpx.TransportError):
                answer = await http.post(path, json=body, headers=headers)
                if answer.status_code not in (429, 503):
                    return answer
            await asyncio.sleep(0.05)


async def begun(http: httpx.AsyncClient, chance: random.Random) -> str:
    """A case that lies with the keeper: a record that came in, and is going on."""
    made = await asked(http, "/api/v1/inspections", {"village": "VIL-399515", "status": "GOING_ON"}, chance)
    assert made.status_code == 201, made.text
    async with asyncio.timeout(30):
        while (await http.get(f"/api/v1/cases/{made.json()['id']}")).status_code != 200:
            await asyncio.sleep(0.1)
    return made.json()["id"]


async def run(folder: Path, ways: list[str]) -> None:
    """Kill the node in these ways while all move their cases."""
    chance = random.Random(SEED)
    standards = inspection_standards(folder / "standards", PLAIN)
    with doomed(standards) as node:
        headers = {"authorization": f"Bearer {node.token}"}
        async with httpx.AsyncClient(base_url=node.url, headers=headers, timeout=30) as http:
            await areas(http)
            movers = [Mover(http, random.Random(f"{SEED} {n}"), await begun(http, chance)) for n in range(MOVERS)]
            try:
                for way in ways:
                    await one_round(node, way, movers, chance)
                for mover in movers:
                    steps = (await http.get(f"/api/v1/cases/{mover.id}/steps")).json()["items"]
                    said = [step["comment"] for step in steps if step["action"] == "HOLD"]
                    assert said == [f"Time {n + 1}" for n in range(mover.done)]
            except BaseException:
                print(f"JJM_PROVE_SEED={SEED}, ways: {ways}\n{node.said()[-10000:]}")
                raise
        words = ("ledger", "verify", "--json", "--standards", standards)
        assert node.served.run(*words, apart=True, seconds=300).json["sound"]


async def one_round(node: Doomed, way: str, movers: list[Mover], chance: random.Random) -> None:
    """Let all move, kill at a moment that chance names, and let all come to an end."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as work:
        for mover in movers:
            work.create_task(mover.work(stop))
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        await node.ways[way](chance)
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        stop.set()


async def test_a_node_killed_during_transitions_loses_and_doubles_none(tmp_path: Path) -> None:
    await run(tmp_path, ["node", "PostgreSQL"])


@pytest.mark.prove
async def test_a_node_killed_in_every_way_during_transitions_loses_and_doubles_none(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with doomed() as node:
        ways = list(node.ways)
    await run(tmp_path, [chance.choice(ways) for _ in range(ROUNDS)])
