"""Who read my data: a person sees who was shown the records that carry their telephone number, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import databases
import httpx
import nodes
import orjson
import partners_kit
import people_kit
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from people_kit import House, Somebody, role

from jjm.access import Actor, Basis, Way
from jjm.access.readings.covering import covers, page_of, reading_of
from jjm.access.readings.model import Mark, Subject
from jjm.app.asgi import application
from jjm.web.pages.readings import GROUNDS, WAYS

MINE, OTHERS, STRANGER = "9811100001", "9811100002", "9811100003"
HOUSEHOLD = {"village": "VIL-901400", "head_name": "Kalpit Nayak"}
PANCHAYAT = "local_body/901300"
BOTH = ("household:read", "household:personal")


_MANY = """
insert into access.reading (at, until, answers, reader, kind, purpose, type, way, areas, last_position)
select $1::timestamptz - n * interval '1 second', $1, 1, 'clerk', 'token', 'audit', 'household', 'export', $2, 9
from generate_series(1, $3::int) n
"""


@dataclass
class World:
    """A node with two households, programs that read them, and a browser."""

    house: House
    mine: str
    others: str
    browser: httpx.AsyncClient

    async def program(self, *permits: str, **headers: str) -> httpx.AsyncClient:
        """A program of the office, called by its permits."""
        secret = await nodes.token(self.house.node, *permits)
        transport, said = (
            httpx.ASGITransport(application(self.house.node)),
            {"authorization": f"Bearer {secret}", **headers},
        )
        return httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=said)

    async def code(self, phone: str) -> tuple[str, str]:
        """A code sent to a telephone: its name and what it is."""
        self.house.later(minutes=61)
        answer = await self.house.anybody.post("/api/v1/phone-codes", json={"phone": phone})
        assert answer.status_code == 201, answer.text
        line = orjson.loads((self.house.node.settings.folder / "outbox.ndjson").read_bytes().splitlines()[-1])
        return answer.json()["id"], line["text"][:6]

    async def by_phone(self, phone: str) -> Somebody:
        """Somebody signed in with a code sent to that number."""
        id, code = await self.code(phone)
        begun = (await self.house.anybody.post("/api/v1/sessions:phone", json={"id": id, "code": code})).json()
        return Somebody(begun["person"], phone, token=begun["token"])

    async def told(self, somebody: Somebody, path: str = "/me/readings") -> dict[str, Any]:
        """What somebody is told, with all that was noted so far."""
        readings = self.house.node.registry.readings
        assert readings is not None
        await readings.settle(self.house.node.database)
        return await self.house.call(somebody, "GET", path)

    async def forget(self) -> None:
        """Begin with no readings noted."""
        readings = self.house.node.registry.readings
        assert readings is not None
        await readings.settle(self.house.node.database)
        async with self.house.node.database.write() as conn:
            await conn.execute("delete from access.reading")


@pytest_asyncio.fixture(scope="module")
async def kept(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """All of it, shared by the tests of this module."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        folder: Path = tmp_path_factory.mktemp("own") / "node"
        house = await stack.enter_async_context(people_kit.house(folder, url, messages="outbox"))
        ids: list[str] = []
        for phone in (f"+91 {MINE}", OTHERS):
            made = await house.keeper.post("/api/v1/households", json={**HOUSEHOLD, "phone": phone})
            assert made.status_code == 201, made.text
            ids.append(made.json()["id"])
        await nodes.sequenced(house.node)
        transport = httpx.ASGITransport(application(house.node))
        browser = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://node.test"))
        yield World(house, ids[0], ids[1], browser)


@pytest_asyncio.fixture
async def world(kept: World) -> World:
    """The same with no readings noted."""
    await kept.forget()
    return kept


