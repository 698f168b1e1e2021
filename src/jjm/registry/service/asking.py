"""What a list of records is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jjm.registry.model import AsOf


@dataclass(frozen=True, slots=True)
class Ask:
    """What a list is asked for: filters, area, box, moment, where the last page ended, and which fields are wanted.

    `ids` are the only records that come into question, where something personal was looked up; None for all.
    """

    limit: int = 50
    equals: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    cql2: str | None = None
    within: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    as_of: AsOf | None = None
    after: Sequence[str] = ()
    fields: frozenset[str] | None = None
    ids: Sequence[str] | None = None
