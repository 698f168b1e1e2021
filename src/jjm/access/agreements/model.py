"""An agreement between two sides, and the states it goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

State = Literal["draft", "proposed", "agreed", "in_force", "revoked", "expired"]
"""Unsigned; signed by one side; by both, and still to begin; and what it comes to after that."""
Outcome = Literal["used", "refused", "failed"]

AGREEMENT: Final = "access.agreement"
PROFILE: Final = "jjm:data-sharing-agreement/1"
HERE: Final = "node"
"""The side that is this node itself."""
LONGEST: Final = timedelta(days=3 * 366)
"""The longest life: what is shared is looked at anew every three years."""
UNITS: Final[Mapping[str, timedelta]] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is to be agreed, as its drafter says it; times in UTC."""

    provider: str
    consumer: str
    document: Mapping[str, Any]
