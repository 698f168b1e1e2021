"""Getting in without a password: let back in by an appointed officer, or by a code sent to a telephone."""

from __future__ import annotations

import orjson
from people_kit import PASSWORD, House, Somebody, role

STATE, PURVA = "state/21", "district/901"


async def test_an_officer_lets_somebody_back_in(house: House) -> None:
    officer = await house.somebody(None, STATE, role("recovery_officer", STATE))
    asha = await house.somebody(None, PURVA, role("district_officer", PURVA))
    stranger = await house.somebody(None, "state/27", role("recovery_officer", "state/27"))
    refused = await house.call(stranger, "POST", f"/people/{asha.id}:recover", {}, 403)
    assert refused["code"] == "may-not-recover"
    await house.call(asha, "POST", f"/people/{officer.id}:recover", {}, 403)
    made = await house.call(officer, "POST", f"/people/{asha.id}:recover", {"reason": "lost telephone"}, 201)
    again = await house.opened({"code": made["code"], "person": asha.id}, "naya lamba gupt shabd")
    house.later(seconds=6)
    await house.call(asha, "GET", "/me", None, 401)
    await house.sign_in(asha, 401)
    assert (await house.sign_in(again))["is_strong"]
    used = await house.anybody.post("/api/v1/codes:look", json={"code": made["code"]})
    assert (used.status_code, used.json()["code"]) == (410, "code-refused")
    kinds = [e["kind"] for e in (await house.call(again, "GET", f"/people/{asha.id}/events"))["items"]]
    assert {"recovery-given", "recovered", "refused", "signed-in"} <= set(kinds)


async def test_who_holds_a_role_for_two_is_let_back_in_by_two(house: House) -> None:
    first = await house.somebody(None, STATE, role("recovery_officer", STATE))
    admin = await house.somebody(None, STATE, role("state_admin", STATE))
    made = await house.call(first, "POST", f"/people/{admin.id}:recover", {}, 202)
    assert made["code"] is None
    alone = await house.call(first, "POST", f"/recoveries/{made['id']}:agree", None, 403)
    assert alone["code"] == "second-person-needed"
    assert [r["id"] for r in (await house.call(None, "GET", "/recoveries"))["items"]] == [made["id"]]
    agreed = await house.call(None, "POST", f"/recoveries/{made['id']}:agree", None, 201)
    assert len(agreed["code"]) == 24
    await house.call(None, "POST", f"/recoveries/{made['id']}:agree", None, 404)


async def test_a_code_is_good_once_and_for_its_time(house: House) -> None:
    made = await house.invited(None, PURVA)
    code, path = made["invitation"]["code"], f"/people/{made['person']['id']}"
    other = await house.call(None, "POST", f"{path}:invite", None, 201)
    body = {"code": code, "password": PASSWORD}
    assert (await house.anybody.post("/api/v1/codes:use", json=body)).status_code == 410, "another took its place"
    house.later(days=3, seconds=1)
    body["code"] = other["code"]
    expired = await house.anybody.post("/api/v1/codes:use", json=body)
    assert (expired.status_code, expired.json()["code"]) == (410, "code-refused")
    third = await house.call(None, "POST", f"{path}:invite", None, 201)
    body["code"] = third["code"]
    assert (await house.anybody.post("/api/v1/codes:use", json=body)).status_code == 204
    assert (await house.anybody.post("/api/v1/codes:use", json=body)).status_code == 410
    assert (await house.call(None, "POST", f"{path}:invite", None, 409))["code"] == "person-open"


async def test_a_role_with_a_second_factor_is_not_opened_without_one(house: House) -> None:
    made = await house.invited(None, STATE, role("auditor", STATE))
    body = {"code": made["invitation"]["code"], "password": PASSWORD}
    for code in (None, "000000"):
        answer = await house.anybody.post("/api/v1/codes:use", json=body | {"totp_code": code})
        assert (answer.status_code, answer.json()["code"]) == (422, "second-factor-needed")


async def test_another_password_ends_all_sessions(house: House) -> None:
    asha = await house.somebody(None, PURVA, role("coordinator", PURVA))
    old = asha.token
    await house.sign_in(asha)
    assert len((await house.call(asha, "GET", "/sessions"))["items"]) == 2
    wrong = {"old": "not it", "new": "naya lamba gupt shabd", "totp_code": house.code(asha)}
    assert (await house.call(asha, "POST", "/me:password", wrong, 401))["code"] == "sign-in-refused"
    good = {"old": PASSWORD, "new": "naya lamba gupt shabd", "totp_code": house.code(asha)}
    made = await house.call(asha, "POST", "/me:password", good, 201)
    house.later(seconds=6)
    for token in (old, asha.token):
        await house.call(Somebody("", token=token), "GET", "/me", None, 401)
    asha.token = made["token"]
    assert (await house.call(asha, "GET", "/me"))["is_strong"]
    (only,) = (await house.call(asha, "GET", "/sessions"))["items"]
    await house.call(asha, "DELETE", f"/sessions/{only['id']}", None, 204)
    house.later(seconds=6)
    await house.call(asha, "GET", "/me", None, 401)


