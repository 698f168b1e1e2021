"""A node with two partners for tests of the console: one has an officer, who looks after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import partners_kit as kit
from databases import Postgres
from people_kit import House, Somebody, role
from receivers import OK, Receiver

from jjm.app.node import Node
from jjm.kit import SetClock

SUBSCRIPTIONS = "/api/v1/subscriptions"


@dataclass
class World:
    """A node on a clock that stands, its administrator, two partners, and an officer of the first of them."""

    node: Node
    clock: SetClock
    admin: httpx.AsyncClient
    partner: kit.Partner
    other: kit.Partner
    house: House
    officer: Somebody

    async def organisations(self, *names: str) -> None:
        """New organisations, one change each."""
        for name in names:
            made = await self.admin.post("/api/v1/organisations", json={"name": name, "kind": "ngo"})
            assert made.status_code == 201, made.text

    async def deliveries(self, client: httpx.AsyncClient, who: kit.Partner | None = None) -> dict[str, Any]:
        """How deliveries fare, by subscription."""
        answer = await client.get(f"/api/v1/participants/{(who or self.partner).id}/usage")
        assert answer.status_code == 200, answer.text
        return {one["subscription"]: one for one in answer.json()["deliveries"]}

    async def fares(self, client: httpx.AsyncClient, id: str, holds: Callable[[dict[str, Any]], object]) -> Any:
        """How one fares, once something holds of it."""
        async with asyncio.timeout(20):
            while not holds(found := (await self.deliveries(client))[id]):
                await asyncio.sleep(0.1)
        return found


@asynccontextmanager
async def begun(postgres: Postgres, folder: Path) -> AsyncGenerator[World, None]:
    """The node, on a clock that stands."""
    clock = SetClock(datetime(2026, 11, 30, 6, 0, tzinfo=UTC))
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        node = await stack.enter_async_context(kit.started(folder, url, clock, webhooks_private=True))
        admin = await stack.enter_async_context(kit.anybody(node, await kit.admin_token(node)))
        nobody = await stack.enter_async_context(kit.anybody(node))
        partner, other = await kit.partner(node, admin), await kit.partner(node, admin, name="Others")
        house = House(node, clock, admin, nobody)
        place = f"participant/{partner.id}"
        officer = await house.somebody(None, place, role("partner_officer", place))
        yield World(node, clock, admin, partner, other, house, officer)


async def subscribe(client: httpx.AsyncClient, receiver: Receiver, **more: Any) -> dict[str, Any]:
    """A new subscription to organisations."""
    asked = {"url": receiver.url, "types": ["organisations"], **more}
    answer = await client.post(SUBSCRIPTIONS, json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def choosy(body: bytes) -> tuple[int, dict[str, str]]:
    """An answer that refuses some events as such."""
    return (422, {}) if b"Unwanted" in body else OK


def stamp(instant: datetime) -> str:
    """An instant as answers write it."""
    return instant.isoformat().replace("+00:00", "Z")
