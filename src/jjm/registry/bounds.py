"""Where a change lies: in which areas its record was, and in which it comes to be. No I/O.

Whoever may change records in some areas only stays inside them with both. All areas that a record names count, since
whoever changes it changes it for all of them; an area counts by itself, and by what it newly comes to lie in.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from jjm.kit import Fault, Problem
from jjm.registry.columns import entries
from jjm.registry.model import Change, Draft
from jjm.registry.placing import areas_of
from jjm.standards import Standard


@dataclass(frozen=True, slots=True)
class Places:
    """The areas of a change: those the record was in, those it names now, and those of which one at least must hold.

    Empty where there is no such side of it: `was` for a new record, the others for one that ends.
    """

    was: frozenset[str] = frozenset()
    becomes: frozenset[str] = frozenset()
    anchors: frozenset[str] = frozenset()
    nowhere: bool = False

    @property
    def all(self) -> frozenset[str]:
        """Every area to be looked at."""
        return self.was | self.becomes | self.anchors


def places_of(standard: Standard, draft: Draft, held: Mapping[str, Any] | None) -> Places:
    """Where a change lies, given the values that its record had before it."""
    return _of_area(standard, draft, held) if standard.level else _of_record(standard, draft, held)


def _of_record(standard: Standard, draft: Draft, held: Mapping[str, Any] | None) -> Places:
    was = _lies(standard, held)
    if draft.change == Change.RETIRE:
        return Places(was, nowhere=not was)
    becomes = _lies(standard, draft.data)
    return Places(was, becomes, nowhere=not becomes or (held is not None and not was))


def _of_area(standard: Standard, draft: Draft, held: Mapping[str, Any] | None) -> Places:
    own = frozenset({draft.id}) if draft.id and held is not None else frozenset[str]()
    if draft.change == Change.RETIRE:
        return Places(own)
    fields = standard.level.parents if standard.level else ()
    before = frozenset(area for name in fields for area in _named(name, held))
    after = frozenset(area for name in fields for area in _named(name, draft.data))
    if after == before and held is not None:
        return Places(own)
    return Places(own, after - before, after, nowhere=not after)


def _lies(standard: Standard, data: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset() if data is None else frozenset(areas_of(standard, data))


def _named(field: str | None, data: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset(entries(data.get(field))) if field and data is not None else frozenset()


def outside(standard: Standard, places: Places, inside: Set[str], allowed: Set[str]) -> Fault | None:
    """What is wrong with where a change lies, given which of its areas lie where it may; None for a change that may be.

    Where the record was is not named: who may not change it there may not see it either.
    """
    pointer = f"/{standard.area or (standard.level.parents[0] if standard.level and standard.level.parents else 'id')}"
    remedy = f"Your permits to change {standard.plural} reach {_listed(allowed)}; ask for one that reaches further."
    if not places.was <= inside:
        return Fault(f"the {standard.name} lies outside the areas in which you may change it", remedy, pointer)
    if strange := sorted(places.becomes - inside):
        return Fault(f"{strange[0]} lies outside the areas in which you may record", remedy, pointer, value=strange[0])
    if places.nowhere or (places.anchors and places.anchors.isdisjoint(inside)):
        return Fault(f"the {standard.name} would lie in no area in which you may record", remedy, pointer)
    return None


def _listed(allowed: Set[str]) -> str:
    named = sorted(allowed)
    return ", ".join(named[:20]) + (f" and {len(named) - 20} more" if len(named) > 20 else "")


def outside_area(standard: Standard, faults: list[Fault], allowed: Set[str]) -> Problem:
    """403 for changes outside the areas of the actor's permits, with where these reach."""
    detail = f"Changing these {standard.plural} is for those whose permits reach where they lie."
    return Problem("outside-area", 403, "Not allowed there", detail, faults, {"allowed": sorted(allowed)})
