"""Reports on tested water: a node's own approved samples and kit tests, and what others tested, each counted once."""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import pytest_asyncio
from databases import Postgres
from openpyxl import load_workbook
from remedy_world import VILLAGE, RemedyWorld, remedy_world

INSIDE = "within=district/901&by=village"


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RemedyWorld, None]:
    """A village where a kit finds arsenic, the laboratory confirms it, and others tested too; two days ago."""
    folder = tmp_path_factory.mktemp("tested") / "node"
    async with postgres.fresh() as url, remedy_world(folder, url) as opened:
        readings = {"as": "unsafe", "f": "not_tested"}
        await opened.begun(opened.tester, "kit-test", "REPORT", opened.kit_test(**readings))
        sample = await opened.only("samples", village=VILLAGE)
        await opened.do(opened.tester, sample["id"], "COLLECT", {"collected_at": opened.at()})
        await opened.tested(sample["id"], **{"as": 0.08})
        waiting = await opened.sampled()
        await opened.tested(waiting["id"], approve=False, **{"as": 0.002})
        today = opened.house.clock.today().isoformat()
        for method, parameter, verdict in (
            ("laboratory", "ecoli", "beyond"),
            ("laboratory", "tc", "not_tested"),
            ("field_test_kit", "f", "not_tested"),
        ):
            point = {"village": VILLAGE, "sampling_point": opened.ids["School"]}
            about = {"method": method, "tested_on": today, "results": [{"parameter": parameter, "verdict": verdict}]}
            await opened.made("water_quality_tests", point | about)
        opened.house.later(days=2)
        yield opened


async def _values(world: RemedyWorld, name: str, query: str = INSIDE) -> dict[str, Any]:
    told = await world.house.call(None, "GET", f"/reports/{name}?{query}")
    rows = [row for row in told["items"] if row["area"]["id"] in (VILLAGE, "DIS-901")]
    assert len(rows) == 1
    return rows[0]["values"]


async def test_an_approved_sample_and_an_imported_test_are_both_laboratory_tests(world: RemedyWorld) -> None:
    values = await _values(world, "l5")
    assert (values["villages_laboratory"], values["villages_kit_chemical"]) == (1, 1), "one village, however often"
    assert (values["villages_laboratory_chemical"], values["villages_laboratory_bacteriological"]) == (1, 1)


async def test_points_tested_are_counted_once_over_all_kinds_of_tests(world: RemedyWorld) -> None:
    values = await _values(world, "cs1-b-i", "within=state/21")
    assert values["sources_chemical"] == 1, "kit and sample at one point; what was not tested does not count"
    assert values["sources_bacteriological"] == 1


async def test_the_past_is_told_as_it_was(world: RemedyWorld) -> None:
    tested = world.house.clock.today() - timedelta(days=2)
    assert await _values(world, "l5", f"{INSIDE}&valid_at={tested}") == await _values(world, "l5")
    values = await _values(world, "l5", f"{INSIDE}&valid_at={tested - timedelta(days=1)}")
    assert (values["villages_laboratory"], values["villages_kit_chemical"]) == (0, 0)


async def test_l2_lists_each_sample_with_what_it_was_tested_for_and_when(world: RemedyWorld) -> None:
    tested = world.house.clock.today() - timedelta(days=2)
    query = f"within=district/901&by=record&valid_at={tested}"
    told = await world.house.call(None, "GET", f"/reports/l2?{query}")
    assert (told["by"], told["total"]["values"]["samples"]) == ("record", 3)
    found = sorted((r["values"]["chemical"], r["values"]["bacteriological"]) for r in told["items"])
    assert found == [([], []), ([], ["ecoli"]), (["as"], [])], "a sample that waits for its approval is in no list"
    assert {r["area"]["id"] for r in told["items"]} == {VILLAGE}
    assert {r["values"]["tested_on"] for r in told["items"]} == {tested.isoformat()}
    assert told["items"][0]["values"].keys() == {"state", "district", "chemical", "bacteriological", "tested_on"}
    today = await world.house.call(None, "GET", "/reports/l2?within=district/901&by=record")
    assert today["items"] == told["items"]
    before = f"within=district/901&by=record&valid_at={tested - timedelta(days=1)}"
    assert (await world.house.call(None, "GET", f"/reports/l2?{before}"))["items"] == []


async def test_the_list_goes_on_where_it_ended(world: RemedyWorld) -> None:
    whole = await world.house.call(None, "GET", "/reports/l2?within=state/21&by=record")
    page = await world.house.call(None, "GET", "/reports/l2?within=state/21&by=record&limit=2")
    rest = await world.house.call(None, "GET", page["next"].removeprefix("/api/v1"))
    assert page["items"] + rest["items"] == whole["items"] and rest["next"] is None
    hamlet = await world.made("habitations", {"name": "Tola", "village": VILLAGE})
    for inside in ("", f"&within=habitation/{hamlet}"):
        refused = await world.house.call(None, "GET", f"/reports/l2?by=record{inside}", status=400)
        assert refused["code"] == "bad-level", "records are listed inside an area, and not of a part of a village"
    refused = await world.house.call(None, "GET", "/reports/l2?within=state/21&by=record&cursor=WyJ4Il0", status=400)
    assert refused["code"] == "bad-cursor"
    assert (await world.house.call(None, "GET", "/reports/l5?within=state/21&by=record", status=400))[
        "code"
    ] == "bad-level"


async def test_the_list_is_the_same_as_page_and_as_files(world: RemedyWorld) -> None:
    query = {"within": VILLAGE.replace("VIL-", "village/"), "by": "record"}
    visitor, today = world.house.anybody, world.house.clock.today() - timedelta(days=2)
    listed = list(
        csv.reader(StringIO((await visitor.get("/api/v1/reports/l2.csv", params=query)).text.lstrip("\ufeff")))
    )
    assert listed[0][3:] == [
        "State",
        "District",
        "Chemical parameters",
        "Bacteriologial parameters",
        "Sample tested date",
    ]
    assert [row[0] for row in listed[1:]] == ["1", "2", "3"]
    assert ["Total arsenic", "", today.isoformat()] in [row[5:] for row in listed]
    book = load_workbook(BytesIO((await visitor.get("/api/v1/reports/l2.xlsx", params=query)).content), read_only=True)
    rows = [[cell or "" for cell in row] for row in book["Report"].iter_rows(values_only=True)][-4:]
    assert rows[0] == listed[0]
    assert [[*r[1:7], r[7].date().isoformat()] for r in rows[1:]] == [r[1:] for r in listed[1:]]
    page = (await visitor.get("/reports/l2", params=query)).text
    assert "Sample tested date" in page and page.count("Total arsenic") == 1 and 'aria-current="true"' in page
    empty = await visitor.get(
        "/reports/l2", params={"within": "district/901", "by": "record", "valid_at": "2026-01-01"}
    )
    assert "No record of this is here." in empty.text


async def test_a_laboratory_counts_as_accredited_up_to_the_last_day_of_its_accreditation(world: RemedyWorld) -> None:
    async def counted(query: str = "") -> int:
        told = await world.house.anybody.get(f"/api/v1/reports/cs1-b-i?within=state/21{query}")
        return sum(row["values"]["nabl_district_laboratories"] for row in told.json()["items"])

    assert await counted() == 1
    world.house.later(days=(date(2027, 4, 1) - world.house.clock.today()).days)
    assert await counted() == 0
    assert await counted("&valid_at=2027-03-31") == 1, "for past days too"
