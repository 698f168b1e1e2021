"""The key by which a node is known to others: it signs descriptors, agreements, receipts and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from jjm.kit import canonical, open_key

_ALGORITHMS = ["Ed25519"]


@dataclass(frozen=True)
class NodeKey:
    """The Ed25519 key of a node; its identifier is the RFC 7638 thumbprint of its public half."""

    private: Ed25519PrivateKey

    @property
    def jwk(self) -> OKPKey:
        """The key pair as a JWK (RFC 8037)."""
        key: OKPKey = OKPKey.import_key(self.private)  # pyright: ignore[reportUnknownMemberType]
        return key

    @property
    def id(self) -> str:
        """The thumbprint by which it is named as `kid`."""
        return self.jwk.thumbprint()

    def public(self) -> dict[str, Any]:
        """The public half as a JWK Set that others check signatures with."""
        return {"keys": [{**self.jwk.as_dict(private=False), "kid": self.id, "use": "sig", "alg": "Ed25519"}]}

    def sign(self, payload: Mapping[str, Any]) -> str:
        """A compact JWS (RFC 7515) over the canonical JSON of a document."""
        header = {"alg": "Ed25519", "kid": self.id}
        return jws.serialize_compact(header, canonical(payload), self.jwk, algorithms=_ALGORITHMS)


def open_node_key(folder: Path) -> NodeKey:
    """The key kept in `folder`, made now if there is none. Raises Problem `key-locked`."""
    return NodeKey(open_key(folder, "node"))


def signed_by(token: str, keys: Mapping[str, Any]) -> bytes | None:
    """What a compact JWS says, if one of these public keys (a JWK Set) signed it; None otherwise."""
    try:
        known = KeySet.import_key_set(dict(keys))  # pyright: ignore[reportArgumentType]
        return jws.deserialize_compact(token, known, algorithms=_ALGORITHMS).payload
    except (JoseError, ValueError, KeyError, TypeError):
        return None
