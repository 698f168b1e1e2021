"""Clients that others wrote get a token from a node that runs by itself, over HTTP, as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import partners_kit as kit
import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from databases import passable_folder
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from nodes import Served, starting
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidClientError
from requests_oauthlib import OAuth2Session


@dataclass(frozen=True)
class World:
    """A node in a process of its own, and an application there with three keys."""

    node: Served
    client_id: str
    rsa: RSAKey
    elliptic: ECKey
    edwards: OKPKey

    @property
    def endpoint(self) -> str:
        """Where tokens are given, as the node itself says."""
        return httpx.get(f"{self.node.url}/.well-known/oauth-authorization-server").json()["token_endpoint"]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The node, shared by the tests of this module."""
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    elliptic, edwards = ECKey.generate_key("P-256", {"kid": "elliptic"}), kit.ed25519("edwards")
    with passable_folder() as folder, starting() as start:
        node = start(folder / "node", "--port", "0")
        asked = kit.request(rsa, elliptic, edwards, scopes=["scheme:write@state/21"])
        made = httpx.post(f"{node.url}/api/v1/participants", json=asked)
        assert made.status_code == 201, made.text
        with node.client() as admin:
            assert admin.post(f"/api/v1/participants/{made.json()['id']}:approve", json={}).status_code == 200
        yield World(node, made.json()["application"], rsa, elliptic, edwards)


def is_known(world: World, token: str) -> bool:
    """True if the node knows the application by that token."""
    headers = {"authorization": f"Bearer {token}"}
    return httpx.get(f"{world.node.url}/api/v1/applications/{world.client_id}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("kind", "alg"), [("rsa", "RS256"), ("rsa", "PS256"), ("elliptic", "ES256"), ("edwards", "Ed25519")]
)
def test_authlib(world: World, kind: str, alg: str) -> None:
    session = AuthlibSession(world.client_id, getattr(world, kind), token_endpoint_auth_method="private_key_jwt")
    session.register_client_auth_method(PrivateKeyJWT(world.endpoint, headers={"kid": kind}, alg=alg))
    token = session.fetch_token(world.endpoint, grant_type="client_credentials")
    assert token["scope"] == "scheme:write@state/21"
    assert is_known(world, token["access_token"])
    assert session.get(f"{world.node.url}/api/v1/states").status_code == 200
    session.close()


def assertion(world: World, **more: object) -> str:
    """An assertion as the documentation of any such server says it."""
    import time
    from uuid import uuid4

    now = int(time.time())
    said = {"iss": world.client_id, "sub": world.client_id, "aud": world.endpoint, "iat": now, "exp": now + 60}
    return jwt.encode({"alg": "ES256", "kid": "elliptic"}, said | {"jti": uuid4().hex} | more, world.elliptic)


@pytest.mark.parametrize("include", [True, None])
def test_requests_oauthlib(world: World, monkeypatch: pytest.MonkeyPatch, include: bool | None) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the node of this test speaks HTTP on this machine
    with OAuth2Session(client=BackendApplicationClient(world.client_id, scope=["scheme:write@state/21"])) as session:
        token = session.fetch_token(
            world.endpoint, client_assertion_type=kit.ASSERTION, client_assertion=assertion(world),
            include_client_id=include,
        )  # fmt: skip
        assert is_known(world, token["access_token"])
        assert session.get(f"{world.node.url}/api/v1/states").status_code == 200


def test_requests_oauthlib_tells_why_it_was_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    for more, word in (({"aud": "https://other.example"}, "aud is https://other.example"), ({"exp": 1}, "expired")):
        with OAuth2Session(client=BackendApplicationClient(world.client_id)) as session:
            made = assertion(world, **more)
            with pytest.raises(InvalidClientError, match=word):
                session.fetch_token(
                    world.endpoint, client_assertion_type=kit.ASSERTION, client_assertion=made, include_client_id=True
                )


def test_the_metadata_is_what_rfc_8414_asks_for(world: World) -> None:
    told = httpx.get(f"{world.node.url}/.well-known/oauth-authorization-server").json()
    found = AuthorizationServerMetadata(told)
    for name in AuthorizationServerMetadata.REGISTRY_KEYS:
        # Addresses must be https, which a node on this machine is not, and authlib takes no empty list for an answer.
        if name not in ("issuer", "token_endpoint", "response_types_supported"):
            getattr(found, f"validate_{name}")()
    assert told["token_endpoint"] == f"{told['issuer']}/oauth/token"