async def test_a_session_ends_without_use_and_in_any_case(house: House) -> None:
    asha = await house.somebody(None, PURVA)
    for _ in range(13):
        house.later(minutes=50)
        await house.call(asha, "GET", "/me")
    house.later(minutes=61)
    await house.call(asha, "GET", "/me", None, 401)
    await house.sign_in(asha)
    for _ in range(14):
        house.later(minutes=50)
        await house.call(asha, "GET", "/me")
    house.later(minutes=50)
    await house.call(asha, "GET", "/me", None, 401)


async def sent_code(house: House, phone: str) -> tuple[str, str]:
    """A code sent to a telephone: its name and what the message says."""
    answer = await house.anybody.post("/api/v1/phone-codes", json={"phone": phone})
    assert answer.status_code == 201, answer.text
    line = orjson.loads((house.node.settings.folder / "outbox.ndjson").read_bytes().splitlines()[-1])
    assert line["to"].endswith(phone[-10:]) and line["channel"] == "sms"
    return answer.json()["id"], line["text"][:6]


async def test_a_telephone_signs_in_its_field_worker_or_a_citizen(house: House) -> None:
    village = "village/901400"
    made = await house.invited(None, village, role("ftk_tester", village), role("auditor", PURVA), invited=False)
    assert made["invitation"] is None
    id, code = await sent_code(house, made["person"]["phone"])
    begun = (await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})).json()
    tester = Somebody(begun["person"], token=begun["token"])
    assert tester.id == made["person"]["id"] and begun["is_strong"] is False
    assert await house.roles(tester) == [("ftk_tester", village), ("citizen", "node")]
    withheld = (await house.call(tester, "GET", "/me"))["withheld"]
    assert [one["role"] for one in withheld] == ["auditor"], "it asks for a second factor"
    used = await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})
    assert used.status_code == 401
    id, code = await sent_code(house, "9811100000")
    citizen = (await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})).json()
    me = await house.call(Somebody(citizen["person"], token=citizen["token"]), "GET", "/me")
    assert [one["role"] for one in me["roles"]] == ["citizen"] and me["permits"] == []
    house.later(minutes=1)
    id, code = await sent_code(house, "9811100000")
    again = (await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})).json()
    assert again["person"] == citizen["person"], "the same citizen under the same pseudonym"


async def test_a_code_of_a_telephone_is_not_guessed(house: House) -> None:
    id, code = await sent_code(house, "9811100001")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        answer = await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": wrong})
        assert answer.json()["code"] == "sign-in-refused"
    assert (await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})).status_code == 401
    house.later(minutes=1)
    id, code = await sent_code(house, "9811100001")
    house.later(minutes=10)
    late = await house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})
    assert late.status_code == 401, "ten minutes, no longer"
    (row,) = await house.rows("select code, phone from access.phone_code where id = $1", id)
    assert code.encode() not in row["code"] and b"9811100001" not in row["phone"]


async def test_codes_are_not_sent_without_end(house: House) -> None:
    body = {"phone": "9811100002"}
    await sent_code(house, body["phone"])
    soon = await house.anybody.post("/api/v1/phone-codes", json=body)
    assert (soon.status_code, soon.json()["code"]) == (429, "too-many-codes") and soon.headers["retry-after"]
    for _ in range(2):
        house.later(minutes=1)
        await sent_code(house, body["phone"])
    house.later(minutes=1)
    assert (await house.anybody.post("/api/v1/phone-codes", json=body)).status_code == 429, "three in an hour"
    for n in range(17):
        await sent_code(house, f"98222{n:05}")
    many = await house.anybody.post("/api/v1/phone-codes", json={"phone": "9822299999"})
    assert many.status_code == 429, "twenty from one address"
    assert (await house.anybody.post("/api/v1/phone-codes", json={"phone": "12345"})).status_code == 422


async def test_without_a_way_to_send_codes_are_refused(house: House) -> None:
    house.node.access.messages = None
    refused = await house.anybody.post("/api/v1/phone-codes", json={"phone": "9811100002"})
    assert (refused.status_code, refused.json()["code"]) == (409, "no-messages")
