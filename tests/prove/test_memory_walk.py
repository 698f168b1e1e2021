"""A million steps over every workflow, in memory: nobody is without somebody, no contamination closed but by a retest.

Steps: 250 times JJM_PROVE_ROUNDS, a million if left out. `memory_cases` says what stands in for the database; the walk
on a real node is `test_case_walk`.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prove.case_walk import kept
from prove.chance import SEED
from prove.memory_cases import Cases
from prove.memory_walk import MemoryWalk
from prove.shortcuts import SHORTCUTS
from workflow_standards import DEEDS, inspection_standards

from jjm.solutions import solutions
from jjm.solutions.progress.works import effects as works
from jjm.solutions.quality.remedy import effects
from jjm.standards import load
from jjm.workflow import OWN, joined

STEPS = 250 * int(os.environ.get("JJM_PROVE_ROUNDS", "4000"))


async def walk(folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int, closed: int = 0) -> MemoryWalk:
    """So many steps over the shipped workflows and one more, and some beyond until so many contaminations closed."""

    async def open_in(cases: Cases, conn: object, village: str) -> Sequence[dict[str, Any]]:
        return [one for one in cases.of_type("contamination") if one["village"] == village]

    async def works_of(cases: Cases, conn: object, scheme: str) -> Sequence[dict[str, Any]]:
        return [one for one in cases.of_type("work") if one["scheme"] == scheme]

    monkeypatch.setattr(effects, "open_in", open_in)
    monkeypatch.setattr(works, "works_of", works_of)
    catalogue = load(inspection_standards(folder / "standards"))
    deeds = joined([("jjm.workflow", OWN), *((one.package, one.deeds) for one in solutions()), ("here", DEEDS)])
    cases = Cases(catalogue, deeds, datetime(2026, 11, 30, 6, tzinfo=UTC))
    walker = MemoryWalk(cases, random.Random(SEED))
    begun = time.process_time()
    try:
        await walker.walk(steps)
        for _ in range(20):
            if len(walker.closed) < closed:
                await walker.walk(steps // 20)
    except BaseException:
        print(f"JJM_PROVE_SEED={SEED}")
        raise
    finally:
        print(kept(walker.counts), f"closed {len(walker.closed)}, {time.process_time() - begun:.1f} s for {steps}")
    return walker


async def test_a_short_walk_in_memory_closes_contaminations_by_safe_retests_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker = await walk(tmp_path, monkeypatch, 6_000)
    assert walker.closed


@pytest.mark.prove
@pytest.mark.timeout(1500)
async def test_a_million_steps_find_no_case_without_somebody_nor_closed_without_a_safe_retest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker = await walk(tmp_path, monkeypatch, STEPS, STEPS // 2_000)
    assert len(walker.closed) >= STEPS // 2_000
    assert [one for one in SHORTCUTS if not walker.counts[f"contamination guarded: {one}"]] == []
