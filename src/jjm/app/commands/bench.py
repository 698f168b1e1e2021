"""`jjm bench`: the published numbers, measured here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

import jjm
from jjm.app.session import NEEDS_ATTENTION, local
from jjm.app.terminal import Terminal
from jjm.kit import Problem

PANEL = "Node"
app = typer.Typer(add_completion=False)

Count = Annotated[int | None, typer.Option("--n", min=1, help="Measure with so many households.")]


@app.command("bench")
@local
def bench(terminal: Terminal, n: Count = None) -> int:
    """Measure this machine against raw PostgreSQL and bare Starlette, from a checkout of the sources."""
    checkout = Path(jjm.__file__).parents[2]
    if not (checkout / "benchmarks" / "__main__.py").exists():
        detail = "The measurements are part of the source code and not of the package: fetch it, and run `make bench`."
        raise Problem("no-benchmarks", 404, "There is nothing to measure with here", detail)
    words = ["--n", str(n)] if n else []
    # With --json the table it prints is for people, and the file it writes is the result.
    out = sys.stderr if terminal.json else None
    done = subprocess.run([sys.executable, "-m", "benchmarks", *words], cwd=checkout, stdout=out, check=False)
    result = checkout / "build" / "bench.json"
    if done.returncode == 0 and result.exists() and terminal.json:
        terminal.line(orjson.loads(result.read_bytes()))
    return NEEDS_ATTENTION if done.returncode else 0
