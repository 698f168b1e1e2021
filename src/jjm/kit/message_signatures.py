"""Signed HTTP messages: RFC 9421 signatures over chosen components, with RFC 9530 digests of the content.

`sign` makes the header fields of a signature, `verify` accepts a message only where its signature covers all that a
`Demand` asks for, is fresh by this clock, has not been seen before, and was made by the key that it names. The kind of
the key decides the algorithm (Ed25519, ECDSA on P-256, RSA-PSS from 2,048 bits), never the message. Requests and
responses go through the same two functions; a response that covers `bound_to(label)` answers that one request alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import http_sf
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    MappingKeyResolver,
    algorithms,
)

from jjm.kit.errors import Fault, Problem
from jjm.kit.http_messages import HttpRequest, HttpResponse
from jjm.kit.signed_content import Content, content_digest

REQUEST = ("@method", "@authority", "@path", "@query")
DIGEST, LABEL = "content-digest", "sig1"
_LONGEST, _LEAST_RSA_BITS = 200, 2_048

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
KeyOf = Callable[[str], Awaitable[PublicKey | None]]
"""Finds the public key that a `keyid` names; None for one that is unknown or no longer in use."""
Once = Callable[[str, str, datetime], Awaitable[bool]]
"""Remembers a nonce of a key until an instant; False where it was remembered already."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a signature must be like to be taken.

    `components` are covered at least, as in `"@query-param";name="id"` where one has parameters; `tag` names what it is
    made for. It is at most `life` old, and clocks may differ by `tolerance`.
    """

    components: tuple[str, ...] = REQUEST
    tag: str | None = None
    life: timedelta = timedelta(minutes=5)
    tolerance: timedelta = timedelta(minutes=5)
    nonce: bool = True

    def accept(self) -> str:
        """The demand as the value of an `Accept-Signature` field (RFC 9421, section 5.1)."""
        covered = " ".join(_written(c) for c in self.components)
        nonce = ";nonce" if self.nonce else ""
        return f"{LABEL}=({covered});created;keyid{nonce}" + (f';tag="{self.tag}"' if self.tag else "")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was accepted: whose key, under which label, over what, and when it was made.

    `content` is the digest that it covers, to be compared with a body that comes in pieces; None where it covers none.
    """

    key_id: str
    label: str
    covered: tuple[str, ...]
    created: datetime
    nonce: str | None
    content: Content | None


def bound_to(label: str) -> tuple[str, ...]:
    """What a response covers so that it answers one signed request, whose signature bears this label."""
    return ("@status", *(f'"{c}";req' for c in REQUEST), f'"signature";req;key="{label}"')


def sign(
    message: HttpRequest | HttpResponse,
    key: PrivateKey,
    key_id: str,
    now: datetime,
    *,
    body: bytes = b"",
    components: Sequence[str] = REQUEST,
    tag: str | None = None,
    nonce: str | None = None,
    life: timedelta = timedelta(minutes=5),
    label: str = LABEL,
) -> dict[str, str]:
    """The header fields to add to a message: its signature, and the digest of its body where it has one.

    `nonce` is made up where none is given. Raises ValueError for a component that the message does not have.
    """
    signed = message.copy()
    covered, added = list(components), dict[str, str]()
    if body:
        added["Content-Digest"] = signed.headers["Content-Digest"] = content_digest(body)
        covered += {DIGEST} - set(covered)
    keys = MappingKeyResolver(public_keys={}, private_keys={key_id: key})
    signer = HTTPMessageSigner(signature_algorithm=_algorithm(key.public_key()), key_resolver=keys)
    try:
        signer.sign(
            signed, key_id=key_id, created=now, expires=now + life, nonce=nonce or secrets.token_urlsafe(18),
            label=label, tag=tag, covered_component_ids=covered,
            use_existing_digest="Content-Digest" in signed.headers,
        )  # fmt: skip
    except HTTPMessageSignaturesException as error:
        raise ValueError(str(error)) from error
    return added | {name: signed.headers[name] for name in ("Signature-Input", "Signature")}


