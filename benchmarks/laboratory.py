"""A laboratory's batch: 10,000 results of 1,000 samples in one file, beside the same samples submitted one by one.

Each sample has ten results, is a case of its own, is judged by the limits, and gets a version, a step and two entries
in the ledger. Measured on a node in this process.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime

import psutil

from benchmarks.samples import PARAMETERS, Bench, bench
from benchmarks.table import Measure

ROWS = ("laboratory",)
SAMPLES = 1_000


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """A batch of 1,000 samples; of fewer with fewer than 100,000 households."""
    samples = min(SAMPLES, max(20, n // 100))
    async with bench() as at:
        by_file, singly = await at.under_test(samples), await at.under_test(max(10, samples // 10))
        took, each = await _sent(at, by_file), await _one_by_one(at, singly)
        results, rss = samples * len(PARAMETERS), psutil.Process().memory_info().rss / 1e6
    rate, base = results / took, len(PARAMETERS) / each
    what = f"the same results submitted sample by sample over HTTP; the file took {took:.1f} s"
    yield "laboratory", Measure(rate, "results/s", base, rate / base, 1000 * took, rss, results, what)


async def _sent(at: Bench, samples: Sequence[str]) -> float:
    """Seconds that the node takes for the file."""
    lines = [f"{id},{name},0.01" for id in samples for name in PARAMETERS]
    begun = time.perf_counter()
    answer = await at.client.post(
        "/api/v1/quality/batches",
        params={"laboratory": at.laboratory, "number": "R-1", "run_at": datetime.now(UTC).isoformat()},
        content="\n".join(["sample,parameter,value", *lines]).encode(),
    )
    took = time.perf_counter() - begun
    assert answer.status_code == 201, answer.text[:2_000]
    assert len(answer.json()["submitted"]) == len(samples), answer.text[:2_000]
    return took


async def _one_by_one(at: Bench, samples: Sequence[str]) -> float:
    """Seconds for one of them."""
    begun, run_at = time.perf_counter(), datetime.now(UTC).isoformat()
    results = [{"parameter": name, "value": 0.01, "tested_at": run_at} for name in PARAMETERS]
    body = {"action": "SUBMIT_RESULTS", "data": {"results": results}}
    for id in samples:
        (await at.client.post(f"/api/v1/cases/{id}:transition", json=body)).raise_for_status()
    return (time.perf_counter() - begun) / len(samples)