async def test_a_person_sees_who_opened_their_record_and_what_for(world: World) -> None:
    asha = await world.by_phone(MINE)
    empty = await world.told(asha)
    assert empty["about"] == [{"type": "household", "id": world.mine}]
    assert (empty["items"], empty["next"]) == ([], None)
    async with await world.program(*BOTH, purpose="grievance") as clerk:
        assert (await clerk.get(f"/api/v1/households/{world.mine}")).status_code == 200
        assert (await clerk.get(f"/api/v1/households/{world.others}")).status_code == 200
    (one,) = (await world.told(asha))["items"]
    assert one["reader"] == {
        "kind": "token", "name": "household:read-household:personal", "office": None, "partner": None,
        "partner_name": None, "is_you": False,
    }  # fmt: skip
    assert (one["purpose"]["code"], one["purpose"]["title"]["en"]) == ("grievance", "Settling a complaint")
    assert (one["purpose"]["basis"], one["way"], one["type"]) == ("s7b_state_benefit", "record", "household")
    assert (one["records"], one["is_exact"], one["agreement"]) == ([world.mine], True, None)
    assert datetime.fromisoformat(one["at"]) == world.house.clock.instant
    assert one["fields"] == ["head_name", "phone"]


async def test_it_is_told_which_fields_were_shown(world: World) -> None:
    asha = await world.by_phone(MINE)
    here, households = f"/api/v1/households/{world.mine}", "/api/v1/households"
    async with await world.program(*BOTH, purpose="grievance") as clerk:
        for path, fields in (
            (f"{here}?fields=phone,members", ["phone"]),
            (f"{households}?fields=head_name", ["head_name"]),
            (f"{households}?phone={MINE}&fields=members", ["phone"]),
            (f"{here}/history", ["head_name", "phone"]),
            ("/api/v1/changes?types=households&fields=phone", ["phone"]),
        ):
            world.house.later(minutes=2)
            assert (await clerk.get(path)).status_code == 200, path
            assert (await world.told(asha))["items"][0]["fields"] == fields, path
        before = len((await world.told(asha))["items"])
        assert (await clerk.get(f"{here}?fields=members")).status_code == 200
        asked = await clerk.post(f"{households}:export", params={"fields": "phone", "wait": 10})
        assert asked.json()["state"] == "done", asked.text
    newest, *rest = (await world.told(asha))["items"]
    assert (newest["way"], newest["fields"], len(rest)) == ("export", ["phone"], before)
    async with world.house.node.database.write() as conn:
        await conn.execute("update access.reading set field_list = null")
    assert {one["fields"] for one in (await world.told(asha))["items"]} == {None}


async def test_an_officer_is_told_by_the_office_and_not_by_name(world: World) -> None:
    officer = await world.house.somebody(None, PANCHAYAT, role("panchayat_secretary", PANCHAYAT))
    headers = officer.auth | {"purpose": "water_supply"}
    seen = await world.house.anybody.get(f"/api/v1/households/{world.mine}", headers=headers)
    assert "head_name" in seen.json(), seen.text
    told = await world.told(await world.by_phone(MINE))
    (one,) = told["items"]
    assert (one["reader"]["kind"], one["reader"]["name"], one["reader"]["office"]) == (
        "person", officer.id, PANCHAYAT,
    )  # fmt: skip
    assert "Asha" not in str(told)


async def test_larger_readings_are_shown_where_they_covered_the_record(world: World) -> None:
    async with (
        await world.program("household:read@district/901", "household:personal@district/901") as inside,
        await world.program("household:read@district/902", "household:personal@district/902") as outside,
        await world.program(*BOTH) as everywhere,
    ):
        for client in (inside, outside):
            done = await client.post("/api/v1/households:export", params={"wait": "30"}, headers={"purpose": "audit"})
            assert done.status_code in (200, 202), done.text
        asha = await world.by_phone(MINE)
        (one,) = (await world.told(asha))["items"]
        assert (one["way"], one["is_exact"], one["records"]) == ("export", False, [world.mine])
        assert "district/901" in one["reader"]["name"] and one["purpose"]["code"] == "audit"
        await world.forget()
        changes = await everywhere.get("/api/v1/changes", params={"types": "households", "limit": "20000"})
        at = changes.headers["x-position"]
        made = await world.house.keeper.post("/api/v1/households", json={**HOUSEHOLD, "phone": STRANGER})
        assert made.status_code == 201
        await nodes.sequenced(world.house.node)
        await everywhere.get("/api/v1/changes", params={"types": "households", "after": at})
    ways = [(i["way"], i["is_exact"], i["records"]) for i in (await world.told(asha))["items"]]
    assert ways == [("feed", False, [world.mine])], "the second stretch of the feed did not hold it"


