"""`make bench [N=1000000]`: measure everything, print the table, write `build/bench.json`.

A row is measured by the module of this folder that names it in its `ROWS` and yields it from `measured(n, wanted)`; no
list of them is kept. `--only` measures what is named and leaves the other rows of the file as they are.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from types import ModuleType

import benchmarks
from benchmarks import stand
from benchmarks.table import HEAD, line

OUT = stand.ROOT / "build" / "bench.json"


def modules() -> list[ModuleType]:
    """The modules of this folder that measure something."""
    names = [found.name for found in pkgutil.iter_modules(benchmarks.__path__) if not found.name.startswith("_")]
    every = [importlib.import_module(f"benchmarks.{name}") for name in names]
    return [module for module in every if hasattr(module, "ROWS")]


async def run(n: int, only: Sequence[str]) -> None:
    """Measure all, or only what is named, each on fresh nodes; each row is written down as soon as it is there."""
    rows = json.loads(OUT.read_text()) if only and OUT.exists() else {}
    OUT.parent.mkdir(exist_ok=True)
    for module in modules():
        wanted = [name for name in module.ROWS if name in only or not only]
        if not wanted:
            continue
        async for name, measured in module.measured(n, wanted):
            if name in wanted:
                print(line(name, measured), flush=True)
                rows[name] = asdict(measured)
                OUT.write_text(json.dumps(rows, indent=2) + "\n")


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
    known = [name for module in modules() for name in module.ROWS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1_000_000, help="households")
    parser.add_argument("--only", nargs="*", default=[], choices=known, metavar="ROW", help=f"of: {', '.join(known)}")
    asked = parser.parse_args()
    about = machine()
    print(f"{about['machine']}, Python {about['python']}, {about['at']}, {asked.n:,} households")
    print(HEAD)
    asyncio.run(run(asked.n, asked.only))
    OUT.with_name("bench-machine.json").write_text(json.dumps(about, indent=2) + "\n")
    print(f"written to {OUT.relative_to(stand.ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
