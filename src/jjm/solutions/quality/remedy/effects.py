"""What follows from an approved sample, and from advice, in the transaction of the one or the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.solutions.quality.remedy.retests import outcome_of
from jjm.workflow import Acting, Ask

_ACTIONS = {"safe": "SAFE", "unsafe": "UNSAFE", "nothing": "SAMPLE_LOST"}


async def opens_contamination(acting: Acting) -> None:
    """An approved unsafe sample opens a contamination, for all that made it unsafe and is not a case of it already."""
    sample = acting.deed.becomes
    if sample.get("verdict") != "contaminated":
        return
    known = {name for case in _retested(acting) for name in case["parameters"]}
    fresh = [name for name in sample["decided_by"] if name not in known]
    if fresh:
        data = {"village": sample["village"], "parameters": fresh}
        await acting.begin("contamination", Ask("OPEN", data, links=(("source", acting.id),)))


async def answers_contamination(acting: Acting) -> None:
    """What became of a retest is what becomes of the contamination that waits for it."""
    for case in _retested(acting):
        outcome = outcome_of(case, acting.deed.becomes)
        if outcome in _ACTIONS:
            comment = "The sample was lost, or says nothing of these parameters." if outcome == "nothing" else None
            await acting.take(case["id"], Ask(_ACTIONS[outcome], comment=comment))


def _retested(acting: Acting) -> list[Mapping[str, Any]]:
    """The contaminations that wait for this sample."""
    cases = [one for one in acting.deed.linked.get("retest", ()) if one["_type"] == "contamination"]
    return [one for one in cases if one["status"] == "RETEST_PENDING" and one.get("retest_sample") == acting.id]
