"""A finding as it is told: what is wrong, by which numbers, in which record, and who must act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in what is recorded.

    `code` is of the codelist `finding`. `severity` is `notice` where a known reason explains it (rounding, reports of
    different days), else `fault`. `type` and `record` name the record, `place` the area it is about, `figures` the
    numbers that do not go together, by field or figure.
    """

    code: str
    type: str
    record: str
    place: str
    figures: Mapping[str, int | float | str]
    severity: Literal["fault", "notice"] = "fault"
    reason: str | None = None
