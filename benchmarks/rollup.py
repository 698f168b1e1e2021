"""The national page and the national report J1 over 6 lakh villages, and how soon a change is on the page."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from pathlib import Path

import asyncpg
import httpx

from benchmarks import nation, stand
from benchmarks.table import Measure, villages

VIEWS = 400
_INDEXES = """
select indexname, indexdef from pg_indexes
where schemaname = 'registry' and tablename = 'village_figure' and indexname not like '%_pkey'
"""
# Households and taps of every village, as the sources that there are would state them.
_FIGURES = """
insert into registry.village_figure
  (village, figure_source, year, households, households_with_tap, piped_supply,
   id, version, change, valid_from, recorded_at, actor, node, source, digest, entry)
select a.id, 'imis', 2025, 320, (hashtext(a.id) & 255) + 60, hashtext(a.id) % 10 <> 0,
   'FIG-' || a.id || '-imis-2025', 1, 'create', date '2025-04-01', now(), 'benchmark', 'IN-LOCAL', 'benchmark',
   '\\x00', 0
from registry.area a where a.type = 'village'
"""
# The rows of a State's report.
_DISTRICTS = """
insert into registry.district
  (code, name, state, id, version, change, valid_from, recorded_at, actor, node, source, digest, entry)
select a.code, a.name, a.parents[1], a.id, 1, 'create', date '2020-01-26', now(), 'benchmark', 'IN-LOCAL', 'benchmark',
  '\\x00', 0
from registry.area a where a.type = 'district'
"""
_SUMMED = """
select count(distinct t.area) >= (select count(*) from registry.area where type <> 'village') from registry.tally t
"""
# What a page would ask without kept sums: the same sums over the same rows.
_BARE = """
select c.ancestor, f.figure_source, f.year, count(*), sum(f.households), sum(f.households_with_tap)
from registry.village_figure f join registry.area_closure c on c.descendant = f.village and c.ancestor_rank = 0
group by 1, 2, 3
"""


# What the report would ask without kept sums: of each village its newest figure, and the sums over these.
_BARE_J1 = """
with newest as (
  select distinct on (village) village, households, households_with_tap, piped_supply from registry.village_figure
  where households is not null and households_with_tap is not null
  order by village, year desc nulls last, as_on desc nulls last, recorded_at desc, id)
select c.ancestor, count(*), sum(f.households), sum(f.households_with_tap), count(*) filter (where f.piped_supply),
  sum(f.households) filter (where f.piped_supply)
