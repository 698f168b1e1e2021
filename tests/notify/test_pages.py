"""The pages of messages and preferences: they work without scripts, in both languages, on a small telephone."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from urllib.parse import urlencode

import httpx
import pytest_asyncio
from notify_kit import Post
from page_structure import PageRead

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest_asyncio.fixture
async def browser(post: Post) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Asha's browser, signed in."""
    await post.tell()
    await post.tell(key="2")
    transport = post.house.anybody._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test") as client:
        client.cookies.set("jjm_session", post.asha.token)
        yield client


async def send(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Post a form as the page shows it."""
    page = (await client.get(path)).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    body = urlencode({"form_token": token[1], **fields})
    return await client.post(path, content=body, headers=FORM, follow_redirects=True)


async def test_messages_are_shown_and_marked(browser: httpx.AsyncClient) -> None:
    first = (await browser.get("/me/messages")).text
    assert first.count("Water sample SMP-21-0001: Late") >= 2
    assert first.count(">new<") == 2
    read = await send(browser, "/me/messages", act="all")
    assert read.text.count(">new<") == 0
    assert "You have read everything." in read.text
    hindi = (await browser.get("/me/messages?lang=hi")).text
    assert "मेरे संदेश" in hindi
    assert 'lang="en">Water sample' in hindi, "words in another language say so"
    assert not PageRead(hindi).faults


async def test_what_one_wants_is_kept(browser: httpx.AsyncClient, post: Post) -> None:
    page = (await browser.get("/me/preferences")).text
    assert page.count("disabled") == 6, "e-mail and SMS of three kinds stay"
    fields = {"work.email": "on", "quiet_from": "20:00", "quiet_to": "08:00", "language": "hi"}
    kept = await send(browser, "/me/preferences", **fields)
    assert "Kept." in kept.text
    told = await post.house.call(post.asha, "GET", "/me/preferences")
    on = {one["kind"]: one["channels"] for one in told["kinds"]}
    assert (on["work"], on["service"], on["health"]) == (["email"], [], ["email", "sms"])
    assert (told["quiet"], told["language"]) == ({"from": "20:00", "to": "08:00"}, "hi")
    wrong = await send(browser, "/me/preferences", quiet_from="x", quiet_to="08:00")
    assert wrong.status_code == 422


async def test_nobody_else_sees_them(post: Post) -> None:
    for path in ("/me/messages", "/me/preferences"):
        answer = await post.house.anybody.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/phone")
