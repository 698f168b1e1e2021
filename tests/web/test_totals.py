"""The sums that pages show: true, fresh, and the same again when they are made anew."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import areas_kit
import httpx
import nodes
import pytest

from jjm.app.node import Node
from jjm.web import Totals

SUMS = {
    "coverage": "select * from web.coverage order by 1, 2, 3",
    "counts": "select * from web.area_count order by 1, 2",
    "latest": "select * from web.latest_figure order by 1",
}
FRESH = 5.0


async def _sums(node: Node) -> dict[str, list[tuple[Any, ...]]]:
    async with node.database.read() as conn:
        return {name: [tuple(r) for r in await conn.fetch(query)] for name, query in SUMS.items()}


async def _made(client: httpx.AsyncClient, plural: str, **body: object) -> str:
    answer = await client.post(f"/api/v1/{plural}?valid_from=2020-02-01", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture(scope="module")
async def bihar(admin: httpx.AsyncClient) -> dict[str, str]:
    """Two villages of one sub-district with figures: 100 households with 40 taps, and 50 with 60 taps."""
    await _made(admin, "districts", code="211", name="Nalanda", state="STA-10")
    await _made(admin, "subdistricts", code="1180", name="Rajgir", district="DIS-211")
    for code, households, taps in (("245001", 100, 40), ("245002", 50, 60)):
        await _made(admin, "villages", code=code, name=f"Silao {code}", subdistrict="SDT-1180")
        stated = {"figure_source": "antyodaya", "year": 2020, "households": households, "households_with_tap": taps}
        await _made(admin, "village_figures", village=f"VIL-{code}", **stated)
    return {"district": "/areas/district/211", "village": "VIL-245001"}


async def _until(visitor: httpx.AsyncClient, path: str, words: str) -> float:
    """Seconds until the page says these words."""
    begun = time.monotonic()
    while words not in (page := (await visitor.get(path)).text):
        assert time.monotonic() - begun < FRESH, f"{words!r} is not on {path} after {FRESH} s:\n{page}"
        await asyncio.sleep(0.1)
    return time.monotonic() - begun


async def test_a_new_figure_is_on_the_pages_above_within_five_seconds(
    visitor: httpx.AsyncClient, admin: httpx.AsyncClient, bihar: dict[str, str]
) -> None:
    await _until(visitor, bihar["district"], "100 of 150 households in 2 villages with figures")
    page = (await visitor.get(bihar["district"])).text
    assert "In 1 village the source states more taps than households" in page and "66.6%" in page
    newer = {"figure_source": "imis", "year": 2024, "households": 110, "households_with_tap": 110}
    await _made(admin, "village_figures", village=bihar["village"], **newer)
    await _until(visitor, bihar["district"], "170 of 160 households")
    page = (await visitor.get("/areas/state/10")).text
    assert "What the sum is made of" in page, "sources and years stay apart"
    then = (await visitor.get(bihar["district"], params={"valid_at": "2020-06-01"})).text
    assert "170 of 160 households" in then, "a figure holds from the day it is recorded for"


async def test_a_merged_village_counts_on_where_it_went(
    node: Node, visitor: httpx.AsyncClient, admin: httpx.AsyncClient, bihar: dict[str, str]
) -> None:
    before = (await visitor.get(bihar["district"])).text
    assert "170 of 160 households" in before
    await areas_kit.do(admin, "villages/VIL-245001:merge", "2025-01-01", into="VIL-245002")
    await nodes.summed(node)
    after = (await visitor.get(bihar["district"])).text
    assert "170 of 160 households" in after, "no household is lost by a merger"


async def test_made_anew_the_sums_are_the_same(node: Node, bihar: dict[str, str]) -> None:
    await nodes.summed(node)
    kept = await _sums(node)
    assert all(kept.values())
    async with node.database.write() as conn:
        await conn.execute("truncate web.coverage, web.area_count, web.latest_figure; delete from web.reader")
        await Totals(node.registry, node.sequencer.news).step(conn)
    anew = await _sums(node)
    for name, rows in kept.items():
        assert set(anew[name]) ^ set(rows) == set(), name


async def test_the_sums_are_true(node: Node, visitor: httpx.AsyncClient) -> None:
    await nodes.summed(node)
    truth = """
      select sum(households), sum(households_with_tap) from (
        select distinct on (village) households, households_with_tap from registry.village_figure
        where village like 'VIL-99%' and households is not null and households_with_tap is not null
        order by village, year desc, as_on desc nulls last, recorded_at desc, id) newest
    """
    async with node.database.read() as conn:
        households, taps = await conn.fetchrow(truth)
    assert f"{taps} of {households} households" in (await visitor.get("/areas/state/99")).text


async def test_sums_of_the_past_are_those_of_then(visitor: httpx.AsyncClient) -> None:
    now = (await visitor.get("/areas/state/99")).text
    then = (await visitor.get("/areas/state/99", params={"valid_at": "2025-01-01"})).text
    assert "As it was on 1 January 2025" in then and 'class="share"' in then
    assert now.partition('class="share"')[2][:40] != then.partition('class="share"')[2][:40]
