"""`make bench [N=1000000]`: measure everything, print the table, write `build/bench.json`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from benchmarks import (
    fan_out,
    import_households,
    measures,
    replicate,
    rollup,
    search_names,
    stand,
    testing_plan,
    token_check,
    verdicts,
)
from benchmarks.measures import Measure

OUT = stand.ROOT / "build" / "bench.json"
IN_ORDER = ("read", "read_open", "batch_read", "deep_page", "subtree", "as_of", "feed", "create")


async def run(n: int, only: list[str]) -> dict[str, Measure]:
    """Measure all, or only what is named, each on fresh nodes."""
    found: dict[str, Measure] = {}
    if not only or "import" in only:
        found["import"] = Measure(**await import_households.run(n))
    if not only or any(name in only for name in IN_ORDER):
        found |= await _of_households(n, only)
    if not only or "replicate" in only:
        found["replicate"] = Measure(**await replicate.run(n))
    villages = 600_000 if n >= 1_000_000 else max(10_000, n * 6 // 10)
    if not only or "search" in only:
        found["search"] = Measure(**await search_names.run(villages))
    if not only or "rollup" in only:
        for name, fields in (await rollup.run(villages)).items():
            found[name] = Measure(**fields)
    if not only or "tokens" in only:
        for name, fields in (await token_check.run()).items():
            found[name] = Measure(**fields)
    found |= await _of_quality(n, only)
    if not only or "fan_out" in only:
        found["fan_out"] = Measure(**await fan_out.run())
        show("fan_out", found["fan_out"])
    return found


async def _of_quality(n: int, only: list[str]) -> dict[str, Measure]:
    """Verdicts, and the testing plan of a State."""
    found: dict[str, Measure] = {}
    if not only or "verdicts" in only:
        found["verdicts"] = Measure(**verdicts.run(min(n, 20_000)))
    if not only or "plan" in only:
        found["plan"] = Measure(**await testing_plan.run(50_000 if n >= 1_000_000 else max(5_000, n // 20)))
    for name, measured in found.items():
        show(name, measured)
    return found


async def _of_households(n: int, only: list[str]) -> dict[str, Measure]:
    """What is measured on a node with `n` households."""
    found: dict[str, Measure] = {}
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            await stand.fill_areas(node)
            await node.load("households", stand.households(n))
            await prepare(node)
            bare = stand.start("benchmarks.bare", node.url, str(node.bare_port))
            try:
                await asyncio.sleep(2)
                for wanted in IN_ORDER:
                    if not only or wanted in only:
                        found[wanted] = await getattr(measures, wanted)(node, n)
                        show(wanted, found[wanted])
                        await measures.pause()
            finally:
                bare.terminate()
                bare.wait(30)
    return found


# The yardstick keeps what is personal as a developer would who takes no care of it: in columns, in the clear.
CLEAR = "house_number, head_name, phone, address, social_category"
CLEAR_TABLE = f"""
create schema bench;
create table bench.household (like registry.household including all);
alter table bench.household drop column sealed, drop column phone_blind;
alter table bench.household {", ".join(f"add column {name} text" for name in CLEAR.split(", "))};
"""
SHARED_COLUMNS = """
select attname from pg_attribute r
where attrelid = 'registry.household'::regclass and attnum > 0 and not attisdropped
  and exists (select from pg_attribute b where b.attrelid = 'bench.household'::regclass and b.attname = r.attname)
"""
NUMBERED = "(select *, row_number() over () as n from registry.household) h"
MADE_UP = """
(n % 900)::text, 'Invented Head ' || n, '90000' || lpad((n % 100000)::text, 5, '0'),
'Ward ' || n % 20 || ', near the school', (array['general', 'sc', 'st'])[1 + n % 3]
"""


async def prepare(node: stand.Stand) -> None:
    """The yardstick's table: the same rows, plain, with the same key and indexes."""
    conn = await asyncpg.connect(node.url)
    try:
        await conn.execute(CLEAR_TABLE)
        names = [row["attname"] for row in await conn.fetch(SHARED_COLUMNS)]
        shared = ", ".join(names)
        await conn.execute(
            f"insert into bench.household ({shared}, {CLEAR}) select {shared}, {MADE_UP} from {NUMBERED}"
        )
        await conn.execute("vacuum analyze bench.household")
        await conn.execute("vacuum analyze registry.household")
        await conn.execute("analyze")
    finally:
        await conn.close()
    node.ids = await stand.sample_ids(node, 20_000)
    node.bare_port = stand.free_port()


def show(name: str, m: Measure) -> None:
    """One line of the table."""
    p99 = f"{m.p99_ms:9.1f}" if m.p99_ms is not None else "        -"
    print(
        f"{name:11} {m.value:12,.0f} {m.unit:10} {m.baseline:12,.0f} {m.ratio:6.2f} {p99} {m.rss_mb:7.0f}  {m.what}",
        flush=True,
    )


def machine() -> dict[str, object]:
    """Where and when this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg()[0],
    }


def main() -> None:
    """Measure and write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1_000_000, help="households")
    parser.add_argument("--only", nargs="*", default=[], help="names of measurements")
    asked = parser.parse_args()
    about = machine()
    print(f"{about['machine']}, Python {about['python']}, {about['at']}, {asked.n:,} households")
    print(f"{'':11} {'value':>12} {'unit':10} {'baseline':>12} {'ratio':>6} {'p99 ms':>9} {'RSS MB':>7}  baseline is")
    found = asyncio.run(run(asked.n, asked.only))
    for name in ("import", "replicate", "search", "rollup", "report", "token_check", "token_first", "token_issue"):
        if name in found:
            show(name, found[name])
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({name: asdict(m) for name, m in found.items()}, indent=2) + "\n")
    OUT.with_name("bench-machine.json").write_text(json.dumps(about, indent=2) + "\n")
    print(f"written to {OUT.relative_to(stand.ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
