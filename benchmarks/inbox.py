"""An inbox among a million open cases: its page of fifty, its counts, and a filter that finds few, over HTTP.

One case in a hundred lies at the desk of the keeper, who asks; a fifth of them is late. The filter, for late cases of a
state in which one in a hundred is, is the worst there is: the whole desk has to be gone through for a page. The
yardsticks are the same questions as a developer would put them to PostgreSQL, without any layer between.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path

import asyncpg

from benchmarks import stand
from benchmarks.table import Measure, timed

ROWS = ("inbox", "inbox_counts", "inbox_filter")
PAGES, DESKS = 420, 5_000
# Records are not needed for it.
FILL = """
insert into workflow.item (id, type, workflow, version, state, steps, areas, begun_at, begun_by, role, place, level,
  since, due_at, near_at)
select 'BEN-' || n, 'sample', d.name, d.version,
  (array['REGISTERED', 'RECEIVED', 'UNDER_TEST', 'PENDING_APPROVAL'])[
    case when n / 100 % 100 < 90 then 1 when n / 100 % 100 < 95 then 2 when n / 100 % 100 < 99 then 3 else 4 end],
  1, '{}', now(), 'node',
  case when n % 100 = 0 then 'node_keeper' else 'laboratory_analyst' end,
  case when n % 100 = 0 then 'node' else 'village/' || n % $2::integer end, 0, now(),
  now() + make_interval(mins => m.due - 20000), now() + make_interval(mins => m.due - 21440)
from generate_series(1, $1::integer) n, workflow.definition d,
  lateral (select (n::bigint * 7919 % 100000)::integer as due) m
where d.name = 'sample'
"""
_MINE = "ended_at is null and role = 'node_keeper' and place = 'node' and person is null"
_LATE = "least(due_at, state_due_at) < now()"
QUESTIONS = {
    "inbox": ("/api/v1/inbox?limit=50", f"select * from workflow.item where {_MINE} order by turn, id limit 50"),
    "inbox_counts": (
        "/api/v1/inbox/counts",
        f"""select workflow, state, case when {_LATE} then 'late' when near_at <= now() then 'near' else 'within' end,
          count(*) from workflow.item where {_MINE} group by 1, 2, 3""",
    ),
    "inbox_filter": (
        "/api/v1/inbox?workflow=sample&state=PENDING_APPROVAL&clock=late&limit=50",
        f"""select * from workflow.item where {_MINE} and workflow = 'sample' and state = 'PENDING_APPROVAL'
          and {_LATE} order by turn, id limit 50""",
    ),
}


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """These questions among `n` open cases."""
    with tempfile.TemporaryDirectory(prefix="jjm-inbox-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            conn = await asyncpg.connect(node.url)
            try:
                await conn.execute(FILL, n, DESKS, timeout=600)
                await conn.execute("vacuum analyze workflow.item", timeout=600)
                for row in wanted:
                    yield row, await _asked(node, conn, n, *QUESTIONS[row])
            finally:
                await conn.close()


async def _asked(node: stand.Stand, conn: asyncpg.Connection, n: int, address: str, question: str) -> Measure:
    async with node.client as client:

        async def ours() -> int:
            return len((await client.get(address)).raise_for_status().json()["items"])

        async def bare() -> int:
            return len(await conn.fetch(question))

        assert await ours() == await bare(), f"{address} does not answer as PostgreSQL does"
        spent, base = await _timed(ours), await _timed(bare)
    return timed("answers/s", spent, base, node.rss_mb(), n, "the same question by bare asyncpg")


async def _timed(ask: Callable[[], Awaitable[object]]) -> list[float]:
    """Seconds each of them took, one after the other, after a few that warm the node up."""
    spent: list[float] = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        await ask()
        spent.append(time.perf_counter() - begun)
    return spent[20:]
