"""Answers of a field test kit as the live portal sends them: presumptive at most, and untested is not safe.

And what depends on the place: the permissible limit counts only where there is no other water.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from databases import Postgres
from hypothesis import given
from hypothesis import strategies as st
from remedy_world import VILLAGE, RemedyWorld, remedy_world

from jjm.kit import Problem
from jjm.solutions.quality.limits import KitAnswer, SampleVerdict, judge_kit, kit_answers

PORTAL = {"1": "ph", "2": "turbidity", "7": "f", "12": "ecoli"}


def test_the_live_payload_is_read() -> None:
    answers = kit_answers("1,7, 12", "1,0,2", PORTAL)
    assert answers == {"ph": "safe", "f": "unsafe", "ecoli": "not_tested"}
    verdict = judge_kit(answers)
    assert (verdict.sample, verdict.decided_by) == (SampleVerdict.PRESUMPTIVE_CONTAMINATED, ("f",))


def test_what_a_kit_did_not_test_is_not_safe() -> None:
    assert judge_kit(kit_answers("1,7", "2,2", PORTAL)).sample is SampleVerdict.NOT_TESTED
    assert judge_kit({}).sample is SampleVerdict.NOT_TESTED
    assert judge_kit(kit_answers("1,7", "1,2", PORTAL)).sample is SampleVerdict.PRESUMPTIVE_SAFE


@pytest.mark.parametrize(
    ("numbers", "answers", "pointer"),
    [
        ("1,7", "1", "/saferangeid"),
        ("1,99", "1,1", "/test_selected/1"),
        ("1,1", "1,1", "/test_selected/1"),
        ("1,7", "1,3", "/saferangeid/1"),
        ("1,7", "Yes,No", "/saferangeid/0"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(numbers: str, answers: str, pointer: str) -> None:
    with pytest.raises(Problem) as caught:
        kit_answers(numbers, answers, PORTAL)
    assert pointer in [fault.pointer for fault in caught.value.faults]


@given(st.dictionaries(st.sampled_from(sorted(PORTAL.values())), st.sampled_from(["safe", "unsafe", "not_tested"])))
def test_a_kit_never_gives_more_than_a_presumption(answers: dict[str, KitAnswer]) -> None:
    sample = judge_kit(answers).sample
    assert sample in (
        SampleVerdict.PRESUMPTIVE_CONTAMINATED, SampleVerdict.PRESUMPTIVE_SAFE, SampleVerdict.NOT_TESTED
    )  # fmt: skip
    assert (sample is SampleVerdict.PRESUMPTIVE_CONTAMINATED) == ("unsafe" in answers.values())


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested: one for both walks."""
    folder = tmp_path_factory.mktemp("world") / "node"
    async with postgres.fresh() as url, remedy_world(folder, url) as opened:
        yield opened


def sent(world: RemedyWorld, **more: Any) -> dict[str, Any]:
    """A kit test as the portal's app sends it, with what its numbers stand for."""
    told = {
        "source_village": VILLAGE[4:],
        "source_filter": "2",
        "sample_testing_time": world.at()[:19].replace("T", " "),
        "test_selected": "1,7,12",
        "saferangeid": "1,0,2",
        "parameters": {"1": "ph", "7": "f", "12": "ecoli"},
        "kit": world.ids["kit"],
        "water_source": world.ids["source"],
    }
    return told | more


async def test_what_the_portals_app_sends_is_a_kit_test_and_asks_for_a_sample(world: RemedyWorld) -> None:
    address, tester = "/quality/kit-tests", world.tester
    assert (await world.house.anybody.post(f"/api/v1{address}", json=sent(world))).status_code == 401
    await world.house.call(world.officer, "POST", address, sent(world), 403)
    case = await world.house.call(tester, "POST", address, sent(world), 201)
    assert case["state"] == "REFERRED"
    record = await world.house.call(None, "GET", f"/kit_tests/{case['id']}")
    assert record["results"] == [
        {"parameter": "ph", "result": "safe"}, {"parameter": "f", "result": "unsafe"},
        {"parameter": "ecoli", "result": "not_tested"},
    ]  # fmt: skip
    assert (record["village"], record["point_kind"]) == (VILLAGE, "source")
    asked = await world.only("samples", village=VILLAGE, confirms_of=case["id"])
    assert asked["tests_asked"] == ["f"]

    for more, pointer, remedy in (
        ({"source_filter": "5"}, "/source_filter", "Say `point_kind`: wtp_inlet, wtp_outlet."),
        ({"source_filter": "3"}, "/source_filter", "Say `point_kind`: source, "),
        ({"parameters": {"1": "pH", "7": "f", "12": "ecoli"}}, "/parameters/1", "codelist `water-quality-parameter`"),
        ({"saferangeid": "1,3,2"}, "/saferangeid/1", "1, 0 or 2"),
        ({"latitude": 20.1}, "/latitude", "or neither"),
        ({"saferangeid": "2,2,2"}, "/data/results", "untested is not safe"),
    ):
        refused = await world.house.call(tester, "POST", address, sent(world, **more), 422)
        (fault,) = refused["errors"]
        assert fault["pointer"] == pointer and remedy in fault["remedy"], refused
    await world.house.call(tester, "POST", address, sent(world, source_filter="5", point_kind="wtp_outlet"), 201)


async def test_the_permissible_limit_counts_only_where_there_is_no_other_water(world: RemedyWorld) -> None:
    found: dict[bool, Any] = {}
    for other in (False, True):
        sample = await world.sampled(("f",), alternate_source=other)
        found[other] = (await world.tested(sample["id"], f=1.2))["record"]
    assert [found[other]["verdict"] for other in (False, True)] == ["permissible", "contaminated"]
    assert found[True]["judged"] == [{"parameter": "f", "verdict": "beyond", "reason": "alternate_source"}]
    opened = await world.only("contaminations", village=VILLAGE)
    assert opened["sample"] == found[True]["id"]
    sample = await world.sampled(("f",))
    await world.tested(sample["id"], f=1.2)
    told = (await world.house.anybody.get("/api/v1/quality/villages/901400")).json()
    assert any(
        "Fluoride was above the acceptable limit, and within the one that holds where" in one for one in told["lines"]
    )
