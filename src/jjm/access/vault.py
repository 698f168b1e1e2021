"""What access keeps of people that nobody shall read from its tables: sealed, and found again blindly."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jjm.kit import Problem

_NONCE = 12


@dataclass(frozen=True)
class Vault:
    """Seals values with AES-256-GCM bound to what they are, and finds equal ones by HMAC-SHA-256.

    Its keys follow from one secret in the node's folder, which the database and its backups do not hold.
    """

    key: Ed25519PrivateKey

    def seal(self, what: str, value: bytes) -> bytes:
        """The value, readable only here and only as what it is, such as `contact:PER-…`."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, value, what.encode())

    def open(self, what: str, sealed: bytes) -> bytes:
        """The value again. Raises Problem `seal-broken` for one sealed as something else or with another key."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], what.encode())
        except InvalidTag as error:
            detail = "A sealed value does not open with the key in the node's folder. Put back the folder's own key."
            raise Problem("seal-broken", 503, "A sealed value cannot be read", detail) from error

    def blind(self, what: str, value: str) -> bytes:
        """The same 32 bytes for the same value of the same kind; they tell nothing without the key."""
        return hmac.digest(self._derived("blind"), f"{what}\0{value}".encode(), sha256)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived("seal"))

    def _derived(self, use: str) -> bytes:
        info = f"jjm.access {use}".encode()
        return HKDF(SHA256(), 32, salt=None, info=info).derive(self.key.private_bytes_raw())
