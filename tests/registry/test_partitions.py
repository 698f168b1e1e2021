"""The first record of a State makes its partition, whatever else happens at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from registry_kit import Put

from jjm.access import NODE, Readings
from jjm.kit import Database, DatabaseUrl, Vault, WriteConnection
from jjm.registry import Change, Draft, Registry, examine, prepare, record

STATES = ("21", "18", "10")


@pytest_asyncio.fixture
async def states(put: Put) -> None:
    """Three States with a village each."""
    for n, code in enumerate(STATES):
        await put("state", {"code": code, "name": f"State {code}", "iso": f"IN-{'ABC'[n]}X", "kind": "state"})
        await put("district", {"code": f"34{n}", "name": "Zila", "state": f"STA-{code}"})
        await put("subdistrict", {"code": f"345{n}", "name": "Tehsil", "district": f"DIS-34{n}"})
        await put("village", {"code": f"{code}0001", "name": "Gaon", "subdistrict": f"SDT-345{n}"})


@pytest_asyncio.fixture
async def other(registry: Registry, database_url: DatabaseUrl, tmp_path: Path) -> AsyncGenerator[Registry, None]:
    """The same registry in another process: nothing that it learns is known to the first."""
    readings, database = Readings(tmp_path / "other", registry.clock), await Database.connect(database_url)
    made = Registry(
        database, registry.catalogue, registry.validators, registry.node, registry.clock,
        readings, Vault(bytes(32)),
    )  # fmt: skip
    await prepare(made)
    yield made
    await database.close()


async def household(registry: Registry, conn: WriteConnection, state: str) -> str:
    """A new household of that State, in the transaction of that connection."""
    table, draft = registry.table("household"), Draft(Change.CREATE, {"village": f"VIL-{state}0001"})
    assert not (await examine(registry, conn, table, [draft]))[0]
    return (await record(registry, conn, NODE, table, [draft]))[0].id


@pytest.mark.usefixtures("states")
async def test_one_transaction_may_hold_the_first_records_of_several_states(registry: Registry) -> None:
    async with registry.database.write() as conn:
        made = [await household(registry, conn, state) for state in STATES]
    assert [id.split("-")[1] for id in made] == list(STATES)


@pytest.mark.usefixtures("states")
async def test_a_partition_may_be_made_by_others_in_the_middle_of_a_transaction(
    registry: Registry, other: Registry
) -> None:
    async with registry.database.write() as conn:
        await household(registry, conn, STATES[0])
        for maker, state in ((registry, STATES[1]), (other, STATES[2])):
            async with maker.database.write() as meanwhile:
                await household(maker, meanwhile, state)
            await household(registry, conn, state)


@pytest.mark.usefixtures("states")
async def test_of_many_first_records_at_once_none_is_refused(writer: httpx.AsyncClient) -> None:
    bodies = [{"village": f"VIL-{state}0001"} for state in STATES for _ in range(6)]
    answers = await asyncio.gather(*(writer.post("/api/v1/households", json=body) for body in bodies))
    assert [answer.status_code for answer in answers] == [201] * len(bodies)