async def test_a_partner_is_told_by_its_name_and_the_agreement(world: World) -> None:
    house = world.house
    asked = partners_kit.request(partners_kit.ed25519(), name="Kalpit Water Laboratory")
    partner = (await house.anybody.post("/api/v1/participants", json=asked)).json()
    reader = Actor(partner["application"], kind="application", participant=partner["id"], purpose="water_quality")
    assert house.node.registry.readings is not None
    house.node.registry.readings.note(reader, "household", Way.RECORD, [world.mine], "AGR-1")
    (one,) = (await world.told(await world.by_phone(MINE)))["items"]
    assert (one["reader"]["partner"], one["reader"]["partner_name"]) == (partner["id"], "Kalpit Water Laboratory")
    assert (one["agreement"], one["purpose"]["code"]) == ("AGR-1", "water_quality")


async def test_a_page_looks_so_far_and_the_next_goes_on(world: World) -> None:
    """Thousands of larger readings of other places lie in front of the one that counts."""
    asha, now = await world.by_phone(MINE), world.house.clock.instant
    async with world.house.node.database.write() as conn:
        await conn.execute(_MANY, now, ["DIS-902"], 6000)
        await conn.execute(_MANY, now - timedelta(hours=2), ["DIS-901"], 1)
    first = await world.told(asha)
    assert first["items"] == [] and first["next"]
    (one,) = (await world.told(asha, first["next"].removeprefix("/api/v1")))["items"]
    assert one["way"] == "export" and one["records"] == [world.mine]


async def test_a_stranger_sees_nothing_of_it(world: World) -> None:
    async with await world.program(*BOTH) as clerk:
        await clerk.get(f"/api/v1/households/{world.mine}")
    stranger = await world.told(await world.by_phone("9811100009"))
    assert (stranger["about"], stranger["items"]) == ([], [])
    other = await world.told(await world.by_phone(OTHERS))
    assert [a["id"] for a in other["about"]] == [world.others] and other["items"] == []


async def test_only_a_telephone_that_was_shown_in_this_session_counts(world: World) -> None:
    house = world.house
    typed = await house.somebody(None, "district/901", phone="9811100066")
    refused = await house.call(typed, "GET", "/me/readings", None, 403)
    assert refused["code"] == "phone-not-shown"
    await house.call(None, "GET", "/me/readings", None, 403)
    assert (await house.anybody.get("/api/v1/me/readings")).status_code == 401
    made = await house.invited(None, "district/901", invited=False, phone="9811100077")
    mallory = await world.by_phone("9811100077")
    assert mallory.id == made["person"]["id"]
    contact = {"name": "Mallory", "phone": "9811100078"}
    changed = await house.keeper.put(f"/api/v1/people/{mallory.id}/contact", json=contact)
    assert changed.status_code == 200, changed.text
    house.later(seconds=6)
    await house.call(mallory, "GET", "/me/readings", None, 401)