from newest f join registry.area_closure c on c.descendant = f.village and c.ancestor_rank = 0
group by 1
"""
J1 = "/api/v1/reports/j1"
ROWS = ("rollup", "report")


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """The national page and the report J1, over the villages that go with `n` households."""
    for name, fields in (await run(villages(n))).items():
        yield name, Measure(**fields)


async def run(n: int) -> dict[str, dict[str, object]]:
    """The slowest of a hundred views of the national page and report and those of States, beside bare sums of each."""
    with tempfile.TemporaryDirectory(prefix="jjm-rollup-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            conn = await asyncpg.connect(node.url)
            try:
                await nation.fill(conn, n)
                await conn.execute(_DISTRICTS)
                await conn.execute("vacuum analyze registry.district")
                await _state_figures(conn)
                await _until_summed(conn)
                paths = await _paths(conn)
                views = await _timed(paths, _over_http(node))
                bare = await _timed([_BARE] * 3, conn.fetch)
                reports = [J1 if p == "/" else f"{J1}?within=state/{p.rpartition('/')[2]}" for p in paths]
                await _is_whole(node, reports[1])
                told = await _timed(reports, _over_http(node))
                bare_told = await _timed([_BARE_J1] * 3, conn.fetch)
                fresh = await _freshness(node)
            finally:
                await conn.close()
            page = f"the sums asked of PostgreSQL; fresh in {fresh:.1f} s"
            report = "the sums asked of PostgreSQL"
            return {
                "rollup": _measured("pages/s", views, bare, page, node.rss_mb(), n),
                "report": _measured("reports/s", told, bare_told, report, node.rss_mb(), n),
            }


def _measured(
    unit: str, views: Sequence[float], bare: Sequence[float], what: str, rss_mb: float, n: int
) -> dict[str, object]:
    rate, base = len(views) / sum(views), len(bare) / sum(bare)
    p99 = 1000 * sorted(views)[len(views) * 99 // 100]
    return {
        "value": rate,
        "unit": unit,
        "baseline": base,
        "ratio": rate / base,
        "p99_ms": p99,
        "rss_mb": rss_mb,
        "n": n,
        "what": what,
    }


async def _state_figures(conn: asyncpg.Connection) -> None:
    kept = await conn.fetch(_INDEXES)
    for index in kept:
        await conn.execute(f"drop index registry.{index['indexname']}")
    await conn.execute(_FIGURES)
    for index in kept:
        await conn.execute(index["indexdef"])
    await conn.execute("vacuum analyze registry.village_figure")


async def _until_summed(conn: asyncpg.Connection) -> None:
    """Have the node make its sums anew, as it does at the beginning of each day, and wait for them."""
    async with asyncio.timeout(600):
        while not await conn.fetchval(_SUMMED):
            await conn.execute("delete from web.reader")  # a step that was under way may put it back without summing
            while not await conn.fetchval("select exists (select from web.reader)"):
                await asyncio.sleep(0.2)
    await conn.execute("vacuum analyze registry.tally")
    for table in ("latest_figure", "coverage", "area_count"):
        await conn.execute(f"vacuum analyze web.{table}")


async def _paths(conn: asyncpg.Connection) -> list[str]:
    """The national page and those of States, in turns."""
    rng = random.Random(3)
    states = [r["code"] for r in await conn.fetch("select code from registry.area where type = 'state'")]
    return ["/" if view % 2 == 0 else f"/areas/state/{rng.choice(states)}" for view in range(VIEWS)]


def _over_http(node: stand.Stand) -> Callable[[str], Awaitable[object]]:
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{node.port}", timeout=60, headers={"accept": "text/html"})

    async def view(path: str) -> object:
        return (await client.get(path)).raise_for_status()

    return view


async def _is_whole(node: stand.Stand, address: str) -> None:
    """Make sure that the report of a State has its districts and that their sums are the State's."""
    async with node.client as client:
        told = (await client.get(address)).raise_for_status().json()
    assert told["by"] == "district", told
    assert sum(row["values"]["households"] for row in told["items"]) == told["total"]["values"]["households"] > 0, told


async def _timed(asked: Sequence[str], ask: Callable[[str], Awaitable[object]]) -> list[float]:
    for one in asked[:20]:
        await ask(one)
    spent: list[float] = []
    for one in asked:
        begin = time.perf_counter()
        await ask(one)
        spent.append(time.perf_counter() - begin)
    return spent


async def _freshness(node: stand.Stand) -> float:
    """Seconds from the answer to a change until the national page says it; the slowest of three."""
    async with node.client as client:
        made = {"code": "990001", "name": "Naya Gaon"}
        district = {"code": "99001", "name": "Nayi", "state": "STA-21"}
        (await client.post("/api/v1/districts", json=district)).raise_for_status()
        subdistrict = {"code": "990001", "name": "Nayi", "district": "DIS-99001"}
        (await client.post("/api/v1/subdistricts", json=subdistrict)).raise_for_status()
        (await client.post("/api/v1/villages", json=made | {"subdistrict": "SDT-990001"})).raise_for_status()
        return max([await _seen(client, year) for year in (2023, 2024, 2025)])


async def _seen(client: httpx.AsyncClient, year: int) -> float:
    before = (await client.get("/", headers={"accept": "text/html"})).text.partition('class="says"')[2][:300]
    figure = {"village": "VIL-990001", "figure_source": "imis", "year": year}
    figure |= {"households": year, "households_with_tap": 1}
    (await client.post("/api/v1/village_figures", json=figure)).raise_for_status()
    begin = time.perf_counter()
    while (await client.get("/", headers={"accept": "text/html"})).text.partition('class="says"')[2][:300] == before:
        await asyncio.sleep(0.02)
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(asyncio.run(run(nation.VILLAGES)))
