"""The adapters on the real folders, each number counted a second time from the raw rows with nothing but `csv`."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio
from memory_door import SHARED, MemoryDoor

from jjm.adapters import RefreshReport, Section, Severity, adapters

pytestmark = pytest.mark.long

Real = Callable[[str], Path]
URBAN = {"DIS-44", "DIS-315", "DIS-482", "DIS-599", "DIS-601", "DIS-671"}
NEW = [764, 765, 766, 767, 768, 770, 772, 774, 775, 777, 782, *range(784, 797)]


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest_asyncio.fixture(scope="module")
async def first_load() -> tuple[MemoryDoor, RefreshReport]:
    """A node that has taken in the directory of 2022, and what it was told; tests take a copy."""
    if not (SHARED / "lgd-2022").is_dir():
        pytest.skip("the real data is not here: ../shared/data/lgd-2022")
    door = MemoryDoor()
    return door, await take("lgd", door, SHARED / "lgd-2022")


@pytest.fixture
def directory(first_load: tuple[MemoryDoor, RefreshReport]) -> MemoryDoor:
    """A node of its own that has taken in the directory of 2022."""
    return first_load[0].copy()


async def take(name: str, door: MemoryDoor, folder: Path) -> RefreshReport:
    return await adapters()[name].read(folder, door, {})


def counts(report: RefreshReport, severity: Severity) -> dict[str, int]:
    kinds = {note.kind for note in report.notes.notes if note.severity is severity}
    return {kind: report.notes.count(kind) for kind in kinds}


async def test_the_directory_of_2022_as_a_first_load(real: Real, first_load: tuple[MemoryDoor, RefreshReport]) -> None:
    folder, (door, report) = real("lgd-2022"), first_load
    districts, subdistricts = rows(folder / "2-district.csv"), rows(folder / "3-subdistrict.csv")
    blocks, bodies = rows(folder / "blocks.csv"), rows(folder / "traditional-local-body.csv")
    towns, organisations = rows(folder / "urban-local-body.csv"), rows(folder / "institutional-state.csv")
    expected = {
        "district": len({r[2] for r in districts}),
        "subdistrict": len({r[5] for r in subdistricts}),
        "block": len({r[5] for r in blocks}),
        "local_body": len({r[0] for r in bodies} | {r[1] for r in towns}),
        "organisation": len({r[1] for r in organisations}),
    }
    assert expected == {"district": 763, "subdistrict": 6921, "block": 7223, "local_body": 20881, "organisation": 1596}
    assert {type: report.count(Section.CREATED, type) for type in expected} == expected
    assert {type: len(door.records[type]) for type in expected} == expected
    assert report.unchanged["state"] == 36, "the States stand already, and a list in capitals does not overrule them"
    assert report.count(Section.CREATED) == report.changed
    assert sum("census_2011" not in d for d in door.records["district"].values()) == 123
    formed_since = sum(r[9].strip("0") == "" for r in subdistricts)
    assert sum("census_2011" not in s for s in door.records["subdistrict"].values()) == formed_since == 1118
    assert len([b for b in door.records["block"].values() if len(b["districts"]) == 2]) == 10
    known, urban = {r[0] for r in bodies}, {r[1] for r in towns}
    parents = {r[0]: r[6] if r[6] != "0" else r[7] for r in bodies}
    strange = [p for p in parents.values() if p != "0" and p not in known and p not in urban]
    assert report.notes.count("unknown-parent") == len(strange) == 1404
    state = {r[0]: r[8] for r in bodies} | {r[1]: r[7] for r in towns}
    elsewhere = [code for code, p in parents.items() if p in state and state[p] != state[code]]
    assert report.notes.count("parent-in-another-state") == len(elsewhere) == 150
    assert [n.fault.value for n in report.notes.notes if n.kind == "lies-in-itself"] == ["LOB-255164"]
    assert sum("parent" in b for b in door.records["local_body"].values()) == sum(
        p in state and p != code and state[p] == state[code] for code, p in parents.items()
    )
    assert report.notes.total(Severity.ERROR) == 0


async def test_the_refresh_from_2022_to_2026(real: Real, directory: MemoryDoor) -> None:
    old, new, door = real("lgd-2022"), real("lgd-2026"), directory
    report = await take("lgd", door, new)
    assert {item.id for item in report.items(Section.CREATED)} == {f"DIS-{code}" for code in NEW}
    assert report.count(Section.CREATED) == len(NEW) == 24
    assert {item.id for item in report.items(Section.MISSING, "district")} == URBAN
    assert [item.id for item in report.items(Section.MISSING, "state")] == ["STA-4"]
    assert all(door.records["district"][id] for id in URBAN)
    assert report.count(Section.MOVED) == 0
    before = {r[2]: r[3] for r in rows(old / "2-district.csv")}
    after = {r[2]: r[3] for r in rows(new / "lgd_districts.csv")}
    differ = [code for code in after if code in before and before[code] != after[code]]
    case_only = [code for code in differ if before[code].lower() == after[code].lower()]
    assert (len(differ), len(case_only)) == (708, 650)
    sections = (Section.RENAMED, Section.RESPELLED, Section.DECISION)
    told = {
        section: {item.id.removeprefix("DIS-") for item in report.items(section, "district")} for section in sections
    }
    assert {section: len(codes) for section, codes in told.items()} == {
        Section.RENAMED: 17,
        Section.RESPELLED: 684,
        Section.DECISION: 7,
    }
    assert set().union(*told.values()) == set(differ)
    assert set(case_only) <= told[Section.RESPELLED]
    assert {"631", "293", "504"} <= told[Section.RENAMED]
    assert "438" in told[Section.RESPELLED]
    calls = dict(door.calls)
    again = await take("lgd", door, new)
    assert (dict(door.calls), again.changed) == (calls, 0)
    backwards = await take("lgd", door, old)
    assert (dict(door.calls), backwards.changed) == (calls, 0)


async def test_odisha(real: Real, directory: MemoryDoor) -> None:
    folder, door = real("villages-odisha"), directory
    report = await take("antyodaya", door, folder)
    raw = rows(folder / "MissionAntyodaya2020_Odisha_vul.csv")
    per_code = Counter(r[0] for r in raw)
    junk = [n for n, r in enumerate(raw, start=2) if not r[0].isdigit() or float(r[8]) % 1]
    twice = [n for n, r in enumerate(raw, start=2) if r[0].isdigit() and per_code[r[0]] > 1]
    good = [r for n, r in enumerate(raw, start=2) if n not in {*junk, *twice}]
    assert (len(raw), len(junk), len(twice), len(good)) == (49_535, 3, 4, 49_528)
    lines = {note.fault.line for note in report.notes.notes if note.severity is Severity.ERROR}
    assert lines == {*junk, *twice}
    assert set(door.records["village"]) == {f"VIL-{r[0]}" for r in good}
    assert all(door.records["village"][f"VIL-{r[0]}"]["blocks"] == [f"BLK-{r[2]}"] for r in good)
    figures = door.records["village_figure"]
    assert sum(f["households"] for f in figures.values()) == sum(int(r[5]) for r in good) == 9_233_277
    assert sum(f["households_with_tap"] for f in figures.values()) == sum(int(float(r[8])) for r in good)
    assert report.notes.count("no-object-id") == sum(not r[1] for n, r in enumerate(raw, start=2) if n not in junk)
    other = [r for n, r in enumerate(raw, 2) if n not in {*junk, *twice} and r[1] and r[1][-5:].lstrip("0") != r[2]]
    assert report.notes.count("two-blocks") == len(other)
    assert len({r[2] for r in good}) == 314
    assert report.notes.count("unknown-block") == 0
    calls = dict(door.calls)
    again = await take("antyodaya", door, folder)
    assert (dict(door.calls), again.changed) == (calls, 0)


async def test_assam(real: Real, directory: MemoryDoor) -> None:
    folder, door = real("villages-assam"), directory
    bodies = set(door.records["local_body"])
    report = await take("antyodaya", door, folder)
    raw = rows(folder / "MissionAntyodaya2020_Assam_vul.csv")
    by_code: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for r in raw:
        by_code[r[1]].add((r[0], r[5], r[8], r[9]))
    assert (len(raw), len(by_code)) == (26_405, 26_310)
    assert report.notes.count("repeated-row") == len(raw) - sum(map(len, by_code.values())) == 43
    assert report.notes.count("shared-by-panchayats") == sum(len(parts) - 1 for parts in by_code.values()) == 52
    assert set(door.records["village"]) == {f"VIL-{code}" for code in by_code}
    households = sum(int(part[1]) for parts in by_code.values() for part in parts)
    assert sum(f["households"] for f in door.records["village_figure"].values()) == households
    panchayats = {f"LOB-{r[0]}" for r in raw}
    assert (len(panchayats), len(panchayats - bodies)) == (2_661, 2_197)
    assert set(door.records["local_body"]) == bodies | panchayats
    assert len([v for v in door.records["village"].values() if len(v["local_bodies"]) == 2]) == 52
    assert not any("blocks" in v for v in door.records["village"].values()), "its object ids carry circles, not blocks"
    placed = sum("subdistrict" in v for v in door.records["village"].values())
    assert placed == 26_310 - sum(_villages(note.fault.remedy) for note in report.notes.notes if _circle(note.kind))
    assert placed > 0.9 * len(by_code)
    assert counts(report, Severity.ERROR) == {}


def _circle(kind: str) -> bool:
    return kind == "unknown-circle"


def _villages(remedy: str) -> int:
    found = re.search(r"Its (\d+) villages", remedy)
    assert found
    return int(found[1])


async def test_himachal(real: Real, directory: MemoryDoor) -> None:
    folder, door = real("villages-himachal"), directory
    report = await take("village_names", door, folder)
    raw = rows(folder / "HP_VILLAGES.csv")
    letters = Counter((r[10], re.sub(r"[^a-z0-9]", "", re.sub(r"\b(the|and)\b", "", r[3].lower()))) for r in raw)
    assert (len(raw), len({r[10] for r in raw})) == (20_565, 117)
    assert report.count(Section.PROPOSED) == len(letters)
    assert report.notes.count("repeated-name") == len(raw) - len(letters)
    assert len({p["key"] for p in door.records["proposal"].values()}) == len(letters)
    assert "village" not in door.records
    assert not any(p["data"]["name"] != p["data"]["name"].strip() for p in door.records["proposal"].values())
    assert report.notes.total(Severity.ERROR) == 0


@pytest.mark.prove
async def test_all_of_it_is_read_and_mapped_in_a_few_seconds(real: Real) -> None:
    door, order = MemoryDoor(strict=False), [("lgd", "lgd-2022"), ("lgd", "lgd-2026"), ("antyodaya", "villages-odisha")]
    start = time.process_time()
    for name, folder in [*order, ("antyodaya", "villages-assam"), ("village_names", "villages-himachal")]:
        await take(name, door, real(folder))
    assert time.process_time() - start < 15
