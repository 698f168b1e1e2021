"""The chain of custody, from the steps of a sample and the versions that they made: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_CHANGES = ("REGISTER", "COLLECT", "HAND_OVER", "RECEIVE")
_FIELDS = ("custodian", "seal_number", "carried_at", "condition")


def hands_of(steps: Sequence[Mapping[str, Any]], versions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each change of hands with seal, temperature and condition as they were written down then."""
    by_number = {one["_meta"]["version"]: one for one in versions}
    found: list[dict[str, Any]] = []
    for step in steps:
        record = by_number.get(step["version"])
        if step["action"] not in _CHANGES or record is None:
            continue
        told = {name: record.get(name) for name in _FIELDS}
        at = record.get("received_at") if step["action"] == "RECEIVE" else record.get("handed_over_at")
        at = record.get("collected_at") if step["action"] in ("REGISTER", "COLLECT") else at
        found.append(
            {"at": str(at or step["at"]), "action": step["action"], "actor": step["actor"], "entry": step["entry"]}
            | told
        )
    return found
