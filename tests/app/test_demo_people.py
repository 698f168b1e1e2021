"""The people of a demo: let in by a link of one use, and shown what their role shows and no more."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
import pytest_asyncio
from databases import Postgres

from jjm.app.asgi import application
from jjm.app.demo_people import people_of
from jjm.app.node import Node, running
from jjm.app.rehearsal import application_of, furnish
from jjm.app.settings import Settings

URL, PASSWORD = "http://node.test", "katada nadi bahut gahri hai"


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A demo, as the command starts it."""
    folder: Path = tmp_path_factory.mktemp("demo") / "node"
    async with (
        postgres.fresh() as url,
        running(Settings(folder, database=url, environment="sandbox", url=URL)) as started,
    ):
        await furnish(started, 7, 12, 100, lambda type, count: None)
        yield started


@pytest_asyncio.fixture
async def browser(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A browser that keeps its cookies."""
    headers = {"accept": "text/html,*/*;q=0.8"}
    transport = httpx.ASGITransport(application(node))
    async with httpx.AsyncClient(transport=transport, base_url=URL, headers=headers) as client:
        yield client


async def people(node: Node) -> dict[str, Any]:
    """The people told at a start of the demo, by role."""
    told = await people_of(node, URL, (await application_of(node))["participant"])
    return {one["role"]: one for one in told}


def found(pattern: str, text: str) -> str:
    """The first group of a pattern on a page."""
    match = re.search(pattern, text)
    assert match, text
    return match[1]


async def signed_in(browser: httpx.AsyncClient, one: dict[str, Any]) -> None:
    """Open the link of somebody, set a password, and sign in."""
    page = (await browser.get(one["link"])).text
    totp = pyotp.TOTP(found(r"<code>([A-Z2-7]{32})</code>", page))
    fields = {"code": one["link"].partition("code=")[2], "form_token": found(r'"form_token" value="(\w+)"', page)}
    asked = fields | {"password": PASSWORD, "totp_code": totp.now()}
    assert (await browser.post("/invitation", data=asked)).headers["location"] == "/sign-in"
    form = found(r'"form_token" value="(\w+)"', (await browser.get("/sign-in")).text)
    later = totp.at(int(time.time()) + 30)  # the code of now was used to open the account
    body = {"name": one["person"], "password": PASSWORD, "totp_code": later, "form_token": form}
    assert (await browser.post("/sign-in", data=body)).headers["location"] == "/me"


async def test_each_sees_what_the_role_shows(node: Node, browser: httpx.AsyncClient) -> None:
    told = await people(node)
    assert set(told) >= {"district_officer", "engineer", "panchayat_secretary", "ftk_tester", "partner_officer"}
    assert all("synthetic" in one["name"] for one in told.values())
    await signed_in(browser, told["panchayat_secretary"])
    shown = (await browser.get("/types/households")).text
    bodies = set(re.findall(r'href="/villages/(\d+)', shown))
    async with node.database.read() as conn:
        inside = await conn.fetch(
            "select descendant from registry.area_closure where ancestor = $1",
            "LOB-" + told["panchayat_secretary"]["place"].partition("/")[2],
        )
    assert bodies and {f"VIL-{code}" for code in bodies} <= {row["descendant"] for row in inside}
    me = (await browser.get("/me")).text
    assert "Meera Kalpit (synthetic)" in me and "Secretary of a panchayat" in me


async def test_the_officer_of_the_participant_sees_its_console(node: Node, browser: httpx.AsyncClient) -> None:
    one = (await people(node))["partner_officer"]
    await signed_in(browser, one)
    console = await browser.get(f"/participants/{one['place'].partition('/')[2]}")
    assert console.status_code == 200 and "Quota" in console.text


async def test_links_are_good_once_and_new_at_each_start(node: Node, browser: httpx.AsyncClient) -> None:
    first, second = await people(node), await people(node)
    waiting = [role for role, one in first.items() if one["link"]]
    assert waiting, "some were not opened"
    for role in waiting:
        assert first[role]["person"] == second[role]["person"]
        assert first[role]["link"] != second[role]["link"]
        assert (await browser.get(first[role]["link"])).status_code == 410
        assert (await browser.get(second[role]["link"])).status_code == 200
    path = node.settings.folder / "demo-people.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == list(second.values())
    async with node.database.read() as conn:
        opened = await conn.fetchval("select count(*) from access.person where password is not null")
        assert opened == sum(one["link"] is None for one in second.values()), "no password but those that were set"
