"""What follows from what becomes of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.workflow import Acting, Ask

_ANSWERS = ("acceptable", "permissible", "beyond", "not_applicable")


async def asks_again(acting: Acting) -> None:
    """A refused bottle, or a report without an answer, does not end the question that a field kit raised.

    Another sample is asked for until a laboratory has said of each parameter what it is.
    """
    sample = acting.deed.becomes
    if sample.get("confirms_of") and unanswered(sample):
        await acting.begin("sample", sample_asked(sample, str(sample["confirms_of"])))


def unanswered(sample: Mapping[str, Any]) -> list[str]:
    """The parameters that were asked for, and of which the report says nothing."""
    judged = {one["parameter"]: one["verdict"] for one in sample.get("judged") or ()}
    return [name for name in sample.get("tests_asked") or () if judged.get(name) not in _ANSWERS]


def sample_asked(record: Mapping[str, Any], kit_test: str) -> Ask:
    """What asks for a sample that confirms a kit test, at the place of a record."""
    place = {name: record[name] for name in ("village", "point_kind")}
    return Ask("REFER", place, links=(("confirms", kit_test),))
