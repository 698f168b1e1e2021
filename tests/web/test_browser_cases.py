"""Cases in a real browser without scripts, on a telephone: a milestone is recorded, and a reference is chosen."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from people_kit import House
from photos import photo_at
from playwright.async_api import Browser, Page
from solutions.progress.test_works import Site, site
from web.test_browser import CHROMIUM, LOOKS, browser

from jjm.app.asgi import application

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium (Debian: apt install chromium)"),
    pytest.mark.long,
]

__all__ = ["browser", "site"]


@asynccontextmanager
async def _served(house: House) -> AsyncGenerator[str, None]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(application(house.node), lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def _is_fit(page: Page) -> None:
    seen = await page.evaluate(LOOKS)
    assert seen["width"] <= 360, f"{page.url} is {seen['width']} pixels wide, by {seen['wide']}"
    assert seen["faint"] == [] and seen["small"] == [], (page.url, seen)


async def test_an_engineer_works_with_a_telephone_alone(site: Site, browser: Browser, tmp_path: Path) -> None:
    work = await site.under_way()
    photo = tmp_path / "site.jpg"
    photo.write_bytes(photo_at(20.3, 85.1))
    async with _served(site.house) as address:
        context = await browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
        await context.add_cookies([{"name": "jjm_session", "value": site.engineer.token, "url": address}])
        page = await context.new_page()
        await page.goto(f"{address}/types/schemes/{site.scheme}?lang=hi")
        await page.get_by_role("link", name="Katada in-village works").click()
        await page.locator("#component").select_option("network")
        await page.locator("#reached_on").fill("2026-11-25")
        await page.locator("#quantity").fill("many")
        await page.get_by_role("button", name="पड़ाव दर्ज करें").click()
        assert await page.locator("#quantity-fault").is_visible()
        await _is_fit(page)
        await page.locator("#quantity").fill("5900")
        await page.locator("#photo").set_input_files(photo)
        await page.get_by_role("button", name="पड़ाव दर्ज करें").click()
        await page.wait_for_url("**done=PRG-**")
        await _is_fit(page)

        await page.goto(f"{address}/workflows/progress-report?lang=en")
        await page.locator("#do-REPORT > summary").click()
        await page.locator("summary", has_text="Choose: Work on a scheme").click()
        await page.locator("button[value='data.work']").click()
        await page.get_by_label("Katada in-village works").check()
        await page.locator("summary", has_text="Choose: Village").click()
        await page.locator("[id='REPORT.data.village-find']").fill("katada")
        await page.keyboard.press("Enter")
        await page.get_by_label("none of these").wait_for()
        assert await page.locator("[id='REPORT.data.work']").input_value() == work["id"]
        assert await page.locator(":focus").get_attribute("name") == "find.data.village", "where the reader was"
        await _is_fit(page)
        await page.goto(f"{address}/cases/{work['id']}?lang=hi")
        await _is_fit(page)
        await context.close()
