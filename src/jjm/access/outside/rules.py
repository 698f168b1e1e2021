"""What an ID token must say to be believed: OpenID Connect Core 1.0, section 3.1.3.7."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from jjm.access.outside.model import Claims, Provider
from jjm.kit import Problem

# Signatures that a provider makes with a key of its own; never one made with the client's secret, nor none at all.
ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "Ed25519", "EdDSA"]
_SKEW = timedelta(minutes=1)
_OLDEST = timedelta(minutes=10)


def claims_of(token: str, keys: KeySet, provider: Provider, nonce: str, now: datetime) -> Claims:
    """Who an ID token speaks of. Raises Problem 401 for one that is not meant for this node and this very visit."""
    try:
        found: Mapping[str, Any] = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError) as error:
        raise untrusted("its signature does not hold") from error
    if wrong := _wrong(found, provider, nonce, now):
        raise untrusted(wrong)
    email = found.get("email") if found.get("email_verified") is True else None
    return Claims(str(found["sub"]), email if isinstance(email, str) else None)


def _wrong(found: Mapping[str, Any], provider: Provider, nonce: str, now: datetime) -> str | None:
    meant = found.get("aud")
    audience = cast("list[object]", meant) if isinstance(meant, list) else [meant]
    if found.get("iss") != provider.issuer:
        return "it is of another issuer"
    if provider.client_id not in audience:
        return "it is meant for somebody else (aud)"
    if len(audience) > 1 and found.get("azp") != provider.client_id:
        return "it was given to somebody else (azp)"
    if not _is_instant(found.get("exp")) or now > _instant(found["exp"], now) + _SKEW:
        return "it has expired"
    if not _is_instant(found.get("iat")) or not -_SKEW <= now - _instant(found["iat"], now) <= _OLDEST:
        return "it is not of this moment (iat); compare the clocks"
    if not isinstance(found.get("nonce"), str) or not hmac.compare_digest(found["nonce"], nonce):
        return "it is not of this visit (nonce)"
    if not isinstance(found.get("sub"), str) or not 0 < len(found["sub"]) <= 255:
        return "it names nobody (sub)"
    return None


def _is_instant(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11


def _instant(value: float, now: datetime) -> datetime:
    return datetime.fromtimestamp(value, now.tzinfo)


def untrusted(why: str) -> Problem:
    """401: what a provider sent is not believed."""
    return Problem(
        "outside-untrusted", 401, "You are not signed in", f"The answer of the provider is not believed: {why}."
    )


def visit_over() -> Problem:
    """410: an answer to a visit that was not begun in this browser, has ended, or is too old."""
    detail = "This visit to the provider was not begun here, has ended already, or took too long. Begin again."
    return Problem("outside-visit-over", 410, "You are not signed in", detail)
