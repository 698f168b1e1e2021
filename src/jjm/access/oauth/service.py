"""A token for an application that shows by its key who it is, and the actor behind that token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from jjm.access.agreements.force import terms_in_force
from jjm.access.context import Access
from jjm.access.gate import secret_digest
from jjm.access.model import Actor, Environment, Permit
from jjm.access.oauth.model import LIFE, PREFIX, AccessToken, Asked, Key
from jjm.access.oauth.refusals import clock, no_token
from jjm.access.oauth.rules import check_claims, check_key, check_signature, key_of
from jjm.access.rules import bad_token
from jjm.kit import Problem, ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "oauth")


def audiences(access: Access) -> list[str]:
    """What `aud` may be: the node's issuer, its token endpoint, and the same under its other addresses."""
    return [said for url in access.urls for said in (f"{url}/oauth/token", url)]


async def give_token(access: Access, conn: WriteConnection, asked: Asked) -> AccessToken:
    """A token for the application that made the assertion, which is used up by it.

    Raises Problem 400 or 401 in the words of RFC 6749. Nothing is told of an application before the signature is good.
    """
    now = access.clock.now()
    client = await _queries.client(conn, id=asked.client_id)
    if client is None:
        raise no_token("invalid_client", "application-unknown", f"No application {asked.client_id} is registered here.")
    key = key_of(asked, await _keys(conn, asked.client_id))
    check_signature(asked, key)
    _check_standing(client, access.environment)
    check_key(key, now)
    jti, until = check_claims(asked.claims, audiences(access), now)
    permits = await _permits(access, conn, asked.scopes, client["scopes"])
    token = AccessToken(PREFIX + secrets.token_urlsafe(32), permits, min(now + LIFE, key.expires_at))
    digest = sha256(jti.encode()).digest()
    if await _queries.use_assertion(conn, application=asked.client_id, jti_digest=digest, expires_at=until) is None:
        said = f"This assertion was used before (jti {jti:.60}): make a new one, with a new jti, for each call"
        raise no_token("invalid_client", "assertion-replayed", f"{said}; {clock(now)}.")
    await _queries.add_token(
        conn, secret_digest=secret_digest(token.secret), application=asked.client_id, kid=key.kid,
        scopes=list(permits), now=now, expires_at=token.expires_at,
    )  # fmt: skip
    return token


async def _keys(conn: ReadConnection, application: str) -> list[Key]:
    rows = _queries.client_keys(conn, application=application)
    return [
        Key(r["kid"], orjson.loads(r["jwk"]), r["not_before"], r["expires_at"], r["state"], r["reason"])
        async for r in rows
    ]


def _check_standing(client: Mapping[str, Any], environment: Environment) -> None:
    found = standing(client, environment)
    if found is not None:
        raise no_token("invalid_client", *found)


def standing(client: Mapping[str, Any], environment: Environment) -> tuple[str, str] | None:
    """Why an application may not speak to this node: a code and a sentence; None where it may."""
    for what, state, reason in (
        ("participant", client["participant_state"], client["participant_reason"]),
        ("application", client["state"], client["reason"]),
    ):
        if state != "approved":
            why = f": {reason}" if reason else ""
            code = "suspended" if state == "suspended" else "not-approved"
            return code, f"The {what} {client['participant' if what == 'participant' else 'id']} is {state}{why}."
    if client["environment"] != environment:
        is_for = f"{client['id']} is registered for {client['environment']}; this node is {environment}"
        return "wrong-environment", f"{is_for}. Use the other node, or ask for an application here."
    return None


async def _permits(
    access: Access, conn: ReadConnection, asked: Sequence[str] | None, approved: Sequence[str]
) -> tuple[str, ...]:
    if asked is None:
        return tuple(approved)
    known = [Permit.parse(text) for text in approved]
    refused = [text for text in asked if not await _is_covered(access, conn, text, known)]
    if refused:
        has = " ".join(approved) or "none"
        said = f"Not given to this application: {' '.join(refused):.300}. It was given: {has:.300}."
        raise no_token("invalid_scope", "scope-not-given", said)
    return tuple(sorted(set(asked)))


async def _is_covered(access: Access, conn: ReadConnection, text: str, approved: Sequence[Permit]) -> bool:
    try:
        asked = Permit.parse(text)
        return any([await _covers(access, conn, permit, asked) for permit in approved])
    except (ValueError, Problem):  # no permit, or an area that is not known
        return False


async def _covers(access: Access, conn: ReadConnection, approved: Permit, asked: Permit) -> bool:
    if not approved.allows(asked.scope, asked.type):
        return False
    if approved.area in (None, asked.area):
        return True
    if asked.area is None:
        return False
    inner, outer = await access.places.ids(conn, asked.area), await access.places.ids(conn, approved.area)
    return bool(inner) and await access.places.lie_within(conn, inner, outer)


async def application_actor(
    environment: Environment, conn: ReadConnection, digest: bytes, now: datetime
) -> tuple[Actor, datetime | None] | None:
    """The application behind an access token, and until when that is good; its key and its standing are looked at.

    Raises Problem 401 that says why a token is not good any more.
    """
    row = await _queries.token(conn, secret_digest=digest)
    if row is None:
        return None
    found = standing({**dict(row), "id": row["application"]}, environment)
    if found is not None:
        raise bad_token(*found)
    if row["key_state"] != "good" or row["key_expires_at"] <= now:
        why = row["key_state"] if row["key_state"] != "good" else "expired"
        raise bad_token("key-expired", f"The key {row['kid']} with which this token was got is {why}.")
    if row["expires_at"] <= now:
        raise bad_token("token-expired", "This access token has expired. Get another at /oauth/token.")
    permits = frozenset(map(Permit.parse, row["scopes"]))
    terms, changes = await terms_in_force(conn, row["participant"], now)
    actor = Actor(
        row["application"], permits, "application", row["application"], row["participant"],
        terms=terms, calls_per_minute=row["calls_per_minute"],
    )  # fmt: skip
    return actor, min(row["expires_at"], row["key_expires_at"], changes or row["expires_at"])


async def forget_spent(access: Access, conn: WriteConnection) -> None:
    """Drop tokens and assertions that are over: a day later, so that an expired token is still told so."""
    now = access.clock.now()
    await _queries.forget_tokens(conn, before=now - LIFE * 6 * 24)
    await _queries.forget_assertions(conn, before=now)
