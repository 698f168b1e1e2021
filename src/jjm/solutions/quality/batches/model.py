"""A line of an instrument's file, and what became of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["sample", "blank", "duplicate"]
MOST = 8 * 1024 * 1024
"""Bytes of the largest file that is taken."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: of a sample, of a blank, or of a duplicate of a sample."""

    number: int
    kind: Kind
    sample: str | None
    result: dict[str, Any]

    @property
    def parameter(self) -> str:
        """What was measured."""
        return str(self.result["parameter"])


@dataclass(slots=True)
class Taken:
    """What became of a file: the batch, the samples whose results were submitted, and the lines that were not taken."""

    batch: str
    held: bool
    controls: list[dict[str, Any]]
    submitted: list[str] = field(default_factory=list[str])
    problems: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
