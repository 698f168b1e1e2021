"""What follows from an approved sample, and from advice, in the transaction of the one or the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.solutions.quality.remedy.points import of_unsafe
from jjm.solutions.quality.remedy.repeats import found_again, joining
from jjm.solutions.quality.remedy.retests import answer_of
from jjm.solutions.quality.remedy.store import open_in
from jjm.workflow import Acting, Ask

_ACTIONS = {"safe": "SAFE", "unsafe": "UNSAFE", "nothing": "SAMPLE_LOST"}


async def opens_contamination(acting: Acting) -> None:
    """An approved unsafe sample joins the open contaminations of the same water, and opens one for what else it found.

    What a contamination waits for as its retest is answered, not joined.
    """
    sample = acting.deed.becomes
    if sample.get("verdict") != "contaminated":
        return
    known = set[str]()
    for case in await _open(acting):
        if _waits_for(case, acting.id):
            known.update(case["parameters"])
        elif shared := found_again(case, sample):
            await acting.take(case["id"], Ask(joining(case, sample), links=(("again", acting.id),)))
            known.update(shared)
    fresh = [name for name in sample["decided_by"] if name not in known]
    if fresh:
        data = {"village": sample["village"], "parameters": fresh}
        await acting.begin("contamination", Ask("OPEN", data, links=(("source", acting.id),)))


async def answers_contamination(acting: Acting) -> None:
    """What became of a retest is what becomes of the contamination that waits for it."""
    for case in await _open(acting):
        waits, catalogue = _waits_for(case, acting.id), acting.deed.catalogue
        outcome = answer_of(case, acting.deed.becomes, catalogue) if waits else "pending"
        if outcome in _ACTIONS:
            comment = "The sample was lost, or says nothing of these parameters." if outcome == "nothing" else None
            await acting.take(case["id"], Ask(_ACTIONS[outcome], comment=comment))


async def _open(acting: Acting) -> Sequence[Mapping[str, Any]]:
    """The open cases of the village, each with what its unsafe sample says of the point."""
    found = await open_in(acting.registry, acting.conn, str(acting.deed.becomes["village"]))
    return [{**case, **of_unsafe((await acting.read("sample", case["sample"]))[0])} for case in found]


def _waits_for(case: Mapping[str, Any], sample: str) -> bool:
    return case["status"] == "RETEST_PENDING" and case.get("retest_sample") == sample
