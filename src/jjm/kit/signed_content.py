"""The digest of a message's content (RFC 9530), compared with the content as it comes in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import http_sf

_SIZES = {"sha-256": 32, "sha-512": 64}
Refuse = Callable[[str, str], Exception]
"""Makes the refusal of what is wrong, and how to mend it."""


def content_digest(body: bytes) -> str:
    """A `Content-Digest` by SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


@dataclass
class Content:
    """What the content must add up to; `take` it piece by piece, then `check`."""

    expected: Mapping[str, bytes]
    running: Mapping[str, Any]
    refuse: Refuse

    @classmethod
    def read(cls, value: str, refuse: Refuse) -> Content:
        """The digests in the value of a `Content-Digest`; algorithms not known here are passed over (section 2)."""
        try:
            members: Any = http_sf.parse(value.encode("ascii"), tltype="dictionary")
        except (ValueError, TypeError) as error:
            raise refuse(f"`Content-Digest` cannot be read: {error}", "Write it as RFC 9530 has it.") from error
        known: dict[str, Any] = {name: member[0] for name, member in members.items() if name in _SIZES}
        if not known or not all(isinstance(d, bytes) and len(d) == _SIZES[n] for n, d in known.items()):
            raise refuse("`Content-Digest` holds no digest known here", "Give one by sha-256 or sha-512.")
        return cls(known, {name: hashlib.new(name.replace("-", "")) for name in known}, refuse)

    def take(self, piece: bytes) -> None:
        """The next bytes of the content."""
        for hasher in self.running.values():
            hasher.update(piece)

    def check(self) -> None:
        """All has come in. Raises the refusal where it is not what was signed."""
        for name, hasher in self.running.items():
            if not hmac.compare_digest(hasher.digest(), self.expected[name]):
                raise self.refuse(f"the body is not what its {name} says", "Send the body as it was signed, whole.")
