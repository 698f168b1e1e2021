"""The walk over HTTP as the people of that work: a kit finds arsenic, and nothing but a safe retest closes the case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from people_kit import role
from remedy_world import LABORATORY, VILLAGE, RemedyWorld, remedy_world

pytestmark = pytest.mark.long


@pytest_asyncio.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested."""
    async with remedy_world(tmp_path / "node", database_url) as opened:
        yield opened


async def test_a_kit_finds_arsenic_and_nothing_but_a_safe_retest_closes_the_case(world: RemedyWorld) -> None:
    test = await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(**{"as": "unsafe", "f": "safe"}))
    assert test["state"] == "REFERRED"
    sample = await world.only("samples", village=VILLAGE)
    assert (sample["confirms_of"], sample["tests_asked"], sample["purpose"]) == (test["id"], ["as"], "confirmation")

    await world.do(world.tester, sample["id"], "COLLECT", {"collected_at": world.at()})
    approved = await world.tested(sample["id"], **{"as": 0.08})
    record = approved["record"]
    assert (record["verdict"], record["decided_by"]) == ("contaminated", ["as"])
    assert record["edition"] == "is-10500-2012-amendment-3"

    case = await world.only("contaminations", village=VILLAGE)
    assert (case["parameters"], case["level"], case["sample"]) == (["as"], 1, sample["id"])
    await world.do(world.officer, case["id"], "NOTIFY", {"informed": ["health", "vwsc"]})
    refused = await world.do(world.officer, case["id"], "ADVISE", {"advisory": "boil"}, 422)
    assert refused["errors"][0]["message"] == "boiling does not take as away"
    assert (await world.do(world.officer, case["id"], "ASSIGN", status=422))["code"] == "guarded"
    await world.do(world.officer, case["id"], "ADVISE", {"advisory": "other_source"})
    await world.do(world.officer, case["id"], "ASSIGN", person=world.mitra.id)
    world.house.later(minutes=1)
    filter_put_in = {"remedy": "treatment_unit", "remedied_at": world.at()}
    await world.do(world.mitra, case["id"], "RECORD_ACTION", filter_put_in)

    retest = await world.sampled(purpose="retest")
    link = {"links": [{"kind": "retest", "id": retest["id"]}]}
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", **link)
    assert (await world.do(world.officer, case["id"], "SAFE", status=422))["code"] == "guarded"
    await world.tested(retest["id"], **{"as": {"below": 0.005}})
    closed = await world.case(case["id"])
    assert closed["state"] == "CLOSED"
    steps = (await world.house.call(None, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [one["action"] for one in steps] == [
        "OPEN", "NOTIFY", "ADVISE", "ASSIGN", "RECORD_ACTION", "RETEST_SAMPLED", "SAFE"
    ]  # fmt: skip


async def opened_case(world: RemedyWorld) -> dict[str, Any]:
    """A contamination with arsenic whose remedy was recorded."""
    sample = await world.sampled()
    await world.tested(sample["id"], **{"as": 0.08})
    case = await world.only("contaminations", village=VILLAGE)
    await world.remedied(case["id"])
    return case


async def test_no_shortcut_closes_a_contamination(world: RemedyWorld) -> None:
    before = await world.sampled()
    case = await opened_case(world)

    async def refused(other: str, message: str) -> None:
        answer = await world.do(world.officer, case["id"], "RETEST_SAMPLED", None, 422, links=retest_of(other))
        assert message in [one["message"] for one in answer["errors"]], answer

    world.house.later(minutes=1)
    kit = await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(**{"as": "safe"}))
    await refused(kit["id"], f"{kit['id']} is no laboratory sample")
    await refused(before["id"], "it was not taken after the remedy")
    school = await world.sampled(point_kind="school", sampling_point=world.ids["School"])
    await refused(school["id"], "it is of another point")
    other = await world.sampled(("f",))
    await refused(other["id"], "it is not tested for as")
    assert (await world.do(world.officer, case["id"], "RETEST_SAMPLED", status=422))["code"] == "guarded"
    private = {"point_kind": "private_source", "sampling_point": None, "scheme": None, "water_source": None}
    await refused((await world.sampled(**private))["id"], "it is of another point")

    # A clean kit makes it provisionally safe, and closed it is not.
    found = await world.do(world.tester, case["id"], "KIT_CLEAN", links=[{"kind": "kit", "id": kit["id"]}])
    assert found["state"] == "PROVISIONALLY_SAFE"
    assert (await world.do(None, case["id"], "SAFE", status=409))["code"] == "no-such-action"


async def test_what_was_found_at_a_tap_closes_with_that_tap_and_is_judged_as_it_was(world: RemedyWorld) -> None:
    taps: list[str] = []
    for _ in range(2):
        family = await world.made("households", {"village": VILLAGE})
        about = {"household": family, "village": VILLAGE, "scheme": world.ids["scheme"], "status": "functional"}
        taps.append(await world.made("tap_connections", about))
    home: dict[str, Any] = {"point_kind": "household", "sampling_point": None, "water_source": None}
    nobody = await world.sampled(("f",), 422, **home)
    assert nobody["errors"][0]["message"] == "it is not said which household's tap this is"
    # 1.2 mg/L of fluoride is too much only where there is other water.
    unsafe = await world.sampled(("f",), **home, tap_connection=taps[0], alternate_source=True)
    await world.tested(unsafe["id"], f=1.2)
    case = await world.only("contaminations", village=VILLAGE)
    await world.remedied(case["id"])
    neighbour = await world.sampled(("f",), **home, tap_connection=taps[1])
    for other in (
        neighbour,
        await world.sampled(("f",), **home, location={"type": "Point", "coordinates": [85.1, 20.3]}),
        await world.sampled(("f",), point_kind="standpost", sampling_point=None),
    ):
        answer = await world.do(world.officer, case["id"], "RETEST_SAMPLED", None, 422, links=retest_of(other["id"]))
        assert [one["message"] for one in answer["errors"]] == ["it is of another point"]
    address = f"/api/v1/samples/{neighbour['id']}"
    headers = {"if-match": (await world.house.keeper.get(address)).headers["etag"]}
    answer = await world.house.keeper.patch(address, json={"tap_connection": taps[0]}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "moved-by-workflow")

    retest = await world.sampled(("f",), **home, tap_connection=taps[0])
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=retest_of(retest["id"]))
    await world.tested(retest["id"], f=1.2)
    found = await world.case(case["id"])
    assert (found["state"], found["record"]["level"]) == ("ACTION_ASSIGNED", 2), "judged as the unsafe one"
    world.house.later(minutes=1)
    await world.do(world.mitra, case["id"], "RECORD_ACTION", {"remedy": "other_source", "remedied_at": world.at()})
    other = await world.sampled(("f",), **home, tap_connection=taps[1])
    answer = await world.do(world.officer, case["id"], "RETEST_SAMPLED", None, 422, links=retest_of(other["id"]))
    assert answer["errors"][0]["message"] == "it is of another point", "another source, and still another tap"
    retest = await world.sampled(("f",), **home, tap_connection=taps[0])
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=retest_of(retest["id"]))
    await world.tested(retest["id"], f=0.8)
    assert (await world.case(case["id"]))["state"] == "CLOSED"


