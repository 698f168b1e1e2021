"""What is refused in the life of a consent stands in its log, with who tried and why, for both of its sides."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import consent_world
import databases
import pytest
import pytest_asyncio
from consent_world import ASHA, PATH, RAVI, World
from people_kit import Somebody

from jjm.access.consents.signatures import HEADER


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("consents")) as made:
        yield made


async def log(world: World, by: Somebody, id: str) -> list[tuple[str, str, str | None]]:
    """What was refused, oldest first, as the person reads it: who tried, which act, why."""
    found = (await world.house.call(by, "GET", f"/consents/{id}/uses"))["items"]
    assert all(one["type"] is None and one["records"] == [] for one in found if one["outcome"] == "refused")
    return [(one["reader"], one["way"], one["code"]) for one in reversed(found) if one["outcome"] == "refused"]


async def test_who_is_no_side_of_it_is_refused_and_logged(world: World) -> None:
    asha, ravi = await world.by_phone(ASHA), await world.by_phone(RAVI)
    await world.house.sign_in(world.officer)
    made = await world.asked(ASHA)
    id, said = made["id"], {"notice": made["notice"]}
    await world.say(ravi, id, "grant", 404, **said)
    await world.say(world.officer, id, "deny", 404)
    async with await world.client() as client:
        assert (await client.post(f"{PATH}/{id}:grant", json=said)).status_code == 403
        assert (await client.post(f"{PATH}/CON-NONE:grant", json=said)).status_code == 403
    await world.say(asha, id, "grant", 409, notice="0" * 64)
    await world.say(asha, id, "resume", 409)
    program = world.partner.application
    assert await log(world, asha, id) == [
        (ravi.id, "grant", "not-a-side"),
        (world.officer.id, "deny", "not-a-side"),
        (program, "grant", "not-a-side"),
        (asha.id, "grant", "notice-changed"),
        (asha.id, "resume", "consent-requested"),
    ]
    async with await world.client() as client:
        seen = (await client.get(f"{PATH}/{id}/uses")).json()["items"]
    assert len(seen) == 5, "the one who asked reads the same log"
    await world.say(asha, id, "deny")


async def test_codes_that_are_wrong_or_come_too_late_are_logged(world: World) -> None:
    asha = await world.by_phone(ASHA)
    made = await world.asked(ASHA, until=(world.now + timedelta(hours=2)).isoformat())
    id = made["id"]

    async def post(call: str, status: int, **said: Any) -> dict[str, Any]:
        async with await world.client() as client:
            answer = await client.post(f"{PATH}/{id}:{call}", json=said)
        assert answer.status_code == status, answer.text
        return answer.json()

    world.house.later(minutes=61)
    sent = await post("sendCode", 201, act="grant")
    await post("sendCode", 429, act="grant")
    typed = {"id": sent["id"], "code": "not it"}
    assert (await post("grant", 401, notice=made["notice"], code=typed))["code"] == "sign-in-refused"
    world.house.later(hours=2)
    await post("sendCode", 409, act="grant")
    again = await world.by_phone(ASHA)
    await world.say(again, id, "grant", 409, notice=made["notice"])
    program = world.partner.application
    assert await log(world, again, id) == [
        (program, "send-code", "too-many-codes"),
        (program, "grant", "wrong-code"),
        (program, "send-code", "consent-expired"),
        (asha.id, "grant", "consent-expired"),
    ]


async def test_what_is_withdrawn_stays_so_and_each_try_is_logged(world: World) -> None:
    id, asha = await world.granted(ASHA)
    wider = {"household": ["head_name", "address", "phone"]}
    assert (await world.asked(ASHA, 400, renews=id, data=wider))["code"] == "bad-consent"
    shape = {"shape": "jjm"}
    artefact = await world.house.keeper.get(f"{PATH}/{id}", params=shape)
    signature = artefact.headers[HEADER]
    await world.say(asha, id, "withdraw")
    for act in ("grant", "resume", "withdraw"):
        await world.say(asha, id, act, 409, **({"notice": "0" * 64} if act == "grant" else {}))
    for header, status in ((signature, 409), (f"{signature[:-4]}AAAA", 401)):
        headers = {HEADER: header}
        sent = await world.house.keeper.post(f"{PATH}:import", content=artefact.content, headers=headers, params=shape)
        assert sent.status_code == status, sent.text
    program = world.partner.application
    found = await log(world, asha, id)
    assert found[:4] == [
        (program, "renew", "more-than-before"),
        (asha.id, "grant", "consent-revoked"),
        (asha.id, "resume", "consent-revoked"),
        (asha.id, "withdraw", "consent-revoked"),
    ]
    assert [one[1:] for one in found[4:]] == [("import", "wrong-state"), ("import", "signature-refused")]


async def test_nobody_fills_the_log_of_anothers_consent(world: World) -> None:
    asha, ravi = await world.by_phone(ASHA), await world.by_phone(RAVI)
    made = await world.asked(ASHA)
    for _ in range(103):
        await world.say(ravi, made["id"], "deny", 404)
    await world.say(asha, made["id"], "pause", 409)
    found = await world.house.rows("select reader from access.consent_use where consent = $1", made["id"])
    assert [row["reader"] for row in found].count(ravi.id) == 100
    assert asha.id in {row["reader"] for row in found}, "what others try still stands in it"
    await world.say(asha, made["id"], "deny")
