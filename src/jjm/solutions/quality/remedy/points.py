"""Which other place says something about the water of a contaminated one: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ANOTHER_SUPPLY = ("source_abandoned", "other_source")


def is_equivalent(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True if a sample is of the same point as a contamination, or of one that carries the same water.

    The same sampling point; or, where one of the two is not registered, the same kind of place on the same source, or
    on the same scheme in the same habitation. Where the source was given up or another one connected, the people drink
    from elsewhere: then another supply of the habitation (of the village, where none is named) stands for it.
    """
    return same_water(case, sample) or (case.get("remedy") in _ANOTHER_SUPPLY and _is_new_supply(case, sample))


def _is_new_supply(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True for a supply that the registry knows and everybody may use; a source was connected to the scheme itself."""
    here = case.get("village") == sample.get("village") and case.get("habitation") in (None, sample.get("habitation"))
    registered = any(sample.get(name) for name in ("scheme", "water_source", "sampling_point"))
    fed = case.get("remedy") == "source_abandoned" or case.get("scheme") in (None, sample.get("scheme"))
    return here and registered and fed and sample.get("point_kind") != "private_source"


def same_water(case: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """True if a sample is of the water that a contamination is about, whatever was done about it since."""
    if case.get("village") != sample.get("village"):
        return False
    if case.get("sampling_point") and sample.get("sampling_point"):
        return case["sampling_point"] == sample["sampling_point"]
    return _same(case, sample, "point_kind") and (
        _same(case, sample, "water_source")
        or (_same(case, sample, "scheme") and case.get("habitation") == sample.get("habitation"))
    )


def _same(case: Mapping[str, Any], sample: Mapping[str, Any], field: str) -> bool:
    return case.get(field) is not None and case.get(field) == sample.get(field)
