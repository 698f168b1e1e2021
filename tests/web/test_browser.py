"""Pages in a real browser without scripts, on a telephone 360 pixels wide: they fit, can be read and worked by keys."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOOKS = Path(__file__).with_name("looks.js").read_text("utf-8")
PATHS = (
    "/",
    "/areas/state/99",
    "/areas/district/990001?valid_at=2025-01-01",
    "/villages/99000001",
    "/reports",
    "/reports/j3",
    "/findings",
    "/reports/j1?within=state/99",
    "/types",
    "/types/schemes",
    "/types/village_figures",
    "/types/households",
    "/search?q=gaon",
    "/docs",
    "/docs/calls/villages",
    "/docs/types/scheme",
    "/docs/problems",
    "/workflows",
    "/workflows/sample",
    "/accessibility",
    "/sign-in",
    "/invitation",
    "/areas/district/none",
    "/verify/SPL-99-2VRP9QG0DAMASM0K-C/5",
)

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium (Debian: apt install chromium)"),
    pytest.mark.long,
]


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncGenerator[Browser, None]:
    """The Chromium of this machine."""
    async with async_playwright() as playwright:
        # A container run as root has no sandbox; the pages opened here are our own.
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session")
async def telephone(browser: Browser) -> AsyncGenerator[Page, None]:
    """A small telephone with scripts turned off."""
    context = await browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


async def _looked_at(page: Page) -> dict[str, Any]:
    return await page.evaluate(LOOKS)


@pytest.mark.parametrize("lang", ["en", "hi"])
async def test_pages_fit_a_telephone_and_can_be_read(telephone: Page, address: str, lang: str) -> None:
    for path in PATHS:
        await telephone.goto(address + path + ("&" if "?" in path else "?") + f"lang={lang}")
        seen = await _looked_at(telephone)
        assert seen["width"] <= 360, f"{path} is {seen['width']} pixels wide, by {seen['wide']}"
        assert seen["faint"] == [], f"{path}: text without enough contrast"
        assert seen["small"] == [], f"{path}: too small to be touched"


async def test_a_page_is_worked_by_keys_alone(telephone: Page, address: str) -> None:
    await telephone.goto(f"{address}/?lang=en")
    await telephone.keyboard.press("Tab")
    first = telephone.locator(":focus")
    assert await first.text_content() == "Skip to the content"
    box = await first.bounding_box()
    assert box is not None and box["x"] >= 0, "the skip link shows itself once it is reached"
    await telephone.keyboard.press("Enter")
    await telephone.keyboard.press("Tab")
    assert await telephone.locator(":focus").get_attribute("name") == "q", "behind the navigation comes the search"
    await telephone.keyboard.type("katada")
    await telephone.keyboard.press("Enter")
    await telephone.wait_for_url("**/search?q=katada")
    assert await telephone.get_by_role("heading", level=1).text_content() == "Search"


async def test_every_place_that_keys_reach_is_seen(telephone: Page, address: str) -> None:
    await telephone.goto(f"{address}/villages/99000001?lang=en")
    reached: list[str] = []
    for _ in range(60):
        await telephone.keyboard.press("Tab")
        place = telephone.locator(":focus")
        if await place.count() == 0:
            break
        style = await place.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth")
        assert style == "solid3px", await place.evaluate("e => e.outerHTML")
        reached.append((await place.evaluate("e => e.tagName")).lower())
    assert len(reached) > 20 and {"a", "summary", "div"} <= set(reached)


async def test_another_day_is_chosen_by_keys(telephone: Page, address: str) -> None:
    await telephone.goto(f"{address}/areas/district/990001?lang=en")
    await telephone.locator("summary", has_text="See another day").focus()
    await telephone.keyboard.press("Enter")
    await telephone.get_by_label("As it was on").fill("2025-01-01")
    await telephone.keyboard.press("Enter")
    await telephone.wait_for_url("**valid_at=2025-01-01**")
    assert "As it was on 1 January 2025" in (await telephone.get_by_role("status").text_content() or "")


async def test_somebody_signs_in_by_keys_alone(telephone: Page, address: str, admin: httpx.AsyncClient) -> None:
    body = {"name": "Asha", "phone": "9876512345", "place": "state/21"}
    made = (await admin.post("/api/v1/people", json=body)).json()
    opened = {"code": made["invitation"]["code"], "password": "katada nadi bahut gahri hai"}
    assert (await admin.post("/api/v1/codes:use", json=opened)).status_code == 204
    await telephone.goto(f"{address}/sign-in?lang=en")
    await telephone.get_by_label("Telephone number").focus()
    await telephone.keyboard.type("9876512345")
    await telephone.keyboard.press("Tab")
    await telephone.keyboard.type(opened["password"])
    await telephone.keyboard.press("Enter")
    await telephone.wait_for_url("**/me")
    assert await telephone.get_by_role("heading", level=1).text_content() == "Asha"
    seen = await _looked_at(telephone)
    assert seen["width"] <= 360 and seen["faint"] == [] and seen["small"] == []
    await telephone.get_by_role("button", name="Sign out").focus()
    await telephone.keyboard.press("Enter")
    await telephone.wait_for_url(f"{address}/")


async def test_a_screen_reader_hears_the_parts_of_a_page(telephone: Page, address: str) -> None:
    await telephone.goto(f"{address}/areas/district/990001?lang=en")
    heard = await telephone.locator("body").aria_snapshot()
    for part in (
        '- complementary "Synthetic data"',
        "- banner:",
        '- navigation "Main"',
        '- navigation "Language"',
        "- main:",
        '- navigation "Where it lies"',
        "[level=1]",
        'table "Households with a tap connection',
        '- columnheader "Households with a tap"',
        "- rowheader",
        "- contentinfo:",
    ):
        assert part in heard, heard
    assert "img" not in heard, "bars are for the eye alone; the numbers beside them are heard"
    table = telephone.get_by_role("table").first
    row = (await table.get_by_role("row").nth(1).text_content()) or ""
    assert "%" in row and "households" in row
