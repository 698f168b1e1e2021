"""Which readings of a stretch may have held a record, and how two lists of readings become a page. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jjm.access.readings.model import Mark, OwnReading, Reader, Subject


def covers(stretch: Mapping[str, Any], subject: Subject) -> bool:
    """True unless it is certain that a stretch did not hold the record; a filter on it is taken to let it through."""
    if stretch["type"] != subject.type or stretch["until"] < subject.since:
        return False
    areas, first = stretch["areas"], stretch["first_position"]
    if areas is not None and subject.areas.isdisjoint(areas):
        return False
    if first is None or subject.positions is None:
        return True
    return any(first <= position <= stretch["last_position"] for position in subject.positions)


def reading_of(row: Mapping[str, Any], records: Sequence[str], *, is_exact: bool) -> OwnReading:
    """A kept entry as a reading of these records."""
    by = Reader(*(row[name] for name in Reader._fields))
    mark, is_part = Mark(row["at"], row["id"]), bool(row.get("is_part"))
    return OwnReading(mark, by, row["until"], row["answers"], tuple(records), is_exact, is_part)


def page_of(found: Iterable[OwnReading], horizons: Iterable[Mark], limit: int) -> tuple[list[OwnReading], Mark | None]:
    """The newest of these readings, and behind which to go on.

    A horizon is how far back one kind of reading was looked through: behind it nothing can be told on this page.
    """
    seen_to = max(horizons, default=None)
    known = sorted(found, key=lambda one: one.mark, reverse=True)
    within = [one for one in known if seen_to is None or one.mark >= seen_to]
    if len(within) > limit:
        return within[:limit], within[limit - 1].mark
    return within, seen_to
