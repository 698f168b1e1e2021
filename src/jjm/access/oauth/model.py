"""What an application shows for a token, and what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

PREFIX: Final = "jja_"
LIFE: Final = timedelta(minutes=10)
"""How long an access token is good."""
LONGEST_ASSERTION: Final = timedelta(hours=1)
"""What common clients set if nothing else is said; an assertion is good once in any case."""
TOLERANCE: Final = timedelta(seconds=60)
"""How far two clocks may be apart."""
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call to the token endpoint, as far as it can be read without knowing who calls."""

    assertion: str
    client_id: str
    kid: str | None
    algorithm: str
    claims: Mapping[str, Any] = field(repr=False)
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an application as it stands."""

    kid: str
    jwk: Mapping[str, Any]
    not_before: datetime
    expires_at: datetime
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token just given; `secret` is told this once."""

    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: datetime
