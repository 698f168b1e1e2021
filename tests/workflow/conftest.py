"""A node whose standards have one more type, an inspection, that a workflow moves; and the people of that work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest_asyncio
from people_kit import House, Somebody, house, role
from workflow_standards import inspection_standards

from jjm.workflow import Acting, Deed, Deeds, fire

DUE = "select exists (select from workflow.timer where due_at <= $1)"


def finding(deed: Deed) -> dict[str, str]:
    """What the node makes of the leaks that were counted."""
    return {"finding": f"{deed.becomes['leaks']} leaks in {deed.referred['village']['name']}"}


async def count_closed(acting: Acting) -> None:
    """Something that comes about in the same transaction: the case is noted to be closed in another table."""
    await acting.conn.execute("insert into closed (id) values ($1)", acting.id)


class Works:
    """The house of these tests, and who works in it."""

    def __init__(self, house: House) -> None:
        """A house before its people came."""
        self.house = house
        self.officer = self.member = self.mitra = Somebody("")

    async def people(self) -> None:
        """An officer of the district, a member of the village's committee, and a Nal Jal Mitra."""
        self.officer = await self.house.somebody(None, "district/901", role("district_officer", "district/901"))
        self.member = await self.house.somebody(None, "village/901400", role("vwsc_member", "village/901400"))
        self.mitra = await self.house.somebody(None, "village/901400", role("nal_jal_mitra", "village/901400"))

    async def begun(self, by: Somebody | None = None, **data: Any) -> dict[str, Any]:
        """A case that somebody began."""
        body = {"workflow": "inspection", "action": "ASK", "data": {"village": "VIL-901400"} | data}
        return await self.house.call(by or self.member, "POST", "/cases", body, 201)

    async def do(self, by: Somebody | None, case: dict[str, Any], action: str, status: int = 200, **more: Any) -> Any:
        """An action taken in a case."""
        return await self.house.call(by, "POST", f"/cases/{case['id']}:transition", {"action": action} | more, status)

    async def end(self, somebody: Somebody) -> None:
        """All that somebody holds ends."""
        for one in (await self.house.call(None, "GET", f"/people/{somebody.id}/grants"))["items"]:
            await self.house.call(None, "POST", f"/grants/{one['id']}:revoke", {"reason": "Transferred"})

    async def fire(self) -> None:
        """Let everything happen that is due by now; the node may be at it by itself."""
        node = self.house.node
        async with asyncio.timeout(60):
            while True:
                async with node.database.write() as conn:
                    await fire(node.workflows, conn)
                async with node.database.read() as conn:
                    if not await conn.fetchval(DUE, node.registry.clock.now()):
                        return

    async def inbox(self, by: Somebody | None) -> list[str]:
        """What waits for somebody."""
        return [one["id"] for one in (await self.house.call(by, "GET", "/inbox"))["items"]]


@pytest_asyncio.fixture
async def works(tmp_path: Path, database_url: str) -> AsyncGenerator[Works, None]:
    """A node with the workflow of inspections and the people of that work."""
    standards = inspection_standards(tmp_path / "standards")
    deeds = Deeds({}, {"count-closed": count_closed}, {"finding": finding}, {"finding": ("village",)})
    async with house(tmp_path / "node", database_url, deeds, standards=standards) as opened:
        async with opened.node.database.write() as conn:
            await conn.execute("create table closed (id text primary key)")
        found = Works(opened)
        await found.people()
        yield found
