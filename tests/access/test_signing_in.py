"""Who gives the password and the second factor of an account is let in, and nobody else finds out whether it exists."""

from __future__ import annotations

import pytest
from people_kit import PASSWORD, House, role

STATE = "state/21"


async def refused(house: House, body: dict[str, object], code: str = "sign-in-refused") -> dict[str, object]:
    """An attempt that fails with this code."""
    answer = await house.anybody.post("/api/v1/sessions", json=body)
    assert answer.json()["code"] == code, answer.text
    assert answer.status_code == (429 if code == "sign-in-locked" else 401)
    return {name: answer.json()[name] for name in ("title", "detail")}


async def test_a_person_opens_an_account_by_invitation_and_signs_in(house: House) -> None:
    made = await house.invited(None, "district/901", role("auditor", "district/901"), email="Asha@Example.in")
    code = made["invitation"]["code"]
    assert made["invitation"]["page"].endswith(f"/invitation?code={code}")
    look = (await house.anybody.post("/api/v1/codes:look", json={"code": code.lower().replace("-", " ")})).json()
    assert look["kind"] == "invitation" and look["needs_second_factor"] is True
    asha = await house.opened(made)
    for name in (asha.id, asha.phone, "+91 " + (asha.phone or "")[3:], "asha@EXAMPLE.in", asha.id.lower()):
        body = {"name": name, "password": PASSWORD, "totp_code": house.code(asha)}
        answer = await house.anybody.post("/api/v1/sessions", json=body)
        assert answer.status_code == 201, (name, answer.text)
        asha.token = answer.json()["token"]
    assert asha.token.startswith("jjs_")
    me = await house.call(asha, "GET", "/me")
    assert me["name"] == asha.id and me["permits"] == ["read@district/901"]
    assert (me["roles"][0]["role"], me["roles"][0]["granted_by"]) == ("auditor", "admin")
    assert me["is_strong"] is True


async def test_one_answer_for_all_that_does_not_fit(house: House) -> None:
    asha = await house.opened(await house.invited(None, STATE))
    good = {"name": asha.id, "password": PASSWORD, "totp_code": house.code(asha)}
    told = [
        await refused(house, {**good, "password": "wrong"}),
        await refused(house, {**good, "totp_code": "000000"}),
        await refused(house, {"name": asha.id, "password": PASSWORD}),
        await refused(house, {**good, "name": "9000000001"}),
        await refused(house, {**good, "name": "nobody@example.in"}),
        await refused(house, {**good, "name": "PER-UNKNOWN"}),
    ]
    assert all(one == told[0] for one in told)
    events = await house.rows("select kind, person from access.event where kind = 'refused' order by id")
    assert [row["person"] for row in events] == [asha.id] * 3 + [None] * 3


