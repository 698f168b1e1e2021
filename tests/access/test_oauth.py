"""A token by private_key_jwt: given for a good assertion once, refused with words that say what to do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import partners_kit as kit
import pytest
import pytest_asyncio
from databases import Postgres
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from jjm.app.node import Node
from jjm.kit import DatabaseUrl, SetClock

NOW = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
_ALLOWED = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")


@pytest_asyncio.fixture(scope="module")
async def node(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A node for trying things out that holds the States, shared by the tests of this module."""
    folder = tmp_path_factory.mktemp("oauth") / "node"
    async with postgres.fresh() as url, kit.started(folder, url, SetClock(NOW)) as started:
        yield started


@pytest.fixture(autouse=True)
def clock(node: Node) -> SetClock:
    """The clock of the node, moved by hand; put back before each test."""
    found = node.access.clock
    assert isinstance(found, SetClock)
    found.instant = NOW
    return found


@pytest_asyncio.fixture(scope="module")
async def admin(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator."""
    async with kit.anybody(node, await kit.admin_token(node)) as client:
        yield client


@pytest_asyncio.fixture
async def partner(node: Node, admin: httpx.AsyncClient) -> kit.Partner:
    """An approved partner that may write schemes of Odisha."""
    return await kit.partner(node, admin, scopes=["scheme:write@state/21", "village:read"])


def refused(answer: httpx.Response, error: str, code: str, *words: str) -> None:
    """The answer is a refusal of that kind, in words of RFC 6749 that hold these."""
    said = answer.json()
    assert (said["error"], said["code"]) == (error, code), said
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.headers["cache-control"] == "no-store"
    assert _ALLOWED.fullmatch(said["error_description"])
    assert not [w for w in words if w not in said["error_description"]], said["error_description"]


async def test_a_token_for_ten_minutes(partner: kit.Partner, node: Node, clock: SetClock) -> None:
    answer = await partner.ask()
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
    assert told["access_token"].startswith("jja_")
    assert told["scope"].split() == ["scheme:write@state/21", "village:read"]
    async with node.database.read() as conn:
        kept = await conn.fetch("select * from access.application_token")
    assert told["access_token"] not in str(kept)
    async with kit.anybody(node, told["access_token"]) as client:
        assert (await client.get("/api/v1/states")).status_code == 200
        clock.instant += timedelta(minutes=10)
        late = await client.get("/api/v1/states")
    assert (late.status_code, late.json()["code"]) == (401, "token-expired")


async def test_a_version_bears_the_number_of_the_application(partner: kit.Partner, admin: httpx.AsyncClient) -> None:
    await admin.post(f"/api/v1/applications/{partner.application}:approve", json={"scopes": ["write"]})
    async with partner.client() as client:
        body = {"code": "345", "name": "Angul", "state": "STA-21"}
        made = await client.post("/api/v1/districts", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["_meta"]["actor"] == partner.application


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (OKPKey.generate_key("Ed25519", {"kid": "k"}), "Ed25519"),
        (ECKey.generate_key("P-256", {"kid": "k"}), "ES256"),
        (RSAKey.generate_key(2048, {"kid": "k"}), "PS256"),
        (RSAKey.generate_key(2048, {"kid": "k"}), "RS256"),
    ],
)
async def test_every_algorithm(node: Node, admin: httpx.AsyncClient, key: kit.Key, alg: str) -> None:
    found = await kit.partner(node, admin, key)
    assert (await found.ask(found.assertion(alg=alg))).status_code == 200
    assert (await found.ask(found.assertion(alg=alg, kid=None))).status_code == 200  # there is but one


async def test_scopes_can_be_narrowed_and_not_widened(partner: kit.Partner, admin: httpx.AsyncClient) -> None:
    body = {"code": "346", "name": "Balangir", "state": "STA-21"}
    assert (await admin.post("/api/v1/districts", json=body)).status_code == 201
    for narrow in ("village:read", "scheme:write@state/21", "scheme:write@district/346", "village:read@state/18"):
        assert (await partner.ask(scope=narrow)).json()["scope"] == narrow
    for wide in ("scheme:write", "write@state/21", "scheme:write@state/18", "village:write", "admin", "openid"):
        answer = await partner.ask(scope=f"village:read {wide}")
        refused(answer, "invalid_scope", "scope-not-given", f"Not given to this application: {wide}.", "village:read")


@pytest.mark.parametrize(
    ("claims", "code", "words"),
    [
        ({"aud": "https://other.example/oauth/token"}, "wrong-audience", [f"{kit.URL}/oauth/token or {kit.URL}"]),
        ({"aud": None}, "wrong-audience", [f"{kit.URL}/oauth/token"]),
        ({"iat": +90, "exp": +150}, "clock-skew", ["by 90 s", "60 s", "2026-11-29T06:00:00Z"]),
        ({"nbf": +200}, "clock-skew", ["by 200 s"]),
        ({"iat": -300, "exp": -61}, "assertion-expired", ["61 s ago", "2026-11-29T06:00:00Z"]),
        ({"exp": +3601}, "assertion-too-long", ["3601 s", "3600 s"]),
        ({"exp": None}, "assertion-malformed", ["exp"]),
        ({"iat": None}, "assertion-malformed", ["iat"]),
        ({"jti": None}, "assertion-malformed", ["jti"]),
        ({"jti": "short"}, "assertion-malformed", ["jti"]),
        ({"sub": "APP-OTHER"}, "assertion-malformed", ["iss and sub"]),
    ],
)
async def test_claims_that_are_refused(
    partner: kit.Partner, claims: dict[str, Any], code: str, words: list[str]
) -> None:
    now = int(NOW.timestamp())
    times = {n: now + v if n in ("iat", "exp", "nbf") and v is not None else v for n, v in claims.items()}
    refused(await partner.ask(partner.assertion(**times)), "invalid_client", code, *words)


@pytest.mark.parametrize("shift", [-60, 60])
async def test_a_minute_between_the_clocks_is_tolerated(partner: kit.Partner, shift: int) -> None:
    now = int(NOW.timestamp()) + shift
    assert (await partner.ask(partner.assertion(iat=now, exp=now + 60))).status_code == 200
    then = int(NOW.timestamp()) - 120
    assert (await partner.ask(partner.assertion(iat=then, exp=then + 60))).status_code == 200


@pytest.mark.parametrize("aud", [kit.URL, f"{kit.URL}/", [f"{kit.URL}/oauth/token", "https://other.example"]])
async def test_the_audience_is_the_issuer_or_the_token_endpoint(partner: kit.Partner, aud: object) -> None:
    assert (await partner.ask(partner.assertion(aud=aud))).status_code == 200


async def test_an_assertion_is_used_once(partner: kit.Partner, node: Node, clock: SetClock) -> None:
    from jjm.access import tidy

    made = partner.assertion()
    assert (await partner.ask(made)).status_code == 200
    refused(await partner.ask(made), "invalid_client", "assertion-replayed", "used before", "2026-11-29T06:00:00Z")
    clock.instant += timedelta(seconds=119)
    async with node.database.write() as conn:
        await tidy(node.access, conn)
    refused(await partner.ask(made), "invalid_client", "assertion-replayed")
    clock.instant += timedelta(seconds=2)
    refused(await partner.ask(made), "invalid_client", "assertion-expired")


async def test_of_two_uses_at_once_one_gets_a_token(partner: kit.Partner) -> None:
    made = partner.assertion()
    answers = await asyncio.gather(*(partner.ask(made) for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [200, 401, 401, 401]


async def test_keys_that_do_not_fit(partner: kit.Partner) -> None:
    unknown = await partner.ask(partner.assertion(kid="second"))
    refused(unknown, "invalid_client", "key-unknown", "kid second", "Registered: first (Ed25519/EdDSA)")
    foreign = partner.assertion(kit.ed25519("first"))
    refused(await partner.ask(foreign), "invalid_client", "assertion-malformed", "not of the key first")
    secret = jws.serialize_compact(
        {"alg": "HS256", "kid": "first"}, jws.extract_compact(partner.assertion().encode()).payload,
        OctKey.import_key(partner.key.as_dict(private=False)["x"]), algorithms=["HS256"],
    )  # fmt: skip
    refused(await partner.ask(secret), "invalid_client", "assertion-malformed", "HS256", "Ed25519, EdDSA, ES256")
    nothing = partner.assertion().split(".")
    none = f"eyJhbGciOiJub25lIn0.{nothing[1]}."
    refused(await partner.ask(none), "invalid_client", "assertion-malformed", "none")


async def test_an_expired_key_is_named_with_its_end(node: Node, admin: httpx.AsyncClient, clock: SetClock) -> None:
    asked = kit.request(key := kit.ed25519())
    asked["application"]["keys"] |= {
        "not_before": (NOW + timedelta(days=1)).isoformat(),
        "expires_at": (NOW + timedelta(days=2)).isoformat(),
    }
    found = await kit.partner(node, admin, key, application=asked["application"])
    refused(await found.ask(), "invalid_client", "key-early", "good from 2026-11-30T06:00:00Z on")
    clock.instant += timedelta(days=1)
    assert (await found.ask()).status_code == 200
    clock.instant += timedelta(days=1)
    refused(await found.ask(), "invalid_client", "key-expired", "expired at 2026-12-01T06:00:00Z", "Register a new key")


async def test_an_application_of_the_other_environment_is_told_so(node: Node, admin: httpx.AsyncClient) -> None:
    key = kit.ed25519()
    asked = kit.request(key)["application"] | {"environment": "live"}
    found = await kit.partner(node, admin, key, application=asked)
    refused(await found.ask(), "invalid_client", "wrong-environment", "registered for live", "this node is sandbox")


async def test_a_token_does_not_work_at_a_node_of_the_other_environment(
    database_url: DatabaseUrl, tmp_path: Path, clock: SetClock
) -> None:
    async with kit.started(tmp_path / "node", database_url, clock) as node:
        admin = await kit.admin_token(node)
        async with kit.anybody(node, admin) as client:
            token = await (await kit.partner(node, client)).token()
    async with kit.started(tmp_path / "node", database_url, clock, environment="live") as node:
        async with kit.anybody(node, token) as client:
            answer = await client.get("/api/v1/states")
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong-environment")
        async with kit.anybody(node, admin) as client:
            assert (await client.get("/api/v1/states")).status_code == 200


@pytest.mark.parametrize(
    ("form", "error", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type", "bad-grant"),
        ({"client_assertion_type": "saml"}, "invalid_request", "token-request"),
        ({"client_assertion": "a.b"}, "invalid_request", "token-request"),
        ({"client_assertion": "é.b.c"}, "invalid_request", "token-request"),
        ({"client_id": "APP-OTHER"}, "invalid_client", "assertion-malformed"),
    ],
)
async def test_calls_that_are_refused(partner: kit.Partner, form: dict[str, str], error: str, code: str) -> None:
    refused(await partner.ask(**form), error, code)


async def test_other_ways_to_authenticate_are_told_the_right_one(partner: kit.Partner, node: Node) -> None:
    form = {"grant_type": "client_credentials"}
    async with kit.anybody(node) as client:
        secret = await client.post("/oauth/token", data=form, auth=(partner.application, "secret"))
        nothing = await client.post("/oauth/token", data=form)
        json = await client.post("/oauth/token", json=form)
        twice = await client.post(
            "/oauth/token", content=b"grant_type=a&grant_type=b", headers={"content-type": kit.FORM}
        )
        large = await client.post("/oauth/token", content=b"x" * 40_000, headers={"content-type": kit.FORM})
    refused(secret, "invalid_client", "assertion-missing", "private_key_jwt")
    refused(nothing, "invalid_client", "assertion-missing", "private_key_jwt")
    refused(json, "invalid_request", "token-request", "form")
    refused(twice, "invalid_request", "token-request", "grant_type is there more than once")
    assert large.status_code == 413
    unknown = partner.assertion(iss="APP-NONE", sub="APP-NONE")
    refused(await partner.ask(unknown), "invalid_client", "application-unknown", "APP-NONE")


async def test_clients_find_out_by_themselves(node: Node) -> None:
    async with kit.anybody(node) as client:
        told = (await client.get("/.well-known/oauth-authorization-server")).json()
    assert told["issuer"] == kit.URL
    assert told["token_endpoint"] == f"{kit.URL}/oauth/token"
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