async def test_the_keeper_of_the_node_closes_nothing_either(world: RemedyWorld) -> None:
    case = await opened_case(world)
    retest = await world.sampled(purpose="retest")
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=retest_of(retest["id"]))
    headers = {"if-match": (await world.house.keeper.get(f"/api/v1/contaminations/{case['id']}")).headers["etag"]}
    address = f"/api/v1/contaminations/{case['id']}"
    for told in ({"status": "CLOSED"}, {"parameters": []}, {"retest_sample": None}):
        answer = await world.house.keeper.patch(address, json=told, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "moved-by-workflow"), told
    answer = await world.house.keeper.delete(address, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "moved-by-workflow")
    made_up = {"village": VILLAGE, "parameters": ["as"], "status": "CLOSED"}
    assert (await world.house.call(None, "POST", "/contaminations", made_up, 409))["code"] == "moved-by-workflow"
    safe = {"village": VILLAGE, "point_kind": "source", "status": "APPROVED", "verdict": "acceptable"}
    assert (await world.house.call(None, "POST", "/samples", safe, 409))["code"] == "moved-by-workflow"
    sample = f"/api/v1/samples/{retest['id']}"
    headers = {"if-match": (await world.house.keeper.get(sample)).headers["etag"]}
    for told in ({"verdict": "acceptable"}, {"results": []}, {"sampling_point": world.ids["School"]}):
        answer = await world.house.keeper.patch(sample, json=told, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "moved-by-workflow"), told
    assert (await world.do(world.officer, case["id"], "SAFE", status=422))["code"] == "guarded"
    assert (await world.case(case["id"]))["state"] == "RETEST_PENDING"


