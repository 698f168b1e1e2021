"""A case from its beginning to its end over HTTP, by the people of that work; and what is refused on the way."""

from __future__ import annotations

import asyncio

import pytest
from workflow.conftest import Works

pytestmark = pytest.mark.long


async def test_a_case_is_begun_moved_and_closed_by_those_who_may(works: Works) -> None:
    case = await works.begun(kind="urgent")
    assert (case["state"], case["responsible"]) == (
        "ASKED",
        {"role": "nal_jal_mitra", "place": "village/901400", "person": None},
    )
    assert case["record"]["status"] == "ASKED"
    assert await works.inbox(works.mitra) == [case["id"]]
    assert await works.inbox(works.officer) == []
    case = await works.do(works.mitra, case, "GO")
    case = await works.do(works.mitra, case, "REPORT", data={"leaks": 2})
    assert case["responsible"]["role"] == "district_officer"
    assert await works.inbox(works.officer) == [case["id"]]
    case = await works.do(works.officer, case, "CLOSE")
    assert case["state"] == "CLOSED"
    assert case["ended_at"] is not None
    assert await works.inbox(works.officer) == []
    record = await works.house.call(works.officer, "GET", f"/inspections/{case['id']}")
    assert (record["status"], record["leaks"]) == ("CLOSED", 2)
    assert [row["id"] for row in await works.house.rows("select id from closed")] == [case["id"]]


