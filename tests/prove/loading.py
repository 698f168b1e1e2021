"""A file of households that is being taken in while the node is killed."""

from __future__ import annotations

import asyncio

import httpx
import orjson
from prove.expected import Expected
from prove.writers import until_answered

VILLAGE = "VIL-399515"


async def areas(http: httpx.AsyncClient) -> None:
    """The village that households lie in, and what it lies in itself."""
    for path, body in (
        ("districts", {"code": "345", "name": "Angul", "state": "STA-21"}),
        ("blocks", {"code": "3339", "name": "Athamallik", "districts": ["DIS-345"]}),
        ("villages", {"code": VILLAGE.removeprefix("VIL-"), "name": "Rampur", "blocks": ["BLK-3339"]}),
    ):
        assert (await http.post(f"/api/v1/{path}", json=body)).status_code == 201


async def load(http: httpx.AsyncClient, expected: Expected, name: str, lines: int) -> None:
    """Send a file under a name of its own, once, and wait for its end: all of it is taken in, none of it twice."""
    rows = ({"village": VILLAGE, "head_name": f"{name} {n}", "members": n % 9} for n in range(lines))
    content = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    headers = {"content-type": "application/x-ndjson"}
    job = None
    async with asyncio.timeout(120):
        while job is None:
            try:
                asked = {"source": name}
                answer = await http.post("/api/v1/households:import", params=asked, content=content, headers=headers)
                job = answer.json() if answer.status_code in (200, 202) else None
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            job = job or await _begun(http, name)
        result = await _end(http, job["url"])
    assert (result["created"], result["refused"], result["lines"]) == (lines, 0, lines), result
    expected.imported[name] = lines


async def _begun(http: httpx.AsyncClient, name: str) -> dict[str, str] | None:
    """The job of a file whose sending had no answer, if the node did take it."""
    jobs = await until_answered(http, "GET", "/api/v1/jobs")
    return next((job for job in jobs.json()["items"] if job["request"].get("source") == name), None)


async def _end(http: httpx.AsyncClient, url: str) -> dict[str, int]:
    while True:
        job = (await until_answered(http, "GET", url, params={"wait": "5"})).json()
        if job["state"] not in ("waiting", "running"):
            assert job["state"] == "done", job
            return job["result"]
