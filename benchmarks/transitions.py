"""Transitions of cases a second, each with its version, step and two entries in the ledger, by eight at a time.

`transitions` are asked of the workflow service in the node's own process, `transitions_http` over HTTP of a node in
another process, whose answer tells the case as it stands then. The yardstick of both are the bare statements of a
transition in one transaction: the case locked, the old version kept, record and case moved, the step written; without
checks, clocks, digests and ledger.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Collection, Sequence
from itertools import chain
from pathlib import Path

import asyncpg
import httpx
import psutil

from benchmarks import stand
from benchmarks.samples import CLIENTS, bench, by_many, places, received, registered
from benchmarks.table import Measure, slowest
from benchmarks.token_check import ask, partner, tokens_of
from jjm.access import NODE
from jjm.ledger import counts
from jjm.workflow import STEP, Ask, take

ROWS = ("transitions", "transitions_http")
CASES = 2_000
_WHAT = "the bare SQL statements of a transition, without a ledger"
_COPIES = """
create schema bench;
create table bench.sample as select * from registry.sample;
alter table bench.sample add primary key (id);
create table bench.sample_history as select * from registry.sample limit 0;
create index on bench.sample_history (id, version);
create table bench.item as select * from workflow.item;
alter table bench.item add primary key (id);
create index on bench.item (role, place, turn, id) where ended_at is null;
create table bench.step (like workflow.step including indexes);
vacuum analyze bench.sample;
vacuum analyze bench.item;
"""
_STATEMENTS = (
    "select * from bench.item where id = $1 for update",
    "insert into bench.sample_history select * from bench.sample where id = $1",
    "update bench.sample set status = 'RECEIVED', version = version + 1, recorded_at = now() where id = $1",
    """update bench.item set state = 'RECEIVED', steps = steps + 1, since = now(), due_at = now() + interval '56 hours',
      turn = now() + interval '56 hours' where id = $1""",
    """insert into bench.step (item, number, at, actor, action, from_state, to_state, version, role, place, document,
        entry)
      select id, steps, now(), 'bench', 'RECEIVE', 'REGISTERED', state, 2, role, place, '{}', 1
      from bench.item where id = $1""",
)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """Two transitions in each of 2,000 cases; of fewer with fewer than 100,000 households."""
    cases = min(CASES, max(40, n // 50))
    async with bench() as at:
        ids = await at.begun(cases)
        bare = await _bare(at.node.database.url, ids)
        if "transitions" in wanted:
            asks = [Ask("RECEIVE", received(at.laboratory)), Ask("ACCEPT")]
            before = await _entered(at.node.database.url)

            async def act(_: int, id: str) -> None:
                for one in asks:
                    async with at.node.database.write() as conn:
                        await take(at.node.workflows, conn, NODE, id, one)

            spent, all_of_it = await by_many(ids, act)
            await _all_entered(at.node.database.url, before + 2 * cases)
            rss = psutil.Process().memory_info().rss / 1e6
            yield "transitions", _measure([s / 2 for s in spent], 2 * cases / all_of_it, bare, rss, 2 * cases)
    if "transitions_http" in wanted:
        yield "transitions_http", await _over_http(cases, bare)


async def _over_http(cases: int, bare: float) -> Measure:
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node, node.client as keeper, node.client as client:
            laboratory, ids = await places(keeper), list[str]()
            # Cases are moved by people and applications, and not by the keeper's token.
            (token,) = await tokens_of(node, [ask(node, *await partner(node, "read", "write"))])
            client.headers["authorization"] = f"Bearer {token}"

            async def begin(_: int, __: str) -> None:
                body = {"workflow": "sample", "action": "REGISTER", "data": registered()}
                ids.append((await client.post("/api/v1/cases", json=body)).raise_for_status().json()["id"])

            await by_many([""] * cases, begin)
            before, rounds = await _entered(node.url), list[tuple[list[float], float]]()
            for action, data in (("RECEIVE", received(laboratory)), ("ACCEPT", {})):
                body = {"action": action, "data": data}
                rounds.append(await by_many(ids, _poster(client, body)))
            await _all_entered(node.url, before + 2 * cases)
            spent, took = list(chain(*(s for s, _ in rounds))), sum(t for _, t in rounds)
            return _measure(spent, 2 * cases / took, bare, node.rss_mb(), 2 * cases)


def _poster(client: httpx.AsyncClient, body: dict[str, object]):
    async def act(_: int, id: str) -> None:
        (await client.post(f"/api/v1/cases/{id}:transition", json=body)).raise_for_status()

    return act


async def _bare(url: str, ids: Sequence[str]) -> float:
    """Bare transitions a second, by as many at a time."""
    conns = [await asyncpg.connect(url) for _ in range(CLIENTS)]
    try:
        for statement in filter(str.strip, _COPIES.split(";")):
            await conns[0].execute(statement)

        async def act(number: int, id: str) -> None:
            conn = conns[number]
            async with conn.transaction():
                for statement in _STATEMENTS:
                    await conn.fetch(statement, id)

        await by_many(ids[: len(ids) // 10], act)
        await conns[0].execute("truncate bench.step")
        _, took = await by_many(ids, act)
        return len(ids) / took
    finally:
        await asyncio.gather(*(conn.close() for conn in conns))


async def _entered(url: str) -> int:
    """Steps that are in the ledger."""
    conn = await asyncpg.connect(url)
    try:
        return (await counts(conn)).get(STEP, 0)
    finally:
        await conn.close()


async def _all_entered(url: str, steps: int) -> None:
    found = await _entered(url)
    assert found == steps, f"{found} steps are in the ledger, and {steps} were answered"


def _measure(spent: Sequence[float], rate: float, bare: float, rss: float, n: int) -> Measure:
    return Measure(rate, "steps/s", bare, rate / bare, slowest(spent), rss, n, _WHAT)