async def test_each_step_tells_who_did_what_and_stands_in_the_ledger(works: Works) -> None:
    case = await works.begun()
    await works.do(works.mitra, case, "GO", comment="On my way")
    steps = (await works.house.call(works.member, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [(s["number"], s["action"], s["from"], s["to"], s["actor"]) for s in steps] == [
        (1, "ASK", None, "ASKED", works.member.id),
        (2, "GO", "ASKED", "GOING_ON", works.mitra.id),
    ]
    assert steps[1]["comment"] == "On my way"
    entered = await works.house.rows(
        "select type, subjects[1] as subject from ledger.batch where type = 'workflow.step'"
    )
    assert [row["subject"] for row in entered] == [case["id"]] * 2


async def test_nobody_takes_an_action_that_is_not_theirs_and_is_told_whose_it_is(works: Works) -> None:
    case = await works.begun()
    refused = await works.do(works.member, case, "GO", 403)
    assert refused["code"] == "not-yours"
    assert "nal_jal_mitra or district_officer" in refused["detail"]
    assert (await works.do(works.officer, case, "CLOSE", 409))["code"] == "no-such-action"
    elsewhere = await works.house.somebody(None, "district/902", {"role": "district_officer", "place": "district/902"})
    assert (await works.do(elsewhere, case, "GO", 403))["code"] == "not-yours"


async def test_the_same_person_does_not_report_and_close(works: Works) -> None:
    case = await works.begun()
    await works.do(works.officer, case, "GO")
    await works.do(works.officer, case, "REPORT", data={"leaks": 0})
    refused = await works.do(works.officer, case, "CLOSE", 422)
    assert refused["code"] == "guarded"
    assert refused["errors"][0]["message"] == "you took REPORT in this case yourself"
    assert await works.house.rows("select id from closed") == []


async def test_what_is_missing_or_does_not_belong_is_named(works: Works) -> None:
    case = await works.begun()
    await works.do(works.mitra, case, "GO")
    refused = await works.do(works.mitra, case, "REPORT", 422, data={"village": "VIL-901400"})
    assert {e["pointer"] for e in refused["errors"]} == {"/data/leaks", "/data/village"}
    refused = await works.do(works.mitra, case, "HOLD", 422, data={"hold_reason": "keys"})
    assert refused["errors"][0]["pointer"] == "/comment"
    refused = await works.do(works.mitra, case, "REPORT", 422, data={"leaks": -1})
    assert refused["code"] == "invalid-record"


async def test_the_state_is_changed_by_nothing_but_the_workflow(works: Works) -> None:
    case = await works.begun()
    etag = '"1"'
    answer = await works.house.keeper.patch(
        f"/api/v1/inspections/{case['id']}",
        json={"status": "CLOSED"},
        headers={"if-match": etag, "content-type": "application/merge-patch+json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "moved-by-workflow")
    assert "transition" in answer.json()["errors"][0]["remedy"]
    answer = await works.house.keeper.patch(
        f"/api/v1/inspections/{case['id']}", json={"remark": "By the well"}, headers={"if-match": etag}
    )
    assert answer.status_code == 200, answer.text


async def test_of_two_who_act_at_once_on_what_they_read_one_is_told(works: Works) -> None:
    case = await works.begun()
    etag = '"1"'

    async def go(token: dict[str, str]) -> int:
        answer = await works.house.anybody.post(
            f"/api/v1/cases/{case['id']}:transition", json={"action": "GO"}, headers=token | {"if-match": etag}
        )
        return answer.status_code

    found = await asyncio.gather(go(works.mitra.auth), go(works.officer.auth))
    assert sorted(found) in ([200, 409], [200, 412])
    steps = (await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [s["action"] for s in steps] == ["ASK", "GO"]


async def test_the_same_key_does_it_once(works: Works) -> None:
    case = await works.begun()
    headers = works.mitra.auth | {"idempotency-key": "one"}
    for _ in range(2):
        answer = await works.house.anybody.post(
            f"/api/v1/cases/{case['id']}:transition", json={"action": "GO"}, headers=headers
        )
        assert answer.status_code == 200, answer.text
    assert len((await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]) == 2


async def test_a_case_is_given_to_a_person_who_may_answer_and_to_no_other(works: Works) -> None:
    case = await works.begun()
    other = await works.house.somebody(None, "village/901400", {"role": "nal_jal_mitra", "place": "village/901400"})
    case = await works.do(works.mitra, case, "GO", person=other.id)
    assert case["responsible"]["person"] == other.id
    assert await works.inbox(works.mitra) == []
    assert await works.inbox(other) == [case["id"]]
    refused = await works.house.call(other, "POST", f"/cases/{case['id']}:assign", {"person": works.member.id}, 409)
    assert refused["code"] == "not-theirs"
    await works.house.call(other, "POST", f"/cases/{case['id']}:assign", {"person": None, "comment": "On leave"})
    assert await works.inbox(works.mitra) == [case["id"]]


async def test_somebody_outside_finds_no_such_case(works: Works) -> None:
    case = await works.begun()
    answer = await works.house.anybody.get(f"/api/v1/cases/{case['id']}")
    assert answer.status_code == 401
    answer = await works.house.keeper.get("/api/v1/cases/INS-21-NONE-0")
    assert answer.status_code == 404


async def test_what_the_node_works_out_is_typed_by_nobody(works: Works) -> None:
    asked = {"workflow": "inspection", "action": "ASK", "data": {"village": "VIL-901400", "finding": "All well"}}
    refused = await works.house.call(works.member, "POST", "/cases", asked, 422)
    assert refused["errors"][0]["pointer"] == "/data/finding"
    case = await works.begun()
    await works.do(works.mitra, case, "GO")
    case = await works.do(works.mitra, case, "REPORT", data={"leaks": 3})
    assert case["record"]["finding"] == "3 leaks in Katada"
    answer = await works.house.keeper.patch(
        f"/api/v1/inspections/{case['id']}", json={"finding": "All well"}, headers={"if-match": '"3"'}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "moved-by-workflow")


async def test_one_action_on_many_cases_has_a_receipt_for_each(works: Works) -> None:
    first, second, third = [await works.begun() for _ in range(3)]
    await works.do(works.mitra, second, "GO")
    body = {"action": "GO", "cases": [{"id": id} for id in (third["id"], second["id"], "NSP-21-NONE", first["id"])]}
    told = await works.house.call(works.mitra, "POST", "/cases:transition", body)
    assert [(one["id"], one["done"]) for one in told["items"]] == [
        (third["id"], True), (second["id"], False), ("NSP-21-NONE", False), (first["id"], True)
    ]  # fmt: skip
    assert [one["problem"] and one["problem"]["code"] for one in told["items"]] == [
        None, "no-such-action", "not-found", None
    ]  # fmt: skip
    too_many = {"action": "GO", "cases": [{"id": f"NSP-{n}"} for n in range(201)]}
    assert (await works.house.call(works.mitra, "POST", "/cases:transition", too_many, 422))["code"] == "invalid"
