"""Calls between nodes: signed with the key by which the node is listed (RFC 9421), and known again by it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey
from starlette.requests import Request

from jjm.access import Actor, NodeKey, Permit, Scope
from jjm.federation.network import store
from jjm.federation.network.model import Member
from jjm.federation.network.service import Network
from jjm.kit import Clock, Problem
from jjm.kit.http_messages import Fields, HttpRequest
from jjm.kit.message_signatures import Demand, PublicKey, sign, verify

TAG = "jjm-node"
# The clocks of nodes differ more than those of programs on one network; replays within this time meet the nonce.
DEMAND = Demand(tag=TAG, tolerance=timedelta(minutes=10))
_BODILESS = {"GET", "HEAD"}


class SignedByNode(httpx.Auth):
    """Signs every call with this node's key."""

    requires_request_body = True

    def __init__(self, key: NodeKey, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign one call."""
        lines = [(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw]
        message = HttpRequest(request.method, str(request.url), Fields(lines))
        now = self._clock.now()
        request.headers.update(sign(message, self._key.private, self._key.id, now, body=request.content, tag=TAG))
        yield request


@dataclass
class Callers:
    """Tells which listed node has signed a call."""

    network: Network

    async def actor(self, request: Request) -> Actor:
        """The node behind a call that only reads. Raises Problem 401 for a signature that does not hold."""
        if request.method not in _BODILESS:
            detail = (
                "A node's signature opens reading, and the calls of the federation. Send a token for anything else."
            )
            raise Problem("signature-refused", 401, "The signature is refused", detail)
        return self.acting(await self.member(request, b""))

    async def member(self, request: Request, body: bytes) -> Member:
        """The listed node that signed a call with this body. Raises Problem 401 `signature-refused`."""
        known = {kid: (member, key) for member in self._trusted() for kid, key in _keys(member).items()}

        async def key_of(kid: str) -> PublicKey | None:
            return known[kid][1] if kid in known else None

        now = self.network.registry.clock.now()
        message = HttpRequest.of_scope(request.scope)
        found = await verify(message, DEMAND, key_of, now, body=body, once=self._once)
        return known[found.key_id][0]

    def acting(self, member: Member) -> Actor:
        """What a node may do here: the Centre reads, a State what is its own, and nothing personal by itself."""
        if member.role == "centre":
            permits = frozenset({Permit(Scope.READ)})
        else:
            permits = frozenset(Permit(Scope.READ, area=f"state/{state}") for state in member.states)
        return Actor(member.name, permits, "node", member.name)

    def _trusted(self) -> list[Member]:
        listed = self.network.listed
        own = self.network.own.name
        return [m for m in listed.members.values() if m.active and m.name != own] if listed else []

    async def _once(self, key_id: str, nonce: str, until: datetime) -> bool:
        # In the database, so that a call is not answered again after a restart.
        async with self.network.registry.database.write() as conn:
            return await store.remember_nonce(conn, key_id, nonce, until)


def _keys(member: Member) -> dict[str, Ed25519PublicKey]:
    found: dict[str, Ed25519PublicKey] = {}
    for key in member.keys.get("keys", ()):
        read: OKPKey = OKPKey.import_key(dict(key))  # pyright: ignore[reportUnknownMemberType]
        public = read.public_key
        if isinstance(public, Ed25519PublicKey):
            found[read.thumbprint()] = public
    return found