async def test_the_page_says_it_in_plain_words(world: World) -> None:
    browser = world.browser
    assert (await browser.get("/me/readings")).headers["location"] == "/sign-in/phone"
    asha = await world.by_phone(MINE)
    browser.cookies.set("jjm_session", asha.token, domain="node.test")
    assert 'href="/me/readings"' in (await browser.get("/me")).text
    await world.told(asha)
    empty = (await browser.get("/me/readings")).text
    assert "Nobody has been shown your personal data" in empty and world.mine in empty
    async with await world.program(*BOTH, purpose="grievance") as clerk:
        await clerk.get(f"/api/v1/households/{world.mine}")
        await clerk.post("/api/v1/households:export", params={"wait": "30"}, headers={"purpose": "audit"})
    await world.told(asha)
    english, hindi = [(await browser.get("/me/readings", params={"lang": lang})).text for lang in ("en", "hi")]
    assert "Settling a complaint" in english and "Your record was shown." in english
    assert "A larger reading of many records" in english and "Audit and inspection" in english
    assert "शिकायत का निपटारा" in hindi and "मेरा डेटा किसने पढ़ा" in hindi and "Settling" not in hindi
    stranger = await world.by_phone("9811100055")
    browser.cookies.set("jjm_session", stranger.token, domain="node.test")
    assert "No record on this node carries" in (await browser.get("/me/readings?lang=en")).text
    officer = await world.house.somebody(None, PANCHAYAT)
    browser.cookies.set("jjm_session", officer.token, domain="node.test")
    refused = await browser.get("/me/readings?lang=en")
    assert refused.status_code == 403 and 'href="/sign-in/phone"' in refused.text
    browser.cookies.clear()


async def test_pages_follow_one_another(world: World) -> None:
    async with await world.program(*BOTH) as clerk:
        for _ in range(5):
            world.house.later(minutes=2)
            await clerk.get(f"/api/v1/households/{world.mine}")
            world.house.later(minutes=2)
            await clerk.post("/api/v1/households:export", params={"wait": "30"})
    asha = await world.by_phone(MINE)
    whole = [i["at"] for i in (await world.told(asha))["items"]]
    assert len(whole) == 10 and whole == sorted(whole, reverse=True)
    found: list[str] = []
    path: str | None = "/me/readings?limit=3"
    while path:
        page = await world.told(asha, path)
        found += [i["at"] for i in page["items"]]
        path = page["next"] and page["next"].removeprefix("/api/v1")
    assert found == whole
    for bad in ("nonsense", "WyJ4IiwieSJd"):
        assert (await world.house.call(asha, "GET", f"/me/readings?cursor={bad}", None, 400))["code"] == "bad-cursor"


def test_every_way_and_every_ground_has_its_words() -> None:
    assert WAYS.keys() == {way.value for way in Way}
    assert GROUNDS.keys() == {basis.value for basis in Basis}


START = datetime(2026, 11, 30, tzinfo=UTC)
ROW = {
    "reader": "a", "kind": "token", "reader_id": None, "participant": None, "agreement": None, "consent": None,
    "purpose": "audit", "type": "household", "way": "feed", "until": START, "answers": 1, "areas": None,
    "first_position": None, "last_position": 9, "is_part": False, "fields": None,
}  # fmt: skip


@given(st.sets(st.integers(0, 9)), st.integers(0, 9), st.integers(0, 9))
def test_a_stretch_covers_what_changed_in_it(positions: set[int], first: int, last: int) -> None:
    subject = Subject("household", "HHD-1", START, frozenset({"VIL-1", "STA-1"}), tuple(positions))
    row = ROW | {"first_position": first, "last_position": last}
    assert covers(row, subject) == bool(positions & set(range(first, last + 1)))
    assert not covers(row | {"areas": ["STA-2"]}, subject)
    assert covers(ROW | {"areas": ["STA-1"]}, subject)


@given(st.lists(st.integers(0, 30), unique=True), st.none() | st.integers(0, 30), st.integers(1, 5))
def test_a_page_leaves_nothing_out(numbers: list[int], horizon: int | None, limit: int) -> None:
    found = [reading_of(ROW | {"at": START, "id": n}, ["HHD-1"], is_exact=True) for n in numbers]
    seen_to = [] if horizon is None else [Mark(START, horizon)]
    items, following = page_of(found, seen_to, limit)
    shown = [one.mark.number for one in items]
    assert len(shown) <= limit and shown == sorted(shown, reverse=True)
    end = following.number if following else 0
    assert shown == sorted((n for n in numbers if n >= end), reverse=True)
