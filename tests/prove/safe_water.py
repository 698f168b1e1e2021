"""What must hold of closed contaminations, told by raw results and days alone and by none of the rules of the node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

LIMITS = {"as": 0.01, "f": 1.5}
_ANOTHER_SUPPLY = ("source_abandoned", "other_source")
_HANDS = ("REGISTER", "COLLECT"), ("SUBMIT_RESULTS",), ("APPROVE",)


def wrong(
    case: Mapping[str, Any],
    retest: Mapping[str, Any] | None,
    joined: Sequence[Mapping[str, Any]],
    who: Sequence[tuple[str, str]],
) -> list[str]:
    """What is wrong with a closed contamination, given its retest, the samples that joined it, and who (action, actor)
    did what with the retest; nothing for one that is rightly closed."""
    if retest is None:
        return ["it has no retest"]
    found = {one["parameter"]: one.get("value", one.get("below")) for one in retest.get("results") or ()}
    said = [f"the retest found {name}: {found.get(name)}" for name in case["parameters"] if _is_bad(name, found)]
    said += ["the retest is not approved"] if retest.get("status") != "APPROVED" else []
    said += ["nothing was wrong to begin with"] if not case["parameters"] else []
    remedied = _instant(case["remedied_at"])
    taken = _instant(retest["collected_at"])
    said += ["the retest is not of the water after the remedy"] if taken <= remedied else []
    said += [
        "a sample that joined is later than the remedy" for one in joined if _instant(one["collected_at"]) > remedied
    ]
    elsewhere = case.get("remedy") not in _ANOTHER_SUPPLY and retest["sampling_point"] != case["sampling_point"]
    said += ["the retest is of another point"] if elsewhere or retest["village"] != case["village"] else []
    private = retest.get("point_kind") == "private_source" and retest["sampling_point"] != case["sampling_point"]
    said += ["the retest is of a private well"] if private else []
    return said + _one_pair_of_hands(who)


def _is_bad(name: str, found: Mapping[str, Any]) -> bool:
    return found.get(name) is None or float(found[name]) > LIMITS[name]


def _one_pair_of_hands(who: Sequence[tuple[str, str]]) -> list[str]:
    took, tested, approved = ({actor for action, actor in who if action in hands} for hands in _HANDS)
    # The node registers what it asks for itself; whoever collected it has hands.
    both = ((took - {"node"}) & tested) | ((took | _last(who)) & approved)
    return [f"{name} had the sample in more hands than one" for name in both]


def _last(who: Sequence[tuple[str, str]]) -> set[str]:
    """Whoever submitted the results that were approved."""
    submitted = [actor for action, actor in who if action == "SUBMIT_RESULTS"]
    return {*submitted[-1:]}


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
