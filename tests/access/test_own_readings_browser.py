"""The page of readings in a real browser on a telephone 360 pixels wide: it fits, can be read and worked by keys."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
import uvicorn
from people_kit import House, role
from playwright.async_api import BrowserContext, Page, async_playwright

from jjm.app.asgi import application

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOOKS = (Path(__file__).parents[1] / "web/looks.js").read_text("utf-8")
PHONE = "9811100001"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium (Debian: apt install chromium)")


@pytest_asyncio.fixture
async def address(house: House) -> AsyncGenerator[str, None]:
    """Where the node answers to a browser."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(application(house.node), lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def read_and_signed_in(house: House) -> str:
    """A household that was read in two ways, and the session of who lives there."""
    body = {"village": "VIL-901400", "head_name": "Kalpit Nayak", "phone": PHONE}
    id = (await house.keeper.post("/api/v1/households", json=body)).json()["id"]
    await nodes.sequenced(house.node)
    await house.keeper.get(f"/api/v1/households/{id}", headers={"purpose": "grievance"})
    await house.keeper.post("/api/v1/households:export", params={"wait": "30"}, headers={"purpose": "audit"})
    assert house.node.registry.readings is not None
    await house.node.registry.readings.settle(house.node.database)
    sent = (await house.anybody.post("/api/v1/phone-codes", json={"phone": PHONE})).json()
    line = orjson.loads((house.node.settings.folder / "outbox.ndjson").read_bytes().splitlines()[-1])
    answer: httpx.Response = await house.anybody.post(
        "/api/v1/sessions:phone", json={"id": sent["id"], "code": line["text"][:6]}
    )
    return answer.json()["token"]


async def _fits(context: BrowserContext, address: str, lang: str, words: str) -> None:
    page = await context.new_page()
    await page.goto(f"{address}/me?lang={lang}")
    link = page.locator('a[href="/me/readings"]')
    await link.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me/readings")
    assert words in await page.content()
    seen = await page.evaluate(LOOKS)
    assert seen["width"] <= 360 and seen["faint"] == [] and seen["small"] == [], seen


async def test_the_page_fits_a_telephone_and_is_reached_by_keys(house: House, address: str) -> None:
    token = await read_and_signed_in(house)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
        await context.add_cookies([{"name": "jjm_session", "value": token, "url": address}])
        await _fits(context, address, "en", "Settling a complaint")
        await _fits(context, address, "hi", "शिकायत का निपटारा")
        await browser.close()


async def test_what_is_hidden_is_shown_by_keys_and_so_is_who_read_it(house: House, address: str) -> None:
    place = "local_body/901300"
    body = {"village": "VIL-901400", "head_name": "Kalpit Nayak", "phone": PHONE}
    id = (await house.keeper.post("/api/v1/households", json=body)).json()["id"]
    posts = (role("panchayat_secretary", place), role("auditor", "district/901"))
    officer = await house.somebody(None, "district/901", *posts)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
        await context.add_cookies([{"name": "jjm_session", "value": officer.token, "url": address}])
        page = await context.new_page()
        for lang, purpose in (("en", "Settling a complaint"), ("hi", "शिकायत का निपटारा")):
            await page.goto(f"{address}/types/households/{id}?lang={lang}")
            assert "Kalpit" not in await page.content()
            await _is_fit_to_be_read(page, f"hidden-{lang}")
            await page.locator("select#purpose").focus()
            await page.select_option("select#purpose", label=purpose)
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await page.wait_for_selector("[role=status]")
            assert "Kalpit Nayak" in await page.content()
            await _is_fit_to_be_read(page, f"shown-{lang}")
            assert house.node.registry.readings is not None
            await house.node.registry.readings.settle(house.node.database)
            await page.goto(f"{address}/readings?lang={lang}")
            assert id in await page.content() and purpose in await page.content()
            await _is_fit_to_be_read(page, f"overseen-{lang}")
        await browser.close()


async def _is_fit_to_be_read(page: Page, name: str) -> None:
    seen = await page.evaluate(LOOKS)
    assert seen["width"] <= 360 and seen["faint"] == [] and seen["small"] == [], seen
    if folder := os.environ.get("JJM_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