async def verify(
    message: HttpRequest | HttpResponse,
    demand: Demand,
    keys: KeyOf,
    now: datetime,
    *,
    body: bytes | None = b"",
    once: Once | None = None,
) -> Signed:
    """Accept a message for its signature. With `body` None the caller compares `Signed.content` with what comes in.

    Raises Problem 401 `signature-missing` or `signature-refused`, which names what is missing or how far off it is.
    """
    given = _chosen(message, demand)
    if lacking := [c for c in _demanded(demand, body) if _identity(c) not in given.covered]:
        raise _refused(demand, f"it does not cover `{lacking[0]}`", f"Cover {', '.join(_demanded(demand, body))}.")
    created = _fresh(given, demand, now)
    key = await keys(given.key_id)
    if key is None:
        raise _refused(demand, f"the key `{given.key_id[:_LONGEST]}` is not known", "Name a key that is in use here.")
    values = _checked(message, demand, given, key)
    content = _content(demand, values.get(f'"{DIGEST}"'))
    if body is not None and content is not None:
        content.take(body)
        content.check()
    if once is not None:
        until = created + demand.life + 2 * demand.tolerance
        if given.nonce is not None and not await once(given.key_id, given.nonce, until):
            raise _refused(demand, "its nonce was used before", "Sign every call anew, with a nonce of its own.")
    return Signed(given.key_id, given.label, tuple(values), created, given.nonce, content)


@dataclass(frozen=True, slots=True)
class _Given:
    """A signature as its `Signature-Input` describes it, not yet believed."""

    label: str
    covered: frozenset[_Identity]
    parameters: Mapping[str, Any]
    key_id: str
    nonce: str | None


_Identity = tuple[str, frozenset[tuple[str, Any]]]


def _chosen(message: HttpRequest | HttpResponse, demand: Demand) -> _Given:
    """The one signature that is meant: that with the tag, or the only one."""
    described = _members(message, demand, "signature-input")
    if described.keys() != _members(message, demand, "signature").keys():
        raise _refused(demand, "`Signature-Input` and `Signature` name different labels", "Send both as they belong.")
    found = [label for label, (_, p) in described.items() if demand.tag is None or p.get("tag") == demand.tag]
    if not found:
        raise _refused(demand, f"none has the tag `{demand.tag}`", f'Sign with `tag="{demand.tag}"`.')
    if len(found) > 1:
        raise _refused(demand, "there are several and none can be preferred", "Send one signature with that tag.")
    components, parameters = cast("tuple[Any, dict[str, Any]]", described[found[0]])
    key_id, nonce = parameters.get("keyid"), parameters.get("nonce")
    if not isinstance(components, list) or not isinstance(key_id, str):
        raise _refused(demand, "it names no `keyid`", "Name the key that it was made with.")
    if demand.nonce and not (isinstance(nonce, str) and 0 < len(nonce) <= _LONGEST):
        raise _refused(demand, "it has no `nonce`", f"Give a nonce of up to {_LONGEST} characters, another each time.")
    covered = frozenset(
        (name, frozenset(p.items())) for name, p in cast("list[tuple[str, dict[str, Any]]]", components)
    )
    return _Given(found[0], covered, parameters, key_id, nonce if isinstance(nonce, str) else None)


def _members(message: HttpRequest | HttpResponse, demand: Demand, name: str) -> dict[str, Any]:
    value = message.headers.joined(name)
    if value is None:
        title, remedy = "A signature is needed", f"Sign the message (RFC 9421) and send `{name}`."
        raise Problem("signature-missing", 401, title, remedy, headers=_asked_for(demand))
    try:
        parsed: Any = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=_no_twice)
        return parsed
    except (ValueError, TypeError) as error:
        raise _refused(demand, f"`{name}` cannot be read: {error}", "Write a dictionary of RFC 9651.") from error


def _no_twice(key: str, context: str) -> None:
    if context == "dictionary":
        raise ValueError(f"the label `{key}` stands there twice")


