"""The testing plan of a State: 100,000 sources, 250,000 samples of a year, all duties and turns, over HTTP.

The yardstick is one bare count of the same samples by source, as a report would ask PostgreSQL for it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import asyncpg
import httpx

from benchmarks import nation, stand
from benchmarks.table import Measure

STATE, VILLAGES, VIEWS = "STA-21", 50_000, 12
_OF_A_VERSION = "version, change, valid_from, recorded_at, actor, node, source, digest, entry"
_VERSION = "1, 'create', date '2026-04-01', now(), 'benchmark', 'IN-LOCAL', 'benchmark', '\\x00'::bytea, 0"
_FILL = f"""
create temporary table v as
  select id, row_number() over (order by id) as n from registry.area where type = 'village' order by id
  limit {{villages}};
insert into registry.water_source (id, name, village, kind, {_OF_A_VERSION})
  select 'SRC-' || v.n || '-' || k, 'Well ' || k, v.id, 'open_well', {_VERSION} from v, generate_series(1, 2) k;
insert into registry.sampling_point (id, name, kind, village, water_source, {_OF_A_VERSION})
  select 'SMP-' || v.n || '-' || k, 'At well ' || k, 'source', v.id, 'SRC-' || v.n || '-' || k, {_VERSION}
  from v, generate_series(1, 2) k;
insert into registry.laboratory (id, name, level, district, {_OF_A_VERSION})
  select 'LAB-' || a.id, a.id, 'district', a.id, {_VERSION} from registry.area a where a.type = 'district';
insert into registry.village_figure
    (id, village, figure_source, year, population, households, households_with_tap, {_OF_A_VERSION})
  select 'FIG-' || v.id, v.id, 'imis', 2026, 200 + (v.n * 37) % 6000, 100, (v.n % 3)::int * 50, {_VERSION} from v;
insert into registry.water_quality_test
    (id, village, method, laboratory, sampling_point, sampled_on, results, {_OF_A_VERSION})
  select 'WQT-' || v.n || '-' || k, v.id, 'laboratory', l.id, 'SMP-' || v.n || '-' || 1 + k % 2,
    date '2026-04-01' + ((v.n * 31 + k * 67) % 240)::int, r.results, {_VERSION}
  from v cross join lateral (
    select l.id from registry.area_closure c join registry.laboratory l on l.district = c.ancestor
    where c.descendant = v.id and c.ancestor_rank = 1 order by l.id limit 1) l
  cross join generate_series(1, 5) k
  cross join (select jsonb_agg(jsonb_build_object('parameter', p, 'value', 1)) as results
    from unnest(array['ph','tds','turbidity','cl','alk','th','so4','fe','as','f','no3','ecoli','tc']) p) r;
"""
_BARE = """
select p.water_source, count(*) filter (where t.sampled_on >= date '2026-04-01')
from registry.water_quality_test t join registry.sampling_point p on p.id = t.sampling_point
where t.village in (select descendant from registry.area_closure where ancestor = 'STA-21') group by 1
"""
ROWS = ("plan",)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """The plan of a State of 50,000 villages; of fewer with fewer than a million households."""
    yield "plan", Measure(**await run(VILLAGES if n >= 1_000_000 else max(5_000, n // 20)))


async def run(villages: int = VILLAGES) -> dict[str, object]:
    """The fields of a Measure."""
    with tempfile.TemporaryDirectory(prefix="jjm-plan-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            conn = await asyncpg.connect(node.url)
            try:
                await nation.fill_state(conn, STATE, villages)
                await conn.execute(_FILL.format(villages=villages))
                await conn.execute("vacuum analyze")
                bare = [await _timed(conn) for _ in range(3)]
            finally:
                await conn.close()
            async with node.client as client:
                whole = [await _seen(client) for _ in range(VIEWS)]
            return {
                "value": 1 / min(whole), "unit": "plans/s", "baseline": 1 / min(bare), "ratio": min(bare) / min(whole),
                "p99_ms": 1000 * max(whole), "rss_mb": node.rss_mb(), "n": villages,
                "what": "a bare count of the samples by source",
            }  # fmt: skip


async def _timed(conn: asyncpg.Connection) -> float:
    began = time.perf_counter()
    await conn.fetch(_BARE)
    return time.perf_counter() - began


async def _seen(client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    address = "/api/v1/quality/plan?within=state/21&period=2026-27&limit=100"
    answer = (await client.get(address, timeout=120)).raise_for_status().json()
    assert answer["coverage"][0]["subjects"] > 0, answer["coverage"][0]
    return time.perf_counter() - began
