"""A node with people in it that tells them by a real mail server and a real provider of SMS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import people_kit
import pytest
import pytest_asyncio
from carriers_kit import PASSWORD, Postbox, mail_server
from people_kit import House, Somebody
from receivers import OK, Receiver, Reply, receiving

from jjm.notify import Told, tell

SECRET, REPORTS = "prakashan", "prativedan"
CASE = {"workflow": "Water sample", "case": "SMP-21-0001", "action": "Late"}


@dataclass
class Post:
    """A node, its mail server and its provider, and Asha, who is told of things."""

    house: House
    mails: Postbox
    sms: Receiver
    replies: list[Reply] = field(default_factory=list[Reply])
    asha: Somebody = field(default_factory=lambda: Somebody(""))

    async def tell(self, event: str = "case-late", key: str = "1", **more: Any) -> list[Told]:
        """Tell Asha of something."""
        async with self.house.node.database.write() as conn:
            return await tell(self.house.node.notices, conn, event, self.asha.id, CASE, key=key, **more)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.03)

    async def stands(self, id: str, *status: str) -> dict[str, Any]:
        """Wait until a message stands so; what is kept of it."""
        async with asyncio.timeout(20):
            while True:
                async with self.house.node.database.read() as conn:
                    row = await conn.fetchrow("select * from notify.message where id = $1", id)
                if row["status"] in status:
                    return dict(row)
                await asyncio.sleep(0.03)


@pytest_asyncio.fixture
async def post(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Post, None]:
    monkeypatch.setenv("JJM_TEST_SMTP", PASSWORD)
    monkeypatch.setenv("JJM_TEST_SMS", SECRET)
    monkeypatch.setenv("JJM_TEST_REPORTS", REPORTS)
    replies: list[Reply] = []
    with mail_server(tmp_path) as mails, receiving(lambda body: replies.pop(0) if replies else OK) as sms:
        provider = {
            "carrier": "http", "url": sms.url, "secret_env": "JJM_TEST_SMS", "report_secret_env": "JJM_TEST_REPORTS",
            "sender": "JJMKLP", "entity": "1101", "dlt": True,
            "templates": {"case-late": {"en": "1107160000000000001", "hi": "1107160000000000002"}},
        }  # fmt: skip
        settings = {"messages": {"email": mails.settings(), "sms": provider}}
        async with people_kit.house(tmp_path / "node", database_url, **settings) as house:
            made = await house.invited(None, "district/901", email="asha@post.example")
            found = await house.opened(made)
            await house.sign_in(found)
            yield Post(house, mails, sms, replies, found)
