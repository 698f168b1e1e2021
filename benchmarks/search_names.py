"""Search by name among 6 lakh villages: beginnings, typing errors, Hindi, two words, and within one State."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from pathlib import Path
from urllib.parse import quote

import asyncpg
import httpx

from benchmarks import nation, stand
from benchmarks.table import Measure, villages

HINDI = (
    "रामपुर शिवपुर किशनगंज गोपालपुर हरिपुर सीतामढ़ी लक्ष्मीपुर दुर्गापुर भवानीपुर चंदनपुर मोहनपुर सुल्तानपुर फतेहपुर गोबिंदपुर बलरामपुर पीपरपुर"
)
QUERIES = 500
ROWS = ("search",)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """The search among the villages that go with `n` households."""
    yield "search", Measure(**await run(villages(n)))


async def run(n: int) -> dict[str, object]:
    """The slowest of a hundred answers over HTTP, one after the other; beside it pg_trgm alone on the same names."""
    with tempfile.TemporaryDirectory(prefix="jjm-search-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            conn = await asyncpg.connect(node.url)
            try:
                await nation.fill(conn, n)
                await conn.execute("create index bench_trigram on registry.spelling using gin (key gin_trgm_ops)")
                sought = queries(n)
                ours = await timed(sought, _over_http(node))
                plain = await timed(sought[:100], _trigrams(conn))
            finally:
                await conn.close()
            rate, base = 1 / _mean(ours), 1 / _mean(plain)
            return {
                "value": rate,
                "unit": "searches/s",
                "baseline": base,
                "ratio": rate / base,
                "p99_ms": 1000 * sorted(ours)[len(ours) * 99 // 100],
                "rss_mb": node.rss_mb(),
                "n": n,
                "what": "pg_trgm over the same names",
            }


def queries(n: int, seed: int = 7) -> list[str]:
    """What people type: the beginning of a name, a name with a slip, Hindi, the whole name, two words, in one State."""
    rng = random.Random(seed)
    names = rng.sample(list(nation.village_names(min(n, 50_000), seed=2)), QUERIES)
    kinds: Sequence[Callable[[str], str]] = (
        lambda name: name[: rng.randint(2, 5)],
        lambda name: slip(rng, name),
        lambda name: rng.choice(HINDI.split()),
        lambda name: name,
        lambda name: slip(rng, name) + " " + rng.choice(HINDI.split()),
    )
    made = [quote(kinds[i % len(kinds)](name)) for i, name in enumerate(names)]
    return [q + (f"&within=state/{1 + i % 35}" if i % 7 == 0 else "") for i, q in enumerate(made)]


def slip(rng: random.Random, name: str) -> str:
    """The name with one letter missing, swapped, wrong or too many."""
    at = rng.randrange(1, max(2, len(name) - 1))
    other = rng.choice("abdeghiklmnoprstuv")
    return rng.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
            name[:at] + other + name[at + 1 :],
            name[:at] + other + name[at:],
        )
    )


def _over_http(node: stand.Stand) -> Callable[[str], Awaitable[object]]:
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{node.port}", timeout=60)

    async def ask(query: str) -> object:
        answer = await client.get(f"/api/v1/search?q={query}")
        return answer.raise_for_status()

    return ask


def _trigrams(conn: asyncpg.Connection) -> Callable[[str], Awaitable[object]]:
    statement = "select key from registry.spelling where key % $1 order by similarity(key, $1) desc limit 20"
    return lambda query: conn.fetch(statement, query.partition("&")[0])


async def timed(sought: Sequence[str], ask: Callable[[str], Awaitable[object]]) -> list[float]:
    """Seconds each answer took, after a few that warm the node up."""
    for query in sought[:20]:
        await ask(query)
    spent: list[float] = []
    for query in sought:
        begin = time.perf_counter()
        await ask(query)
        spent.append(time.perf_counter() - begin)
    return spent


def _mean(spent: Sequence[float]) -> float:
    return sum(spent) / len(spent)


if __name__ == "__main__":
    print(asyncio.run(run(nation.VILLAGES)))
