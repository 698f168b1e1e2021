"""No district, sub-district or block of the invented State bears the name of a real place."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jjm.sandbox.world import ground

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
_LISTS = ("1-state.csv", "2-district.csv", "3-subdistrict.csv", "blocks.csv")
_VILLAGES = ("villages-odisha", "villages-assam", "villages-himachal")


@pytest.fixture(scope="module")
def real_names() -> set[str]:
    """Every word in the directory of 2022 and in the village lists at hand, in small letters."""
    folder = SHARED / "lgd-2022"
    if not folder.is_dir():
        pytest.skip(f"the Local Government Directory of 2022 is not in {folder}")
    files = [folder / name for name in _LISTS] + [f for name in _VILLAGES for f in (SHARED / name).glob("*.csv")]
    found: set[str] = set()
    for file in files:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            found.update(cell.strip().lower() for row in csv.reader(lines) for cell in row)
    assert {"ranchi", "odisha"} <= found
    return found


@pytest.mark.parametrize("seed", range(1, 21))
def test_no_seat_is_a_real_place(real_names: set[str], seed: int) -> None:
    known = ground(seed)
    names = [known.state, *(area.name for area in (*known.districts, *known.subdistricts, *known.blocks))]
    assert {name.latin.lower() for name in names}.isdisjoint(real_names)
