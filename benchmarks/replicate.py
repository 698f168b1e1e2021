"""Catch-up of one node with another: records pulled, checked against the owner's signed ledger, applied; against COPY.

Both nodes run on this machine, each with its own PostgreSQL, and share its cores.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import asyncpg
import httpx

from benchmarks import stand
from benchmarks.import_households import quiet, watched
from benchmarks.table import Measure

CENTRE, STATE = "IN-ZX", "IN-OD"
_COMMAND = "from jjm.app.cli import main; main()"
_TYPE, _PLURAL = "household", "households"
ROWS = ("replicate",)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """The catch-up with a node of `n` households."""
    yield "replicate", Measure(**await run(n))


async def run(n: int) -> dict[str, object]:
    """A State records `n` households while the Centre is away; records a second from the Centre's return on."""
    with tempfile.TemporaryDirectory(prefix="jjm-replicate-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        centre, state = _Node(folder / "centre", CENTRE), _Node(folder / "state", STATE)
        try:
            centre.start({"centre": "self"})
            await stand.fill_areas(centre.stand)
            async with centre.stand.client as client:
                key = (await client.get("/.well-known/jjm-node")).json()["fingerprint"]
            state.start({"centre": centre.url, "centre_key": key})
            await _admit(centre, state)
            await _until(state, "village", stand.VILLAGES)
            centre.end()
            await state.stand.load(_PLURAL, stand.households(n))
            await quiet(state.stand)
            with watched(_pid(state)) as of_state:
                centre.start({"centre": "self"})
                begun = time.perf_counter()
                with watched(_pid(centre)) as of_centre:
                    await _until(centre, _TYPE, n)
                    seconds = time.perf_counter() - begun
            bare, entries = await _copied(centre, folder)
        finally:
            centre.end()
            state.end()
    value, baseline = n / seconds, n / bare
    return {
        "value": value,
        "unit": "records/s",
        "baseline": baseline,
        "ratio": value / baseline,
        "p99_ms": None,
        "rss_mb": of_centre[0] / 1e6,
        "n": n,
        "what": f"raw binary COPY of the same rows into the same columns and indexes; {entries:,} entries verified; "
        f"the node that was followed held at most {of_state[0] / 1e6:.0f} MB",
    }


class _Node:
    """A node of the command line on a folder, which keeps its port."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.port = folder, name, stand.free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def stand(self) -> stand.Stand:
        """The node as other measurements see it."""
        assert self.process is not None
        token = (self.folder / "admin.token").read_text().strip()
        return stand.Stand(self.folder, self.port, self.process, token, stand.database_url(self.folder))

    def start(self, more: dict[str, str]) -> None:
        """Start it and wait until it answers."""
        file = self.folder / "node.json"
        file.write_text(json.dumps({"name": self.name, "url": self.url, "calls_per_minute": 10**8, **more}))
        words = ["up", "--json", "--data", str(self.folder), "--port", str(self.port), "--node", str(file)]
        env = dict(os.environ, PYTHONPATH=os.pathsep.join([str(stand.ROOT / "src"), str(stand.ROOT)]))
        with (self.folder / "err").open("ab") as err:
            command = [sys.executable, "-c", _COMMAND, *words]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, env=env)
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), (self.folder / "err").read_text()

    def end(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


async def _admit(centre: _Node, state: _Node) -> None:
    async with httpx.AsyncClient() as client:
        said = (await client.get(f"{state.url}/.well-known/jjm-node")).json()["node"]
    record = {
        "name": STATE, "role": "state", "status": "active", "states": ["STA-21"], "exchange": "pull",
        "address": state.url, "keys": said["keys"]["keys"], "ledger_key": said["ledger"],
    }  # fmt: skip
    async with centre.stand.client as client:
        (await client.post("/api/v1/nodes", json=record)).raise_for_status()


def _pid(node: _Node) -> int:
    assert node.process is not None
    return node.process.pid


async def _until(node: _Node, type: str, count: int) -> None:
    conn = await asyncpg.connect(node.stand.url)
    try:
        while await _taken(conn) < count or await conn.fetchval(f"select count(*) from registry.{type}") < count:
            await asyncio.sleep(0.2)
    finally:
        await conn.close()


async def _taken(conn: asyncpg.Connection) -> int:
    try:
        return await conn.fetchval("select sum(taken) from federation.peer") or 0
    except asyncpg.UndefinedTableError:
        return 0


async def _copied(node: _Node, folder: Path) -> tuple[float, int]:
    """Seconds that the same rows take into an empty table by COPY, and how many entries were verified to have them."""
    conn = await asyncpg.connect(node.stand.url)
    try:
        entries = await conn.fetchval("select sum(size) from federation.peer")
        await conn.execute(f"create schema bench; create table bench.copied (like registry.{_TYPE} including all)")
        file = folder / "rows.copy"
        await conn.copy_from_query(f"select * from registry.{_TYPE}", output=file, format="binary")
        spent: list[float] = []
        for _ in range(2):
            await conn.execute("truncate bench.copied; checkpoint")
            begun = time.perf_counter()
            await conn.copy_to_table("copied", schema_name="bench", source=file, format="binary")
            spent.append(time.perf_counter() - begun)
        return min(spent), entries
    finally:
        await conn.close()
