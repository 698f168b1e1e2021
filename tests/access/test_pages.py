"""Signing in by pages: no script, no form of another site, no session that somebody else planted."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

import httpx
import pytest_asyncio
from people_kit import PASSWORD, House, Somebody, role

from jjm.app.asgi import application

STATE = "state/21"


@pytest_asyncio.fixture
async def browser(house: House) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A browser that keeps its cookies."""
    transport, headers = httpx.ASGITransport(application(house.node)), {"accept": "text/html,*/*;q=0.8"}
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as client:
        yield client


def token_in(page: str) -> str:
    """What the form on a page carries."""
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


async def signed_in(browser: httpx.AsyncClient, house: House, somebody: Somebody) -> httpx.Response:
    """Fill in the form for signing in."""
    form = token_in((await browser.get("/sign-in")).text)
    fields = {"name": somebody.id, "password": somebody.password, "totp_code": house.code(somebody)}
    return await browser.post("/sign-in", data={**fields, "form_token": form})


async def test_an_account_is_opened_and_used_by_pages(house: House, browser: httpx.AsyncClient) -> None:
    made = await house.invited(None, STATE, role("auditor", STATE))
    page = await browser.get(made["invitation"]["page"])
    assert page.status_code == 200 and page.headers["cache-control"] == "private, no-store"
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)
    assert secret and "<svg" in page.text
    asha = Somebody(made["person"]["id"], secret=secret[1])
    fields = {"code": made["invitation"]["code"], "password": "short", "form_token": token_in(page.text)}
    weak = await browser.post("/invitation", data=fields)
    assert weak.status_code == 422 and 'role="alert"' in weak.text
    fields |= {"password": PASSWORD, "totp_code": house.code(asha)}
    assert (await browser.post("/invitation", data=fields)).headers["location"] == "/sign-in"
    answer = await signed_in(browser, house, asha)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("jjm_session="))
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower() and "Secure" not in cookie
    me = (await browser.get("/me?lang=hi")).text
    assert "लेखा परीक्षक" in me and made["person"]["name"] in me and "state/21" in me
    home = await browser.get("/")
    assert 'href="/me"' in home.text and home.headers["cache-control"] == "private, no-store"
    out = await browser.post("/sign-out", data={"form_token": token_in(me)})
    assert out.status_code == 303
    home = await browser.get("/")
    assert 'href="/sign-in"' in home.text and home.headers["cache-control"] == "no-cache"


async def test_cookies_are_secure_behind_tls(house: House) -> None:
    transport = httpx.ASGITransport(application(house.node))
    async with httpx.AsyncClient(transport=transport, base_url="https://node.test") as client:
        given = (await client.get("/sign-in")).headers["set-cookie"]
        assert given.startswith("__Host-jjm-form=") and "Secure" in given and "Path=/" in given


async def test_a_form_of_another_site_is_not_taken(house: House, browser: httpx.AsyncClient) -> None:
    asha = await house.opened(await house.invited(None, STATE))
    assert (await signed_in(browser, house, asha)).status_code == 303
    form = token_in((await browser.get("/me")).text)
    for fields, headers in (
        ({}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": form}, {"origin": "https://evil.example"}),
    ):
        refused = await browser.post("/sign-out", data=fields, headers=headers)
        assert refused.status_code == 403 and "wrong-form" in refused.text
    assert (await browser.get("/me")).status_code == 200, "still signed in"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application(house.node)), base_url="http://node.test"
    ) as other:
        stranger = token_in((await other.get("/sign-in")).text)
    refused = await browser.post("/sign-out", data={"form_token": stranger})
    assert refused.status_code == 403, "the token of another browser's form is no good here"


async def test_a_planted_session_is_never_adopted(house: House, browser: httpx.AsyncClient) -> None:
    """Session fixation: what a browser brings along is not what it is signed in with afterwards."""
    asha, mallory = await house.somebody(None, STATE), await house.somebody(None, STATE)
    browser.cookies.set("jjm_session", mallory.token, domain="node.test")
    answer = await signed_in(browser, house, asha)
    assert answer.status_code == 303
    now = browser.cookies["jjm_session"]
    assert now != mallory.token and now.startswith("jjs_")
    assert (await house.call(mallory, "GET", "/me"))["name"] == mallory.id, "nor does the planted one become hers"
    browser.cookies.set("jjm_session", "jjs_made-up", domain="node.test")
    assert (await browser.get("/me")).status_code == 303


async def test_a_cookie_is_no_key_to_the_api(house: House, browser: httpx.AsyncClient) -> None:
    asha = await house.opened(await house.invited(None, STATE, role("auditor", STATE)))
    await signed_in(browser, house, asha)
    assert (await browser.get("/api/v1/me")).json()["kind"] == "nobody"
    browser.cookies.set("jjm_session", house.keeper.headers["authorization"].split()[1], domain="node.test")
    assert (await browser.get("/me")).status_code == 303, "nor is a token of the house a session"


async def test_a_page_shows_a_signed_in_person_what_they_may_see(house: House, browser: httpx.AsyncClient) -> None:
    asha = await house.opened(await house.invited(None, STATE, role("auditor", STATE)))
    assert (await browser.get("/types/households")).status_code in (200, 401)
    await signed_in(browser, house, asha)
    assert (await browser.get("/types/households")).status_code == 200
