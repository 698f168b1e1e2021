"""The testing plan of a district: who tested what, who is late, as seen today and on days past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from people_kit import House, Somebody, house, role
from remedy_world import remedy_world

from jjm.solutions.quality.plan import samples_for
from jjm.solutions.quality.plan.store import QUESTIONS

pytestmark = pytest.mark.long

CHEMICAL = ["ph", "tds", "turbidity", "cl", "alk", "th", "so4", "fe", "as", "f", "no3"]
YEAR = "/quality/plan?within=district/901&period=2026-27"


class District:
    """A district with two sources, one of them tested, its laboratory, and a village of 12,000."""

    def __init__(self, house: House) -> None:
        """A house before anything was recorded."""
        self.house = house
        self.tested = self.untested = self.laboratory = self.point = ""
        self.officer = self.other = Somebody("")

    async def make(self, plural: str, **data: Any) -> str:
        """A record that has held since April; its identifier."""
        path = f"/{plural}" + ("" if plural == "water_quality_tests" else "?valid_from=2026-04-01")
        return (await self.house.call(None, "POST", path, data, 201))["id"]

    async def test(self, day: str, *parameters: str, **more: Any) -> str:
        """A sample of the tested source."""
        results = [{"parameter": code, "value": 0} for code in parameters]
        told = {"village": "VIL-901400", "method": "laboratory", "laboratory": self.laboratory, "sampled_on": day}
        return await self.make(
            "water_quality_tests", **(told | {"sampling_point": self.point, "results": results} | more)
        )

    async def settle(self) -> None:
        """Record all of it, and let two officers in."""
        village = {"village": "VIL-901400"}
        self.tested = await self.make("water_sources", name="Well A", kind="open_well", **village)
        self.untested = await self.make("water_sources", name="Well B", kind="open_well", **village)
        await self.make("water_sources", name="Dry well", kind="open_well", status="dried_up", **village)
        self.laboratory = await self.make("laboratories", name="Purva", level="district", district="DIS-901")
        self.point = await self.make(
            "sampling_points", name="At well A", kind="source", water_source=self.tested, **village
        )
        await self.make(
            "village_figures", figure_source="imis", year=2026, population=12000, households_with_tap=900, **village
        )
        await self.test("2026-05-02", *CHEMICAL, "ecoli", "tc")
        await self.test("2026-05-03", "ecoli", method="field_test_kit")
        await self.test("2026-11-05", "f", point_kind="household")
        await self.test("2026-11-06", "f", point_kind="school")
        self.officer = await self.house.somebody(None, "district/901", role("district_officer", "district/901"))
        self.other = await self.house.somebody(None, "district/902", role("district_officer", "district/902"))

    async def plan(self, more: str = "", by: Somebody | None = None, status: int = 200) -> Any:
        """The plan of the district and year."""
        return await self.house.call(by, "GET", YEAR + more, None, status)


@pytest_asyncio.fixture
async def district(tmp_path: Path, database_url: str) -> AsyncIterator[District]:
    """The district, on 30 November 2026."""
    async with house(tmp_path / "node", database_url) as opened:
        found = District(opened)
        await found.settle()
        yield found


def turn(told: Any, duty: str, first: str) -> dict[str, Any]:
    """The coverage of one turn."""
    (found,) = [one for one in told["coverage"] if (one["duty"], one["first"]) == (duty, first)]
    return {name: found[name] for name in ("standing", "subjects", "met", "unknown", "samples", "wanted")}


async def test_coverage_and_what_is_overdue(district: District) -> None:
    told = await district.plan(by=district.officer)
    half = {"subjects": 2, "met": 1, "unknown": 0, "samples": 1, "wanted": 2}
    assert turn(told, "source-chemical", "2026-04-01") == half | {"standing": "due"}
    assert turn(told, "source-bacteria", "2026-03-01") == half | {"standing": "overdue"}
    autumn = turn(told, "source-bacteria", "2026-10-01")
    assert (autumn["standing"], autumn["met"], autumn["samples"]) == ("due", 0, 0)
    november = turn(told, "district-laboratory", "2026-11-01")
    assert (november["subjects"], november["samples"], november["wanted"]) == (1, 2, 250)
    assert turn(told, "district-laboratory", "2027-01-01")["standing"] == "coming"
    taps = turn(told, "distribution", "2026-11-01")
    plan = district.house.node.registry.catalogue.testing_plans["jjm"]
    assert taps["wanted"] == samples_for(plan.duties["distribution"].bands, 12000) == 3
    assert (taps["samples"], taps["met"]) == (2, 0)

    late = [(one["duty"], one["first"], one["id"]) for one in told["missing"]]
    assert ("source-bacteria", "2026-03-01", district.untested) in late
    assert not [one for one in late if one[2] == district.tested]
    assert {one["standing"] for one in told["missing"]} == {"overdue"}
    assert {one["verify"] != "" for one in told["duties"]} == {True}
    due = await district.plan("&missing=due", by=district.officer)
    assert [(one["duty"], one["name"], one["wanted"], one["found"]) for one in due["missing"]] == [
        ("source-chemical", "Well B", 1, 0),
        ("source-bacteria", "Well A", 1, 0),
        ("source-bacteria", "Well B", 1, 0),
        ("district-laboratory", "Purva", 250, 2),
        ("distribution", "Katada", 3, 2),
    ]

    pages: list[Any] = []
    following = f"/api/v1{YEAR}&missing=due&missing=overdue&limit=2"
    while following:
        page = await district.house.call(district.officer, "GET", following.removeprefix("/api/v1"))
        pages += page["missing"]
        following = page["next"]
    whole = await district.plan("&missing=due&missing=overdue", by=district.officer)
    assert pages == whole["missing"]
    assert len(pages) == len(late) + 5


async def test_the_plan_as_it_stood_and_as_it_was_known(district: District) -> None:
    in_june = await district.plan("&on=2026-06-01", by=district.officer)
    assert turn(in_june, "source-bacteria", "2026-03-01")["standing"] == "due"
    assert turn(in_june, "district-laboratory", "2026-11-01")["samples"] == 0
    assert turn(in_june, "district-laboratory", "2026-05-01")["samples"] == 1
    before = district.house.clock.instant
    district.house.later(minutes=5)
    await district.test("2026-05-09", *CHEMICAL, "ecoli")
    now = await district.plan(by=district.officer)
    assert turn(now, "district-laboratory", "2026-05-01")["samples"] == 2
    instant = before.isoformat().replace("+", "%2B")
    then = await district.plan(f"&known_at={instant}", by=district.officer)
    assert turn(then, "district-laboratory", "2026-05-01")["samples"] == 1
    before_april = await district.plan("&on=2026-03-20", by=district.officer)
    assert turn(before_april, "source-chemical", "2026-04-01")["subjects"] == 0


async def test_who_may_see_a_plan(district: District) -> None:
    await district.plan(by=district.other, status=403)
    answer = await district.house.anybody.get(f"/api/v1{YEAR}")
    assert answer.status_code == 401
    for wrong, status in (("&period=soon", 400), ("&name=other", 404), ("&missing=met", 400)):
        address = YEAR.replace("&period=2026-27", "") + ("&period=2026-27" if "period" not in wrong else "") + wrong
        answer = await district.house.anybody.get(f"/api/v1{address}", headers=district.officer.auth)
        assert answer.status_code in (status, 422), answer.text


async def test_the_statements_are_sound(district: District) -> None:
    async with district.house.node.database.read() as conn:
        for question in QUESTIONS.values():
            await conn.prepare(question.sql)


async def test_a_sample_of_this_node_counts_when_its_report_is_approved(tmp_path: Path, database_url: str) -> None:
    async with remedy_world(tmp_path / "node", database_url) as world:
        sample = (await world.sampled(("ecoli", "tc")))["id"]

        async def autumn(more: str = "") -> dict[str, Any]:
            told = await world.house.call(world.officer, "GET", YEAR + more)
            return turn(told, "source-bacteria", "2026-10-01")

        await world.tested(sample, approve=False, ecoli={"below": 1}, tc={"below": 1})
        assert (await autumn())["samples"] == 0
        before = world.house.clock.instant.isoformat().replace("+", "%2B")
        world.house.later(minutes=5)
        await world.do(world.in_charge, sample, "APPROVE")
        met = await autumn()
        assert (met["subjects"], met["met"], met["samples"], met["standing"]) == (1, 1, 1, "met")
        told = await world.house.call(world.officer, "GET", YEAR)
        assert turn(told, "district-laboratory", "2026-11-01")["samples"] == 1
        assert turn(told, "source-chemical", "2026-04-01")["samples"] == 0
        assert (await autumn(f"&known_at={before}"))["samples"] == 0
