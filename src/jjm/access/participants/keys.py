"""Keys of applications: registered with an end, rotated with overlap, suspended within seconds, retired for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import Actor
from jjm.access.participants.model import KEY, PublicKey
from jjm.access.participants.rules import KEYS_AT_ONCE, bad_key, key_life, next_key_state, public_keys
from jjm.kit import ReadConnection, WriteConnection, load_queries, not_found

_queries = load_queries("jjm.access", "participants")


async def add_keys(
    access: Access,
    conn: WriteConnection,
    actor: Actor,
    application: str,
    jwks: Mapping[str, Any],
    not_before: datetime | None,
    expires_at: datetime | None,
) -> None:
    """Register keys of an application whose row is locked. Those it has go on: that is the overlap of a rotation.

    Raises Problem 400 for a key that is private, weak or known already, or one too many.
    """
    now = access.clock.now()
    found, life = public_keys(jwks), key_life(now, not_before, expires_at)
    known = (await keys_of(conn, [application])).get(application, [])
    _refuse_known(found, known)
    live = [k for k in known if k["state"] != "retired" and k["expires_at"] > now]
    if len(live) + len(found) > KEYS_AT_ONCE:
        raise bad_key("/jwks/keys", f"more than {KEYS_AT_ONCE} keys at once", "Retire those that are no longer used.")
    for key in found:
        await _queries.add_key(
            conn, application=application, kid=key.kid, jwk=orjson.dumps(key.jwk).decode(),
            thumbprint=key.thumbprint, not_before=life.not_before, expires_at=life.expires_at, now=now,
            actor=actor.name,
        )  # fmt: skip
        told = {"jwk": dict(key.jwk), "not_before": life.not_before, "expires_at": life.expires_at}
        await enter(access, conn, actor, type=KEY, change="register", subject=f"{application}/{key.kid}", document=told)


def _refuse_known(found: list[PublicKey], known: list[dict[str, Any]]) -> None:
    kids, thumbprints = {k["kid"] for k in known}, {k["thumbprint"] for k in known}
    for place, key in enumerate(found):
        if key.kid in kids or key.thumbprint in thumbprints:
            remedy = "Make a new key; one that was retired does not come back."
            raise bad_key(f"/jwks/keys/{place}", f"the key {key.kid} is registered already", remedy)


async def keys_of(conn: ReadConnection, applications: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The keys of some applications, newest first, retired ones too."""
    found: dict[str, list[dict[str, Any]]] = {}
    async for row in _queries.keys(conn, applications=applications):
        key = {**dict(row), "jwk": orjson.loads(row["jwk"])}
        found.setdefault(key.pop("application"), []).append(key)
    return found


async def decide_key(
    access: Access, conn: WriteConnection, actor: Actor, application: str, kid: str, act: str, reason: str
) -> None:
    """Suspend, resume or retire a key of an application whose row is locked; tokens got with it follow within seconds.

    Raises Problem 404 for an unknown key, 409 where its state does not allow it.
    """
    known = {k["kid"]: k for k in (await keys_of(conn, [application])).get(application, [])}
    if kid not in known:
        raise not_found(f"{application} has no key {kid}.", "key-unknown", known=sorted(known))
    state = next_key_state(kid, known[kid]["state"], act)
    await _queries.decide_key(conn, application=application, kid=kid, state=state, reason=reason)
    told = {"thumbprint": known[kid]["thumbprint"], "state": state, "reason": reason}
    await enter(access, conn, actor, type=KEY, change=act, subject=f"{application}/{kid}", document=told)


async def keys_for_signing(conn: ReadConnection, participant: str, now: datetime) -> dict[str, dict[str, Any]]:
    """The public keys with which a participant may sign at an instant, by their names."""
    rows = _queries.signing_keys(conn, participant=participant, now=now)
    return {row["kid"]: orjson.loads(row["jwk"]) async for row in rows}