async def test_an_unknown_account_takes_as_long(
    full_strength: None, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The costly part, a hash compared, is done for every attempt: known, unknown, or without a password."""
    from jjm.access.sessions import passwords

    compared: list[str] = []
    real = passwords._verify  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(passwords, "_verify", lambda kept, typed: compared.append(kept[:30]) or real(kept, typed))
    waiting = await house.invited(None, STATE)
    asha = await house.opened(await house.invited(None, STATE))
    for name in (asha.id, waiting["person"]["id"], "9000000001"):
        await refused(house, {"name": name, "password": "wrong", "totp_code": "1"})
    assert len(compared) == 3 and len(set(compared)) == 1, "with the same parameters"


async def test_a_code_of_the_authenticator_is_taken_once(house: House) -> None:
    asha = await house.opened(await house.invited(None, STATE))
    body = {"name": asha.id, "password": PASSWORD, "totp_code": house.code(asha)}
    assert (await house.anybody.post("/api/v1/sessions", json=body)).status_code == 201
    await refused(house, body)
    house.later(seconds=30)
    await refused(house, body)
    assert await house.sign_in(asha)


async def test_guessing_has_to_wait_longer_and_longer(house: House) -> None:
    asha = await house.opened(await house.invited(None, STATE))
    guess = {"name": asha.id, "password": "wrong"}
    for _ in range(5):
        await refused(house, guess)
    waits: list[int] = []
    for _ in range(7):
        answer = await house.anybody.post("/api/v1/sessions", json=guess)
        assert answer.json()["code"] == "sign-in-locked"
        waits.append(int(answer.headers["retry-after"]))
        house.later(seconds=waits[-1])
        await refused(house, guess)
    assert waits[0] <= 31 and waits == sorted(waits) and waits[-1] <= 901
    assert waits[-1] >= 890, "and never more than a quarter of an hour"
    good = {"name": asha.id, "password": PASSWORD, "totp_code": house.code(asha)}
    answer = await house.anybody.post("/api/v1/sessions", json=good)
    assert answer.json()["code"] == "sign-in-locked", "the right password is not told from a wrong one meanwhile"
    house.later(seconds=901)
    assert (await house.sign_in(asha))["is_strong"]
    kinds = {row["kind"] for row in await house.rows("select kind from access.event where person = $1", asha.id)}
    assert {"locked", "refused", "signed-in"} <= kinds


async def test_unknown_accounts_are_locked_alike(house: House) -> None:
    for _ in range(5):
        await refused(house, {"name": "9000000001", "password": "wrong"})
    await refused(house, {"name": "9000000001", "password": "wrong"}, "sign-in-locked")


async def test_many_guesses_at_once_count_as_many(house: House) -> None:
    import asyncio

    asha = await house.opened(await house.invited(None, STATE))
    guess = {"name": asha.id, "password": "wrong"}
    answers = await asyncio.gather(*(house.anybody.post("/api/v1/sessions", json=guess) for _ in range(12)))
    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 7


async def test_strangers_do_not_lock_the_owner_out(house: House) -> None:
    """From a hundred addresses the account is guessed at until it is locked; at home its owner still gets in."""
    asha = await house.somebody(None, STATE)
    transport = house.anybody._transport  # pyright: ignore[reportPrivateUsage]
    locked = 0
    for n in range(40):
        transport.client = (f"198.51.100.{n}", 1)  # pyright: ignore[reportAttributeAccessIssue]
        answer = await house.anybody.post("/api/v1/sessions", json={"name": asha.id, "password": "wrong"})
        locked += answer.status_code == 429
    assert locked >= 5, "from elsewhere it is locked"
    transport.client = ("198.51.100.250", 1)  # pyright: ignore[reportAttributeAccessIssue]
    body = {"name": asha.id, "password": PASSWORD, "totp_code": "000000"}
    assert (await house.anybody.post("/api/v1/sessions", json=body)).status_code == 429
    transport.client = ("127.0.0.1", 123)  # pyright: ignore[reportAttributeAccessIssue]
    assert (await house.sign_in(asha))["token"]


async def test_an_address_that_tries_many_accounts_has_to_wait(house: House) -> None:
    codes: list[int] = []
    for n in range(52):
        body = {"name": f"90000{n:05}", "password": "wrong"}
        codes.append((await house.anybody.post("/api/v1/sessions", json=body)).status_code)
    assert codes[:50] == [401] * 50 and codes[50:] == [429] * 2


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "PASSWORD!2026!", "jaljeevanmission", "Bharat#123456", "aaaaaaaaaaaaaa", "123456789012",
     "namastenamaste", "asha9876500001", "x" * 201],
)  # fmt: skip
async def test_a_password_that_is_tried_first_is_refused(house: House, password: str) -> None:
    made = await house.invited(None, STATE)
    body = {"code": made["invitation"]["code"], "password": password}
    answer = await house.anybody.post("/api/v1/codes:use", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "weak-password"), answer.text
    assert answer.json()["errors"][0]["pointer"] == "/password"


async def test_passwords_are_kept_as_argon2id_and_secrets_sealed(full_strength: None, house: House) -> None:
    asha = await house.opened(await house.invited(None, STATE, email="asha@example.in"))
    (row,) = await house.rows("select * from access.person where id = $1", asha.id)
    assert row["password"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    raw = b"".join(value for value in row.values() if isinstance(value, bytes))
    for personal in ("Asha", asha.phone, "asha@example.in", asha.secret):
        assert personal and personal.encode() not in raw


async def test_nothing_personal_is_in_the_ledger_or_the_events(house: House) -> None:
    asha = await house.somebody(None, STATE, role("auditor", STATE), email="asha@example.in")
    await house.call(asha, "GET", "/me")
    told = str(await house.rows("select * from access.event")) + str(await house.rows("select * from access.decision"))
    told += str(await house.rows("select subjects, actor from ledger.batch where type like 'access.%'"))
    assert asha.id in told
    for personal in ("Asha", (asha.phone or "")[3:], "example.in", asha.secret, asha.token, PASSWORD):
        assert personal and personal not in told


async def test_decisions_about_people_are_entered(house: House) -> None:
    asha = await house.somebody(None, STATE, role("auditor", STATE))
    rows = await house.rows("select type, subjects, changes from ledger.batch where type like 'access.%' order by id")
    entered = [(row["type"], row["changes"][0]) for row in rows if asha.id in row["subjects"]]
    assert entered == [("access.person", "create"), ("access.person", "open")]
    assert ("access.grant", "grant") in [(row["type"], row["changes"][0]) for row in rows]
