"""Participants for tests: who asks, is approved, holds a key, and gets tokens with it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import nodes
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from jjm.access import Limiter
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.kit import Clock, canonical

URL = "http://node.test"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = "application/x-www-form-urlencoded"
Key = OKPKey | ECKey | RSAKey


def ed25519(kid: str = "first") -> OKPKey:
    """A new key pair."""
    return OKPKey.generate_key("Ed25519", {"kid": kid}, auto_kid=False)


def public(*keys: Key) -> dict[str, Any]:
    """The public halves, as they are registered."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def request(*keys: Key, scopes: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A request to become a participant."""
    asked = {
        "kind": "vendor",
        "name": "Kalpit Water Systems",
        "about": "Sends the results of our laboratories every night",
        "contact": {"name": "A Person", "email": "a.person@vendor.example", "phone": "+91 90000 00000"},
        "application": {"name": "Sender", "scopes": scopes or [], "keys": {"jwks": public(*keys)}},
    }
    return asked | more


_applications: dict[int, Any] = {}


@asynccontextmanager
async def started(folder: Path, database_url: str, clock: Clock, **more: Any) -> AsyncGenerator[Node, None]:
    """A node that knows its address, for trying things out."""
    settings = {"url": URL, "environment": "sandbox", "calls_per_minute": 1_000_000, **more}
    async with running(Settings(folder, database=database_url, **settings), clock) as node:
        with called(node):
            yield node


@contextmanager
def called(node: Node) -> Generator[None]:
    """A node that `anybody` and its partners call: with one application, which writes its whole OpenAPI document."""
    _applications[id(node)] = application(node)
    try:
        yield
    finally:
        del _applications[id(node)]


@asynccontextmanager
async def anybody(node: Node, token: str | None = None) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A client of the node with that token, or without one."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=_applications[id(node)])
    async with httpx.AsyncClient(transport=transport, base_url=URL, headers=headers) as client:
        yield client


@dataclass
class Partner:
    """A participant with one application, as a program outside the node knows itself."""

    node: Node
    id: str
    application: str
    keys: list[Key] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """The key it signs with."""
        return self.keys[-1]

    def assertion(self, key: Key | None = None, alg: str = "Ed25519", kid: str | None = "", **claims: Any) -> str:
        """A signed assertion; claims that are None are left out, `kid` None leaves the header out."""
        key = key or self.key
        now = int(self.node.access.clock.now().timestamp())
        usual = {"iss": self.application, "sub": self.application, "aud": f"{URL}/oauth/token"}
        said = {**usual, "iat": now, "exp": now + 60, "jti": uuid4().hex} | claims
        header = {"alg": alg} | ({} if kid is None else {"kid": kid or key.kid})
        payload = canonical({name: value for name, value in said.items() if value is not None})
        return jws.serialize_compact(header, payload, key, algorithms=[alg])

    async def ask(self, assertion: str | None = None, **form: str) -> httpx.Response:
        """Ask for a token."""
        said = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion or self.assertion(),
        }
        async with anybody(self.node) as client:
            return await client.post("/oauth/token", data=said | form)

    async def token(self, **form: str) -> str:
        """A token."""
        answer = await self.ask(**form)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    @asynccontextmanager
    async def client(self, **form: str) -> AsyncGenerator[httpx.AsyncClient, None]:
        """A client with a token of this application."""
        async with anybody(self.node, await self.token(**form)) as client:
            yield client


def open_to_many(node: Node) -> None:
    """Let one address ask as often as tests do."""
    node.access.knocks = Limiter(per_minute=1e9, least=1e9)


async def partner(
    node: Node, admin: httpx.AsyncClient, *keys: Key, scopes: list[str] | None = None, approve: bool = True, **more: Any
) -> Partner:
    """Somebody who asked, and was approved unless told otherwise."""
    held = list(keys) or [ed25519()]
    open_to_many(node)
    async with anybody(node) as client:
        answer = await client.post("/api/v1/participants", json=request(*held, scopes=scopes, **more))
    assert answer.status_code == 201, answer.text
    found = Partner(node, answer.json()["id"], answer.json()["application"], held)
    if approve:
        done = await admin.post(f"/api/v1/participants/{found.id}:approve", json={})
        assert done.status_code == 200, done.text
    return found


def served_token(url: str, client_id: str, key: Key) -> str:
    """A token of a node that runs in a process of its own."""
    now = int(time.time())
    said = {"iss": client_id, "sub": client_id, "aud": f"{url}/oauth/token", "iat": now, "exp": now + 60}
    header = {"alg": "Ed25519", "kid": key.kid}
    assertion = jws.serialize_compact(header, canonical(said | {"jti": uuid4().hex}), key, algorithms=["Ed25519"])
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
    answer = httpx.post(f"{url}/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


async def admin_token(node: Node) -> str:
    """The secret of an administrator's token."""
    return await nodes.token(node, "admin")
