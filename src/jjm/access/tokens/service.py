"""Tokens: made once, shown once, checked on every call."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jjm.access.gate import secret_digest
from jjm.access.model import ADMINISTRATION, Actor, Permit, Scope
from jjm.access.rules import require
from jjm.kit import Clock, Fault, Problem, ReadConnection, WriteConnection, bad_request, load_queries, not_found

_queries = load_queries("jjm.access")
PREFIX = "jjm_"


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. `secret` is shown this once and never again."""

    id: str
    name: str
    secret: str
    scopes: tuple[str, ...]
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
    """Make a token with these permits. Raises Problem 403 for anybody but an administrator, 400 for no permit."""
    require(actor, Scope.ADMIN, "Making a token")
    token = NewToken(secrets.token_hex(4), name, PREFIX + secrets.token_urlsafe(32), _parse(scopes), expires_at)
    await _queries.add_token(
        conn,
        id=token.id,
        name=name,
        secret_digest=secret_digest(token.secret),
        scopes=list(token.scopes),
        created_at=clock.now(),
        created_by=actor.name,
        expires_at=expires_at,
    )
    return token


def _parse(scopes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(read_permit(text)) for text in list(scopes) or [""]))


def read_permit(text: str) -> Permit:
    """The permit written so. Raises Problem 400 for anything else."""
    try:
        return Permit.parse(text)
    except ValueError as error:
        raise unknown_scope(text) from error


def unknown_scope(text: str) -> Problem:
    """400 for what is no permit, and how one is written."""
    remedy = f"Use {', '.join(Scope)}; or less: of one type, in one area, as in `scheme:write@district/345`."
    fault = Fault(f"`{text}` is not a scope", remedy, pointer="/scopes", value=text)
    return bad_request("unknown-scope", "The token was not made.", fault)


async def tokens(conn: ReadConnection, actor: Actor) -> list[dict[str, object]]:
    """All tokens, without their secrets."""
    require(actor, Scope.ADMIN, "Listing tokens")
    return [dict(row) async for row in _queries.tokens(conn)]


async def revoke_token(conn: WriteConnection, actor: Actor, clock: Clock, id: str) -> None:
    """Refuse a token from now on. Raises Problem 404 when there is no such token in use."""
    require(actor, Scope.ADMIN, "Revoking a token")
    if await _queries.revoke_token(conn, id=id, now=clock.now()) is None:
        raise not_found(f"No token {id} is in use.", code="token-unknown")


async def token_actor(conn: ReadConnection, digest: bytes, now: datetime) -> tuple[Actor, datetime | None] | None:
    """The actor behind a token in use, and until when it is good."""
    row = await _queries.token_by_secret(conn, secret_digest=digest, now=now)
    if row is None:
        return None
    permits = frozenset(map(Permit.parse, row["scopes"]))
    return Actor(row["name"], permits, "token", row["id"], purpose=ADMINISTRATION), row["expires_at"]
