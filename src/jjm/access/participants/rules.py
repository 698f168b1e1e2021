"""What may be asked for and decided about participants: states, permits, keys. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from jjm.access.model import Actor, Permit, Scope
from jjm.access.participants.model import KeyLife, PublicKey
from jjm.access.rules import unauthenticated
from jjm.kit import Fault, Problem, bad_request, conflict, forbidden

KEY_LIFE: Final = timedelta(days=366)
"""The longest life of a key: whoever may sign is looked at once a year."""
KEYS_AT_ONCE: Final = 8
ALGORITHMS: Final = ("Ed25519", "EdDSA", "ES256", "PS256", "RS256")
"""What may sign; `EdDSA` is what Ed25519 was called before RFC 9864, and most clients still say so."""
_PRIVATE: Final = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_KID: Final = re.compile(r"[A-Za-z0-9._~-]{1,100}", re.ASCII)
_LEAST_RSA, _MOST_RSA = 2048, 8192
_MAKE_ONE: Final = "Make an Ed25519, P-256 or RSA key of 2048 bits or more; `jjm participant key make` makes one."
_NEXT: Final[Mapping[tuple[str, str], str]] = {
    ("requested", "approve"): "approved",
    ("requested", "refuse"): "refused",
    ("approved", "approve"): "approved",
    ("approved", "suspend"): "suspended",
    ("suspended", "resume"): "approved",
}
_KEY_NEXT: Final[Mapping[tuple[str, str], str]] = {
    ("good", "suspend"): "suspended",
    ("suspended", "resume"): "good",
    ("good", "retire"): "retired",
    ("suspended", "retire"): "retired",
}


def next_state(what: str, state: str, act: str) -> str:
    """The state of a participant or application after a decision. Raises Problem 409 where there is none."""
    return _next(_NEXT, what, state, act)


def next_key_state(kid: str, state: str, act: str) -> str:
    """The state of a key after a decision. Raises Problem 409 where there is none."""
    return _next(_KEY_NEXT, f"The key {kid}", state, act)


def _next(known: Mapping[tuple[str, str], str], what: str, state: str, act: str) -> str:
    if (state, act) in known:
        return known[state, act]
    possible = sorted(a for s, a in known if s == state)
    remedy = f"From there one can {', '.join(possible)}." if possible else "Nothing more is decided about it."
    fault = Fault(f"it is {state}", remedy)
    raise conflict("wrong-state", f"{what} is {state}: it cannot be put through `{act}`.", fault)


def require_partner(actor: Actor) -> None:
    """Allow what participants do for themselves and administrators for them. Raises Problem 401 or 403."""
    if actor.kind == "nobody":
        raise unauthenticated("This is for participants and administrators.")
    if actor.kind != "application" and not actor.partners and not actor.has(Scope.ADMIN):
        raise forbidden("This is for participants and administrators.")


def require_own(actor: Actor, participant: str, application: str | None = None) -> None:
    """Allow a participant its own matters, an application its own keys. Raises Problem 401 or 403 otherwise."""
    require_partner(actor)
    own = actor.participant == participant and application in (None, actor.id)
    if not own and not actor.has(Scope.ADMIN):
        raise forbidden("An application looks after what is its own; this is another's.")


def require_sight(actor: Actor, participant: str) -> None:
    """Allow what is told of a participant to itself, its officers and administrators. Raises Problem 401 or 403."""
    require_partner(actor)
    if participant not in actor.partners and not actor.has(Scope.ADMIN):
        raise forbidden("This is for the participant itself; this is another's.")


def grantable(texts: Sequence[str], pointer: str) -> list[str]:
    """Permits that an application may be given, in one order. Raises Problem 400 naming the first that it may not.

    `admin` is for people. `personal` is opened by data-sharing agreements and by nothing else.
    """
    for place, text in enumerate(texts):
        fault = _not_grantable(text, f"{pointer}/{place}")
        if fault is not None:
            raise bad_request("unknown-scope", "These permits cannot be given to an application.", fault)
    return sorted({str(Permit.parse(text)) for text in texts})


def _not_grantable(text: str, pointer: str) -> Fault | None:
    try:
        permit = Permit.parse(text)
    except ValueError:
        remedy = "Write `type:scope@level/code`, such as `scheme:write@state/21`."
        return Fault(f"`{text}` is not a permit", remedy, pointer)
    if permit.scope == Scope.PERSONAL:
        remedy = "Draft a data-sharing agreement that lists the fields."
        return Fault("personal data is opened by an agreement, not by a permit", remedy, pointer)
    if permit.scope == Scope.ADMIN:
        return Fault("an application does not administer a node", "Ask for `read` and `write`.", pointer)
    return None


def key_life(now: datetime, not_before: datetime | None, expires_at: datetime | None) -> KeyLife:
    """The life of a key, a year from its beginning if nothing else is said. Raises Problem 400 where it is too long."""
    first = not_before or now
    life = KeyLife(first, expires_at or first + KEY_LIFE)
    if life.expires_at <= max(now, life.not_before):
        raise _bad_life("the key would never be good", "Let it expire after it begins, and not in the past.")
    if life.expires_at - max(life.not_before, now) > KEY_LIFE or life.not_before > now + KEY_LIFE:
        raise _bad_life("the key would be good for too long", f"Let it expire within {KEY_LIFE.days} days.")
    return life


def _bad_life(message: str, remedy: str) -> Problem:
    return bad_request("bad-key", "The keys were not registered.", Fault(message, remedy, "/expires_at"))


def public_keys(jwks: Mapping[str, Any]) -> list[PublicKey]:
    """The keys of a JWK Set, public ones that are strong enough. Raises Problem 400 naming the first that is not."""
    given: Any = jwks.get("keys")
    if not isinstance(given, list) or not given:
        raise bad_key("", "there is no key in the set", 'Send {"keys": [{…}]} (RFC 7517).')
    found = [public_key(jwk, f"/jwks/keys/{place}") for place, jwk in enumerate(cast("list[object]", given))]
    if len({k.kid for k in found}) < len(found) or len({k.thumbprint for k in found}) < len(found):
        raise bad_key("/jwks/keys", "a key is there twice", "Send each key once, under a `kid` of its own.")
    return found


def public_key(given: object, pointer: str) -> PublicKey:
    """One public key. Raises Problem 400 for a private, weak or unknown one."""
    if not isinstance(given, dict):
        raise bad_key(pointer, "this is not a JWK", _MAKE_ONE)
    jwk: dict[str, Any] = {str(name): value for name, value in given.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if _PRIVATE & set(jwk):
        remedy = (
            "Keep it to yourself. This one has been sent about: throw it away, make another, and send its public half."
        )
        raise bad_key(pointer, "this is a private or secret key", remedy)
    return _registered(jwk, pointer)


def _registered(jwk: dict[str, Any], pointer: str) -> PublicKey:
    algorithms, members, thumbprint = _strong(jwk, pointer)
    algorithm = jwk.get("alg")
    if algorithm is not None and algorithm not in algorithms:
        raise bad_key(pointer, f"`alg` is {algorithm!r:.40}", f"Leave it out, or use {' or '.join(algorithms)}.")
    if jwk.get("use", "sig") != "sig" or "verify" not in _list(jwk.get("key_ops", ["verify"])):
        raise bad_key(pointer, "this is not a key to check signatures with", 'Let `use` be "sig".')
    kid = jwk.get("kid", thumbprint)
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        remedy = "Use up to 100 letters, digits, `.`, `_`, `~`, `-`; or leave `kid` out, then the thumbprint is taken."
        raise bad_key(f"{pointer}/kid", "this cannot be the name of a key", remedy)
    named = {"alg": algorithm} if algorithm else {}
    return PublicKey(kid, {**members, **named, "kid": kid, "use": "sig"}, thumbprint)


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def algorithms_of(jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """How a registered key may sign: as it says itself, else as keys of its kind do."""
    if "alg" in jwk:
        return ("Ed25519", "EdDSA") if jwk["alg"] in ("Ed25519", "EdDSA") else (jwk["alg"],)
    return {"OKP": ("Ed25519", "EdDSA"), "EC": ("ES256",)}.get(jwk["kty"], ("PS256", "RS256"))


def _strong(jwk: dict[str, Any], pointer: str) -> tuple[tuple[str, ...], dict[str, Any], str]:
    """The algorithms, the members that make up the key, and the thumbprint of a key that is strong enough."""
    kind, curve = jwk.get("kty"), jwk.get("crv")
    try:
        if (kind, curve) == ("OKP", "Ed25519"):
            members = {name: jwk[name] for name in ("kty", "crv", "x")}
            return ("Ed25519", "EdDSA"), members, OKPKey.import_key(members).thumbprint()  # pyright: ignore[reportUnknownMemberType]
        if (kind, curve) == ("EC", "P-256"):
            members = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
            key = ECKey.import_key(members)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            _ = key.public_key  # the point is checked to lie on the curve
            return ("ES256",), members, key.thumbprint()
        if kind == "RSA":
            members = {name: jwk[name] for name in ("kty", "n", "e")}
            return _strong_rsa(members, pointer)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise bad_key(pointer, "this is not a whole public key", _MAKE_ONE) from error
    raise bad_key(pointer, f"keys of kind {kind!r:.20} {curve or ''!r:.20} are not taken", _MAKE_ONE)


def _strong_rsa(members: dict[str, Any], pointer: str) -> tuple[tuple[str, ...], dict[str, Any], str]:
    bits, exponent = (int.from_bytes(_decoded(members[name])) for name in ("n", "e"))
    if not _LEAST_RSA <= bits.bit_length() <= _MOST_RSA or exponent < 65537:
        message = f"an RSA key of {bits.bit_length()} bits, or with an exponent that is too small"
        raise bad_key(pointer, message, f"Make one of {_LEAST_RSA} to {_MOST_RSA} bits with the exponent 65537.")
    return ("PS256", "RS256"), members, RSAKey.import_key(members).thumbprint()  # pyright: ignore[reportUnknownMemberType]


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))


def bad_key(pointer: str, message: str, remedy: str) -> Problem:
    """400: a key cannot be registered; what is wrong with it is said, the key itself is not repeated."""
    return bad_request("bad-key", "The keys were not registered.", Fault(message, remedy, pointer))
