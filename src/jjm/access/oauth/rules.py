"""Whether an assertion is good: who made it, with which key, for whom, and when. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from jjm.access.oauth.model import ASSERTION_TYPE, LONGEST_ASSERTION, TOLERANCE, Asked, Key
from jjm.access.oauth.refusals import clock, no_token
from jjm.access.participants.rules import ALGORITHMS, algorithms_of
from jjm.kit import Problem

_ID = re.compile(r"[A-Z0-9-]{1,60}", re.ASCII)
_HOW = "Authenticate by private_key_jwt: client_assertion_type and client_assertion (RFC 7523)."
_KINDS: Mapping[str, Any] = {"OKP": OKPKey, "EC": ECKey, "RSA": RSAKey}
_OF_THE_KEY = ("kty", "crv", "x", "y", "n", "e")


def read_form(form: Mapping[str, Sequence[str]]) -> Asked:
    """What a call to the token endpoint says. Raises Problem 400 or 401 in the words of RFC 6749."""
    if twice := sorted(name for name, values in form.items() if len(values) > 1):
        raise _malformed(f"{twice[0]} is there more than once.")
    said = {name: values[0] for name, values in form.items()}
    if said.get("grant_type") != "client_credentials":
        missing = "grant_type is missing" if "grant_type" not in said else "this grant_type is not known here"
        error = "unsupported_grant_type" if "grant_type" in said else "invalid_request"
        raise no_token(error, "bad-grant", f"{missing}: send grant_type=client_credentials.")
    if "client_assertion" not in said:
        raise no_token("invalid_client", "assertion-missing", f"There is no client_assertion. {_HOW}")
    if said.get("client_assertion_type") != ASSERTION_TYPE:
        raise _malformed(f"client_assertion_type must be {ASSERTION_TYPE}.")
    scopes = tuple(said["scope"].split()) if said.get("scope", "").strip() else None
    return _read(said["client_assertion"], said.get("client_id"), scopes)


def _read(assertion: str, client_id: str | None, scopes: tuple[str, ...] | None) -> Asked:
    try:
        found = jws.extract_compact(assertion.encode())
        claims: Any = orjson.loads(found.payload)
    except (JoseError, ValueError, TypeError) as error:
        raise _malformed("client_assertion is not a JWT of three parts.") from error
    header = found.headers()
    if not isinstance(claims, dict) or "crit" in header:
        raise _malformed("client_assertion is not a JWT that is understood here.")
    known = cast("dict[str, Any]", claims)
    client = _client(known, client_id)
    kid: Any = header.get("kid")
    return Asked(assertion, client, kid if isinstance(kid, str) else None, str(header.get("alg")), known, scopes)


def _client(claims: Mapping[str, Any], client_id: str | None) -> str:
    issuer: Any = claims.get("iss")
    if not isinstance(issuer, str) or not _ID.fullmatch(issuer) or claims.get("sub") != issuer:
        raise _bad("assertion-malformed", "iss and sub of the assertion must both be the client_id, such as APP-....")
    if client_id not in (None, issuer):
        raise _bad("assertion-malformed", "client_id is another than iss of the assertion.")
    return issuer


def key_of(asked: Asked, keys: Sequence[Key]) -> Key:
    """The key by which an assertion says it is signed. Raises Problem 401 naming what is wrong with it."""
    if asked.algorithm not in ALGORITHMS:
        raise _bad("assertion-malformed", f"alg {asked.algorithm:.20} is not taken: use {', '.join(ALGORITHMS)}.")
    fitting = [k for k in keys if asked.kid in (None, k.kid) and asked.algorithm in algorithms_of(k.jwk)]
    if asked.kid is None and len(fitting) > 1:
        raise _bad("key-unknown", "Several keys are registered: name the one that signed in the header kid.")
    if not fitting:
        named = "the header kid is missing" if asked.kid is None else f"kid {asked.kid:.100}"
        known = ", ".join(f"{k.kid} ({'/'.join(algorithms_of(k.jwk))})" for k in keys if k.state == "good")
        raise _bad("key-unknown", f"No key fits ({named}, alg {asked.algorithm}). Registered: {known or 'none'}.")
    return fitting[0]


def check_signature(asked: Asked, key: Key) -> None:
    """Raises Problem 401 where that key did not sign the assertion."""
    if not is_signed(asked.assertion, asked.algorithm, key.jwk):
        raise _bad("assertion-malformed", f"The signature of the assertion is not of the key {key.kid}.")


def is_signed(token: str, algorithm: str, jwk: Mapping[str, Any]) -> bool:
    """True if this public key signed a compact JWS by that algorithm; which it may use, the caller has seen to."""
    # EdDSA is what Ed25519 was called before RFC 9864. The library warns of the name, so it is not asked by it.
    named = jws.JWSRegistry.algorithms["Ed25519" if algorithm == "EdDSA" else algorithm]
    signed, _, signature = token.encode().rpartition(b".")
    try:
        public = _KINDS[jwk["kty"]].import_key({name: jwk[name] for name in _OF_THE_KEY if name in jwk})
        return named.verify(signed, urlsafe_b64decode(signature + b"=" * (-len(signature) % 4)), public)
    except (JoseError, ValueError, KeyError, TypeError):
        return False


def check_key(key: Key, now: datetime) -> None:
    """Raises Problem 401 for a key that is not in force."""
    if key.state != "good":
        raise _bad("key-suspended", f"The key {key.kid} is {key.state}: {key.reason or 'no reason is given'}.")
    if key.not_before > now:
        raise _bad("key-early", f"The key {key.kid} is good from {_at(key.not_before)} on; {clock(now)}.")
    if key.expires_at <= now:
        remedy = "Register a new key: by an older one that is still good, or ask an administrator"
        raise _bad("key-expired", f"The key {key.kid} expired at {_at(key.expires_at)}; {clock(now)}. {remedy}.")


def check_claims(claims: Mapping[str, Any], audiences: Sequence[str], now: datetime) -> tuple[str, datetime]:
    """The jti of an assertion and until when it must be remembered.

    Raises Problem 401 for one that is not for this node, was made by a clock that is wrong, is over, or lives too long.
    """
    _check_audience(claims.get("aud"), audiences)
    issued, ends = _instant(claims, "iat"), _instant(claims, "exp")
    begins = _instant(claims, "nbf") if "nbf" in claims else issued
    ahead = max(issued, begins) - now
    if ahead > TOLERANCE:
        raise _bad("clock-skew", f"The assertion is from the future by {_seconds(ahead)}: {_PUT_RIGHT}; {clock(now)}.")
    if now - ends > TOLERANCE:
        late = f"The assertion expired {_seconds(now - ends)} ago"
        raise _bad("assertion-expired", f"{late}: make one for each call, and if you do, {_PUT_RIGHT}; {clock(now)}.")
    if ends - issued > LONGEST_ASSERTION:
        longest = _seconds(LONGEST_ASSERTION)
        raise _bad("assertion-too-long", f"exp is {_seconds(ends - issued)} behind iat; at most {longest} are taken.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 255:
        raise _bad("assertion-malformed", "jti must be a text of 8 to 255 characters, another in each assertion.")
    return jti, ends + TOLERANCE


_PUT_RIGHT = f"put your clock right (up to {TOLERANCE.seconds} s are tolerated)"


def _check_audience(audience: object, audiences: Sequence[str]) -> None:
    given = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    if not set(audiences) & {a.rstrip("/") for a in given if isinstance(a, str)}:
        said = ", ".join(str(a) for a in given)
        right = " or ".join(audiences[:2])
        raise _bad("wrong-audience", f"aud is {said:.200}; for this node it must be {right}.")


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST:
        raise _bad("assertion-malformed", f"{name} is missing or is no number of seconds since 1970.")
    return datetime.fromtimestamp(value, UTC)


_LATEST = 2**33


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.0f} s"


def _at(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _malformed(description: str) -> Problem:
    return no_token("invalid_request", "token-request", description)


def _bad(code: str, description: str) -> Problem:
    return no_token("invalid_client", code, description)
