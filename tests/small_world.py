"""A small synthetic State for tests: two districts, a thousand households."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from jjm.sandbox import Record

SMALL: Mapping[str, int] = {"villages": 80, "households": 1000}
Told: TypeAlias = list[tuple[str, list[Record]]]
Today: TypeAlias = Mapping[str, list[Record]]


def versions(told: Told) -> Iterator[tuple[str, Record]]:
    """Every version of the world with its type."""
    return ((type, record) for type, records in told for record in records)


def fields(record: Record) -> Record:
    """What a record says itself."""
    return {name: value for name, value in record.items() if name not in ("id", "_meta")}
