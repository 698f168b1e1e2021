"""What a node posts to your address: checked to be the node's (Standard Webhooks), then read as changes."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from jjm.client.model import Change
from jjm.client.refusal import Untrusted

_SECRET, _PUBLIC = "whsec_", "whpk_"
_FORMS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Checks what is posted to one address by the secrets of its subscription, or by the node's public key.

    While a secret is exchanged give both. `tolerance` is how many seconds a delivery may be old, or clocks apart.
    """

    secrets: Sequence[str] = field(repr=False)
    tolerance: float = 300
    now: Callable[[], float] = time.time

    def changes(self, headers: Mapping[str, str], body: bytes) -> list[Change]:
        """The changes that a delivery tells; none for the node's test event.

        Raises Untrusted where it was not signed by the node, was altered, or is too old. A delivery may come more than
        once: `headers["webhook-id"]`, and the position of each change, are the same then.
        """
        self.check(headers, body)
        told: Any = orjson.loads(body)
        events = cast("list[dict[str, Any]]", told if isinstance(told, list) else [told])
        return [Change.of(event) for event in events if "position" in event]

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Untrusted for what the node did not send, or not just now."""
        given = {name.lower(): value for name, value in headers.items()}
        id, stamp, signatures = (given.get(name, "") for name in _FORMS)
        if not (id and stamp and signatures):
            raise Untrusted(f"the delivery lacks one of {', '.join(_FORMS)}")
        if not stamp.isascii() or not stamp.isdigit() or abs(self.now() - int(stamp)) > self.tolerance:
            raise Untrusted("the delivery is too old, or one of the two clocks is wrong")
        content = f"{id}.{stamp}.".encode() + body
        made = [tuple(signature.split(",", 1)) for signature in signatures.split() if "," in signature]
        if not any(_fits(secret, kind, _decoded(value), content) for secret in self.secrets for kind, value in made):
            raise Untrusted("no signature of the delivery fits: it is not the node's, or it was altered")


def _fits(secret: str, kind: str, signature: bytes, content: bytes) -> bool:
    if secret.startswith(_PUBLIC):
        return kind == "v1a" and _is_signed(_decoded(secret.removeprefix(_PUBLIC)), signature, content)
    expected = hmac.digest(_decoded(secret.removeprefix(_SECRET)), content, "sha256")
    return kind == "v1" and hmac.compare_digest(expected, signature)


def _is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""
