"""Sealed values: each under a key of its own, which is wrapped by the node's master key and stands in front of it.

    key id (4) · wrapped key (32) · AES-256-GCM ciphertext and tag

A value's key is random and seals that one value, so its nonce is zero. It is wrapped by AES-256-CTR, which counts from
a number of 16 bytes that no other value has: a random one in front of all, or one that the caller has anyway, such as a
salted digest. What was wrapped by another key, or altered, does not open, since the tag of the value itself would not
fit. Destroying the first 36 bytes destroys the value. The keys that wrap and blind are derived from the master secret
by HKDF-SHA-256.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ID, _NUMBER, _KEY = 4, 16, 32
FRONT = _ID + _KEY
"""Bytes in front of the ciphertext: all that is needed to open it but the master key and the number."""
_NONCE = bytes(12)
_SECOND = bytes(2 * _NUMBER - 1) + b"\1"


class Unopened(ValueError):
    """What is sealed cannot be opened: it was altered, belongs elsewhere, or its master key is not here."""


class Vault:
    """Seals and opens with master secrets of 32 bytes: the first seals, the others still open what they sealed.

    Whoever holds a vault seals with a new secret from the moment at which it takes that one.
    """

    def __init__(self, secret: bytes, *former: bytes) -> None:
        self._secrets = (secret, *former)
        self._wraps = {_id_of(s): derived(s, b"jjm wrap") for s in self._secrets}
        self._current = _id_of(secret)
        self._own = threading.local()

    def __reduce__(self) -> tuple[type[Vault], tuple[bytes, ...]]:
        return Vault, self._secrets

    def __repr__(self) -> str:
        return f"Vault({self._current.hex()})"

    def take(self, secret: bytes) -> None:
        """Seal with this master secret from now on; what was sealed with the others still opens."""
        id = _id_of(secret)
        self._wraps = {id: derived(secret, b"jjm wrap"), **self._wraps}
        self._secrets = (secret, *self._secrets)
        self._current = id

    def forget_former(self) -> None:
        """Open nothing any more but what the current master secret has sealed."""
        self._secrets = self._secrets[:1]
        self._wraps = {self._current: self._wraps[self._current]}
        self._own = threading.local()
        _derived.cache_clear()

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of its master keys, the current one first; they tell nothing of the keys."""
        return tuple(id.hex() for id in self._wraps)

    @property
    def current(self) -> bytes:
        """The name of the master key that seals, as it stands in front of what it has sealed."""
        return self._current

    def seal(self, plain: bytes, bound: bytes) -> bytes:
        """The value behind its number, to be opened only together with the same `bound`."""
        number = os.urandom(_NUMBER)
        return number + self.seal_each([plain], [bound], [number])[0]

    def open(self, sealed: bytes, bound: bytes) -> bytes:
        """The value that was sealed by itself. Raises Unopened."""
        return self.open_with(sealed[:_NUMBER], sealed[_NUMBER:], bound)

    def seal_each(self, plain: Sequence[bytes], bound: Sequence[bytes], numbers: Sequence[bytes]) -> list[bytes]:
        """Each value sealed, bound to what stands at its place; `numbers` are 16 bytes that no other value has."""
        drawn = os.urandom(len(plain) * _KEY)
        # All names at hand, and no call but the cipher's: this is most of what a record about persons costs in a load.
        id, nonce, size, cipher = self._current, _NONCE, _KEY, AESGCM
        wrapped = _xor(drawn, self._pads(id, numbers))
        return [
            id + wrapped[at : at + size] + cipher(drawn[at : at + size]).encrypt(nonce, value, context)
            for at, value, context in zip(range(0, len(drawn), size), plain, bound, strict=True)
        ]

    def open_with(self, number: bytes, sealed: bytes, bound: bytes) -> bytes:
        """The value that was sealed with this number. Raises Unopened."""
        key = _xor(sealed[_ID:FRONT], self._pads(sealed[:_ID], [number]))
        try:
            return AESGCM(key).decrypt(_NONCE, sealed[FRONT:], bound)
        except (InvalidTag, ValueError) as error:
            raise Unopened("it was altered, or belongs elsewhere") from error

    def is_current(self, sealed: bytes) -> bool:
        """True if the newest master key wraps what was sealed with a number."""
        return sealed[:_ID] == self._current

    def rewrapped(self, number: bytes, sealed: bytes) -> bytes:
        """The same under the newest master key; the value itself is not touched. Raises Unopened."""
        key, id = _xor(sealed[_ID:FRONT], self._pads(sealed[:_ID], [number])), self._current
        return b"".join((id, _xor(key, self._pads(id, [number])), sealed[FRONT:]))

    def anew(self, sealed: bytes) -> bytes:
        """A value that was sealed by itself, under the newest master key. Raises Unopened."""
        return sealed[:_NUMBER] + self.rewrapped(sealed[:_NUMBER], sealed[_NUMBER:])

    def blinds(self, what: str) -> list[bytes]:
        """Keys for blind indexes of that name, one a master secret, the current one first."""
        return [_derived(s, b"jjm blind " + what.encode()) for s in self._secrets]

    def _pads(self, id: bytes, numbers: Sequence[bytes]) -> bytes:
        """The key stream of two blocks behind each number; in one call, however many there are."""
        counters = _xor(b"".join([n + n for n in numbers]), _SECOND * len(numbers))
        return self._stream(id).update(counters)

    def _stream(self, id: bytes) -> Any:
        # An encryptor holds state that threads must not share, and making one costs more than all that it does.
        known: dict[bytes, Any] | None = getattr(self._own, "streams", None)
        if known is None:
            known = self._own.streams = {}
        found = known.get(id)
        if found is None:
            if id not in self._wraps:
                raise Unopened(f"it was sealed with a master key that is not here ({id.hex()})")
            # CTR is AES of the number; ECB of many numbers at once is the same without a cipher for each.
            found = known[id] = Cipher(algorithms.AES(self._wraps[id]), modes.ECB()).encryptor()  # noqa: S305
        return found


def derived(secret: bytes, what: bytes) -> bytes:
    """A key of 32 bytes for one use, from a secret (HKDF-SHA-256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=what).derive(secret)


_derived = lru_cache(maxsize=4_096)(derived)


def _id_of(secret: bytes) -> bytes:
    return sha256(derived(secret, b"jjm id")).digest()[:_ID]


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))
