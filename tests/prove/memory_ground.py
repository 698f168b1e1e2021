"""What stands around the cases of a walk in memory: a laboratory, a kit, a sanction, a contract, and names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

VILLAGES = ("VIL-901400", "VIL-901401")
_NAMES = (
    *("scheme", "source", "Well head", "Second well", "School", "laboratory", "kit", "body", "sanction", "contract"),
)
_TESTED = ["as", "f"]


def ground(today: date) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    """The records that guards look at, by their identifiers, and the identifiers by their part."""
    day = (today + timedelta(days=40_000)).isoformat()
    reagents = [{"parameter": one, "left": 10**9, "expires_on": day} for one in _TESTED]
    records: dict[str, Mapping[str, Any]] = {
        "laboratory": {"accreditation": "nabl", "accredited_upto": day, "accredited_parameters": _TESTED},
        "kit": {"status": "in_use", "expires_on": day, "parameters": _TESTED, "reagents": reagents},
        "sanction": {"scheme": "scheme"},
        "contract": {"schemes": ["scheme"]},
        "scheme": {"villages": [VILLAGES[0]], "status": "commissioned"},
        "source": {"village": VILLAGES[0]},
    }
    return records | {village: {} for village in VILLAGES}, {name: name for name in _NAMES} | {"village": VILLAGES[0]}
