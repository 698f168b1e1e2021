"""What follows from what becomes of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.workflow import Acting, Ask


async def asks_again(acting: Acting) -> None:
    """A refused bottle does not end the question that a field kit raised: another sample is asked for."""
    sample = acting.deed.becomes
    if sample.get("confirms_of"):
        await acting.begin("sample", sample_asked(sample, str(sample["confirms_of"])))


def sample_asked(record: Mapping[str, Any], kit_test: str) -> Ask:
    """What asks for a sample that confirms a kit test, at the place of a record."""
    place = {name: record[name] for name in ("village", "point_kind")}
    return Ask("REFER", place, links=(("confirms", kit_test),))
