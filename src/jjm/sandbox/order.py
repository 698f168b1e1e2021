"""In which order types are filled, so that what a record points to is there before it. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from jjm.standards import Catalogue, Field, Standard


def filling_order(catalogue: Catalogue) -> Sequence[Standard]:
    """All types, each behind those it requires, and behind those it may point to as far as that is possible.

    Of types that may point to one another in a ring, the first goes without.
    """
    left = {name: _pointed_to(standard) for name, standard in sorted(catalogue.types.items())}
    order: list[Standard] = []
    while left:
        best = min(left, key=lambda name: (_lacking(catalogue.types[name], left), len(_behind(name, left)), name))
        order.append(catalogue.types[best])
        del left[best]
    return order


def _pointed_to(standard: Standard) -> set[str]:
    return {ref for field in standard.fields for ref in refs_in(field)} - {standard.name}


def _lacking(standard: Standard, left: Collection[str]) -> int:
    """How many types it requires that are still to come."""
    required = {ref for field in standard.fields if field.required for ref in refs_in(field)} - {standard.name}
    return sum(ref in left for ref in required)


def _behind(name: str, left: Mapping[str, set[str]]) -> set[str]:
    """The types still to come that it points to, and those that they point to in turn."""
    found: set[str] = set()
    asked = [name]
    while asked:
        fresh = (left[asked.pop()] & left.keys()) - found
        found |= fresh
        asked.extend(fresh)
    return found - {name}


def refs_in(field: Field) -> Iterator[str]:
    """The types that a field, or anything inside it, points to."""
    if field.ref:
        yield field.ref
    for inner in (*field.fields, *([field.item] if field.item else [])):
        yield from refs_in(inner)
