"""Agreements for tests: a node with households in two States, partners, and what they sign."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import partners_kit as kit
from databases import Postgres
from joserfc import jws

from jjm.app.node import Node
from jjm.kit import SetClock, canonical

PATH = "/api/v1/agreements"
NOW = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
FIELDS = ["village", "members", "has_tap"]


class World:
    """A node with households in two States, and two partners."""

    def __init__(self, node: Node, admin: httpx.AsyncClient, clock: SetClock) -> None:
        self.node, self.admin, self.clock = node, admin, clock
        self.partner: kit.Partner
        self.owner: kit.Partner

    def asked(self, **more: Any) -> dict[str, Any]:
        """An agreement to be drafted: households of Odisha, for a year."""
        scope = {"types": ["household"], "areas": ["state/21"], "fields": {"household": FIELDS}}
        usual = {
            "consumer": self.partner.id,
            "purpose": {"code": "water_supply", "text": "Planning of repairs by the vendor"},
            "scope": scope | more.pop("scope", {}),
            "dataLife": {"unit": "day", "value": 30},
            "from": self.clock.now().isoformat(),
            "until": (self.clock.now() + timedelta(days=365)).isoformat(),
        }
        return usual | more

    async def draft(self, **more: Any) -> dict[str, Any]:
        """A draft, as the administrator makes it."""
        answer = await self.admin.post(PATH, json=self.asked(**more))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def sign(self, drafted: dict[str, Any], who: kit.Partner | None = None) -> httpx.Response:
        """The signature of a partner."""
        who = who or self.partner
        async with who.client() as client:
            return await client.post(f"{PATH}/{drafted['id']}:sign", json={"signature": signature(drafted, who.key)})

    async def agreed(self, **more: Any) -> str:
        """An agreement that both sides have signed."""
        drafted = await self.draft(**more)
        assert (await self.admin.post(f"{PATH}/{drafted['id']}:sign", json={})).status_code == 200
        answer = await self.sign(drafted)
        assert answer.status_code == 200, answer.text
        return drafted["id"]

    async def uses(self, id: str) -> list[dict[str, Any]]:
        """The log of an agreement."""
        return (await self.admin.get(f"{PATH}/{id}/uses")).json()["items"]

    async def end_all(self) -> None:
        """No agreement is in force any more."""
        async with self.node.database.write() as conn:
            await conn.execute("update access.agreement set revoked_at = $1 where revoked_at is null", NOW)
        self.clock.instant += timedelta(seconds=6)


def signature(drafted: dict[str, Any], key: kit.Key, alg: str = "Ed25519") -> str:
    """A detached JWS over the canonical JSON of an agreement."""
    header = {"alg": alg, "kid": key.kid}
    head, _, end = jws.serialize_compact(header, canonical(drafted["document"]), key, algorithms=[alg]).split(".")
    return f"{head}..{end}"


async def people(admin: httpx.AsyncClient) -> None:
    """A household in Odisha and one in Assam."""
    for state, district, block, village in (("21", "345", "3339", "399515"), ("18", "301", "2001", "290001")):
        records = {
            "districts": {"code": district, "name": "Angul", "state": f"STA-{state}"},
            "blocks": {"code": block, "name": "Block", "districts": [f"DIS-{district}"]},
            "villages": {"code": village, "name": "Rampur", "blocks": [f"BLK-{block}"]},
            "households": {"village": f"VIL-{village}", "head_name": "Kalpit Devi", "members": 4, "has_tap": True},
        }
        for plural, record in records.items():
            made = await admin.post(f"/api/v1/{plural}", json=record)
            assert made.status_code == 201, made.text


@asynccontextmanager
async def agreeing(postgres: Postgres, folder: Path, **settings: Any) -> AsyncGenerator[World, None]:
    """A node with households in two States and two partners, on a clock that stands."""
    clock = SetClock(NOW)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        node = await stack.enter_async_context(kit.started(folder, url, clock, **settings))
        admin = await stack.enter_async_context(kit.anybody(node, await kit.admin_token(node)))
        world = World(node, admin, clock)
        await people(admin)
        world.partner = await kit.partner(node, admin)
        world.owner = await kit.partner(node, admin, kind="state_department", name="Jal Vibhag")
        await admin.post(f"/api/v1/participants/{world.owner.id}:approve", json={"areas": ["state/18"]})
        yield world
