"""Builds the record that shows a breaking change: allowed by the old standard, refused or misread by the new one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from jjm.kit import Fault
from jjm.standards.changes import Change
from jjm.standards.generate import Record, example, value_of
from jjm.standards.model import Catalogue, Field, Standard
from jjm.standards.paths import Path, in_record
from jjm.standards.validator import RecordValidator

_TRIES = 50


@dataclass(frozen=True, slots=True)
class Witness:
    """A record that the old standard allows, and what the new one says against it (None where it lets it pass)."""

    record: Record
    refusal: Fault | None


@dataclass
class Stand:
    """One type on both sides, with the validators that every record is tried on."""

    old: Standard
    new: Standard
    before: Catalogue
    after: Catalogue
    state: str | None = None

    @cached_property
    def old_rules(self) -> RecordValidator:
        """The rules of the old edition."""
        return RecordValidator(self.old, self.before)

    @cached_property
    def new_rules(self) -> RecordValidator:
        """The rules of the new edition."""
        return RecordValidator(self.new, self.after)

    def witness(self, change: Change) -> Witness | None:
        """A record that shows the change; refused by the new standard at that very place wherever one can be."""
        passing: Record | None = None
        for record in self._records(change):
            if not self.old_rules.is_valid(record, self.state):
                continue
            if change.path and (refusal := self._refusal(record, change.path)):
                return Witness(record, refusal)
            passing = passing or record
        return Witness(passing, None) if passing else None

    def _refusal(self, record: Record, path: Path) -> Fault | None:
        pointer = in_record(path)
        return next((f for f in self.new_rules.validate(record, self.state) if _concerns(f, pointer)), None)

    def _records(self, change: Change) -> Iterator[Record]:
        for seed in range(_TRIES if change.word not in _ONE_IS_ENOUGH else 1):
            rng = random.Random(seed)  # noqa: S311, invented content is no secret
            base = example(self.old, self.before, seed, self.state)
            if not change.path:
                yield base
                continue
            making = _Making(self.old, self.before, rng)
            fields = (*self.old.fields, *_pseudo_ext(self.before, self.old))
            target = making.at(fields, change.path)
            if change.absent or target is None:
                yield making.put(base, fields, change.path, _ABSENT)
                continue
            for value in self._values(change, target, making):
                yield making.put(base, fields, change.path, value)

    def _values(self, change: Change, target: Field, making: _Making) -> Iterable[object]:
        if change.word == "maxItems" and target.item is not None:
            most = _max_items(self.new, self.after, change.path)
            return [[making.value(target.item)] * (most + 1)]
        return [*change.values, making.value(target)]


# What stands in these is shown by any record that has the field.
_ONE_IS_ENOUGH = ("x-unit", "x-personal", "x-ref", "maxItems", "required", "plural", "id", "authority", "group")
_ABSENT = object()


def _concerns(fault: Fault, pointer: str) -> bool:
    place = fault.pointer or ""
    return place == pointer or place.startswith(f"{pointer}/") or pointer.startswith(f"{place}/")


def _max_items(standard: Standard, catalogue: Catalogue, path: Path) -> int:
    found = _Making(standard, catalogue, random.Random(0)).at(  # noqa: S311, invented content is no secret
        (*standard.fields, *_pseudo_ext(catalogue, standard)), path
    )
    return (found.max_items or 0) if found else 0


def _pseudo_ext(catalogue: Catalogue, standard: Standard) -> tuple[Field, ...]:
    """The States' own fields as if the standard declared them: `ext` holds an object for each State."""
    states = ((s.namespace, s.fields.get(standard.name, ())) for s in catalogue.states.values())
    return (_object("ext", tuple(_object(name, fields) for name, fields in states if fields)),)


def _object(name: str, fields: tuple[Field, ...]) -> Field:
    return Field(name, "object", {"en": name}, fields=fields)


@dataclass(frozen=True, slots=True)
class _Making:
    standard: Standard
    catalogue: Catalogue
    rng: random.Random

    def value(self, field: Field) -> object:
        return value_of(field, self.standard, self.catalogue, self.rng)

    def at(self, fields: Iterable[Field], path: Path) -> Field | None:
        """The field at a path; None where this side does not have it."""
        found = next((f for f in fields if f.name == path[0]), None)
        rest = path[1:]
        while found is not None and rest:
            found = found.item if rest[0] == 0 else next((f for f in found.fields if f.name == rest[0]), None)
            rest = rest[1:]
        return found

    def put(self, record: Mapping[str, Any], fields: Iterable[Field], path: Path, value: object) -> Record:
        """The record with that value at the path; what is around it is made where it is absent."""
        name, rest = str(path[0]), path[1:]
        if not rest:
            kept = {key: entry for key, entry in record.items() if key != name}
            return kept if value is _ABSENT else kept | {name: value}
        holder = next((f for f in fields if f.name == name), None)
        if holder is None:
            return dict(record)
        return dict(record) | {name: self._inside(record.get(name), holder, rest, value)}

    def _inside(self, present: object, holder: Field, rest: Path, value: object) -> object:
        if rest[0] != 0 or holder.item is None:
            inner = cast("Mapping[str, Any]", present if present is not None else self.value(holder))
            return self.put(inner, holder.fields, rest, value)
        if len(rest) == 1:
            return [value]
        return [self._inside(None, holder.item, rest[1:], value)]
