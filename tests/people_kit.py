"""People for tests: a node with a few areas and a clock that stands, officers who appoint, and their authenticators."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import nodes
import pyotp

from jjm.access import NODE
from jjm.app.asgi import application
from jjm.app.node import Node
from jjm.kit import SetClock
from jjm.registry import Change, Draft, examine, record
from jjm.workflow import Deeds

START = datetime(2026, 11, 30, 6, tzinfo=UTC)
PASSWORD = "katada nadi bahut gahri hai"
_AREAS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("district", {"code": "901", "name": "Purva", "state": "STA-21"}),
    ("district", {"code": "902", "name": "Pashchim", "state": "STA-21"}),
    ("district", {"code": "903", "name": "Door", "state": "STA-27"}),
    ("subdistrict", {"code": "9011", "name": "Purva Sadar", "district": "DIS-901"}),
    ("block", {"code": "9012", "name": "Purva Block", "districts": ["DIS-901"]}),
    ("local_body", {"code": "901300", "name": "Katada", "state": "STA-21", "blocks": ["BLK-9012"]}),
    ("village", {"code": "901400", "name": "Katada", "subdistrict": "SDT-9011", "local_bodies": ["LOB-901300"]}),
)
UNIT = {"name": "Purva subdivision", "unit_kind": "subdivision", "districts": ["DIS-901"]}


@dataclass
class Somebody:
    """A person of a test, with what they know and hold."""

    id: str
    phone: str | None = None
    email: str | None = None
    secret: str | None = None
    password: str = PASSWORD
    token: str = ""

    @property
    def auth(self) -> dict[str, str]:
        """The header of the session last begun."""
        return {"authorization": f"Bearer {self.token}"}


@dataclass
class House:
    """A node with people in it, called over HTTP by the keeper unless another header is given."""

    node: Node
    clock: SetClock
    keeper: httpx.AsyncClient
    anybody: httpx.AsyncClient
    unit: str = ""
    numbers: int = field(default=0)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.instant += timedelta(**time)

    def code(self, somebody: Somebody) -> str:
        """What the authenticator of somebody shows now; half a minute later, so that it is a fresh one."""
        self.later(seconds=30)
        assert somebody.secret
        return pyotp.TOTP(somebody.secret).at(self.clock.instant)

    async def call(self, by: Somebody | None, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """A call as somebody, or as the keeper for None, that ends with this status."""
        client, headers = (self.keeper, {}) if by is None else (self.anybody, by.auth)
        answer = await client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def invited(self, by: Somebody | None, place: str, *roles: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An account made by somebody, with its invitation."""
        self.numbers += 1
        body = {"name": f"Asha {self.numbers}", "phone": f"98765{self.numbers:05}", "place": place, "roles": roles}
        return await self.call(by, "POST", "/people", body | more, 201)

    async def opened(self, made: dict[str, Any], password: str = PASSWORD) -> Somebody:
        """Somebody who used an invitation or recovery: with a second factor."""
        code = made.get("invitation", made)["code"]
        person = made.get("person", {})
        look = (await self.anybody.post("/api/v1/codes:look", json={"code": code})).json()
        who = person["id"] if isinstance(person, dict) else person
        found = Somebody(who, secret=look["totp_secret"], password=password)
        if isinstance(person, dict):
            found.phone, found.email = person["phone"], person["email"]
        body = {"code": code, "password": password, "totp_code": self.code(found)}
        answer = await self.anybody.post("/api/v1/codes:use", json=body)
        assert answer.status_code == 204, answer.text
        return found

    async def sign_in(self, somebody: Somebody, status: int = 201) -> dict[str, Any]:
        """Begin a session with password and second factor."""
        body = {"name": somebody.id, "password": somebody.password}
        if somebody.secret:
            body["totp_code"] = self.code(somebody)
        answer = await self.anybody.post("/api/v1/sessions", json=body)
        assert answer.status_code == status, answer.text
        if status == 201:
            somebody.token = answer.json()["token"]
        return answer.json()

    async def somebody(self, by: Somebody | None, place: str, *roles: dict[str, Any], **more: Any) -> Somebody:
        """Somebody invited, opened and signed in."""
        found = await self.opened(await self.invited(by, place, *roles, **more))
        await self.sign_in(found)
        return found

    async def roles(self, somebody: Somebody) -> list[tuple[str, str]]:
        """The roles that count for somebody now."""
        me = await self.call(somebody, "GET", "/me")
        return [(one["role"], one["place"]) for one in me["roles"]]

    async def rows(self, statement: str, *values: object) -> list[Any]:
        """Rows of the node's database."""
        async with self.node.database.read() as conn:
            return await conn.fetch(statement, *values)


def role(name: str, place: str, **more: Any) -> dict[str, Any]:
    """A role to be granted."""
    return {"role": name, "place": place, **more}


@asynccontextmanager
async def house(
    folder: Path, database_url: str, deeds: Deeds | None = None, **settings: Any
) -> AsyncGenerator[House, None]:
    """A node on a clock that stands, with a few areas and a unit of the department."""
    clock = SetClock(START)
    async with nodes.started(folder, database_url, clock, deeds, **settings) as node:
        unit = await _areas(node)
        app = application(node)
        transport = httpx.ASGITransport(app)
        headers = {"authorization": f"Bearer {await nodes.token(node, 'admin')}"}
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as keeper,
            httpx.AsyncClient(transport=transport, base_url="http://node.test") as anybody,
        ):
            yield House(node, clock, keeper, anybody, unit)


async def _areas(node: Node) -> str:
    registry, unit = node.registry, ""
    async with registry.database.write() as conn:
        for type, data in (*_AREAS, ("department_unit", UNIT)):
            table, draft = (
                registry.table(type),
                Draft(Change.CREATE, data, valid_from=START.date() - timedelta(days=900)),
            )
            (faults,) = await examine(registry, conn, table, [draft])
            assert not faults, faults
            (made,) = await record(registry, conn, NODE, table, [draft])
            unit = made.id if type == "department_unit" else unit
    return unit
