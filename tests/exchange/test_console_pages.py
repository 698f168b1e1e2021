"""The console as a page: for officers of the participant and keepers of the node, on a telephone, in two languages."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import partners_kit as kit
import pytest
import pytest_asyncio
import uvicorn
from console_kit import SUBSCRIPTIONS, World, begun, choosy, subscribe
from databases import Postgres
from page_structure import PageRead, faults_of
from people_kit import role
from playwright.async_api import async_playwright
from receivers import receiving

from jjm.app.asgi import application

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOOKS = (Path(__file__).parents[1] / "web/looks.js").read_text("utf-8")


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    """A node, and a partner that used it and to which deliveries fare well, ill, and not at all."""
    async with begun(postgres, tmp_path_factory.mktemp("console-pages") / "node") as made:
        async with made.partner.client() as client:
            await client.get("/api/v1/states")
            await client.get("/api/v1/households")
            await client.get("/api/v1/changes", params={"limit": "5"})
            with receiving() as well, receiving(lambda body: (503, {})) as ill, receiving(choosy) as picky:
                ids = [
                    (await subscribe(client, receiver, description=name))["id"]
                    for name, receiver in (("Copy of the office", well), ("Alarm", ill), ("Old system", picky))
                ]
                await made.organisations("Kalpit Sanstha", "Unwanted Sanstha")
                await made.fares(client, ids[0], lambda d: d["pending"] == 0)
                await made.fares(client, ids[1], lambda d: d["failing_since"])
                await made.fares(client, ids[2], lambda d: d["dead_letters"])
                await client.post(f"{SUBSCRIPTIONS}/{ids[2]}:pause")
        yield made


def cookie(token: str) -> dict[str, str]:
    """The session of somebody as a browser carries it."""
    return {"cookie": f"jjm_session={token}", "accept": "text/html,*/*;q=0.8"}


async def page(world: World, path: str, token: str, lang: str = "en") -> httpx.Response:
    """A page as somebody sees it."""
    async with kit.anybody(world.node) as browser:
        return await browser.get(path, params={"lang": lang}, headers=cookie(token))


async def test_all_five_are_shown_to_an_officer(world: World) -> None:
    path = f"/participants/{world.partner.id}"
    answer = await page(world, path, world.officer.token)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "private, no-store"
    assert list(faults_of(PageRead(answer.text))) == []
    for words in ("Use in the last 30 days", "of them refused or failed", "Quota", "left at this moment"):
        assert words in answer.text
    for words in ("Last position of the feed", "Last success", "Last failure", "Dead letters", "Still to come"):
        assert words in answer.text
    for words in ("status 503", "is failing", "disabled", "It was paused by whoever looks after it.", "Oldest of them"):
        assert words in answer.text
    hindi = (await page(world, path, world.officer.token, "hi")).text
    assert "अंतिम विफलता" in hindi and "Last failure" not in hindi
    mine = await page(world, "/participants", world.officer.token)
    assert path in mine.text and world.other.id not in mine.text
    assert 'href="/participants"' in (await page(world, "/me", world.officer.token)).text


async def test_it_is_for_those_who_look_after_it(world: World) -> None:
    keeper = await world.house.somebody(None, "node", role("node_keeper", "node"))
    stranger = await world.house.somebody(None, "state/21", role("auditor", "state/21"))
    path = f"/participants/{world.partner.id}"
    assert (await page(world, path, keeper.token)).status_code == 200
    assert world.other.id in (await page(world, "/participants", keeper.token)).text
    assert (await page(world, f"/participants/{world.other.id}", world.officer.token)).status_code == 403
    refused = await page(world, path, stranger.token)
    assert refused.status_code == 403 and "Alarm" not in refused.text
    assert 'href="/participants"' not in (await page(world, "/me", stranger.token)).text
    async with kit.anybody(world.node) as nobody:
        answer = await nobody.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await page(world, "/participants/PAR-NONE", keeper.token)).status_code == 404


@pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium (Debian: apt install chromium)")
async def test_it_fits_a_telephone_without_scripts(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(application(world.node), lifespan="off", log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = await browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
            await context.add_cookies([{"name": "jjm_session", "value": world.officer.token, "url": address}])
            shown = await context.new_page()
            for lang in ("en", "hi"):
                for path in ("/participants", f"/participants/{world.partner.id}"):
                    await shown.goto(f"{address}{path}?lang={lang}")
                    seen = await shown.evaluate(LOOKS)
                    assert seen["width"] <= 360 and seen["faint"] == [] and seen["small"] == [], (path, lang, seen)
                    if folder := os.environ.get("JJM_SCREENSHOTS"):
                        await shown.screenshot(path=f"{folder}/{path.count('/')}-{lang}.png", full_page=True)
            await browser.close()
        server.should_exit = True
        await serving
