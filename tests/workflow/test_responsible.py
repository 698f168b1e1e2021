"""No case is ever without somebody responsible: desks, ladders, timers, and holders who leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.conftest import Works

from jjm.workflow import fire, reseat


async def fired(works: Works) -> None:
    """Let everything happen that is due by now."""
    while True:
        async with works.house.node.database.write() as conn:
            if not await fire(works.house.node.workflows, conn):
                return


async def reseated(works: Works) -> int:
    """Let the node look at its desks."""
    async with works.house.node.database.write() as conn:
        return await reseat(works.house.node.workflows, conn)


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
    assert await reseated(works) == 1
    assert await works.inbox(works.officer) == [case["id"]]
    steps = (await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [s["action"] for s in steps] == ["ASK", "SEATED"]
    await works.end(works.officer)
    assert await reseated(works) == 1
    assert await works.inbox(None) == [case["id"]]


async def test_a_case_that_lay_with_the_keeper_goes_to_who_comes(works: Works) -> None:
    await works.end(works.mitra)
    await works.end(works.officer)
    case = await works.begun()
    new = await works.house.somebody(None, "village/901400", {"role": "nal_jal_mitra", "place": "village/901400"})
    assert await reseated(works) == 1
    assert await works.inbox(new) == [case["id"]]


async def test_a_late_case_climbs_level_by_level_and_never_to_nobody(works: Works) -> None:
    case = await works.begun(kind="urgent")  # 30 November, 11:30 in India: a Monday
    begun, due = (datetime.fromisoformat(case[name]) for name in ("begun_at", "due_at"))
    assert due - begun == timedelta(days=1)  # seven hours of a working day later: the same time on Tuesday
    works.house.later(days=1, hours=1)
    await works.house.sign_in(works.officer)
    await fired(works)
    case = await works.house.call(works.officer, "GET", f"/cases/{case['id']}")
    assert (case["level"], case["responsible"]["role"], case["clock"]["standing"]) == (1, "district_officer", "late")
    works.house.later(days=3)
    await fired(works)
    await works.house.sign_in(works.officer)
    case = await works.house.call(works.officer, "GET", f"/cases/{case['id']}")
    assert (case["level"], case["responsible"]) == (2, {"role": "node_keeper", "place": "node", "person": None})
    steps = (await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]
    assert [s["action"] for s in steps] == ["ASK", "ESCALATE", "ESCALATE"]
    await fired(works)
    assert len((await works.house.call(works.officer, "GET", f"/cases/{case['id']}/steps"))["items"]) == 3


async def test_a_timer_takes_its_action_once(works: Works) -> None:
    case = await works.begun()
    works.house.later(days=11)
    await fired(works)
    await fired(works)
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
