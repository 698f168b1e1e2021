"""A node with two States, three villages with figures and one without, to read reports of."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import nodes
import pytest
import pytest_asyncio
from databases import Postgres
from reports_kit import made

from jjm.app.node import Node

FIGURES = (
    ("245001", 2020, {"households": 100, "households_with_tap": 40, "piped_supply": True}),
    (
        "245001",
        2024,
        {"households": 110, "households_with_tap": 110, "piped_supply": True, "har_ghar_jal": "certified"},
    ),
    ("245002", 2024, {"households": 50, "households_with_tap": 20, "piped_supply": False, "har_ghar_jal": "reported"}),
    ("990001", 2024, {"households": 240_000 // 2, "households_with_tap": 30_000, "piped_supply": True}),
)


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    folder: Path = tmp_path_factory.mktemp("reports") / "node"
    async with postgres.fresh() as url, nodes.started(folder, url) as started:
        async with nodes.caller(started, "admin") as admin:
            for code, state in (("211", "10"), ("901", "18")):
                await made(admin, "districts", code=code, name=f"District {code}", state=f"STA-{state}")
                await made(admin, "subdistricts", code=f"{code}1", name=f"Tehsil {code}", district=f"DIS-{code}")
            for code, above in (("245001", "2111"), ("245002", "2111"), ("245003", "2111"), ("990001", "9011")):
                name = "=Silao" if code == "245001" else f"Gaon {code}"
                await made(admin, "villages", code=code, name=name, subdistrict=f"SDT-{above}")
            for village, year, stated in FIGURES:
                about = {"village": f"VIL-{village}", "figure_source": "imis", "year": year}
                await made(admin, "village_figures", since=f"{year}-04-01", **about, **stated)
        await nodes.summed(started)
        yield started


@pytest_asyncio.fixture(scope="module")
async def visitor(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody without a token."""
    async with nodes.caller(node) as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def admin(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator."""
    async with nodes.caller(node, "admin") as client:
        yield client
