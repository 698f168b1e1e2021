"""No case is ever without somebody responsible: desks, ladders, timers, and holders who leave."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from unittest.mock import AsyncMock

import nodes
import pytest
from workflow.conftest import Works

from jjm.workflow import reseat, verify_steps

pytestmark = pytest.mark.long

SETTLED = """
select not exists (select from workflow.recheck)
  and (select position from workflow.reader where name = 'desks') = (select max(size) - 1 from ledger.checkpoint)
  and (select position from workflow.reader where name = 'desks/day') = $1
"""


async def reseated(works: Works) -> None:
    """Let the node follow the grants, and look at the desks that they concern; it may be at it by itself."""
    node = works.house.node
    await nodes.sequenced(node)
    async with asyncio.timeout(60):
        while True:
            async with node.database.write() as conn:
                await reseat(node.workflows, conn)
            async with node.database.read() as conn:
                if await conn.fetchval(SETTLED, node.registry.clock.today().toordinal()):
                    return


async def test_where_nobody_holds_any_role_the_keeper_answers_and_can_act(works: Works) -> None:
    await works.end(works.mitra)
    await works.end(works.officer)
    case = await works.begun()
    assert case["responsible"] == {"role": "node_keeper", "place": "node", "person": None}
    assert await works.inbox(None) == [case["id"]]
    case = await works.do(None, case, "GO")
    assert case["state"] == "GOING_ON"


async def test_a_case_goes_to_others_when_the_only_holder_leaves(works: Works) -> None:
    case = await works.begun()
    await works.end(works.mitra)
    await reseated(works)
    assert await works.inbox(works.officer) == [case["id"]]
    steps = (await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [s["action"] for s in steps] == ["ASK", "SEATED"]
    await works.end(works.officer)
    await reseated(works)
    assert await works.inbox(None) == [case["id"]]


async def test_a_case_that_lay_with_the_keeper_goes_to_who_comes(works: Works) -> None:
    await works.end(works.mitra)
    await works.end(works.officer)
    case = await works.begun()
    new = await works.house.somebody(None, "village/901400", {"role": "nal_jal_mitra", "place": "village/901400"})
    await reseated(works)
    assert await works.inbox(new) == [case["id"]]


async def test_a_late_case_climbs_level_by_level_and_never_to_nobody(works: Works) -> None:
    case = await works.begun(kind="urgent")  # 30 November, 11:30 in India: a Monday
    begun, due = (datetime.fromisoformat(case[name]) for name in ("begun_at", "due_at"))
    assert due - begun == timedelta(days=1)  # seven hours of a working day later: the same time on Tuesday
    works.house.later(days=1, hours=1)
    await works.house.sign_in(works.officer)
    await works.fire()
    case = await works.house.call(works.officer, "GET", f"/cases/{case['id']}")
    assert (case["level"], case["responsible"]["role"], case["clock"]["standing"]) == (1, "district_officer", "late")
    works.house.later(days=3)
    await works.fire()
    await works.house.sign_in(works.officer)
    case = await works.house.call(works.officer, "GET", f"/cases/{case['id']}")
    assert (case["level"], case["responsible"]) == (2, {"role": "node_keeper", "place": "node", "person": None})
    steps = (await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [s["action"] for s in steps] == ["ASK", "NEAR", "ESCALATE", "ESCALATE"]
    await works.fire()
    assert len((await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]) == 4


async def test_a_timer_takes_its_action_once(works: Works) -> None:
    case = await works.begun()
    works.house.later(days=11)
    await works.fire()
    await works.fire()
    steps = await works.house.rows(
        "select action, actor from workflow.step where item = $1 order by number", case["id"]
    )
    assert [(s["action"], s["actor"]) for s in steps][-1] == ("DROP", "node")
    assert [s["action"] for s in steps].count("DROP") == 1


async def test_a_flood_stops_the_clock_and_it_can_be_asked_why(works: Works) -> None:
    case = await works.begun(kind="yearly")
    await works.do(works.mitra, case, "GO")
    works.house.later(minutes=20)
    case = await works.do(works.mitra, case, "HOLD", data={"hold_reason": "flood"}, comment="Road under water")
    assert case["due_at"] is None
    assert case["paused"] == "flood"
    works.house.later(hours=2)
    await works.house.sign_in(works.mitra)
    case = await works.do(works.mitra, case, "HOLD", data={"hold_reason": "keys"}, comment="Water went down")
    assert case["due_at"] is not None
    why = [(s["state"], s["counted_hours"], s["why"]) for s in case["clock"]["stretches"]]
    assert [w[2] for w in why] == ["working hours count", "flood"]
    assert why[1][1] == 0


async def test_a_case_given_to_somebody_who_leaves_goes_back_to_the_desk(works: Works) -> None:
    case = await works.begun()
    other = await works.house.somebody(None, "village/901400", {"role": "nal_jal_mitra", "place": "village/901400"})
    await reseated(works)
    await works.do(works.mitra, case, "GO", person=other.id)
    await works.end(other)
    await reseated(works)
    case = await works.house.call(works.mitra, "GET", f"/cases/{case['id']}")
    assert case["responsible"] == {"role": "nal_jal_mitra", "place": "village/901400", "person": None}
    assert await works.inbox(works.mitra) == [case["id"]]


async def test_a_grant_that_ends_by_its_day_is_noticed(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    # The ladder would have moved the case on after two days as well.
    monkeypatch.setattr("jjm.app.upkeep.fire", AsyncMock(return_value=0))
    await works.end(works.mitra)
    ends = {"role": "nal_jal_mitra", "place": "village/901400", "ends_on": "2026-12-01"}
    await works.house.somebody(None, "village/901400", ends)
    case = await works.begun()
    assert case["responsible"]["role"] == "nal_jal_mitra"
    await reseated(works)
    works.house.later(days=2)
    await reseated(works)
    await works.house.sign_in(works.officer)
    assert await works.inbox(works.officer) == [case["id"]]


async def test_an_inbox_is_counted_and_sifted_by_its_clocks(works: Works) -> None:
    urgent, calm = await works.begun(kind="urgent"), await works.begun()
    await works.do(works.mitra, calm, "GO")
    counts = (await works.house.call(works.mitra, "GET", "/inbox/counts"))["items"]
    assert [(c["state"], c["clock"], c["cases"]) for c in counts] == [("ASKED", "within", 1), ("GOING_ON", "within", 1)]
    works.house.later(hours=23)
    await works.house.sign_in(works.mitra)
    near = await works.house.call(works.mitra, "GET", "/inbox?clock=near")
    assert [(one["id"], one["clock"]) for one in near["items"]] == [(urgent["id"], "near")]
    works.house.later(hours=2)
    await works.fire()
    await works.house.sign_in(works.officer)
    late = await works.house.call(works.officer, "GET", "/inbox?clock=late&workflow=inspection")
    assert [one["id"] for one in late["items"]] == [urgent["id"]]
    within = await works.house.call(works.officer, "GET", "/inbox?clock=within&state=GOING_ON")
    assert [one["id"] for one in within["items"]] == [calm["id"]]


async def test_people_are_told_as_the_workflow_says_each_once(works: Works) -> None:
    await reading(works)
    case = await works.begun(kind="urgent")
    came = [(works.mitra.id, "case-came")]
    await told(works, came)
    works.house.later(hours=23)
    await works.fire()
    await works.house.sign_in(works.mitra)
    near = [(works.mitra.id, "case-late"), (works.officer.id, "case-late")]
    await told(works, came + near)
    await works.do(works.mitra, case, "GO")
    await told(works, [*came, *near, (works.member.id, "case-moved")])
    await works.house.sign_in(works.member)
    (message,) = (await works.house.call(works.member, "GET", "/messages"))["items"]
    assert message["subject"].startswith(f"Inspection {case['id']}: ")
    hindi = await works.house.call(works.mitra, "PUT", "/me/preferences", {"language": "hi"})
    assert hindi["language"] == "hi"
    await works.begun()
    await told(works, [*came, *near, (works.member.id, "case-moved"), *came])
    newest = (await works.house.call(works.mitra, "GET", "/messages"))["items"][0]
    assert newest["language"] == "hi"
    assert "आपकी प्रतीक्षा में है" in newest["subject"]


async def reading(works: Works) -> None:
    """Wait until the node reads steps: it tells of what happens from then on."""
    async with asyncio.timeout(20):
        while True:
            async with works.house.node.database.read() as conn:
                if await conn.fetchval("select exists (select from workflow.reader where name = 'tells')"):
                    return
            await asyncio.sleep(0.05)


async def told(works: Works, wanted: list[tuple[str, str]]) -> None:
    """Wait until people were told of so much, each in their inbox, and of nothing else."""
    await nodes.sequenced(works.house.node)
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(30):
        while len(found) < len(wanted):
            await asyncio.sleep(0.1)
            async with works.house.node.database.read() as conn:
                rows = await conn.fetch("select person, event from notify.message where channel = 'inbox'")
            found = [(row["person"], row["event"]) for row in rows]
    assert sorted(found) == sorted(wanted)


async def test_the_audit_names_a_step_that_was_edited_by_hand(works: Works) -> None:
    case = await works.begun()
    await works.house.call(works.member, "POST", f"/cases/{case['id']}:comment", {"comment": "The pump is dry"})
    await works.do(works.mitra, case, "GO")

    async def faults() -> list[str]:
        async with works.house.node.database.snapshot() as conn:
            return [fault.message async for fault in verify_steps(conn)]

    assert await faults() == []
    for edit, said in (
        ("update workflow.step set comment = 'Nothing' where number = 2", "step 2 of case {}: `comment` is not as"),
        ("update workflow.step set actor = 'PER-X' where number = 1", "step 1 of case {}: `actor` is not as"),
        ("update workflow.item set state = 'CLOSED'", "case {} does not stand where its last step, 3, says"),
        ("delete from workflow.step where number = 2", "the ledger holds 3 steps of cases, and 2 are there"),
    ):
        async with works.house.node.database.write() as conn:
            await conn.execute(edit)
        assert any(one.startswith(said.format(case["id"])) for one in await faults()), await faults()
