"""Signing in through an outside OpenID Connect provider: a real one in a process of its own, and tokens that lie."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import people_kit
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from people_kit import House
from ports import held_port

from jjm.access import Provider
from jjm.access.outside.rules import claims_of
from jjm.app.asgi import application
from jjm.app.providers import providers_from
from jjm.kit import DatabaseUrl, Problem

ISSUER = "http://provider.example"
CLAIMS = '{"sub": "asha", "email": "asha@example.in", "email_verified": true}'
OWN = Provider("mock", ISSUER, "jjm-test", {"en": "Mock provider"}, "secret", second_factor=True)
MAIL = Provider("mail", ISSUER, "jjm-mail", {"en": "By mail"}, "secret", link_by_verified_email=True)


@pytest.fixture(scope="module")
def provider() -> Generator[str, None, None]:
    """An OpenID Connect provider in a process of its own."""
    with held_port() as port:
        issuer = f"http://127.0.0.1:{port}"
        line = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", CLAIMS]
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            for _ in range(600):
                assert process.poll() is None
                try:
                    httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False)
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield issuer
            process.terminate()


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl, provider: str) -> AsyncGenerator[House, None]:
    """A node that takes the provider's word."""
    providers = tuple(replace(one, issuer=provider) for one in (OWN, MAIL))
    async with people_kit.house(tmp_path / "node", database_url, providers=providers) as opened:
        opened.clock.instant = datetime.now(UTC)  # the provider's clock is the machine's
        yield opened


@pytest_asyncio.fixture
async def browser(house: House) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A browser that keeps its cookies."""
    transport, headers = httpx.ASGITransport(application(house.node)), {"accept": "text/html,*/*;q=0.8"}
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as client:
        yield client


async def consented(url: str, subject: str = "asha") -> str:
    """Somebody agrees at the provider; where the browser is sent back to."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, data={"sub": subject})
    assert answer.status_code in (302, 303), answer.text
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


async def test_a_linked_person_signs_in(house: House, browser: httpx.AsyncClient) -> None:
    asha = await house.opened(await house.invited(None, "state/21"))
    left = await browser.get("/sign-in/mock")
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["state"] and asked["nonce"]
    assert asked["redirect_uri"] == ["http://node.test/sign-in/mock/return"]
    unknown = await browser.get(await consented(left.headers["location"]))
    assert unknown.status_code == 403 and "asha" in unknown.text, "an officer links them first"
    link = {"provider": "mock", "subject": "asha"}
    await house.call(None, "POST", f"/people/{asha.id}/links", link, 201)
    back = await consented((await browser.get("/sign-in/mock")).headers["location"])
    answer = await browser.get(back)
    assert answer.status_code == 200 and 'href="/me"' in answer.text
    assert asha.id in (await browser.get("/me")).text
    (row,) = await house.rows("select means, is_strong from access.session where person = $1", asha.id)
    assert (row["means"], row["is_strong"]) == ("outside:mock", True)
    again = await browser.get(back)
    assert again.status_code == 410, "an answer is taken once"
    await house.call(None, "POST", f"/people/{asha.id}/links", link, 409)
    await house.call(None, "DELETE", f"/people/{asha.id}/links/mock?subject=asha", None, 204)


async def test_a_verified_address_links_only_where_that_is_configured(house: House, browser: httpx.AsyncClient) -> None:
    asha = await house.opened(await house.invited(None, "state/21", email="asha@example.in"))
    assert (
        await browser.get(await consented((await browser.get("/sign-in/mock")).headers["location"]))
    ).status_code == 403
    answer = await browser.get(await consented((await browser.get("/sign-in/mail")).headers["location"]))
    assert answer.status_code == 200 and asha.id in (await browser.get("/me")).text
    stranger = await browser.get(
        await consented((await browser.get("/sign-in/mail")).headers["location"], "ravi@example.in")
    )
    assert stranger.status_code == 403, "an address that the provider has not verified is nobody's"


