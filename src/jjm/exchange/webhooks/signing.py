"""How deliveries are signed (Standard Webhooks)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREFIX, PUBLIC_PREFIX = "whsec_", "whpk_"
_BYTES, _NONCE = 32, 12


def new_secret() -> bytes:
    """A new secret."""
    return os.urandom(_BYTES)


def shown(secret: bytes) -> str:
    """A secret as its owner gets to see it, once."""
    return PREFIX + base64.b64encode(secret).decode()


def public_half(key: Ed25519PrivateKey) -> str:
    """The key by which `v1a` signatures are checked."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PUBLIC_PREFIX + base64.b64encode(raw).decode()


def signed_headers(
    id: str, at: datetime, body: bytes, secrets: Sequence[bytes], key: Ed25519PrivateKey
) -> dict[str, str]:
    """The header fields of a delivery: `v1` by each secret in use, and `v1a` by the node's own key."""
    stamp = str(int(at.timestamp()))
    content = f"{id}.{stamp}.".encode() + body
    made = [f"v1,{base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()}" for secret in secrets]
    made.append(f"v1a,{base64.b64encode(key.sign(content)).decode()}")
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": " ".join(made)}


class FormerSeal:
    """How release 0.1 kept secrets closed: by a key derived from the one that signs for the node."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        derived = HKDF(SHA256(), 32, None, b"jjm webhook secrets").derive(key.private_bytes_raw())
        self._box = AESGCM(derived)

    def open(self, box: bytes, subscription: str) -> bytes | None:
        """A secret; None for one that another key of the node has closed."""
        try:
            return self._box.decrypt(box[:_NONCE], box[_NONCE:], subscription.encode())
        except InvalidTag:
            return None
