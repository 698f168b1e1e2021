"""A node killed while it tells people: no SMS is brought twice, no mail goes out twice, and nothing is lost unsaid."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import asyncpg
import httpx
import pytest
from carriers_kit import mail_server
from nodes import REPOSITORY, surroundings
from prove.chance import SEED
from prove.provider import BROUGHT, GIVEN

pytestmark = pytest.mark.prove
EVENTS, KILLS = 400, 6
HERE = Path(__file__).parent


@contextmanager
def provider(folder: Path) -> Generator[str, None, None]:
    """The provider in a process of its own; its port."""
    process = subprocess.Popen([sys.executable, HERE / "provider.py", folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def tells(folder: Path, url: str, mail: int, sms: str, chance: random.Random | None) -> bool:
    """Let a node tell, and kill it at a moment that chance chooses; True if it came to its end before."""
    words = [sys.executable, HERE / "telling.py", folder / "node", url, str(mail), sms, str(EVENTS)]
    paths = os.pathsep.join(str(REPOSITORY / part) for part in ("src", "tests"))
    more = surroundings(JJM_TEST_SMS="prakashan") | {"PYTHONPATH": paths}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=more) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        if chance is None:
            return process.stdout.readline() == "done\n"
        time.sleep(chance.uniform(0.3, 1.2))
        process.send_signal(signal.SIGKILL)
    return False


def names(mails: list[EmailMessage]) -> Counter[str]:
    """How often each mail arrived, by the message that it is."""
    return Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in mails)


async def kept(url: str) -> dict[str, dict[str, str]]:
    """How each message stands, by channel and name."""
    conn = await asyncpg.connect(url)
    try:
        rows = await conn.fetch("select id, channel, status from notify.message")
    finally:
        await conn.close()
    found: dict[str, dict[str, str]] = {"sms": {}, "email": {}}
    for row in rows:
        found[row["channel"]][row["id"]] = row["status"]
    return found


async def test_nobody_is_told_twice_by_a_node_that_is_killed(tmp_path: Path, database_url: str) -> None:
    chance = random.Random(SEED)
    with mail_server(tmp_path, guarded=False) as mails, provider(tmp_path) as sms:
        mails.slowly = 0.5
        for _ in range(KILLS):
            tells(tmp_path, database_url, mails.port, sms, chance)
        assert tells(tmp_path, database_url, mails.port, sms, None)
    found = await kept(database_url)
    brought = Counter((tmp_path / BROUGHT).read_text().split())
    given = Counter((tmp_path / GIVEN).read_text().split())
    assert len(found["sms"]) == len(found["email"]) == EVENTS, "each event is told once, however often it was said"
    assert set(found["sms"].values()) == {"sent"}
    assert brought == Counter(dict.fromkeys(found["sms"], 1))
    arrived = names(mails.mails)
    assert set(arrived.values()) == {1}, "no mail goes out twice"
    assert set(found["email"].values()) <= {"sent", "unknown"}
    sent = {id for id, status in found["email"].items() if status == "sent"}
    unknown = set(found["email"]) - sent
    assert sent <= set(arrived) <= set(found["email"])
    again, lost = sum(given.values()) - len(given), len(unknown - set(arrived))
    print(f"{KILLS} kills, {EVENTS} events: {again} SMS given again; {len(unknown)} mails unknown, {lost} of them lost")


def test_the_provider_counts(tmp_path: Path) -> None:
    with provider(tmp_path) as port:
        for key in ("a", "b", "a"):
            httpx.post(f"http://127.0.0.1:{port}/", content=b"{}", headers={"idempotency-key": key}).raise_for_status()
    assert (tmp_path / BROUGHT).read_text().split() == ["a", "b"]
    assert (tmp_path / GIVEN).read_text().split() == ["a", "b", "a"]
