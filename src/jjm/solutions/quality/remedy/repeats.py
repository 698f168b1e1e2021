"""Another unsafe sample of water about which a case is open belongs to that case: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.kit import Fault
from jjm.solutions.quality.remedy.points import of_unsafe, same_water
from jjm.solutions.quality.times import instant
from jjm.workflow import Deed

_AFTER = ("ACTION_TAKEN", "PROVISIONALLY_SAFE", "RETEST_PENDING")
"""The states in which a remedy is thought to have helped."""


def found_again(case: Mapping[str, Any], sample: Mapping[str, Any]) -> list[str]:
    """The parameters of a case that another sample of the same water found beyond their limits."""
    if sample.get("verdict") != "contaminated" or not same_water(case, sample):
        return []
    return [name for name in sample.get("decided_by") or () if name in (case.get("parameters") or ())]


def is_since_remedy(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True if a sample shows the water as it is after the remedy of a case."""
    taken, remedied = instant(sample, "collected_at"), instant(case, "remedied_at")
    return taken is not None and remedied is not None and taken > remedied


def joining(case: Mapping[str, Any], sample: Mapping[str, Any]) -> str:
    """The action by which a sample joins a case: where it shows that the remedy did not help, the case goes back."""
    after = case.get("status") in _AFTER and is_since_remedy(case, sample)
    return "UNSAFE_AGAIN" if after else "FOUND_AGAIN"


def joined_by_unsafe_sample(deed: Deed) -> list[Fault]:
    """One approved unsafe sample of the same water and parameters is linked as `again`."""
    sample = _again(deed)
    fits = sample.get("_type") == "sample" and sample.get("status") == "APPROVED" and found_again(_case(deed), sample)
    if fits and joining(deed.record, sample) == deed.action.name:
        return []
    remedy = "It joins by itself when such a sample is approved."
    return [Fault("no approved unsafe sample of the same water is linked", remedy, "/links")]


def unsafe_since_remedy(deed: Deed) -> list[Fault]:
    """It was taken after the remedy."""
    if is_since_remedy(deed.record, _again(deed)):
        return []
    return [Fault("it was not taken after the remedy", "It says nothing of the remedy.", "/links")]


def _again(deed: Deed) -> Mapping[str, Any]:
    """The one sample that joins now."""
    asked = [other for kind, other in deed.ask.links if kind == "again"]
    found: list[Mapping[str, Any]] = [one for one in deed.linked.get("again", ()) if [one["id"]] == asked]
    return next(iter(found), {"id": None})


def _case(deed: Deed) -> Mapping[str, Any]:
    sources = [one for one in deed.linked.get("source", ()) if one["id"] == deed.record.get("sample")]
    return {**deed.record, **of_unsafe(sources[0] if sources else {"id": None})}
