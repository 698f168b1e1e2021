"""Sessions of people, and where a call comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PREFIX = "jjs_"
"""How the secret of a session begins."""
PASSWORD, PHONE, OUTSIDE = "password", "phone", "outside"
"""By what means somebody signed in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a call comes from: the network address as attempts are counted, and what the program calls itself."""

    address: str
    program: str | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun. `secret` is told this once; `is_strong` is true if two factors were shown."""

    id: str
    secret: str
    person: str
    means: str
    is_strong: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A session that may still be used."""

    id: str
    means: str
    is_strong: bool
    created_at: datetime
    seen_at: datetime
    idle: timedelta
    expires_at: datetime
    address: str | None
    program: str | None
