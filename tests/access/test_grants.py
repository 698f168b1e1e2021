"""Roles are granted inside the own place only, by two where the role says so, for their days, and end at once."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from people_kit import START, House, Somebody, role

from jjm.access.roles.model import Grant
from jjm.access.roles.rules import in_force, last_day, state_of

STATE, OTHER = "state/21", "state/27"
PURVA, PASHCHIM = "district/901", "district/902"
TODAY = START.date()


async def state_admin(house: House, place: str = STATE) -> Somebody:
    """An administrator of a State, granted by the keeper and agreed to where there is somebody to agree."""
    found = await house.opened(await house.invited(None, place))
    await house.call(None, "POST", f"/people/{found.id}/grants", role("state_admin", place), 201)
    await house.sign_in(found)
    return found


async def test_a_role_is_granted_inside_the_own_place_only(house: House) -> None:
    admin = await state_admin(house)
    asha = await house.opened(await house.invited(admin, PURVA))
    path = f"/people/{asha.id}/grants"
    made = await house.call(admin, "POST", path, role("district_officer", PURVA, reason="Order 12/2026"), 201)
    assert (made["state"], made["asked_by"], made["approved_by"]) == ("in_force", admin.id, admin.id)
    refused = await house.call(admin, "POST", path, role("district_officer", "district/903"), 403)
    assert refused["code"] == "may-not-grant"
    await house.call(admin, "POST", path, role("centre_admin", "node"), 403)
    await house.call(admin, "POST", path, role("nal_jal_mitra", "village/901400"), 403)
    assert (await house.call(admin, "POST", path, role("district_officer", "block/9012"), 400))[
        "code"
    ] == "role-elsewhere"
    assert (await house.call(admin, "POST", path, role("king", PURVA), 400))["code"] == "role-unknown"
    assert (await house.call(admin, "POST", path, role("citizen", "node"), 400))["code"] == "role-unknown"
    assert (await house.call(admin, "POST", path, role("district_officer", "district/1000000"), 404))[
        "code"
    ] == "area-unknown"


async def test_appointments_go_down_the_tree(house: House) -> None:
    """State, district, panchayat, village: each appoints the next, and nobody the one above or beside."""
    admin = await state_admin(house)
    officer = await house.somebody(admin, PURVA, role("district_officer", PURVA))
    secretary = await house.somebody(officer, "local_body/901300", role("panchayat_secretary", "local_body/901300"))
    tester = await house.somebody(secretary, "village/901400", role("ftk_tester", "village/901400"))
    engineer = await house.somebody(admin, PURVA, role("engineer", f"department_unit/{house.unit}"))
    assert await house.roles(tester) == [("ftk_tester", "village/901400")]
    assert await house.roles(engineer) == [("engineer", f"department_unit/{house.unit}")]
    body = {"name": "Ravi", "phone": "9811111111", "place": PASHCHIM}
    assert (await house.call(officer, "POST", "/people", body, 403))["code"] == "may-not-grant"
    await house.call(tester, "POST", "/people", body | {"place": "village/901400"}, 403)
    await house.call(
        secretary, "POST", f"/people/{tester.id}/grants", role("panchayat_secretary", "local_body/901300"), 403
    )
    seen = [one["id"] for one in (await house.call(officer, "GET", "/people"))["items"]]
    assert set(seen) == {officer.id, secretary.id, tester.id, engineer.id}
    await house.call(officer, "GET", f"/people/{admin.id}", None, 404)
    await house.call(tester, "GET", "/people", None, 403)
    assert (await house.call(tester, "GET", f"/people/{tester.id}"))["id"] == tester.id


async def test_what_a_role_permits_holds_in_its_place_alone(house: House) -> None:
    admin = await state_admin(house)
    officer = await house.somebody(admin, PURVA, role("district_officer", PURVA))
    me = await house.call(officer, "GET", "/me")
    assert "habitation:write@district/901" in me["permits"]
    assert all(permit.endswith("@district/901") for permit in me["permits"])
    (held,) = me["roles"]
    assert held["granted_by"] == admin.id and held["title"]["hi"] == "जिला अधिकारी"


async def test_a_role_for_two_waits_for_the_second(house: House) -> None:
    first = await state_admin(house)
    second_one = await house.opened(await house.invited(first, STATE))
    path = f"/people/{second_one.id}/grants"
    made = await house.call(first, "POST", path, role("state_admin", STATE), 201)
    assert made["state"] == "waiting" and made["approved_by"] is None
    await house.sign_in(second_one)
    assert await house.roles(second_one) == []
    assert (await house.call(first, "POST", f"/grants/{made['id']}:approve", None, 403))[
        "code"
    ] == "second-person-needed"
    own = await house.call(second_one, "POST", f"/grants/{made['id']}:approve", None, 403)
    assert own["code"] == "own-grant"
    assert (await house.call(first, "GET", "/grants"))["items"] == []
    assert [g["id"] for g in (await house.call(None, "GET", "/grants"))["items"]] == [made["id"]]
    agreed = await house.call(None, "POST", f"/grants/{made['id']}:approve")
    assert (agreed["state"], agreed["approved_by"]) == ("in_force", "admin")
    house.later(seconds=6)
    assert await house.roles(second_one) == [("state_admin", STATE)]
    assert (await house.call(None, "POST", f"/grants/{made['id']}:approve", None, 409))["code"] == "grant-decided"


async def test_the_keeper_is_alone_only_until_somebody_could_be_the_second(house: House) -> None:
    first = await state_admin(house)
    third = await house.opened(await house.invited(None, STATE))
    made = await house.call(None, "POST", f"/people/{third.id}/grants", role("state_admin", STATE), 201)
    assert made["state"] == "waiting", "the first administrator is there to agree"
    assert (await house.call(None, "POST", f"/grants/{made['id']}:approve", None, 403))[
        "code"
    ] == "second-person-needed"
    assert (await house.call(first, "POST", f"/grants/{made['id']}:approve"))["state"] == "in_force"
    other = await house.opened(await house.invited(None, OTHER))
    made = await house.call(None, "POST", f"/people/{other.id}/grants", role("state_admin", OTHER), 201)
    assert made["state"] == "in_force", "in the other State there is nobody yet"


async def test_a_second_who_refuses(house: House) -> None:
    first = await state_admin(house)
    asha = await house.opened(await house.invited(first, STATE))
    made = await house.call(first, "POST", f"/people/{asha.id}/grants", role("recovery_officer", STATE), 201)
    gone = await house.call(None, "POST", f"/grants/{made['id']}:refuse", {"reason": "not asked for"})
    assert (gone["state"], gone["ended_by"]) == ("refused", "admin")
    await house.call(None, "POST", f"/grants/{made['id']}:approve", None, 409)


async def test_nobody_grants_to_themselves(house: House) -> None:
    admin = await state_admin(house)
    refused = await house.call(admin, "POST", f"/people/{admin.id}/grants", role("auditor", STATE), 403)
    assert refused["code"] == "own-grant"


async def test_a_revocation_bites_within_five_seconds(house: House) -> None:
    admin = await state_admin(house)
    officer = await house.somebody(admin, PURVA, role("district_officer", PURVA))
    (grant,) = (await house.call(officer, "GET", f"/people/{officer.id}/grants"))["items"]
    assert await house.roles(officer) == [("district_officer", PURVA)]
    await house.call(admin, "POST", f"/grants/{grant['id']}:revoke", {"reason": "transferred"})
    body = {"name": "Ravi", "phone": "9811111111", "place": PURVA}
    assert (await house.call(officer, "POST", "/people", body, 403))["code"] == "may-not-grant", "at once for grants"
    house.later(seconds=5.1)
    assert await house.roles(officer) == [] and (await house.call(officer, "GET", "/me"))["permits"] == []
    assert (await house.call(admin, "POST", f"/grants/{grant['id']}:revoke", {}, 409))["code"] == "grant-ended"


async def test_a_role_is_given_up_by_its_holder_and_not_by_others(house: House) -> None:
    admin, stranger = await state_admin(house), await state_admin(house, OTHER)
    officer = await house.somebody(admin, PURVA, role("district_officer", PURVA))
    (grant,) = (await house.call(officer, "GET", f"/people/{officer.id}/grants"))["items"]
    await house.call(stranger, "POST", f"/grants/{grant['id']}:revoke", {}, 403)
    assert (await house.call(officer, "POST", f"/grants/{grant['id']}:revoke", {}))["state"] == "ended"


async def test_days_of_a_grant_are_kept_on_every_call(house: House) -> None:
    admin = await state_admin(house)
    day = TODAY + timedelta(days=2)
    officer = await house.opened(
        await house.invited(admin, PURVA, role("district_officer", PURVA, starts_on=str(day), ends_on=str(day)))
    )
    seen: list[list[tuple[str, str]]] = []
    for _ in range(4):
        await house.sign_in(officer)
        seen.append(await house.roles(officer))
        house.later(days=1)
    assert seen == [[], [], [("district_officer", PURVA)], []]


async def test_a_role_ends_at_midnight_in_india_within_a_session(house: House) -> None:
    admin = await state_admin(house)
    officer = await house.opened(await house.invited(admin, PURVA, role("coordinator", PURVA, ends_on=str(TODAY))))
    house.later(hours=12)  # 23:30 in India
    await house.sign_in(officer)
    house.later(minutes=26)
    assert await house.roles(officer) == [("coordinator", PURVA)]
    house.later(minutes=4)
    assert await house.roles(officer) == []


async def test_a_grant_that_is_over_before_it_begins_is_refused(house: House) -> None:
    asha = await house.opened(await house.invited(None, STATE))
    for days in ({"ends_on": "2026-11-01"}, {"starts_on": "2027-01-02", "ends_on": "2027-01-01"}):
        refused = await house.call(None, "POST", f"/people/{asha.id}/grants", role("auditor", STATE, **days), 422)
        assert refused["code"] == "grant-period"


async def test_a_role_is_passed_on_within_its_days_and_no_further(house: House) -> None:
    admin = await state_admin(house)
    until = TODAY + timedelta(days=30)
    officer = await house.somebody(admin, PURVA, role("district_officer", PURVA, ends_on=str(until)))
    deputy = await house.somebody(admin, PURVA)
    third = await house.somebody(admin, PURVA)
    (own,) = (await house.call(officer, "GET", f"/people/{officer.id}/grants"))["items"]
    path, days = f"/grants/{own['id']}:delegate", {"person": deputy.id, "ends_on": str(TODAY + timedelta(days=7))}
    late = days | {"ends_on": str(until + timedelta(days=1))}
    assert (await house.call(officer, "POST", path, late, 422))["code"] == "grant-period"
    assert (await house.call(deputy, "POST", path, days, 403))["code"] == "not-delegable"
    assert (await house.call(officer, "POST", path, days | {"person": officer.id}, 403))["code"] == "own-grant"
    made = await house.call(officer, "POST", path, days, 201)
    assert (made["state"], made["original"]) == ("in_force", own["id"])
    house.later(seconds=6)
    assert await house.roles(deputy) == [("district_officer", PURVA)]
    further = await house.call(deputy, "POST", f"/grants/{made['id']}:delegate", days | {"person": third.id}, 403)
    assert further["code"] == "not-delegable"
    await house.call(admin, "POST", f"/grants/{own['id']}:revoke", {})
    house.later(seconds=6)
    assert await house.roles(deputy) == [], "it ends with the original"
    (ended,) = (await house.call(deputy, "GET", f"/people/{deputy.id}/grants"))["items"]
    assert ended["state"] == "ended"


async def test_what_may_not_be_passed_on_is_not(house: House) -> None:
    admin = await state_admin(house)
    asha = await house.somebody(admin, PURVA, role("coordinator", PURVA))
    (own,) = (await house.call(asha, "GET", f"/people/{asha.id}/grants"))["items"]
    days = {"person": admin.id, "ends_on": str(TODAY)}
    assert (await house.call(asha, "POST", f"/grants/{own['id']}:delegate", days, 403))["code"] == "not-delegable"


async def test_a_role_for_two_passed_on_waits_for_a_second(house: House) -> None:
    first = await state_admin(house)
    deputy = await house.opened(await house.invited(first, STATE))
    (own,) = list((await house.call(first, "GET", f"/people/{first.id}/grants"))["items"])
    days = {"person": deputy.id, "ends_on": str(TODAY + timedelta(days=3))}
    made = await house.call(first, "POST", f"/grants/{own['id']}:delegate", days, 201)
    assert made["state"] == "waiting"


async def test_a_closed_account_loses_roles_sessions_and_its_name(house: House) -> None:
    admin = await state_admin(house)
    officer = await house.somebody(admin, PURVA, role("district_officer", PURVA))
    await house.call(admin, "POST", f"/people/{officer.id}:close", None, 204)
    house.later(seconds=6)
    await house.call(officer, "GET", "/me", None, 401)
    await house.sign_in(officer, 401)
    (row,) = await house.rows("select * from access.person where id = $1", officer.id)
    assert row["contact"] is None and row["phone_blind"] is None and row["password"] is None
    (grant,) = await house.rows("select ended_at from access.role_grant where person = $1", officer.id)
    assert grant["ended_at"] is not None
    await house.call(admin, "POST", f"/people/{officer.id}/grants", role("coordinator", PURVA), 404)


async def test_one_telephone_has_one_account(house: House) -> None:
    admin = await state_admin(house)
    made = await house.invited(admin, PURVA)
    body = {"name": "Ravi", "phone": made["person"]["phone"], "place": PURVA}
    refused = await house.call(admin, "POST", "/people", body, 409)
    assert (refused["code"], refused["person"]) == ("person-exists", made["person"]["id"])


DAYS = st.dates(date(2026, 1, 1), date(2026, 2, 9))


@st.composite
def grants(draw: st.DrawFn) -> list[Grant]:
    """An own grant, and perhaps one passed on from it, in all their states."""
    found: list[Grant] = []
    for id, original in (("GRA-1", None), ("GRA-2", "GRA-1")):
        starts, ends = draw(DAYS), draw(st.none() | DAYS)
        approved, ended = draw(st.sampled_from([None, START])), draw(st.sampled_from([None, None, START]))
        found.append(Grant(id, "PER-1", "engineer", PURVA, starts, ends, original, None, START, "PER-0", "PER-0",
                           approved, None, ended, None, None))  # fmt: skip
    return found


@given(grants(), DAYS)
def test_grants_in_force_on_a_day(pair: list[Grant], day: date) -> None:
    """The plain reading of the rule, day by day: agreed to, not ended, begun, not over, and so its original."""
    own, passed_on = pair

    def plain(grant: Grant) -> bool:
        begun, over = day >= grant.starts_on, grant.ends_on is not None and day > grant.ends_on
        return grant.approved_at is not None and grant.ended_at is None and begun and not over

    expected = {g.id for g, holds in ((own, plain(own)), (passed_on, plain(own) and plain(passed_on))) if holds}
    assert {grant.id for grant in in_force(pair, "PER-1", day)} == expected
    assert in_force(pair, "PER-2", day) == []
    assert in_force([passed_on], "PER-1", day) == [], "nothing is passed on from what is not there"
    ends = last_day(passed_on, own)
    assert passed_on.id not in expected or ends is None or day <= ends
    states = {state_of(own, None, day), state_of(passed_on, own, day)}
    assert ("in_force" in states) == bool(expected)


@given(grants(), DAYS, DAYS)
def test_a_grant_never_holds_again_once_it_is_over(pair: list[Grant], one: date, other: date) -> None:
    first, later = sorted((one, other))
    own, passed_on = pair
    if state_of(passed_on, own, first) in ("over", "ended", "refused"):
        assert state_of(passed_on, own, later) in ("over", "ended", "refused")


async def test_people_are_paged_by_place_and_found_by_role_and_area(house: House) -> None:
    body = "local_body/901300"
    inside = [await house.invited(None, body, role("panchayat_secretary", body)) for _ in range(3)]
    inside += [await house.invited(None, "village/901400", role("ftk_tester", "village/901400"))]
    await house.invited(None, "district/902", role("coordinator", "district/902"))
    officer = await house.somebody(None, "district/901", role("district_officer", "district/901"))
    ids, path, pages = list[str](), "/people?limit=2", 0
    while path:
        page = await house.call(officer, "GET", path)
        ids += [one["id"] for one in page["items"]]
        path, pages = (page["next"] or "").removeprefix("/api/v1"), pages + 1
    assert ids == sorted([*(one["person"]["id"] for one in inside), officer.id]) and pages == 3
    testers = await house.call(officer, "GET", "/people?role=ftk_tester")
    assert [one["id"] for one in testers["items"]] == [inside[-1]["person"]["id"]]
    of_body = await house.call(officer, "GET", f"/people?place={body}&role=panchayat_secretary")
    assert {one["id"] for one in of_body["items"]} == {one["person"]["id"] for one in inside[:3]}
    assert (await house.call(officer, "GET", "/people?place=district/902"))["items"] == []
    await house.call(officer, "GET", "/people?place=district/999", status=404)
