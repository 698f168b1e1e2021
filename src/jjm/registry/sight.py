"""What somebody sees of a type, as the statements take it: which fields, in which areas. Part of the generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jjm.registry.definition import quote
from jjm.registry.placing import places
from jjm.standards import Standard


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of a type is seen: the fields that are hidden, and the areas in which records are seen (None: in all).

    What is hidden is shown after all in `open_in`. A record lies in an area by what this version of it says, in the
    trees of today; one that lies in several is seen from each of them. With `by_consent` what is hidden is read, for
    the person's consent to be looked up, record by record; whatever does not look it up keeps it back.
    """

    hidden: frozenset[str] = frozenset()
    areas: tuple[str, ...] | None = None
    open_in: tuple[str, ...] = ()
    agreement: str | None = None
    by_consent: bool = False

    @property
    def is_scoped(self) -> bool:
        """True if only some areas are seen."""
        return self.areas is not None

    @property
    def is_partly_open(self) -> bool:
        """True if what is hidden is shown in some areas after all."""
        return bool(self.hidden and self.open_in)

    @property
    def told_in(self) -> list[str] | None:
        """The areas in which something hidden from others may be told (None: in all)."""
        areas = self.open_in if self.is_partly_open else self.areas
        return None if areas is None else list(areas)

    @property
    def values(self) -> Sequence[Sequence[str]]:
        """What statements bind for it, behind values of their own: the areas, and where nothing is hidden."""
        return ([] if self.areas is None else [self.areas]) + ([self.open_in] if self.is_partly_open else [])

    def names(self, own: int) -> tuple[str | None, str | None]:
        """How these values are named in a statement with so many values of its own."""
        areas = None if self.areas is None else f"${own + 1}"
        return areas, f"${own + 1 + self.is_scoped}" if self.is_partly_open else None

    def for_fields(self, wanted: frozenset[str] | None, personal: frozenset[str]) -> Sight:
        """The same for who wants only these fields: where none is personal, nothing personal is looked at."""
        if wanted is None or not personal or not personal.isdisjoint(wanted):
            return self
        return replace(self, hidden=self.hidden | personal, open_in=(), by_consent=False)

    @property
    def unread(self) -> frozenset[str]:
        """What is not even read of a row."""
        return frozenset() if self.by_consent else self.hidden

    @property
    def kept_back(self) -> frozenset[str]:
        """What is left out of a row although it was read: where areas open what is hidden, the statement tells."""
        return frozenset() if self.open_in else self.hidden

    @property
    def shape(self) -> tuple[frozenset[str], bool, bool]:
        """What makes statements differ."""
        return self.unread, self.areas is not None, self.is_partly_open


WHOLE = Sight()
"""Everything, for the node itself."""


def inside(standard: Standard, alias: str, areas: str) -> str:
    """The condition that a row lies in one of these areas (a parameter by name), or below one, today."""
    if standard.level is not None:
        place = f"= {alias}.id"
    elif standard.nearer:
        place = f"= any({places(standard, alias)})"
    elif not standard.area:
        return f"{areas}::text[] is null"
    elif standard.field(standard.area).is_list_of_refs:
        place = f"= any({alias}.{quote(standard.area)})"
    else:
        place = f"= {alias}.{quote(standard.area)}"
    where = f"seen.ancestor = any({areas}::text[]) and seen.descendant {place}"
    return f"exists (select from registry.area_closure seen where {where})"
