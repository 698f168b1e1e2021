"""The signature that goes beside an artefact, as `x-jws-signature`: a detached JWS (RFC 7515, appendix F)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from joserfc import jws

from jjm.access.keys import NodeKey, signed_by
from jjm.kit import Fault, Problem

HEADER: Final = "x-jws-signature"


def sign(content: bytes, key: NodeKey) -> str:
    """The detached signature of an artefact, byte for byte as it is sent."""
    token = jws.serialize_compact({"alg": "Ed25519", "kid": key.id}, content, key.jwk, algorithms=["Ed25519"])
    header, _, ending = token.split(".")
    return f"{header}..{ending}"


def check(content: bytes, signature: str, keys: Mapping[str, Any]) -> None:
    """Raises Problem 401 `signature-refused` unless one of these public keys (a JWK Set) signed exactly this."""
    header, dots, ending = signature.partition("..")
    payload = urlsafe_b64encode(content).rstrip(b"=").decode()
    if not dots or signed_by(f"{header}.{payload}.{ending}", keys) != content:
        fault = Fault("it does not fit the artefact and the keys known", "Send both as they were signed.", f"/{HEADER}")
        raise Problem("signature-refused", 401, "The signature is refused", "The consent is not as signed.", [fault])
