"""A node that tells somebody of one event after the other, in a process that is to be killed while it does."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.notify import Contact, tell

WHO = Contact("+919876500001", "asha@post.example")
CASE = {"workflow": "Water sample", "case": "SMP-21-0001", "action": "Late"}
_OPEN = "select count(*) from notify.message where status in ('waiting', 'sending')"

_TOLD, _ONCE_MORE = "select count(distinct key) from notify.message", 5


async def main(folder: Path, url: str, mail: str, sms: str, events: int) -> None:
    """Tell of each event under its number until all is settled; after each start of the last ones once more."""
    email = {"carrier": "smtp", "host": "127.0.0.1", "port": int(mail), "security": "none", "from": "jjm@node.example"}
    provider = {"carrier": "http", "url": f"http://127.0.0.1:{sms}/", "secret_env": "JJM_TEST_SMS"}
    settings = Settings(folder, database=url, messages={"email": email, "sms": provider})
    async with running(settings) as node:
        print("up", flush=True)
        for number in range(max(0, await _count(node, _TOLD) - _ONCE_MORE), events):
            async with node.database.write() as conn:
                await tell(node.notices, conn, "case-late", WHO, CASE, key=str(number), urgent=True)
        while await _count(node, _OPEN):
            await asyncio.sleep(0.1)
        print("done", flush=True)


async def _count(node: Node, counted: str) -> int:
    async with node.database.read() as conn:
        return await conn.fetchval(counted)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5])))
