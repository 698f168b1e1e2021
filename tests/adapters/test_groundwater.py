"""Groundwater samples of an outside programme: taken with their doubts, found again, and no verdict is made of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_door import MemoryDoor, catalogue

from jjm.adapters import RefreshReport, adapters
from jjm.adapters.groundwater_doubts import fences, finding, ions_differ, position
from jjm.kit import Problem

Folder = Callable[[str, Mapping[str, str]], Path]
# ruff: noqa: E501 (rows as they stand in such a table)
# Invented, in the shape of the table: a blank first header, a mu sign, ppb, and what goes wrong in such tables.
HEAD = (
    ",S. No.,State,District,Location,Longitude,Latitude,Year,pH,EC (μS/cm),CO3 (mg/L),HCO3,Cl (mg/L),F (mg/L),SO4,NO3,"
    "PO4,Total Hardness,Ca (mg/L),Mg (mg/L),Na (mg/L),K (mg/L),U (ppb)"
)
ROWS = (
    "0,1,Odisha,Khordha,Well A,85.7,20.2,2023,7.5,600.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,24.0,40.0,4.0,4.694",
    "1,2,Odisha,Khordha,Well A,85.7,20.2,2023,7.6,610.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,24.0,40.0,4.0,4.7",
    "2,3,Odisha,Khordha,Well A,85.7,20.2,2023,7.5,600.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,24.0,40.0,4.0,4.694",
    "3,4,Odisha,No Such District,Well B,20.2,85.7,2023,7.5,600.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,-141.0,40.0,4.0,1",
    "4,5,Andaman & Nicobar Islands,X,Well C,92/6501767,11.5,2023,15.2,n.m.,0.0,30.0,500.0,0.4,30.0,10.0,0.0,250.0,6.0,2.0,4.0,4.0,1",
    "5,6,Pondicherry,X,Well D,79.8,11.9,2023,7.5,600.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,24.0,40.0,4.0,",
    "6,7,Atlantis,X,Well E,79.8,11.9,2023,7.5,600.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,24.0,40.0,4.0,1",
    "7,8,Odisha,X,Well F,79.8,11.9,soon,7.5,600.0,0.0,300.0,50.0,0.4,30.0,10.0,0.0,250.0,60.0,24.0,40.0,4.0,1",
)


@pytest.fixture
def door() -> MemoryDoor:
    """A node that knows a district."""
    return MemoryDoor(district=[{"id": "DIS-362", "code": "362", "name": "KHORDHA", "state": "STA-21"}])


async def take(door: MemoryDoor, folder: Path) -> RefreshReport:
    return await adapters()["groundwater-quality"].read(folder, door, {})


def lines(report: RefreshReport, kind: str) -> list[int | None]:
    return [note.fault.line for note in report.notes.notes if note.kind == kind]


async def test_samples_are_taken_with_their_doubts_and_a_second_run_changes_nothing(
    door: MemoryDoor, folder: Folder
) -> None:
    here = folder("cgwb", {"samples.csv": "\n".join([HEAD, *ROWS]) + "\n"})
    report = await take(door, here)
    kept = list(door.records["outside_sample"].values())
    assert [record["place"] for record in kept] == ["Well A", "Well A", "Well B", "Well C", "Well D"]
    first, second, swapped, unreadable, renamed = kept
    assert first["district"] == "DIS-362"
    assert first["location"] == {"type": "Point", "coordinates": [85.7, 20.2]}
    assert "doubts" not in first
    by_parameter = {result["parameter"]: result for result in first["results"]}
    assert by_parameter["u"] == {"parameter": "u", "value": 0.004694}
    assert by_parameter["co3"] == {"parameter": "co3", "value": 0.0, "doubt": "zero"}
    assert second["doubts"] == ["repeated_place"]

    assert swapped["doubts"] == ["position_outside_india"]
    assert swapped["told_position"] == "20.2, 85.7"
    assert {"location", "district"} & swapped.keys() == set()
    assert {"parameter": "mg", "told": "-141.0", "doubt": "negative"} in swapped["results"]
    assert unreadable["doubts"] == ["position_unreadable", "ions_differ"]
    assert {"parameter": "ph", "told": "15.2", "doubt": "impossible"} in unreadable["results"]
    assert {"parameter": "ec", "told": "n.m.", "doubt": "unreadable"} in unreadable["results"]
    assert renamed["state"] == "STA-34"
    assert "u" not in {result["parameter"] for result in renamed["results"]}

    assert lines(report, "repeated-row") == [4]
    assert lines(report, "unknown-state") == [8]
    assert lines(report, "unknown-year") == [9]
    assert lines(report, "position-outside-india") == [5]
    assert lines(report, "position-unreadable") == [6]
    assert "contaminated" not in str(kept)

    calls = len(door.log)
    again = await take(door, here)
    assert (again.changed, len(door.log)) == (0, calls)
    assert again.unchanged["outside_sample"] == 5


async def test_a_table_of_another_shape_is_refused(door: MemoryDoor, folder: Folder) -> None:
    with pytest.raises(Problem) as refused:
        await take(door, folder("other", {"samples.csv": "State,District\nOdisha,Khordha\n"}))
    assert refused.value.code == "missing-column"


def test_codes_of_doubts_are_in_the_codelists() -> None:
    lists = catalogue().codelists
    assert {"position_unreadable", "position_outside_india", "repeated_place", "ions_differ"} == set(
        lists["sample-doubt"].codes
    )
    assert {"zero", "negative", "impossible", "unreadable", "far_from_rest"} == set(lists["value-doubt"].codes)


@given(st.decimals(68, Decimal("97.5"), places=4), st.decimals(Decimal("6.5"), Decimal("37.1"), places=4))
def test_a_position_in_india_is_kept_and_its_mirror_image_is_not(east: Decimal, north: Decimal) -> None:
    assert position(str(east), str(north))[1] == []
    assert position(str(north), str(east))[1] == ["position_outside_india"]


def test_what_is_far_from_the_rest_is_told_where_there_is_a_rest() -> None:
    rows: list[Mapping[str, object]] = [{"no3": str(n), "po4": "0"} for n in range(200)]
    rows.append({"no3": "9000", "po4": "5"})
    found = fences(rows)
    assert found.keys() == {"no3"}
    assert [f.doubt for n in ("199", "9000") if (f := finding("no3", n, Decimal(1), found))] == [None, "far_from_rest"]
    assert fences(rows[:50]) == {}


def test_ions_are_compared_only_where_all_were_told() -> None:
    assert ions_differ([]) is False


async def test_the_real_table_is_taken_as_it_is(real: Callable[[str], Path], door: MemoryDoor) -> None:
    path = real("groundwater-quality") / "Preprocessed_Dataset.csv"
    with path.open(encoding="utf-8", newline="") as file:
        raw = list(csv.reader(file))[1:]
    report = await take(door, path)
    kept = list(door.records["outside_sample"].values())
    told_once = {tuple(row[2:]) for row in raw}
    assert len(kept) == len(told_once)
    assert report.notes.count("repeated-row") == len(raw) - len(told_once) == 49
    assert report.notes.count("position-outside-india") + report.notes.count("position-unreadable") == 44
    assert sum("location" not in record for record in kept) == 44
    far = {
        (one["parameter"], one["value"]) for r in kept for one in r["results"] if one.get("doubt") == "far_from_rest"
    }
    assert {("no3", 2296.0), ("ec", 84660.0)} <= far
    assert sum(one.get("doubt") == "negative" for record in kept for one in record["results"]) == 3
    again = await take(door, path)
    assert (again.changed, again.unchanged["outside_sample"]) == (0, len(kept))
