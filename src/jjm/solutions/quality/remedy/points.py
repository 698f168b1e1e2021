"""Which other place says something about the water of a contaminated one: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.solutions.quality.homes import points_to_family
from jjm.solutions.quality.places import metres_between

_ANOTHER_SUPPLY = ("source_abandoned", "other_source")
_SAME_SPOT = 20.0
"""Metres between two positions that telephones took at one tap."""


def is_equivalent(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True if a sample is of the same point as a contamination, or of one that carries the same water.

    The same sampling point; or, where one of the two is not registered, the same kind of place on the same source, or
    on the same scheme in the same habitation. Where the source was given up or another one connected, the people drink
    from elsewhere: then another supply of the habitation (of the village, where none is named) stands for it.

    A home is a point of its own: what spoils the water between the main and one tap is seen at no other place. Its
    case names the tap and position of the unsafe sample (`of_unsafe`), and only the same tap, or where none was named
    the same sampling point or position, says something of it; or a public supply, once its own was abandoned.
    """
    return same_water(case, sample) or (case.get("remedy") in _ANOTHER_SUPPLY and _is_new_supply(case, sample))


def _is_new_supply(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True for a supply that the registry knows and everybody may use; a source was connected to the scheme itself."""
    here = case.get("village") == sample.get("village") and case.get("habitation") in (None, sample.get("habitation"))
    registered = any(sample.get(name) for name in ("scheme", "water_source", "sampling_point"))
    if _is_home(case):
        left = case.get("remedy") == "source_abandoned" and not _same(case, sample, "scheme")
        return here and registered and left and not _is_home(sample)
    fed = case.get("remedy") == "source_abandoned" or case.get("scheme") in (None, sample.get("scheme"))
    return here and registered and fed and sample.get("point_kind") != "private_source"


def same_water(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True if a sample is of the water that a contamination is about, whatever was done about it since."""
    if case.get("village") != sample.get("village"):
        return False
    if _is_home(case):
        return _same_home(case, sample)
    if case.get("sampling_point") and sample.get("sampling_point"):
        return case["sampling_point"] == sample["sampling_point"]
    return _same(case, sample, "point_kind") and (
        _same(case, sample, "water_source")
        or (_same(case, sample, "scheme") and case.get("habitation") == sample.get("habitation"))
    )


def of_unsafe(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a case is judged by and never keeps of its unsafe sample: tap, position, whether other water is there."""
    return {name: sample.get(name) for name in ("tap_connection", "location", "alternate_source")}


def _is_home(record: Mapping[str, Any]) -> bool:
    return points_to_family(record) or bool(record.get("tap_connection"))


def _same_home(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """The first of tap, sampling point and source that the unsafe sample named decides; without any, the position."""
    source = ("water_source",) if case.get("point_kind") == "private_source" else ()
    first = next((name for name in ("tap_connection", "sampling_point", *source) if case.get(name)), None)
    if first is not None and (first == "tap_connection" or sample.get(first)):
        return _same(case, sample, first)
    return _same(case, sample, "point_kind") and _is_near(case.get("location"), sample.get("location"))


def _is_near(one: Any, other: Any) -> bool:
    return bool(one and other) and metres_between(one, other) <= _SAME_SPOT


def _same(case: Mapping[str, Any], sample: Mapping[str, Any], field: str) -> bool:
    return case.get(field) is not None and case.get(field) == sample.get(field)
