"""Participants, their applications and the keys of these: the states they go through, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

State = Literal["requested", "approved", "refused", "suspended"]
KeyState = Literal["good", "suspended", "retired"]

PARTICIPANT, APPLICATION, KEY = "access.participant", "access.application", "access.key"
"""Under which types decisions about them stand in the ledger."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as it is registered: its name, the JWK with `kid` and `alg`, its RFC 7638 thumbprint."""

    kid: str
    jwk: Mapping[str, Any]
    thumbprint: str


@dataclass(frozen=True, slots=True)
class KeyLife:
    """From when to when a key is good."""

    not_before: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to about a participant; personal data."""

    name: str
    email: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about a participant or application. What is None stays as it is, or as it was asked for."""

    act: str
    reason: str | None = None
    scopes: Sequence[str] | None = None
    areas: Sequence[str] | None = None
    calls_per_minute: int | None = None
