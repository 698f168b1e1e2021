"""What the node makes of the results of a sample, and what it fills in by itself: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jjm.solutions.quality.limits import Circumstances, judge, results_of
from jjm.solutions.quality.times import day_in_india, instant
from jjm.standards import Catalogue
from jjm.workflow import Deed

_CONSUMERS = ("household", "school", "anganwadi", "standpost")


def verdict_of(sample: Mapping[str, Any], catalogue: Catalogue, taken: datetime) -> dict[str, Any]:
    """Verdict, what decided it, each result judged, and the edition of limits of the day on which it was taken.

    Raises Problem `no-limits` where none held that day.
    """
    found = judge(results_of(sample.get("results") or ()), day_in_india(taken), water_of(sample), catalogue.limits)
    judged = [
        {"parameter": one.result.parameter, "verdict": one.value_class.value}
        | ({"reason": one.reason.value} if one.reason else {})
        for one in found.values
    ]
    return {
        "judged": judged, "verdict": found.sample.value, "decided_by": list(found.decided_by), "edition": found.edition
    }  # fmt: skip


def water_of(sample: Mapping[str, Any]) -> Circumstances:
    """What is known of the water: some limits are for treated or chlorinated water, or for want of other."""
    return Circumstances(
        treated=sample.get("treated"),
        chlorinated=sample.get("chlorinated"),
        consumer_end=sample.get("point_kind") in _CONSUMERS,
        alternate_source=sample.get("alternate_source") is True,
    )


def verdict(deed: Deed) -> Mapping[str, Any]:
    """The verdict that nobody types."""
    taken = instant(deed.becomes, "collected_at")
    return verdict_of(deed.becomes, deed.catalogue, taken) if taken else {}


def with_the_sampler(deed: Deed) -> Mapping[str, Any]:
    """Whoever takes a sample has it."""
    return {"custodian": "sampler"}


def with_the_laboratory(deed: Deed) -> Mapping[str, Any]:
    """Whoever receives it has it."""
    return {"custodian": "laboratory"}


def of_the_kit_test(deed: Deed) -> Mapping[str, Any]:
    """A sample that confirms a kit test: of the same place, for what the kit showed out of range."""
    test = next((one for one in deed.linked.get("confirms", ()) if one["_type"] == "kit_test"), None)
    if test is None:
        return {}
    names = ("habitation", "scheme", "water_source", "sampling_point")
    bad = [one["parameter"] for one in test["results"] if one["result"] == "unsafe"]
    same = {name: test.get(name) for name in names}
    return same | {"confirms_of": test["id"], "purpose": "confirmation", "tests_asked": bad}
