"""A random walk over every workflow finds no case without somebody responsible, nor what a solution rules out.

Steps: JJM_PROVE_ROUNDS (a million is a night's work). A solution adds what must hold of its cases as a module of
`tests/prove/invariants` with `broken(conn)`; there is no list to edit.
"""

from __future__ import annotations

import os
import random
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from people_kit import house
from prove.case_walk import Invariant, Walk, kept
from prove.chance import SEED
from workflow_standards import inspection_standards

from jjm.workflow import Acting, Deed, Deeds

ROUNDS = int(os.environ.get("JJM_PROVE_ROUNDS", "4000"))


def found() -> list[Invariant]:
    """What must hold, found as the modules of the folder."""
    made: list[Invariant] = []
    for path in sorted((Path(__file__).parent / "invariants").glob("*.py")):
        spec = spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        made.append(module.broken)
    return made


def finding(deed: Deed) -> dict[str, str]:
    """What the node makes of the leaks that were counted."""
    return {"finding": f"{deed.becomes['leaks']} leaks"}


async def count_closed(acting: Acting) -> None:
    """Nothing else comes about."""


async def walk(folder: Path, database_url: str, steps: int) -> Walk:
    """So many steps over the shipped workflows and one more."""
    standards = inspection_standards(folder / "standards")
    deeds = Deeds({}, {"count-closed": count_closed}, {"finding": finding})
    async with house(folder / "node", database_url, deeds, standards=standards) as opened:
        walker = Walk(opened, random.Random(SEED), found())
        try:
            await walker.walk(steps)
        except BaseException:
            print(f"JJM_PROVE_SEED={SEED}")
            raise
        finally:
            print(kept(walker.counts))
        return walker


async def test_a_short_walk_finds_no_case_without_somebody(tmp_path: Path, database_url: str) -> None:
    walker = await walk(tmp_path, database_url, 300)
    assert walker.counts["inspection begun"]
    assert walker.counts["inspection moved"]


@pytest.mark.prove
async def test_a_long_walk_finds_no_case_without_somebody(tmp_path: Path, database_url: str) -> None:
    walker = await walk(tmp_path, database_url, ROUNDS)
    assert walker.counts["inspection ended"]
