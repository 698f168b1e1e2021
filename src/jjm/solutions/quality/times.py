"""Times as records hold them, and the day in India on which they fall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

INDIA = timezone(timedelta(hours=5, minutes=30))
CLOCKS_DIFFER = timedelta(minutes=10)
"""By how much the clock of a telephone may be ahead of the node's."""


def instant(record: Mapping[str, Any], field: str) -> datetime | None:
    """The instant that a field holds; None where it holds none, or what is no instant."""
    value = record.get(field)
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None


def day_in_india(at: datetime) -> date:
    """The day on which that instant falls there."""
    return at.astimezone(INDIA).date()
