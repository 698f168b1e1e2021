"""Results as the registry records them (`water_quality_test.results`), read for the judge and written from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from jjm.solutions.quality.limits.model import Below, Found, Measured, Result, Said


def results_of(recorded: Iterable[Mapping[str, object]]) -> list[Result]:
    """The results of a record, each in the unit of its parameter; what has neither value nor word was not tested."""
    return [Result(str(entry["parameter"]), _found(entry)) for entry in recorded]


def _found(entry: Mapping[str, object]) -> Found | None:
    unit = entry.get("unit")
    written = str(unit) if unit else None
    if entry.get("below") is not None:
        return Below(_exact(entry["below"]), written)
    if entry.get("value") is not None:
        return Measured(_exact(entry["value"]), written)
    return Said(str(entry["word"])) if entry.get("word") else None


def _exact(number: object) -> Decimal:
    """The decimal that was written: the shortest text of a float is what JSON held."""
    return number if isinstance(number, Decimal) else Decimal(str(number))