async def test_an_unsafe_retest_raises_the_level_and_a_lost_one_asks_for_another(world: RemedyWorld) -> None:
    case = await opened_case(world)
    retest = await world.sampled(purpose="retest")
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=retest_of(retest["id"]))
    await world.tested(retest["id"], **{"as": 0.03})
    found = await world.case(case["id"])
    assert (found["state"], found["record"]["level"]) == ("ACTION_ASSIGNED", 2)
    # It was the retest of the case, and opens no second one for the same parameter.
    assert (await world.only("contaminations", village=VILLAGE))["id"] == case["id"]
    old = {"remedy": "treatment_unit", "remedied_at": world.at(minutes=60)}
    answer = await world.do(world.mitra, case["id"], "RECORD_ACTION", old, 422)
    assert answer["errors"][0]["message"] == "it was done before the last unsafe sample was taken"
    world.house.later(minutes=1)
    await world.do(world.mitra, case["id"], "RECORD_ACTION", {"remedy": "other_source", "remedied_at": world.at()})
    lost = await world.sampled(purpose="retest")
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=retest_of(lost["id"]))
    await world.do(world.tester, lost["id"], "CANCEL", comment="The bottle broke")
    assert (await world.case(case["id"]))["state"] == "ACTION_TAKEN"


async def test_another_unsafe_sample_of_the_same_water_joins_the_open_case(world: RemedyWorld) -> None:
    both = [(await world.sampled())["id"] for _ in range(2)]
    for id in both:
        await world.tested(id, approve=False, **{"as": 0.08})
    await asyncio.gather(*(world.do(world.in_charge, id, "APPROVE") for id in both))  # at once: one case all the same
    case = await world.only("contaminations", village=VILLAGE)
    again = await world.sampled(("as", "f"))
    await world.tested(again["id"], **{"as": 0.05, "f": 3.0})
    other = await world.only("contaminations", village=VILLAGE, sample=again["id"])
    assert other["parameters"] == ["f"], "what is no case yet begins one"
    shown = await world.case(case["id"])
    assert (shown["state"], shown["record"]["level"]) == ("OPEN", 1)
    assert ("again", again["id"]) in {(one["kind"], one["id"]) for one in shown["links"]}

    # Before the remedy it says nothing of the remedy; a case elsewhere is another case.
    early, school = await world.sampled(), await world.sampled(point_kind="school", sampling_point=world.ids["School"])
    await world.remedied(case["id"])
    await world.tested(early["id"], **{"as": 0.05})
    assert (await world.case(case["id"]))["state"] == "ACTION_TAKEN"
    await world.tested(school["id"], **{"as": 0.05})
    assert (await world.only("contaminations", village=VILLAGE, sample=school["id"]))["parameters"] == ["as"]

    # After it, it does: the case goes back, and the retest that was pending closes nothing.
    retest, late = await world.sampled(purpose="retest"), await world.sampled()
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=retest_of(retest["id"]))
    await world.tested(late["id"], **{"as": 0.05})
    shown = await world.case(case["id"])
    assert (shown["state"], shown["record"]["level"]) == ("ACTION_ASSIGNED", 2)
    await world.tested(retest["id"], **{"as": 0.004})
    assert (await world.case(case["id"]))["state"] == "ACTION_ASSIGNED"
    assert len((await world.house.call(None, "GET", f"/contaminations?village={VILLAGE}"))["items"]) == 3


async def test_three_people_take_test_and_approve_a_sample(world: RemedyWorld) -> None:
    both = await world.house.somebody(
        None, "district/901", role("laboratory_analyst", "district/901"), role("laboratory_in_charge", "district/901")
    )
    world.house.later(minutes=1)
    told = world.point | {"collected_at": world.at(), "tests_asked": ["as"]}
    sample = await world.begun(both, "sample", "REGISTER", told)
    received = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "good"}
    await world.do(both, sample["id"], "RECEIVE", received)
    await world.do(both, sample["id"], "ACCEPT")
    results = {"results": world.results(**{"as": 0.004})}
    answer = await world.do(both, sample["id"], "SUBMIT_RESULTS", results, 422)
    assert answer["errors"][0]["message"] == "you took REGISTER in this case yourself"
    await world.do(world.analyst, sample["id"], "SUBMIT_RESULTS", results)
    assert (await world.do(both, sample["id"], "APPROVE", status=422))["code"] == "guarded"
    approved = await world.do(world.in_charge, sample["id"], "APPROVE")
    assert approved["record"]["verdict"] == "acceptable"
    assert (await world.house.call(None, "GET", f"/contaminations?village={VILLAGE}"))["items"] == []


