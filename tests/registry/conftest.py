"""A registry over the shipped standards, on a clock that tests set."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import registry_http
from registry_kit import Put
from shipped import rules, shipped

from jjm.access import NODE, Readings
from jjm.kit import Database, SetClock, Vault
from jjm.registry import Change, Draft, Outcome, Registry, examine, prepare, record
from jjm.standards import Catalogue

START = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The standards as shipped."""
    return shipped()


@pytest.fixture
def clock() -> SetClock:
    """1 April 2026, half past eleven in India, until a test moves it."""
    return SetClock(START)


@pytest_asyncio.fixture
async def registry(
    database: Database, catalogue: Catalogue, clock: SetClock, tmp_path: Path
) -> AsyncGenerator[Registry, None]:
    """A registry whose tables are made, with nothing in it."""
    readings = Readings(tmp_path / "readings", clock)
    made = Registry(database, catalogue, rules(catalogue), "IN-TEST", clock, readings, Vault(bytes(32)))
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


@pytest_asyncio.fixture
async def writer(registry: Registry) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody who may read and write, over HTTP."""
    async with registry_http.client(registry, "read", "write") as opened:
        yield opened


@pytest_asyncio.fixture
async def visitor(registry: Registry) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Anybody, without a token, over HTTP."""
    async with registry_http.client(registry) as opened:
        yield opened


@pytest_asyncio.fixture
async def marwar(put: Put) -> None:
    """Rajasthan from 2011 on: two districts and a block in both, sub-districts, panchayats, villages with figures."""
    since = date(2011, 1, 1)
    areas: list[tuple[str, dict[str, Any]]] = [
        ("state", {"code": "8", "name": "Rajasthan", "iso": "IN-RJ", "kind": "state"}),
        ("district", {"code": "105", "name": "Jodhpur", "state": "STA-8"}),
        ("district", {"code": "106", "name": "Barmer", "state": "STA-8"}),
        ("subdistrict", {"code": "7146", "name": "Aau", "district": "DIS-105"}),
        ("subdistrict", {"code": "614", "name": "Phalodi", "district": "DIS-105"}),
        ("subdistrict", {"code": "615", "name": "Osian", "district": "DIS-105"}),
        ("subdistrict", {"code": "640", "name": "Baytoo", "district": "DIS-106"}),
        ("block", {"code": "1", "name": "Lohawat", "districts": ["DIS-105"]}),
        ("block", {"code": "2", "name": "Patodi", "districts": ["DIS-105", "DIS-106"]}),
        ("local_body", {"code": "31", "name": "Aau", "state": "STA-8", "blocks": ["BLK-1"]}),
        ("local_body", {"code": "32", "name": "Osian", "state": "STA-8", "blocks": ["BLK-2"]}),
        ("local_body", {"code": "90", "name": "Phalodi", "state": "STA-8", "urban": True}),
        ("village", {"code": "1001", "name": "Aau", "subdistrict": "SDT-7146", "local_bodies": ["LOB-31"]}),
        ("village", {"code": "1002", "name": "Chadi", "subdistrict": "SDT-7146", "local_bodies": ["LOB-31"]}),
        ("village", {"code": "1003", "name": "Osian", "subdistrict": "SDT-615", "local_bodies": ["LOB-32"]}),
        ("habitation", {"name": "Aau Dhani", "village": "VIL-1001"}),
    ]
    for type, data in areas:
        await put(type, data, valid_from=since)
    figure = {"figure_source": "antyodaya", "year": 2020, "households": 120}
    for code in ("1001", "1002", "1003"):
        await put("village_figure", {"village": f"VIL-{code}", **figure})
