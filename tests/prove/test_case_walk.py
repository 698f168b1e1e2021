"""A random walk over every workflow of a node: no case is without somebody, nor does any break what a solution rules.

Steps: twice JJM_PROVE_ROUNDS, 8,000 if left out; a million are walked in memory (`test_memory_walk`). A solution
adds what must hold of its cases as a module of `tests/prove/invariants` with `broken(conn)`, and what people would ask
for in them as one of `tests/prove/guesses`; there is no list to edit.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from people_kit import house
from prove.case_walk import Walk, kept
from prove.chance import SEED
from prove.ground import ground
from prove.scene import found
from prove.shortcuts import SHORTCUTS
from workflow_standards import DEEDS, inspection_standards

STEPS = 2 * int(os.environ.get("JJM_PROVE_ROUNDS", "4000"))


async def walk(folder: Path, database_url: str, steps: int) -> Walk:
    """So many steps over the shipped workflows and one more."""
    standards = inspection_standards(folder / "standards")
    async with house(folder / "node", database_url, DEEDS, standards=standards) as opened:
        invariants = [module.broken for module in found("invariants")]
        walker = Walk(opened, random.Random(SEED), await ground(opened), invariants)
        try:
            await walker.walk(steps)
        except BaseException:
            print(f"JJM_PROVE_SEED={SEED}")
            raise
        finally:
            print(kept(walker.counts))
        return walker


async def test_a_short_walk_finds_no_case_without_somebody(tmp_path: Path, database_url: str) -> None:
    walker = await walk(tmp_path, database_url, 150)
    assert sum(walker.counts[f"{name} moved"] for name in walker.house.node.workflows.declared) > 10


@pytest.mark.prove
@pytest.mark.timeout(1500)
async def test_a_long_walk_finds_no_case_without_somebody_nor_closed_without_a_safe_retest(
    tmp_path: Path, database_url: str
) -> None:
    walker = await walk(tmp_path, database_url, STEPS)
    for name in walker.house.node.workflows.declared:
        assert walker.counts[f"{name} in the end"], name
    tried = [one for one in SHORTCUTS if walker.counts[f"contamination guarded: {one}"]]
    assert len(tried) > len(SHORTCUTS) // 2, tried
