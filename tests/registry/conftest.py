"""A registry over the shipped standards, on a clock that tests set."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import pytest_asyncio
from registry_kit import Put

from jjm.access import NODE
from jjm.kit import Database, SetClock
from jjm.registry import Change, Draft, Outcome, Registry, examine, prepare, record
from jjm.standards import Catalogue, default_folder, load, validators

START = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The standards as shipped."""
    return load(default_folder())


@pytest.fixture
def clock() -> SetClock:
    """1 April 2026, half past eleven in India, until a test moves it."""
    return SetClock(START)


@pytest_asyncio.fixture
async def registry(database: Database, catalogue: Catalogue, clock: SetClock) -> AsyncGenerator[Registry, None]:
    """A registry whose tables are made, with nothing in it."""
    made = Registry(database, catalogue, validators(catalogue), "IN-TEST", clock)
    await prepare(made)
    yield made


@pytest.fixture
def put(registry: Registry) -> Put:
    """Record one draft as the node: `await put("village", {...}, change="create", id=…, valid_from=…)`."""

    async def act(type: str, data: dict[str, Any], *, change: str = "create", **rest: Any) -> Outcome:
        table = registry.table(type)
        draft = Draft(Change(change), data, **rest)
        async with registry.database.write() as conn:
            faults = (await examine(registry, conn, table, [draft]))[0]
            assert not faults, faults
            return (await record(registry, conn, NODE, table, [draft]))[0]

    return act


@pytest_asyncio.fixture
async def small_world(put: Put) -> None:
    """Odisha with one district, one block and two villages, from 2020 on."""
    since = date(2020, 1, 26)
    await put("state", {"code": "21", "name": "Odisha", "iso": "IN-OD", "kind": "state"}, valid_from=since)
    await put("district", {"code": "345", "name": "Angul", "state": "STA-21"}, valid_from=since)
    await put("block", {"code": "3339", "name": "Mahanga", "districts": ["DIS-345"]}, valid_from=since)
    for code, name in (("399515", "Rampur"), ("399612", "Sundarpur")):
        await put("village", {"code": code, "name": name, "blocks": ["BLK-3339"]}, valid_from=since)
