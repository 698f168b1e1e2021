"""A State's own system sends every night, then a part of it: officers are told once, and nothing counts as mended."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import nodes
import partners_kit as kit
import pytest_asyncio
from bulk_kit import ndjson
from page_structure import PageRead, faults_of
from people_kit import Somebody, house, role
from remedy_world import VILLAGE, RemedyWorld

from jjm.app.asgi import application
from jjm.solutions.quality.feeds import watch_feeds

NIGHTLY, PART = 5, 2


class FeedWorld(RemedyWorld):
    """The village with two partners that send tests, and officers near and far."""

    sender: kit.Partner
    rival: kit.Partner
    sent = 0

    async def settle(self) -> None:
        """Officers of two districts and of the State, and the partners; one of them registers a sample."""
        await super().settle()
        self.people["state"] = await self.house.somebody(None, "state/21")
        granted = role("state_admin", "state/21")
        await self.house.call(None, "POST", f"/people/{self.state.id}/grants", granted, 201)
        self.people["far"] = await self.house.somebody(None, "district/902", role("district_officer", "district/902"))
        node, types = self.house.node, ("water_quality_test", "sample")
        scopes = [f"{type}:{scope}@district/901" for type in types for scope in ("read", "write")]
        self.sender = await kit.partner(node, self.house.keeper, scopes=scopes, name="State WQMIS")
        self.rival = await kit.partner(node, self.house.keeper, scopes=scopes, name="Rival")
        told = self.point | {"collected_at": self.at(), "tests_asked": ["f"]}
        begun = {"workflow": "sample", "action": "REGISTER", "data": told}
        async with self.rival.client() as client:
            answer = await client.post("/api/v1/cases", json=begun)
            assert answer.status_code == 201, answer.text

    async def night(self, rows: int) -> None:
        """What the partner sends in one night, and a day passes."""
        items: list[Any] = []
        for _ in range(rows):
            self.sent += 1
            told = {"village": VILLAGE, "method": "laboratory", "results": [{"parameter": "f", "value": 0.4}]}
            known = {"external_ids": [{"system": "state-lims", "value": str(self.sent)}]}
            items.append({"type": "water_quality_tests", "data": told | known})
        async with self.sender.client() as client:
            answer = await client.put(f"/api/v1/batches/night-{self.sent}", json=items)
            assert answer.json()["accepted"] == rows, answer.text
            # The same rows, sent once more because the line broke, are no new results.
            await client.put(f"/api/v1/batches/again-{self.sent}", json=items)
        await nodes.sequenced(self.house.node)  # before the clock is moved: the node looks at days by itself as well
        self.house.later(days=1)

    async def imported(self, headers: dict[str, str], rows: int) -> None:
        """A file of results that somebody imports."""
        told = {"village": VILLAGE, "method": "laboratory", "results": [{"parameter": "f", "value": 0.4}]}
        content, kind = ndjson([told] * rows), {"content-type": "application/x-ndjson"}
        path, patience = "/api/v1/water_quality_tests:import", {"wait": "60"}
        answer = await self.house.anybody.post(path, params=patience, content=content, headers=headers | kind)
        assert answer.json()["result"]["created"] == rows, answer.text

    async def watch(self) -> None:
        """Have all counted and weighed, whether it is this or the node itself that does it."""
        node = self.house.node
        while [row["day"] for row in await self.house.rows("select day from quality.feeds_seen")] != [self.yesterday]:
            async with node.database.write() as conn:
                await watch_feeds(node.registry, node.notices, conn)

    @property
    def yesterday(self) -> date:
        """The last day that is over."""
        return self.house.clock.today() - timedelta(days=1)

    async def told(self) -> list[str]:
        """Who was told of falls."""
        rows = await self.house.rows(
            "select person from notify.message where event = 'feed-shrank' and channel = 'inbox'"
        )
        return sorted(row["person"] for row in rows)

    async def contamination(self) -> tuple[str, str, int, list[str]]:
        """The one contamination: its number, state and version, and its steps but those of its own clocks."""
        found = await self.only("contaminations", village=VILLAGE)
        steps = (await self.house.call(None, "GET", f"/cases/{found['id']}/steps"))["items"]
        return (
            found["id"],
            found["status"],
            found["_meta"]["version"],
            [one["action"] for one in steps if one["action"] not in ("LATE", "ESCALATE")],
        )

    async def feeds(self, by: Somebody | None) -> Any:
        """Feeds of the first partner as somebody sees them."""
        found = (await self.house.call(by, "GET", "/quality/feeds"))["items"]
        return [one for one in found if one["sender"] == self.sender.application]

    async def page(self, path: str, by: Somebody | None = None, lang: str = "en") -> str:
        """A page as somebody sees it in a browser; sound."""
        cookies = {"jjm_session": by.token} if by else {}
        transport = httpx.ASGITransport(application(self.house.node))
        async with httpx.AsyncClient(transport=transport, base_url="http://node.test", cookies=cookies) as browser:
            answer = await browser.get(path, headers={"accept": "text/html", "accept-language": lang})
        assert answer.status_code == 200, answer.text
        assert list(faults_of(PageRead(answer.text))) == []
        return answer.text

    async def of_partner(self, partner: kit.Partner) -> Any:
        """Feeds as a partner sees them."""
        async with partner.client() as client:
            return (await client.get("/api/v1/quality/feeds")).json()["items"]


@pytest_asyncio.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncGenerator[FeedWorld, None]:
    """The village, on a node that partners can reach."""
    async with house(tmp_path / "node", database_url, url=kit.URL, environment="sandbox") as opened:
        with kit.called(opened.node):
            found = FeedWorld(opened)
            await found.settle()
            yield found


async def test_a_feed_that_shrinks_is_told_once_and_mends_nothing(world: FeedWorld) -> None:
    await world.tested((await world.sampled())["id"], **{"as": 0.08})
    case = await world.contamination()
    assert case[1:] == ("OPEN", 1, ["OPEN"])
    for _ in range(34):
        await world.night(NIGHTLY)
    await world.watch()
    (feed,) = await world.feeds(None)
    assert (feed["sender"], feed["type"]) == (world.sender.application, "water_quality_test")
    assert feed["sender_name"].startswith("State WQMIS: ")
    assert (feed["this_week"], feed["usual"], feed["standing"]) == (35, None, "new")
    await world.night(NIGHTLY)
    await world.watch()
    (feed,) = await world.feeds(None)
    assert (feed["this_week"], feed["usual"], feed["share"], feed["partial"]) == (35, 35, 1.0, False)
    assert feed["remedy"] is None and await world.told() == []

    # 40 % of it: told on the day on which the seven days hold less than half, and not again.
    told: list[int] = []
    for _ in range(9):
        await world.night(PART)
        await world.watch()
        await world.watch()
        told.append(len(await world.told()))
    assert told == [0] * 5 + [2] * 4
    for one in (world.officer, world.far, world.state):
        await world.house.sign_in(one)
    officers = sorted([world.officer.id, world.state.id])
    assert await world.told() == officers
    messages = (await world.house.call(world.officer, "GET", "/messages"))["items"]
    assert [m["text"] for m in messages if "17 came in the seven days to 09.01.2027" in m["text"]]

    # Who answers for the district and the sender itself see it; nobody else does.
    (feed,) = await world.feeds(world.officer)
    assert (feed["this_week"], feed["usual"], feed["share"], feed["partial"]) == (14, 35, 0.4, True)
    assert "no contamination is closed" in feed["sentence"]["en"] and feed["remedy"]["hi"]
    assert await world.of_partner(world.sender) == [feed]
    assert await world.feeds(world.state) == [feed] and await world.feeds(world.far) == []
    assert [(one["type"], one["standing"]) for one in await world.of_partner(world.rival)] == [("sample", "few")]
    assert (await world.house.anybody.get("/api/v1/quality/feeds")).status_code == 401

    # It is a finding of the State and of the district, whoever looks, and of no other; officers have a page of feeds.
    for where in ("", "?within=state/21", "?within=district/901"):
        page = await world.page(f"/findings{where}")
        assert "A feed of results brings too little" in page and "State WQMIS: " in page and "17" in page
        assert "State administrator" in page or "State" in page
    for where in ("?within=state/27", "?within=district/902", "?valid_at=2027-01-08"):
        assert "A feed of results brings too little" not in await world.page(f"/findings{where}")
    for lang, words in (("en", ("Too little since", "09.01.2027")), ("hi", ("कब से बहुत कम", "अधूरी"))):
        page = await world.page("/quality/feeds", world.officer, lang)
        assert all(word in page for word in words) and "State WQMIS: " in page
    assert "State WQMIS" not in await world.page("/quality/feeds", world.far)
    assert "/quality/feeds" in await world.page("/reports")

    # Nothing that did not come touched the contamination.
    assert await world.contamination() == case

    # It comes back, and falls to nothing: that is another fall.
    for _ in range(7):
        await world.night(NIGHTLY)
    await world.watch()
    (feed,) = await world.feeds(None)
    assert (feed["partial"], feed["since"], feed["standing"]) == (False, None, "usual")
    world.house.later(days=7)
    await world.watch()
    (feed,) = await world.feeds(None)
    assert (feed["this_week"], feed["usual"], feed["partial"]) == (0, 35, True)
    assert await world.told() == sorted(officers * 2)
    assert await world.contamination() == case
    falls = await world.house.rows("select found, usual, told, ended is null as open from quality.fall order by began")
    assert [tuple(row) for row in falls] == [(17, 35, 2, False), (0, 35, 2, True)]


async def test_a_token_and_a_person_who_imports_files_are_feeds_too(world: FeedWorld) -> None:
    token = await nodes.token(world.house.node, "water_quality_test:write@district/901", "read")
    by_token = {"authorization": f"Bearer {token}"}
    for week in range(6):
        await world.house.sign_in(world.tester)
        if week < 5:
            await world.imported(by_token, 25)
            await world.imported(world.tester.auth, 30)
        # Typed by hand, it is no feed.
        typed = {"village": VILLAGE, "method": "laboratory", "results": [{"parameter": "f", "value": 0.4}]}
        await world.house.call(world.tester, "POST", "/water_quality_tests", typed, 201)
        await nodes.sequenced(world.house.node)
        world.house.later(days=7)
        await world.watch()
    found = {one["kind"]: one for one in (await world.house.call(None, "GET", "/quality/feeds"))["items"]}
    shown = {kind: (one["this_week"], one["usual"], one["partial"]) for kind, one in found.items()}
    assert shown == {"application": (0, 0, False), "token": (0, 25, True), "person": (0, 30, True)}
    assert found["person"]["sender"] == world.tester.id
    # The officer of the district is told of both: where the token may write, and where the person works.
    assert (await world.told()).count(world.officer.id) == 2
    page = await world.page("/findings?within=state/21")
    assert "A program with a token" in page and "A person who imports files" in page
    assert world.tester.id not in page
    told = (await world.house.anybody.get("/api/v1/quality/findings?within=state/21")).json()["items"]
    assert [(one["kind"], one["figures"]["usual"], one["place"]) for one in told] == [
        ("person", 30, "VIL-901400"), ("token", 25, "DIS-901")
    ]  # fmt: skip
    assert {one["acts"]["role"] for one in told} == {"state_admin"} and world.tester.id not in str(told)
    assert (await world.house.anybody.get("/api/v1/quality/findings?within=state/27")).json() == {"items": []}