async def test_results_are_complete_in_time_and_of_an_accredited_laboratory(world: RemedyWorld) -> None:
    sample = await world.sampled(("as", "ecoli", "mn"))
    received = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "good"}
    await world.do(world.analyst, sample["id"], "RECEIVE", received)
    await world.do(world.analyst, sample["id"], "ACCEPT")

    async def messages(results: list[dict[str, Any]], **more: Any) -> list[str]:
        told = {"results": results} | more
        return [
            one["message"]
            for one in (await world.do(world.analyst, sample["id"], "SUBMIT_RESULTS", told, 422))["errors"]
        ]

    found = await messages(world.results(**{"as": 0}))
    assert "0 is not what a method can find" in found
    assert "`ecoli` was asked for and is missing" in found
    assert "a limit of detection is never zero" in await messages(world.results(**{"as": {"below": 0}}))
    in_bottles = await messages(world.results(**{"as": {"value": 0.5, "unit": "mg per bottle"}}))
    assert "the unit of `as` is not known" in in_bottles
    found = await messages(world.results(mn=0.05))
    assert "the laboratory is not accredited for `mn`" in found
    world.house.clock.instant += timedelta(hours=30)
    await world.house.sign_in(world.analyst)
    early = [one | {"tested_at": world.at(hours=31)} for one in world.results(ecoli=0)]
    assert "`ecoli` was tested before the laboratory had received it" in await messages(early)
    late = world.results(ecoli=0)
    assert "`ecoli` keeps for 24 hours and was tested after more" in await messages(late)
    why = [{"parameter": "ecoli", "reason": "past_holding_time"}, {"parameter": "mn", "reason": "not_accredited"}]
    told = {"results": world.results(**{"as": {"below": 0.002}}), "untested": why}
    done = await world.do(world.analyst, sample["id"], "SUBMIT_RESULTS", told)
    assert done["record"]["verdict"] == "acceptable"
    ended = {"accredited_upto": "2026-11-30"}
    etag = (await world.house.keeper.get(f"/api/v1/laboratories/{world.ids['laboratory']}")).headers["etag"]
    address = f"/api/v1/laboratories/{world.ids['laboratory']}"
    assert (await world.house.keeper.patch(address, json=ended, headers={"if-match": etag})).status_code == 200
    await world.house.sign_in(world.in_charge)
    await world.do(world.in_charge, sample["id"], "RETEST", comment="Once more")
    assert "its accreditation ended on 2026-11-30" in await messages(world.results(**{"as": 0.004}), untested=why)


async def test_what_was_found_beyond_a_limit_does_not_become_untested(world: RemedyWorld) -> None:
    sample = await world.sampled(("as", "f"))
    await world.tested(sample["id"], approve=False, **{"as": 0.08, "f": 0.4})
    await world.do(world.in_charge, sample["id"], "RETEST", comment="Once more")
    hidden = {"results": world.results(f=0.4), "untested": [{"parameter": "as", "reason": "no_reagent"}]}
    answer = await world.do(world.analyst, sample["id"], "SUBMIT_RESULTS", hidden, 422)
    assert answer["errors"][0]["message"] == "`as` was found beyond its limit before"
    await world.do(world.analyst, sample["id"], "SUBMIT_RESULTS", {"results": world.results(**{"as": 0.07, "f": 0.4})})
    await world.do(world.in_charge, sample["id"], "APPROVE")
    assert (await world.only("contaminations", village=VILLAGE))["parameters"] == ["as"]


async def test_a_kit_without_reagent_or_past_its_day_gives_no_result(world: RemedyWorld) -> None:
    for _ in range(2):
        await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(**{"as": "safe", "f": "not_tested"}))
    kit = await world.house.call(None, "GET", f"/test_kits/{world.ids['kit']}")
    assert kit["reagents"][0]["left"] == 0
    answer = await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(**{"as": "safe"}), 422)
    assert answer["errors"][0]["message"] == "no reagent is left for `as`"
    nothing = await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(f="not_tested"), 422)
    assert nothing["errors"][0]["message"] == "nothing was tested"
    world.house.clock.instant += timedelta(days=300)
    await world.house.sign_in(world.tester)
    answer = await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(f="safe"), 422)
    assert answer["errors"][0]["message"] == "the kit was good until 2027-05-31"


