"""An inbox among many open cases: a page of fifty over HTTP, beside the same rows asked of PostgreSQL alone."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from benchmarks import stand

PAGES, DESKS = 420, 5_000
# One in a hundred lies with the keeper, who asks; the others at five thousand desks. Records are not needed for it.
FILL = """
insert into workflow.item (id, type, workflow, version, state, steps, areas, begun_at, begun_by, role, place, level,
  since, due_at)
select 'BEN-' || n, 'sample', d.name, d.version, 'REGISTERED', 1, '{}', now(), 'node',
  case when n % 100 = 0 then 'node_keeper' else 'laboratory_analyst' end,
  case when n % 100 = 0 then 'node' else 'village/' || n % $2::integer end, 0, now(),
  now() + make_interval(mins => (n::bigint * 7919 % 100000)::integer)
from generate_series(1, $1::integer) n, workflow.definition d
where d.name = 'sample'
"""
ROWS = """
select * from workflow.item where ended_at is null and role = 'node_keeper' and place = 'node' and person is null
order by turn, id limit 50
"""


async def run(n: int) -> dict[str, object]:
    """The fields of a Measure: pages a second and the slowest of a hundred, among `n` open cases."""
    with tempfile.TemporaryDirectory(prefix="jjm-inbox-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            conn = await asyncpg.connect(node.url)
            try:
                await conn.execute(FILL, n, DESKS, timeout=600)
                await conn.execute("vacuum analyze workflow.item", timeout=600)
                async with node.client as client:
                    ours = await _timed(lambda: client.get("/api/v1/inbox", params={"limit": "50"}))
                    page = (await client.get("/api/v1/inbox", params={"limit": "50"})).json()
                assert len(page["items"]) == min(50, n // 100), page
                bare = await _timed(lambda: conn.fetch(ROWS))
            finally:
                await conn.close()
            rate, base = len(ours) / sum(ours), len(bare) / sum(bare)
            return {
                "value": rate,
                "unit": "inboxes/s",
                "baseline": base,
                "ratio": rate / base,
                "p99_ms": 1000 * sorted(ours)[len(ours) * 99 // 100],
                "rss_mb": node.rss_mb(),
                "n": n,
                "what": "the same rows by bare asyncpg",
            }


async def _timed(ask: Callable[[], Awaitable[object]]) -> list[float]:
    """Seconds each of them took, one after the other, after a few that warm the node up."""
    spent: list[float] = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        await ask()
        spent.append(time.perf_counter() - begun)
    return spent[20:]


if __name__ == "__main__":
    print(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
