"""Reports on tested water: a node's own approved samples and kit tests, and what others tested, each counted once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from databases import Postgres
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