async def test_a_sample_is_of_its_point_and_its_bottle_is_whole(world: RemedyWorld) -> None:
    school = world.ids["School"]
    refused = await world.sampled(status=422, sampling_point=school)
    (fault,) = refused["errors"]
    assert fault["pointer"] == "/data/point_kind" and "its `kind` is school" in fault["message"]
    await world.sampled(sampling_point=school, point_kind="school")
    kit = await world.begun(
        world.tester, "kit-test", "REPORT", world.kit_test(f="safe") | {"sampling_point": school}, 422
    )
    assert kit["errors"][0]["pointer"] == "/data/point_kind"

    sample = await world.sampled()
    received = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "leaking"}
    await world.do(world.analyst, sample["id"], "RECEIVE", received)
    refused = await world.do(world.analyst, sample["id"], "ACCEPT", status=422)
    assert refused["errors"][0]["message"] == "the bottle came `leaking`"
    await world.do(world.analyst, sample["id"], "REFUSE", {"remark": "The cap was loose."})


async def test_results_come_from_runs_of_the_laboratory_that_has_the_sample(world: RemedyWorld) -> None:
    other = await world.made("laboratories", LABORATORY | {"name": "Another"})
    run = {"laboratory": other, "number": "R-1", "run_at": world.at()}
    answer = await world.house.anybody.post(
        "/api/v1/quality/batches", params=run, content=b"kind,sample,parameter,value\n", headers=world.analyst.auth
    )
    sample = await world.sampled()
    received = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "good"}
    await world.do(world.analyst, sample["id"], "RECEIVE", received)
    await world.do(world.analyst, sample["id"], "ACCEPT")
    told = {"results": world.results(**{"as": 0.004}), "batch": answer.json()["batch"]}
    refused = await world.do(world.analyst, sample["id"], "SUBMIT_RESULTS", told, 422)
    assert refused["errors"][0]["message"] == "this is a run of another laboratory"


def retest_of(sample: str) -> list[dict[str, str]]:
    """The link to a retest."""
    return [{"kind": "retest", "id": sample}]


async def test_the_question_of_a_kit_stays_until_a_laboratory_answers_it(world: RemedyWorld) -> None:
    await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(fe="unsafe", no3="unsafe"))
    first = await world.only("samples", village=VILLAGE)
    answer = await world.do(world.tester, first["id"], "CANCEL", None, 403, comment="Not needed")
    assert answer["code"] == "not-yours"
    answer = await world.do(world.officer, first["id"], "CANCEL", None, 422, comment="Not needed")
    assert answer["errors"][0]["message"] == "it is to confirm what a field kit found out of range"
    await world.do(world.tester, first["id"], "COLLECT", {"collected_at": world.at()})
    received = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "leaking"}
    await world.do(world.analyst, first["id"], "RECEIVE", received)
    await world.do(world.analyst, first["id"], "REFUSE", {"remark": "Leaking"})
    second = await world.only("samples", village=VILLAGE, status="REGISTERED")
    assert (second["confirms_of"], second["tests_asked"]) == (first["confirms_of"], ["fe", "no3"])
    less = {"collected_at": world.at(), "tests_asked": ["fe", "ph"]}
    answer = await world.do(world.tester, second["id"], "COLLECT", less, 422)
    assert [one["message"] for one in answer["errors"]] == ["`no3` was asked for already"]
    await world.do(world.tester, second["id"], "COLLECT", {"collected_at": world.at()})
    await world.do(world.analyst, second["id"], "RECEIVE", received | {"condition": "good", "received_at": world.at()})
    await world.do(world.analyst, second["id"], "ACCEPT")
    told = {"results": world.results(fe=0.2), "untested": [{"parameter": "no3", "reason": "no_reagent"}]}
    await world.do(world.analyst, second["id"], "SUBMIT_RESULTS", told)
    await world.do(world.in_charge, second["id"], "APPROVE")
    third = await world.only("samples", village=VILLAGE, status="REGISTERED")
    await world.do(world.tester, third["id"], "COLLECT", {"collected_at": world.at()})
    await world.tested(third["id"], fe=0.2, no3=20)
    assert (await world.house.call(None, "GET", f"/samples?village={VILLAGE}&status=REGISTERED"))["items"] == []