def _fresh(given: _Given, demand: Demand, now: datetime) -> datetime:
    """When it was made. Refused where by this clock that is yet to come, or too long ago."""
    created = _instant(given, demand, "created")
    if created is None:
        raise _refused(demand, "it does not say when it was `created`", "Give `created` in seconds since 1970.")
    ahead, apart = (created - now).total_seconds(), demand.tolerance.total_seconds()
    if ahead > apart:
        remedy = f"Set the clock; up to {apart:.0f} s of difference are allowed."
        raise _refused(demand, f"it was created {ahead:.0f} s ahead of the clock here", remedy)
    if -ahead > demand.life.total_seconds() + apart:
        remedy = f"Send what was signed within {demand.life.total_seconds():.0f} s, and set the clock."
        raise _refused(demand, f"it was created {-ahead:.0f} s ago by the clock here", remedy)
    expires = _instant(given, demand, "expires")
    if expires is not None and (late := (now - expires).total_seconds()) > apart:
        raise _refused(demand, f"it expired {late:.0f} s ago by the clock here", "Sign anew, and set the clock.")
    return created


def _instant(given: _Given, demand: Demand, name: str) -> datetime | None:
    seconds = given.parameters.get(name)
    try:
        if isinstance(seconds, int) and not isinstance(seconds, bool):
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        seconds = str(seconds)
    if seconds is None:
        return None
    raise _refused(demand, f"`{name}` is not an instant", "Give it in whole seconds since 1970.")


class _Verifier(HTTPMessageVerifier):
    """Checks the signature alone: how fresh it is was looked at before, by the clock that was given."""

    def validate_created_and_expires(self, sig_input: object, max_age: object = None) -> None:
        """Leave it."""


def _checked(message: HttpRequest | HttpResponse, demand: Demand, given: _Given, key: PublicKey) -> Mapping[str, str]:
    """What the signature covers, by component, once the key has been found to have made it."""
    try:
        algorithm, named = _algorithm(key), given.parameters.get("alg")
    except ValueError as error:
        raise _refused(demand, f"the key `{given.key_id}` is {error}", "Name another key.") from error
    if named not in (None, algorithm.algorithm_id):
        remedy = f"Sign with {algorithm.algorithm_id}, which is what this key is for."
        raise _refused(demand, f"it says `{named}` of a key for {algorithm.algorithm_id}", remedy)
    resolver = MappingKeyResolver(public_keys={given.key_id: key}, private_keys={})
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=resolver)
    try:
        found = verifier.verify(message, max_age=None, expect_tag=given.parameters.get("tag"))
    except HTTPMessageSignaturesException as error:
        what = str(error) or "it was not made by this key over this message"
        remedy = "Sign what is sent, as it is sent: method, host, path, query and body unchanged."
        raise _refused(demand, what, remedy) from error
    return found[0].covered_components


def _content(demand: Demand, value: str | None) -> Content | None:
    if value is None:
        return None
    return Content.read(value, lambda what, remedy: _refused(demand, what, remedy))


def _demanded(demand: Demand, body: bytes | None) -> tuple[str, ...]:
    return (*demand.components, DIGEST) if body and DIGEST not in demand.components else demand.components


def _written(component: str) -> str:
    return component if component.startswith('"') else f'"{component}"'


def _identity(component: str) -> _Identity:
    parsed: Any = http_sf.parse(_written(component).encode(), tltype="item")
    return parsed[0], frozenset(parsed[1].items())


def _algorithm(key: PublicKey) -> type[HTTPSignatureAlgorithm]:
    if isinstance(key, Ed25519PublicKey):
        return algorithms.ED25519
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return algorithms.ECDSA_P256_SHA256
    if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return algorithms.RSA_PSS_SHA512
    raise ValueError("neither Ed25519 nor P-256 nor RSA of 2,048 bits or more")


def _refused(demand: Demand, what: str, remedy: str) -> Problem:
    fault = Fault(what, remedy, "/Signature-Input")
    title, detail = "The signature is refused", f"The signature is refused: {what}. {remedy}"
    return Problem("signature-refused", 401, title, detail, [fault], headers=_asked_for(demand))


def _asked_for(demand: Demand) -> dict[str, str]:
    return {"WWW-Authenticate": "Signature", "Accept-Signature": demand.accept()}