async def test_a_visit_belongs_to_its_browser_and_its_nonce(house: House, browser: httpx.AsyncClient) -> None:
    asha = await house.opened(await house.invited(None, "state/21"))
    await house.call(None, "POST", f"/people/{asha.id}/links", {"provider": "mock", "subject": "asha"}, 201)
    back = await consented((await browser.get("/sign-in/mock")).headers["location"])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application(house.node)), base_url="http://node.test"
    ) as other:
        assert (await other.get(back)).json()["code"] == "outside-visit-over", "an answer planted in another browser"
    mine = urlsplit((await browser.get("/sign-in/mock")).headers["location"])
    stolen = parse_qs(
        urlsplit(await consented(mine._replace(query=mine.query.replace("nonce=", "nonce=x")).geturl())).query
    )
    state = parse_qs(mine.query)["state"][0]
    refused = await browser.get(f"/sign-in/mock/return?code={stolen['code'][0]}&state={state}")
    assert refused.status_code == 401 and "outside-untrusted" in refused.text, "a code of another visit"
    late = await consented((await browser.get("/sign-in/mock")).headers["location"])
    house.later(minutes=11)
    assert (await browser.get(late)).status_code == 410
    assert (await browser.get("/sign-in/unknown")).status_code == 404


KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
GOOD = {
    "iss": ISSUER,
    "aud": "jjm-test",
    "sub": "asha",
    "nonce": "n",
    "iat": NOW.timestamp(),
    "exp": NOW.timestamp() + 60,
}


def token(key: RSAKey = KEY, **other: object) -> str:
    """An ID token that says something else in one place."""
    return jwt.encode({"alg": "RS256"}, {k: v for k, v in (GOOD | other).items() if v is not None}, key)


def test_a_good_token_is_believed() -> None:
    found = claims_of(token(aud=["jjm-test"], email="a@b.in", email_verified=True), KeySet([KEY]), OWN, "n", NOW)
    assert (found.subject, found.verified_email) == ("asha", "a@b.in")
    assert claims_of(token(email="a@b.in", email_verified="true"), KeySet([KEY]), OWN, "n", NOW).verified_email is None


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "somebody"}, "aud"),
        ({"aud": ["jjm-test", "x"], "azp": "x"}, "azp"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"exp": NOW.timestamp() - 61}, "expired"),
        ({"exp": None}, "expired"),
        ({"iat": NOW.timestamp() - 3600}, "iat"),
        ({"sub": ""}, "sub"),
        ({"key": OTHER}, "signature"),
    ],
)
def test_a_token_that_lies_is_not_believed(other: dict[str, object], why: str) -> None:
    with pytest.raises(Problem) as refused:
        claims_of(token(**other), KeySet([KEY]), OWN, "n", NOW)  # pyright: ignore[reportArgumentType]
    assert refused.value.code == "outside-untrusted" and why in refused.value.detail


def test_a_token_without_a_signature_is_not_believed() -> None:
    _, body, _ = token().split(".")
    with pytest.raises(Problem):
        claims_of(f"eyJhbGciOiJub25lIn0.{body}.", KeySet([KEY]), OWN, "n", NOW)


def test_providers_of_a_node_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("hush\n")
    good = {"name": "one", "issuer": "https://login.example/", "client_id": "c", "secret_file": "secret"}
    (found,), fault = providers_from([good], tmp_path)
    assert fault is None and found.client_secret == "hush" and found.issuer == "https://login.example/"
    assert "hush" not in repr(found)
    for wrong, said in (
        ({"issuer": "http://login.example"}, "https"),
        ({"secret_env": "JJM_NOT_SET"}, "JJM_NOT_SET"),
        ({"colour": "red"}, "colour"),
        ({"second_factor": "yes"}, "second_factor"),
    ):
        _, fault = providers_from([good | wrong], tmp_path)
        assert fault is not None and said in fault.message and "hush" not in fault.message
