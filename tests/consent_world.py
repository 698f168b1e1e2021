"""A world for tests of consents: people with telephones and households, a partner, an officer, and a browser."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import databases
import httpx
import nodes
import orjson
import partners_kit
import people_kit
from people_kit import House, Somebody, role

from jjm.app.asgi import application
from jjm.app.node import Node

PATH = "/api/v1/consents"
PURPOSE = {"purpose": "agreed_service"}
ASHA, RAVI, SITA = "9811100001", "9811100002", "9811100003"
HOUSEHOLD = {"village": "VIL-901400", "members": 4, "house_number": "12", "address": "Near the well"}
TEXT = {
    "en": "We plan a repair of the tap in your house.",
    "hi": "हम आपके घर के नल की मरम्मत की योजना बना रहे हैं।",
}


@dataclass
class World:
    """All of it. `homes` are households, `accounts` those of who signed in, by the telephone number."""

    house: House
    partner: partners_kit.Partner
    officer: Somebody
    browser: httpx.AsyncClient
    homes: dict[str, str]
    accounts: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def node(self) -> Node:
        """The node."""
        return self.house.node

    @property
    def now(self) -> datetime:
        """What its clock says."""
        return self.house.clock.instant

    async def client(self, **headers: str) -> httpx.AsyncClient:
        """The partner's program, reading for the purpose that rests on consent."""
        token = await self.partner.token()
        said = {"authorization": f"Bearer {token}", **(PURPOSE | headers)}
        transport = httpx.ASGITransport(application(self.node))
        return httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=said)

    async def by_phone(self, phone: str) -> Somebody:
        """The person behind a telephone, signed in with a code sent to it."""
        self.house.later(minutes=61)
        answer = await self.house.anybody.post("/api/v1/phone-codes", json={"phone": phone})
        assert answer.status_code == 201, answer.text
        said = {"id": answer.json()["id"], "code": self.last_message()["text"][:6]}
        begun = (await self.house.anybody.post("/api/v1/sessions:phone", json=said)).json()
        self.accounts[phone] = begun["person"]
        return Somebody(begun["person"], phone, token=begun["token"])

    def last_message(self) -> dict[str, Any]:
        """The last message that went to a telephone."""
        return orjson.loads((self.node.settings.folder / "outbox.ndjson").read_bytes().splitlines()[-1])

    def wanted(self, phone: str = ASHA, **more: Any) -> dict[str, Any]:
        """A request for consent of whoever has that telephone."""
        asked = {
            "record": {"type": "household", "id": self.homes[phone]},
            "purpose": "agreed_service",
            "text": TEXT,
            "data": {"household": ["head_name", "address"]},
            "areas": ["district/901"],
            "until": (self.now + timedelta(days=30)).isoformat(),
            "frequency": {"unit": "DAY", "times": 50},
        }
        return asked | more

    async def asked(self, phone: str = ASHA, status: int = 201, **more: Any) -> dict[str, Any]:
        """A request for consent by the partner."""
        async with await self.client() as client:
            answer = await client.post(PATH, json=self.wanted(phone, **more))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def say(self, by: Somebody, id: str, act: str, status: int = 200, **said: Any) -> dict[str, Any]:
        """What a person says about a consent in their own session."""
        return await self.house.call(by, "POST", f"/consents/{id}:{act}", said, status)

    async def granted(self, phone: str = ASHA, **more: Any) -> tuple[str, Somebody]:
        """A consent asked for and given, and the person."""
        person = await self.by_phone(phone)
        made = await self.asked(phone, **more)
        await self.say(person, made["id"], "grant", notice=made["notice"])
        return made["id"], person

    async def read(self, phone: str = ASHA, path: str = "", **params: str) -> httpx.Response:
        """The partner reads the household of a telephone."""
        async with await self.client() as client:
            return await client.get(f"/api/v1/households/{self.homes[phone]}{path}", params=params)

    async def uses(self, id: str) -> list[tuple[str, str, str | None]]:
        """How each reading under a consent ended, oldest first: way, outcome, reason."""
        async with await self.client() as client:
            found = (await client.get(f"{PATH}/{id}/uses")).json()["items"]
        return [(use["way"], use["outcome"], use["code"]) for use in reversed(found)]

    async def noted(self) -> list[Any]:
        """Readings noted so far under consents, in order."""
        assert self.node.registry.readings is not None
        await self.node.registry.readings.settle(self.node.database)
        return await self.house.rows("select * from access.reading where consent is not null order by id")


@asynccontextmanager
async def world(postgres: databases.Postgres, folder: Path, **more: Any) -> AsyncGenerator[World, None]:
    """A world of its own, with `more` settings of its node."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        settings = {"messages": "outbox", "url": partners_kit.URL, **more}
        house = await stack.enter_async_context(people_kit.house(folder / "node", url, **settings))
        homes: dict[str, str] = {}
        for phone, name in ((ASHA, "Asha Kalpit"), (RAVI, "Ravi Kalpit"), (SITA, "Sita Kalpit")):
            told = {**HOUSEHOLD, "head_name": name, "phone": f"+91 {phone}"}
            made = await house.keeper.post("/api/v1/households", json=told)
            assert made.status_code == 201, made.text
            homes[phone] = made.json()["id"]
        await nodes.sequenced(house.node)
        partner = await _partner(house)
        officer = await house.somebody(None, "district/901", role("district_officer", "district/901"))
        transport = httpx.ASGITransport(application(house.node))
        browser = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://node.test", headers={"accept": "text/html"})
        )
        yield World(house, partner, officer, browser, homes)


async def _partner(house: House, **more: Any) -> partners_kit.Partner:
    node, key = house.node, partners_kit.ed25519()
    partners_kit.open_to_many(node)
    asked = partners_kit.request(key, scopes=["household:read@state/21"], **more)
    made = (await house.anybody.post("/api/v1/participants", json=asked)).json()
    await house.keeper.post(f"/api/v1/participants/{made['id']}:approve", json={})
    return Programmed(node, made["id"], made["application"], [key], house)


@dataclass
class Programmed(partners_kit.Partner):
    """A partner of a house, called through the house's own client."""

    house: House | None = None

    async def ask(self, assertion: str | None = None, **form: str) -> httpx.Response:
        """Ask for a token."""
        assert self.house is not None
        said = {
            "grant_type": "client_credentials",
            "client_assertion_type": partners_kit.ASSERTION,
            "client_assertion": assertion or self.assertion(),
        }
        return await self.house.anybody.post("/oauth/token", data=said | form)


async def manager(world: World) -> partners_kit.Partner:
    """A participant that manages consents."""
    return await _partner(world.house, kind="consent_manager", name="Sahmati Kendra")
