"""A listed node may send anything: what does not fit what it signed is refused in words, and not taken."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import federated
import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network

from jjm.federation.following.offer import stretch
from jjm.federation.following.service import take_up
from jjm.kit import Problem

STATE, TIMES, RECORDS, SEED = "IN-AA", 1_500, 6, 20_261_129
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 62, 1 << 80, 1.5, 1e308, "", "\x00", "ड", "x" * 5_000, "2026-02-31", "9999-12-31", [], {},
    [[]], {"\x00": "\x00"}, {"id": 1}, [None, None], "AAAA",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Network, None]:
    """A Centre, and a State with records of all kinds that the Centre cannot reach."""
    async with federated.network(postgres, tmp_path_factory.mktemp("malformed")) as made:
        await federated.plant(await made.start(CENTRE))
        await made.start(STATE)
        del made.wires.ends["aa.test"]
        await made.admit(STATE, "21")
        client = made.clients[STATE]
        for n in range(3):
            scheme = {"name": f"Nal Jal {n}", "kind": "SVS", "status": "in_progress", "villages": ["VIL-100001"]}
            household = {"village": "VIL-100001", "head_name": f"Somebody {n}", "members": n}
            for plural, record in (("schemes", scheme), ("households", household)):
                await written(client, plural, record)
        yield made


async def written(client: httpx.AsyncClient, plural: str, record: dict[str, Any]) -> None:
    """Record it, as soon as the node has the Centre's list and areas."""
    async with asyncio.timeout(30):
        while (answer := await client.post(f"/api/v1/{plural}", json=record)).status_code in (409, 422):
            await asyncio.sleep(0.2)
    assert answer.status_code == 201, answer.text


async def sent(world: Network) -> list[Any]:
    """The lines of the State's whole ledger, as the Centre may have them."""
    node = world.nodes[STATE]
    centre = node.federation.network.member(CENTRE)
    assert centre is not None
    async with node.database.snapshot() as conn:
        lines = await stretch(node.registry, conn, centre, after=-1, limit=5_000, seen=0, epoch=None)
    return [orjson.loads(line) for line in lines.splitlines()]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in a value of JSON: what holds it, and where in that."""
    for at, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, at
        if isinstance(inner, dict | list):
            yield from places(inner)


def spoiled(lines: list[Any], chance: random.Random) -> bytes:
    """The lines with something in them that is otherwise, missing or twice; or cut off anywhere."""
    made = copy.deepcopy(lines)
    for _ in range(chance.choice((1, 1, 2))):
        holder, at = chance.choice(list(places(made)))
        what = chance.randrange(4)
        if what == 0:
            del holder[at]
        elif what == 1 and isinstance(holder, list):
            holder.insert(at, copy.deepcopy(holder[at]))
        else:
            holder[at] = copy.deepcopy(chance.choice(ODD))
    text = b"".join(_line(line) + b"\n" for line in made)
    return text[: chance.randrange(len(text))] if chance.random() < 0.1 else text


def _line(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer that is too large for most
        return orjson.dumps(str(value))


async def held(world: Network) -> int:
    """How much of the State's the Centre holds."""
    async with world.nodes[CENTRE].database.read() as conn:
        return await conn.fetchval("select (select count(*) from registry.scheme) + count(*) from registry.household")


async def forgotten(world: Network) -> None:
    """The Centre follows the State from the beginning once more."""
    async with world.nodes[CENTRE].database.write() as conn:
        await conn.execute("delete from federation.peer")


async def test_whatever_a_listed_node_sends_is_taken_whole_or_refused_in_words(world: Network) -> None:
    await nodes.sequenced(world.nodes[STATE])
    lines, chance, centre = await sent(world), random.Random(SEED), world.nodes[CENTRE]
    member = centre.federation.network.member(STATE)
    assert member is not None and len(lines) > 6
    for turn in range(TIMES):
        content = spoiled(lines, chance)
        try:
            await take_up(centre.registry, member, content)
            await forgotten(world)  # what no digest speaks of may be otherwise
        except Problem as problem:
            assert problem.status < 500, (turn, problem)
        except Exception as error:
            raise AssertionError(f"turn {turn}: {error!r}\n{content[:3000]!r}") from error
        assert await held(world) <= RECORDS, turn
    await take_up(centre.registry, member, b"".join(orjson.dumps(line) + b"\n" for line in lines))
    assert await held(world) == RECORDS
