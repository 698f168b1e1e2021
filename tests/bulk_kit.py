"""Imports and exports for tests: a node's bulk work in a folder, and what a user does with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from jjm.kit import Jobs, SystemClock
from jjm.registry import Bulk, Registry

Json = dict[str, Any]


@asynccontextmanager
async def working(registry: Registry, folder: Path, **limits: int) -> AsyncGenerator[Bulk, None]:
    """Bulk work that is being done while inside."""
    bulk = Bulk(registry, Jobs(registry.database, SystemClock()), folder, **limits)
    await bulk.tidy()
    stop = asyncio.Event()
    work = asyncio.create_task(bulk.jobs.run(stop))
    try:
        yield bulk
    finally:
        stop.set()
        await asyncio.wait_for(work, 30)


def ndjson(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as a file."""
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


@dataclass
class Sender:
    """Somebody who sends files to a node and looks at what came of them."""

    http: httpx.AsyncClient

    async def job(self, plural: str, content: bytes, kind: str = "application/x-ndjson", **options: Any) -> Json:
        """Send a file and wait for its job to end."""
        options = {"wait": 60} | {k: str(v).lower() if isinstance(v, bool) else v for k, v in options.items()}
        address, headers = f"/api/v1/{plural}:import", {"content-type": kind}
        answer = await self.http.post(address, params=options, content=content, headers=headers, timeout=90)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def load(self, plural: str, content: bytes | Iterable[Mapping[str, Any]], **options: Any) -> Json:
        """Send a file that is taken in; the result of its job."""
        sent = content if isinstance(content, bytes) else ndjson(content)
        job = await self.job(plural, sent, **options)
        assert job["state"] == "done", job
        return job["result"]

    async def all(self, plural: str) -> dict[str, Json]:
        """All records of a type, by identifier."""
        found: dict[str, Json] = {}
        url: str | None = f"/api/v1/{plural}?limit=1000"
        while url:
            page = (await self.http.get(url)).json()
            found |= {item["id"]: item for item in page["items"]}
            url = page["next"]
        return found


def counts(result: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    return result["created"], result["updated"], result["unchanged"], result["refused"]


def villages(numbers: Iterable[int], **more: Any) -> list[Json]:
    """Villages with these codes."""
    return [{"code": str(n), "name": f"Village {n}", **more} for n in numbers]
