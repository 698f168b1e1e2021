"""A laboratory's batch: 10,000 results of 1,000 samples in one file, against the same samples submitted one by one.

`python -m benchmarks.laboratory [SAMPLES]` on a node in this process, with its ledger. Each sample has ten results, is
a case of its own, is judged by the limits, and gets a version, a step and two entries in the ledger.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from jjm.access import NODE, Scope, create_token
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.sandbox import fill
from jjm.workflow import Ask, begin, take

PARAMETERS = ("as", "f", "fe", "no3", "tds", "cl", "so4", "mn", "th", "alk")
VILLAGE = "VIL-99000001"


async def run(samples: int) -> dict[str, Any]:
    """Samples a second by file and one by one."""
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with running(Settings(folder, calls_per_minute=10**9)) as node:
            await fill(node.registry, villages=3, households=9)
            async with node.database.write() as conn:
                made = await create_token(conn, NODE, node.registry.clock, name="bench", scopes=[Scope.ADMIN])
            headers = {"authorization": f"Bearer {made.secret}"}
            transport = httpx.ASGITransport(app=application(node))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://node.bench", headers=headers, timeout=600
            ) as client:
                return await _measure(node, client, samples)


async def _measure(node: Node, client: httpx.AsyncClient, samples: int) -> dict[str, Any]:
    laboratory = await _laboratory(client)
    by_file, singly = await _under_test(node, laboratory, samples), await _under_test(node, laboratory, samples // 10)
    lines = [f"{id},{name},0.01" for id in by_file for name in PARAMETERS]
    run_at = datetime.now(UTC).isoformat()
    begun = time.perf_counter()
    answer = await client.post(
        "/api/v1/quality/batches",
        params={"laboratory": laboratory, "number": "R-1", "run_at": run_at},
        content="\n".join(["sample,parameter,value", *lines]).encode(),
    )
    took = time.perf_counter() - begun
    told = answer.json()
    assert answer.status_code == 201 and len(told["submitted"]) == samples, answer.text[:2_000]
    begun = time.perf_counter()
    for id in singly:
        results = [{"parameter": name, "value": 0.01, "tested_at": run_at} for name in PARAMETERS]
        body = {"action": "SUBMIT_RESULTS", "data": {"results": results}}
        assert (await client.post(f"/api/v1/cases/{id}:transition", json=body)).status_code == 200
    each = (time.perf_counter() - begun) / len(singly)
    return {
        "results": samples * len(PARAMETERS), "seconds": round(took, 2),
        "results_per_second": round(samples * len(PARAMETERS) / took),
        "one_by_one_results_per_second": round(len(PARAMETERS) / each),
    }  # fmt: skip


async def _laboratory(client: httpx.AsyncClient) -> str:
    body = {
        "name": "Bench", "level": "district", "district": "DIS-990001", "accreditation": "nabl",
        "accredited_upto": "2099-01-01", "accredited_parameters": list(PARAMETERS),
    }  # fmt: skip
    answer = await client.post("/api/v1/laboratories", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _under_test(node: Node, laboratory: str, count: int) -> list[str]:
    """Samples that wait for their results."""
    taken = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    told = {"village": VILLAGE, "point_kind": "source", "collected_at": taken, "tests_asked": list(PARAMETERS)}
    received = {"laboratory": laboratory, "received_at": datetime.now(UTC).isoformat(), "condition": "good"}
    found: list[str] = []
    for first in range(0, count, 50):
        async with node.database.write() as conn:
            for _ in range(min(50, count - first)):
                id = (await begin(node.workflows, conn, NODE, "sample", Ask("REGISTER", told))).item.id
                await take(node.workflows, conn, NODE, id, Ask("RECEIVE", received))
                await take(node.workflows, conn, NODE, id, Ask("ACCEPT"))
                found.append(id)
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)), indent=2))
