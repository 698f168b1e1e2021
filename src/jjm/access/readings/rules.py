"""How readings are put together before they are kept. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from jjm.access.readings.model import Reading

_TOGETHER = timedelta(minutes=1)
_MOST = 500


def merged(readings: Iterable[Reading]) -> list[Reading]:
    """The same readings in fewer entries: what one reader was shown of one type by one kind of call within a minute.

    An entry names at most 500 records, each once; stretches of the feed that follow one another become one.
    """
    kept: list[Reading] = []
    open_ones: dict[tuple[object, ...], tuple[Reading, set[str]]] = {}
    for new in readings:
        extent = new.extent
        key = (*new.by, None if extent is None else (extent.areas and tuple(extent.areas), extent.is_part))
        found = open_ones.get(key)
        if found is not None and _joins(found[0], new):
            _join(*found, new)
        else:
            kept.append(new)
            open_ones[key] = (new, set(new.ids or ()))
    return kept


def _joins(before: Reading, new: Reading) -> bool:
    if new.at < before.at or new.until - before.at > _TOGETHER:  # a clock may be set back
        return False
    if before.ids is not None and new.ids is not None:
        return len(before.ids) + len(new.ids) <= _MOST
    old, extent = before.extent, new.extent
    if old is None or extent is None:
        return False
    return old == extent or (extent.first is not None and old.first is not None and extent.first == old.last + 1)


def _join(before: Reading, seen: set[str], new: Reading) -> None:
    before.until = max(before.until, new.until)
    before.answers += new.answers
    if before.ids is not None and new.ids is not None:
        fresh = [id for id in new.ids if id not in seen]
        seen.update(fresh)
        before.ids += fresh
    elif before.extent is not None and new.extent is not None:
        extent = before.extent
        before.extent = type(extent)(new.extent.last, extent.first, extent.areas, extent.is_part)
