"""Tokens: made once, shown once, checked on every call."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from jjm.access.model import ANONYMOUS, Actor, Permit, Scope
from jjm.access.rules import require, unauthenticated
from jjm.kit import Clock, Database, Fault, ReadConnection, WriteConnection, bad_request, load_queries, not_found

_queries = load_queries("jjm.access")
_PREFIX = "jjm_"
_REMEMBERED = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. `secret` is shown this once and never again."""

    id: str
    name: str
    secret: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None


async def create_token(
    conn: WriteConnection,
    actor: Actor,
    clock: Clock,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
) -> NewToken:
    """Make a token with these scopes. Raises Problem 403 for anybody but an administrator, 400 for an unknown scope."""
    require(actor, Scope.ADMIN, "Making a token")
    token = NewToken(secrets.token_hex(4), name, _PREFIX + secrets.token_urlsafe(32), _parse(scopes), expires_at)
    await _queries.add_token(
        conn,
        id=token.id,
        name=name,
        secret_digest=_digest(token.secret),
        scopes=[str(s) for s in token.scopes],
        created_at=clock.now(),
        created_by=actor.name,
        expires_at=expires_at,
    )
    return token


def _parse(scopes: Iterable[str]) -> tuple[Scope, ...]:
    known = {s.value: s for s in Scope}
    asked = list(dict.fromkeys(scopes))
    if unknown := [s for s in asked if s not in known] or ([] if asked else [""]):
        fault = Fault(f"`{unknown[0]}` is not a scope", f"Use some of: {', '.join(known)}", pointer="/scopes")
        raise bad_request("unknown-scope", "The token was not made.", fault)
    return tuple(known[s] for s in asked)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


async def tokens(conn: ReadConnection, actor: Actor) -> list[dict[str, object]]:
    """All tokens, without their secrets."""
    require(actor, Scope.ADMIN, "Listing tokens")
    return [dict(row) async for row in _queries.tokens(conn)]


async def revoke_token(conn: WriteConnection, actor: Actor, clock: Clock, id: str) -> None:
    """Refuse a token from now on. Raises Problem 404 when there is no such token in use."""
    require(actor, Scope.ADMIN, "Revoking a token")
    if await _queries.revoke_token(conn, id=id, now=clock.now()) is None:
        raise not_found(f"No token {id} is in use.", code="token-unknown")


@dataclass
class Gate:
    """Turns the Authorization header of a call into an actor.

    A good token is remembered for five seconds, so that a revocation bites within them.
    """

    database: Database
    clock: Clock
    _known: dict[bytes, tuple[Actor, datetime]] = field(default_factory=dict[bytes, tuple[Actor, datetime]])

    async def actor(self, authorization: str | None) -> Actor:
        """The actor behind a header; nobody in particular without one. Raises Problem 401 for a bad token."""
        if not authorization:
            return ANONYMOUS
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise unauthenticated("The Authorization header is not of the form `Bearer …`.")
        key = _digest(secret.strip())
        known = self._known.get(key)
        if known is not None and known[1] > self.clock.now():
            return known[0]
        return await self._look_up(key)

    async def _look_up(self, key: bytes) -> Actor:
        now = self.clock.now()
        async with self.database.read() as conn:
            row = await _queries.token_by_secret(conn, secret_digest=key, now=now)
        if row is None:
            self._known.pop(key, None)
            raise unauthenticated("This token is unknown, expired or revoked.")
        actor = Actor(row["name"], frozenset(map(Permit.parse, row["scopes"])), "token", row["id"])
        until = min(now + _REMEMBERED, row["expires_at"] or datetime.max.replace(tzinfo=now.tzinfo))
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[key] = (actor, until)
        return actor
