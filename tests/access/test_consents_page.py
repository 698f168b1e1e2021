"""My consents, in a real browser on a telephone 360 pixels wide without scripts: read, agreed to, withdrawn by keys."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import consent_world
import databases
import pytest
import pytest_asyncio
import uvicorn
from consent_world import ASHA, RAVI, World
from playwright.async_api import Page, async_playwright

from jjm.app.asgi import application

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOOKS = (Path(__file__).parents[1] / "web/looks.js").read_text("utf-8")


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A world shared by the tests of this module."""
    async with consent_world.world(postgres, tmp_path_factory.mktemp("consents")) as made:
        yield made


@pytest_asyncio.fixture
async def address(world: World) -> AsyncGenerator[str, None]:
    """Where the node answers to a browser."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(application(world.node), lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def test_who_is_not_signed_in_is_led_to_the_telephone(world: World) -> None:
    answer = await world.browser.get("/me/consents")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/phone")


async def test_a_session_without_the_telephone_is_told_what_to_do(world: World) -> None:
    person = await world.house.somebody(None, "district/901", phone="9811100009")
    told = {**consent_world.HOUSEHOLD, "phone": "9811100009"}
    home = (await world.house.keeper.post("/api/v1/households", json=told)).json()["id"]
    await world.asked(record={"type": "household", "id": home})
    world.browser.cookies.set("jjm_session", person.token)
    shown = await world.browser.get("/me/consents?lang=en")
    token = shown.text.partition('name="form_token" value="')[2].partition('"')[0]
    field = {n: shown.text.partition(f'name="{n}" value="')[2].partition('"')[0] for n in ("id", "notice")}
    said = field | {"form_token": token, "act": "grant"}
    refused = await world.browser.post("/me/consents", data=said)
    assert refused.status_code == 403 and 'href="/sign-in/phone"' in refused.text
    assert (await world.browser.post("/me/consents", data=said | {"form_token": "x"})).status_code == 403
    denied = await world.browser.post("/me/consents", data=said | {"act": "deny"})
    assert denied.status_code == 303
    assert "you refused" in (await world.browser.get("/me/consents?lang=en")).text


@pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium (Debian: apt install chromium)")
@pytest.mark.parametrize(("lang", "phone"), [("en", ASHA), ("hi", RAVI)])
async def test_agreed_and_withdrawn_by_keys(world: World, address: str, lang: str, phone: str) -> None:
    person = await world.by_phone(phone)
    await world.asked(phone)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
        await context.add_cookies([{"name": "jjm_session", "value": person.token, "url": address}])
        page = await context.new_page()
        await page.goto(f"{address}/me?lang={lang}")
        await page.locator('a[href="/me/consents"]').press("Enter")
        await page.wait_for_url("**/me/consents")
        await page.get_by_role("heading", level=2).first.wait_for()
        await _looked_at(page, f"{lang}-asked")
        assert consent_world.TEXT[lang] in await page.content()
        words = {"en": ("I agree", "Withdraw", "withdrawn"), "hi": ("मैं सहमत हूँ", "वापस लें", "वापस ली गई")}[lang]
        await page.get_by_role("button", name=words[0]).press("Enter")
        await page.get_by_role("button", name=words[1]).wait_for()
        assert (await world.read(phone)).status_code == 200
        await _looked_at(page, f"{lang}-given")
        await page.get_by_role("button", name=words[1]).press("Enter")
        await page.get_by_text(words[2], exact=True).wait_for()
        assert (await world.read(phone)).status_code == 403
        await page.goto(f"{address}/me/readings?lang={lang}")
        await _looked_at(page, f"{lang}-readings")
        await browser.close()


async def _looked_at(page: Page, name: str) -> None:
    seen = await page.evaluate(LOOKS)
    assert seen["width"] <= 360 and seen["faint"] == [] and seen["small"] == [], (name, seen)
    if folder := os.environ.get("JJM_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"consents-{name}.png", full_page=True)
