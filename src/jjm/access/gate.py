"""The gate: turns what a call carries to show who it comes from into an actor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeAlias

from starlette.requests import Request
from starlette.types import Scope

from jjm.access.model import ANONYMOUS, Actor
from jjm.access.purposes import Basis, for_purpose
from jjm.access.rules import unauthenticated
from jjm.kit import Clock, Database, ReadConnection
from jjm.kit.http import header

_REMEMBERED = timedelta(seconds=5)
_DIGEST = "bearer digest"
_FOR_EVER = datetime.max.replace(tzinfo=UTC)

Bearer: TypeAlias = Callable[[ReadConnection, bytes, datetime], Awaitable[tuple[Actor, datetime | None] | None]]
"""Finds the actor behind the SHA-256 of a secret at an instant, and until when it is good; None for one not in use.

It may raise Problem 401 to say why a secret is not good any more.
"""

Signed: TypeAlias = Callable[[Request], Awaitable[Actor]]
"""Finds the node that has signed a call. Raises Problem 401 for a signature that does not hold."""


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret, by which it is found again."""
    return sha256(secret.encode()).digest()


def bearer_digest(scope: Scope) -> bytes | None:
    """The digest of the secret that a call carries as `Authorization: Bearer …`, made once a call; None without one."""
    if _DIGEST not in scope:
        scheme, _, secret = (header(scope, b"authorization") or b"").partition(b" ")
        is_bearer = scheme.lower() == b"bearer" and bool(secret)
        scope[_DIGEST] = sha256(secret.strip()).digest() if is_bearer else None
    return scope[_DIGEST]


@dataclass
class Gate:
    """Turns the Authorization header of a call into an actor; each kind of secret is known by how it begins.

    A good secret is remembered for five seconds, so that a revocation or suspension bites within them. `purposes` are
    those that a call may name, each with its lawful basis. `signed` tells which other node has signed a call that
    carries no such header; None on a node that knows no others. `met` hears of each secret that was found good.
    """

    database: Database
    clock: Clock
    bearers: Mapping[str, Bearer]
    purposes: Mapping[str, Basis] = field(default_factory=dict[str, Basis])
    signed: Signed | None = None
    met: Callable[[bytes, Actor], None] = lambda digest, actor: None
    _known: dict[bytes, tuple[Actor, datetime]] = field(default_factory=dict[bytes, tuple[Actor, datetime]])
    _forgotten: int = 0

    async def caller(self, request: Request) -> Actor:
        """The actor behind a call: by its Authorization header, or the node that signed it. Raises Problem 401."""
        digest = bearer_digest(request.scope)
        if digest is not None and (known := self._remembered(digest)) is not None:
            return known
        given = request.headers.get("authorization")
        if given is None and self.signed is not None and "signature-input" in request.headers:
            return await self.signed(request)
        return await self.actor(given)

    def asking(self, actor: Actor, purpose: str | None) -> Actor:
        """The actor as it asks in this call, for the purpose it names. Raises Problem 400 or 403."""
        return actor if purpose is None else for_purpose(actor, purpose, self.purposes)

    async def actor(self, authorization: str | None) -> Actor:
        """The actor behind a header; nobody in particular without one. Raises Problem 401 for a bad secret."""
        if not authorization:
            return ANONYMOUS
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise unauthenticated("The Authorization header is not of the form `Bearer …`.")
        return await self.bearer(secret.strip())

    async def bearer(self, secret: str) -> Actor:
        """The actor behind a secret. Raises Problem 401 for one that is unknown, expired or revoked."""
        key = secret_digest(secret)
        return self._remembered(key) or await self._look_up(secret, key)

    def _remembered(self, key: bytes) -> Actor | None:
        known = self._known.get(key)
        return known[0] if known is not None and known[1] > self.clock.now() else None

    def forget(self, participant: str) -> None:
        """Look up anew who calls for a participant, to which something has been opened."""
        self._forgotten += 1
        self._known = {key: known for key, known in self._known.items() if known[0].participant != participant}

    async def _look_up(self, secret: str, key: bytes) -> Actor:
        now, forgotten = self.clock.now(), self._forgotten
        find = next((find for prefix, find in self.bearers.items() if secret.startswith(prefix)), None)
        found = None
        self._known.pop(key, None)
        if find is not None:
            async with self.database.read() as conn:
                found = await find(conn, key, now)
        if found is None:
            raise unauthenticated("This token is unknown, expired or revoked.")
        actor, until = found
        if len(self._known) > 10_000:
            self._known.clear()
        if forgotten == self._forgotten:  # else it may have seen what was before
            self._known[key] = (actor, min(now + _REMEMBERED, until or _FOR_EVER))
        self.met(key, actor)
        return actor
