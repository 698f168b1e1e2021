"""The life of a consent over HTTP: asked for, shown as a notice, granted by the person, read under, withdrawn."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from hashlib import sha256

import consent_world
import databases
import nodes
import pytest
import pytest_asyncio
from consent_world import ASHA, PATH, RAVI, World

from jjm.access import tidy
from jjm.kit import canonical


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("consents")) as made:
        yield made


async def test_a_consent_from_its_request_to_its_end(world: World) -> None:
    before = await world.read()
    assert (before.status_code, before.json()["code"]) == (403, "consent-needed"), before.text
    asha = await world.by_phone(ASHA)
    made = await world.asked()
    assert (made["status"], made["person"], made["consumer"]) == ("REQUESTED", asha.id, world.partner.id)
    assert made["notice"] == sha256(canonical(made["notice_text"])).hexdigest()
    assert "Kalpit Water Systems" in made["notice_text"]["hi"] and "Address" in made["notice_text"]["en"]
    assert "Purva (district/901)" in made["notice_text"]["en"], "areas are called by their names"
    (mine, *_) = (await world.house.call(asha, "GET", "/me/consents"))["items"]
    assert mine["id"] == made["id"]
    assert (await world.read()).status_code == 403, "asking opens nothing"
    stale = await world.say(asha, made["id"], "grant", 409, notice="0" * 64)
    assert stale["code"] == "notice-changed"
    granted = await world.say(asha, made["id"], "grant", notice=made["notice"])
    assert (granted["status"], granted["records"], granted["means"]) == ("GRANTED", [world.homes[ASHA]], "session")

    shown = (await world.read()).json()
    assert (shown["head_name"], shown["address"], shown["members"]) == ("Asha Kalpit", "Near the well", 4)
    assert not {"phone", "house_number"} & set(shown), "what was not asked for stays hidden"
    (noted, *_) = await world.noted()
    assert (noted["consent"], noted["ids"], noted["purpose"]) == (made["id"], [world.homes[ASHA]], "agreed_service")
    told = (await world.house.call(asha, "GET", "/me/readings"))["items"][0]
    assert (told["consent"], told["reader"]["partner"]) == (made["id"], world.partner.id)

    assert (await world.say(asha, made["id"], "pause"))["status"] == "PAUSED"
    assert (await world.read()).status_code == 403
    assert (await world.say(asha, made["id"], "resume"))["status"] == "GRANTED"
    assert (await world.read()).status_code == 200
    assert (await world.say(asha, made["id"], "withdraw"))["status"] == "REVOKED"
    after = await world.read()
    assert (after.status_code, after.json()["code"]) == (403, "consent-needed"), "at once, without waiting"
    assert "consent-revoked" in after.json()["detail"]
    assert (await world.say(asha, made["id"], "resume", 409))["code"] == "wrong-state"
    assert await world.uses(made["id"]) == [
        ("grant", "refused", "notice-changed"),
        ("record", "used", None),
        ("record", "refused", "consent-paused"),
        ("record", "used", None),
        ("record", "refused", "consent-revoked"),
        ("resume", "refused", "consent-revoked"),
    ]


async def test_each_step_is_in_the_ledger_without_anything_personal(world: World) -> None:
    id, person = await world.granted(RAVI)
    await world.say(person, id, "withdraw")
    await nodes.sequenced(world.node)
    found = (await world.house.call(person, "GET", f"/consents/{id}/decisions"))["items"]
    assert [(one["change"], one["document"]["status"]) for one in reversed(found)] == [
        ("request", "REQUESTED"),
        ("grant", "GRANTED"),
        ("revoke", "REVOKED"),
    ]
    for one in found:
        assert set(one["document"]) == {"status", "artefact"}
        said = {name: one[name] for name in ("type", "subject", "version", "change", "document")}
        (row,) = await world.house.rows(
            "select substr(digests, 1, 32) as digest, type from ledger.batch where id = $1", one["entry"] // 65536
        )
        assert (row["type"], bytes(row["digest"])) == ("access.consent", sha256(canonical(said)).digest())
    async with await world.client() as client:
        artefact = await client.get(f"{PATH}/{id}", params={"shape": "jjm"})
    assert sha256(artefact.content).hexdigest() == found[0]["document"]["artefact"]


async def test_what_may_be_asked_for(world: World) -> None:
    async def refused(pointer: str, **more: object) -> None:
        told = await world.asked(RAVI, 400, **more)
        assert (told["code"], told["errors"][0]["pointer"]) == ("bad-consent", pointer)

    await refused("/purpose", purpose="water_supply")
    await refused("/data", data={"scheme": ["name"]})
    await refused("/data/household", data={"household": ["members"]})
    await refused("/data/household", data={"household": ["head_name", "nothing"]})
    await refused("/until", until=(world.now - timedelta(days=1)).isoformat())
    await refused("/until", until=(world.now + timedelta(days=2000)).isoformat())
    assert (await world.asked(RAVI, 404, areas=["district/0"]))["code"] == "area-unknown"
    nobody = {"type": "household", "id": "HHD-21-0000000000000000-0"}
    assert (await world.asked(RAVI, 404, record=nobody))["code"] == "not-found"
    assert (await world.asked(RAVI, 422, person="PER-1"))["status"] == 422
    assert (await world.asked(RAVI, 404, record=None, person="PER-1"))["code"] == "person-unknown"
    bare = await world.house.keeper.post("/api/v1/households", json={"village": "VIL-901400"})
    alone = {"type": "household", "id": bare.json()["id"]}
    assert (await world.asked(RAVI, 409, record=alone))["code"] == "no-telephone"
    keeper = await world.house.keeper.post(PATH, json=world.wanted(RAVI))
    assert (keeper.status_code, keeper.json()["code"]) == (403, "forbidden"), "a token of the office is nobody"
    anybody = await world.house.anybody.post(PATH, json=world.wanted(RAVI))
    assert anybody.status_code == 401
    for _ in range(3):
        await world.asked(RAVI)
    assert (await world.asked(RAVI, 409))["code"] == "too-many-consents"


async def test_only_the_person_answers(world: World) -> None:
    asha, ravi = await world.by_phone(ASHA), await world.by_phone(RAVI)
    await world.house.sign_in(world.officer)
    made = await world.asked(ASHA)
    id, said = made["id"], {"notice": made["notice"]}
    assert (await world.say(ravi, id, "grant", 404, **said))["code"] == "consent-unknown"
    assert (await world.house.call(ravi, "GET", f"/consents/{id}", None, 404))["code"] == "consent-unknown"
    assert (await world.say(world.officer, id, "deny", 404))["code"] == "consent-unknown"
    async with await world.client() as client:
        assert (await client.post(f"{PATH}/{id}:grant", json=said)).status_code == 403
    assert (await world.say(asha, id, "deny"))["status"] == "DENIED"
    assert (await world.say(asha, id, "grant", 409, **said))["code"] == "wrong-state"


async def test_with_a_cheap_telephone_a_code_grants_and_withdraws(world: World) -> None:
    asked = world.wanted(ASHA, data={"household": ["address"]})
    await world.house.sign_in(world.officer)
    made = await world.house.call(world.officer, "POST", "/consents", asked, 201)
    id = made["id"]
    assert made["consumer"] == world.officer.id and "An officer of Purva" in made["notice_text"]["en"]
    path = f"/api/v1/households/{world.homes[ASHA]}"

    async def code(act: str) -> dict[str, str]:
        world.house.later(minutes=61)
        await world.house.sign_in(world.officer)
        said = {"act": act, "language": "hi"}
        sent = await world.house.call(world.officer, "POST", f"/consents/{id}:sendCode", said, 201)
        message = world.last_message()
        assert message["to"].endswith(ASHA)
        typed = next(word for word in message["text"].split() if word.strip(".।").isdigit())
        return {"id": sent["id"], "code": typed}

    typed = await code("grant")
    stolen = await world.house.anybody.post("/api/v1/sessions:phone", json=typed)
    assert stolen.status_code == 401, "the code lets nobody in"
    assert (await world.say(world.officer, id, "withdraw", 401, code=typed))["code"] == "sign-in-refused"
    wrong = typed | {"code": "000000" if typed["code"] != "000000" else "000001"}
    assert (await world.say(world.officer, id, "grant", 401, notice=made["notice"], code=wrong))["status"] == 401
    granted = await world.say(world.officer, id, "grant", notice=made["notice"], code=typed)
    assert (granted["status"], granted["means"]) == ("GRANTED", "code")
    headers = world.officer.auth | consent_world.PURPOSE
    shown = (await world.house.anybody.get(path, headers=headers)).json()
    assert shown["address"] == "Near the well" and "head_name" not in shown
    assert (await world.read()).status_code == 403, "it was given to the officer, not to the partner"
    typed = await code("revoke")
    assert (await world.say(world.officer, id, "withdraw", code=typed))["status"] == "REVOKED"
    assert (await world.house.anybody.get(path, headers=world.officer.auth | consent_world.PURPOSE)).status_code == 403
    assert (await world.say(world.officer, id, "withdraw", 401, code=typed))["status"] == 401, "a code is taken once"


async def test_a_number_typed_by_an_officer_grants_nothing(world: World) -> None:
    person = await world.house.somebody(None, "district/901", phone="9811100009")
    told = {**consent_world.HOUSEHOLD, "phone": "9811100009"}
    made = await world.house.keeper.post("/api/v1/households", json=told)
    asked = await world.asked(record={"type": "household", "id": made.json()["id"]})
    assert asked["person"] == person.id
    refused = await world.say(person, asked["id"], "grant", 403, notice=asked["notice"])
    assert refused["code"] == "phone-not-shown"
    assert (await world.say(person, asked["id"], "deny"))["status"] == "DENIED", "to refuse needs no telephone"


async def test_it_expires_by_its_date_and_that_is_written_down(world: World) -> None:
    id, _ = await world.granted(until=(world.now + timedelta(hours=3)).isoformat())
    assert (await world.read()).status_code == 200
    world.house.later(hours=3)
    assert "consent-expired" in (await world.read()).json()["detail"]
    async with world.node.database.write() as conn:
        await tidy(world.node.access, conn)
    (row,) = await world.house.rows("select status, phone from access.consent where id = $1", id)
    assert (row["status"], row["phone"]) == ("EXPIRED", None)
    async with await world.client() as client:
        found = (await client.get(f"{PATH}/{id}/decisions")).json()["items"]
    assert found[0]["change"] == "expire" and found[0]["document"]["status"] == "EXPIRED"


async def test_a_renewal_takes_its_place_and_asks_for_no_more(world: World) -> None:
    id, asha = await world.granted(until=(world.now + timedelta(days=30)).isoformat())
    wider = await world.asked(ASHA, 400, renews=id, data={"household": ["head_name", "address", "location"]})
    assert (wider["code"], wider["errors"][0]["pointer"]) == ("bad-consent", "/data")
    made = await world.asked(ASHA, renews=id, until=(world.now + timedelta(days=29)).isoformat())
    await world.say(asha, made["id"], "grant", notice=made["notice"])
    assert (await world.house.call(asha, "GET", f"/consents/{id}"))["status"] == "REVOKED"
    assert (await world.read()).status_code == 200
    await world.say(asha, made["id"], "withdraw")


async def test_closing_an_account_ends_its_consents(world: World) -> None:
    told = {**consent_world.HOUSEHOLD, "phone": "9811100008", "head_name": "Mohan Kalpit"}
    home = (await world.house.keeper.post("/api/v1/households", json=told)).json()["id"]
    mohan = await world.by_phone("9811100008")
    record = {"type": "household", "id": home}
    given, waiting = await world.asked(record=record), await world.asked(record=record)
    await world.say(mohan, given["id"], "grant", notice=given["notice"])
    async with await world.client() as client:
        assert (await client.get(f"/api/v1/households/{home}")).status_code == 200
        await world.house.call(None, "POST", f"/people/{mohan.id}:close", None, 204)
        assert (await client.get(f"/api/v1/households/{home}")).status_code == 403
        states = [(await client.get(f"{PATH}/{one['id']}")).json()["status"] for one in (given, waiting)]
    assert states == ["REVOKED", "DENIED"]
