"""The stand on which everything is measured: a node served on a folder of its own, filled with areas and households."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
import psutil

ROOT = Path(__file__).resolve().parent.parent
VILLAGES, BLOCKS, DISTRICTS = 10_000, 100, 10
CREATED = "2020-01-26"


@dataclass
class Stand:
    """A served node: its port, its administrator's token, and a way into its database for yardsticks."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    token: str
    url: str
    bare_port: int = 0
    ids: list[str] = field(default_factory=list[str])

    @property
    def client(self) -> httpx.AsyncClient:
        """A client with the administrator's token."""
        # Not packed: what is measured is the node, and not who unpacks.
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity"}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=600)

    def rss_mb(self) -> float:
        """Memory that the node's process holds now, without the database's."""
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    async def load(self, plural: str, rows: Iterable[dict[str, Any]], **options: str) -> dict[str, Any]:
        """Import records through the public door and wait; the job's result."""
        async with self.client as client:
            params = {"valid_from": CREATED, "source": "benchmark", **options}
            answer = await client.post(
                f"/api/v1/{plural}:import", params=params, content=_stream(rows), headers=_NDJSON
            )
            answer.raise_for_status()
            return await wait_for(client, answer.headers["location"])


_NDJSON = {"content-type": "application/x-ndjson"}


async def _stream(rows: Iterable[dict[str, Any]]) -> AsyncGenerator[bytes, None]:
    piece = bytearray()
    for row in rows:
        piece += orjson.dumps(row) + b"\n"
        if len(piece) > 1 << 20:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


async def wait_for(client: httpx.AsyncClient, location: str) -> dict[str, Any]:
    """The result of a job, once it has ended."""
    while True:
        job = (await client.get(location, params={"wait": 5})).json()
        if job["state"] in ("done", "failed", "cancelled"):
            assert job["state"] == "done", job
            return job["result"]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def served(folder: Path) -> AsyncGenerator[Stand, None]:
    """A node served on a folder, stopped in the end."""
    port = free_port()
    process = start("benchmarks.serve", str(folder), str(port))
    try:
        await _ready(port, process)
        token = (folder / "admin.token").read_text().strip()
        yield Stand(folder, port, process, token, database_url(folder))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A Python module in a process of its own."""
    env = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT / "src"), str(ROOT)]))
    return subprocess.Popen([sys.executable, "-m", module, *arguments], env=env, cwd=ROOT)


async def _ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise RuntimeError(f"the node on port {port} did not come up")


def database_url(folder: Path) -> str:
    """The address of the node's embedded database."""
    pid_file = next(folder.rglob("postmaster.pid"), None) or next(Path("/var/lib/jjm").rglob("postmaster.pid"))
    lines = pid_file.read_text().splitlines()
    return f"postgresql://jjm@/jjm?host={lines[4]}"


async def fill_areas(stand: Stand) -> None:
    """Ten districts, a hundred blocks and ten thousand villages of Odisha with invented codes and names."""
    await stand.load(
        "districts", ({"code": str(900 + n), "name": f"District {n}", "state": "STA-21"} for n in range(DISTRICTS))
    )
    blocks = (
        {"code": str(9000 + n), "name": f"Block {n}", "districts": [f"DIS-{900 + n % DISTRICTS}"]}
        for n in range(BLOCKS)
    )
    await stand.load("blocks", blocks)
    await stand.load(
        "villages",
        (
            {"code": village(n)[4:], "name": f"Village {n}", "blocks": [f"BLK-{9000 + n % BLOCKS}"]}
            for n in range(VILLAGES)
        ),
    )


def village(number: int) -> str:
    """The identifier of one of the villages."""
    return f"VIL-{800_000 + number % VILLAGES}"


def households(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Invented households, about a dozen fields each, without identifiers."""
    rng = random.Random(seed)
    kinds = ("general", "sc", "st")
    for n in range(count):
        yield {
            "village": village(rng.randrange(VILLAGES)),
            "house_number": str(n % 900),
            "head_name": f"Invented Head {n}",
            "phone": f"90000{n % 100_000:05d}",
            "address": f"Ward {n % 20}, near the school",
            "members": 1 + n % 9,
            "social_category": kinds[n % 3],
            "has_tap": n % 4 != 0,
            "surveyed_on": "2025-04-01",
        }


async def sample_ids(stand: Stand, count: int) -> list[str]:
    """Identifiers of households spread over all of them."""
    conn = await asyncpg.connect(stand.url)
    try:
        total = await conn.fetchval("select count(*) from registry.household")
        step = max(1, total // count)
        rows = await conn.fetch(
            "select id from (select id, row_number() over (order by id) n from registry.household) s where n % $1 = 0",
            step,
        )
        return [row["id"] for row in rows][:count]
    finally:
        await conn.close()
