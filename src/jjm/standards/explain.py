"""Puts the errors of a record into plain words: what is wrong, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import jsonschema_rs

from jjm.kit import Fault
from jjm.standards.model import Catalogue, Field, Standard
from jjm.standards.phrase import describe
from jjm.standards.reader import step
from jjm.standards.schema import NUMBER_LIMIT
from jjm.standards.words import amount, did_you_mean, listed

Words = tuple[str, str]
Say = Callable[[str, jsonschema_rs.ValidationError, Mapping[str, Any], Field | None], Words]
"""What is wrong with a value, which is shown first, and what to write instead."""
_SHOWN = 200


def explain(errors: Iterable[jsonschema_rs.ValidationError], standard: Standard, catalogue: Catalogue) -> list[Fault]:
    """One fault for each thing wrong, in the order of the record, without the value of any personal field."""
    found: dict[tuple[str | None, str], Fault] = {}
    for error in errors:
        for fault in _faults(error, standard, catalogue):
            found.setdefault((fault.pointer, fault.message), fault)
    return list(found.values())


def field_at(standard: Standard, catalogue: Catalogue, path: Sequence[str | int]) -> tuple[list[Field], set[str]]:
    """The fields along a path from the outside in, and the names known at its end."""
    fields: tuple[Field, ...] = standard.fields
    known = {f.name for f in fields} | {"external_ids", "ext"}
    chain: list[Field] = []
    steps = [s for s in path if isinstance(s, str)]
    if steps[:1] == ["ext"]:
        states = {s.namespace: s.fields.get(standard.name, ()) for s in catalogue.states.values()}
        fields = states.get(steps[1], ()) if len(steps) > 1 else ()
        known = {f.name for f in fields} if len(steps) > 1 else {name for name, own in states.items() if own}
        steps = steps[2:]
    for name in steps:
        found = next((f for f in fields if f.name == name), None)
        if found is None:
            break
        chain.append(found)
        fields = found.item.fields if found.item else found.fields
        known = {f.name for f in fields}
    return chain, known


def _faults(error: jsonschema_rs.ValidationError, standard: Standard, catalogue: Catalogue) -> list[Fault]:
    chain, known = field_at(standard, catalogue, error.instance_path)
    pointer = "".join(step("", part) for part in error.instance_path)
    detail = cast("Mapping[str, Any]", error.kind.as_dict())
    if chain and (chain[-1].kind in ("point", "geometry") or chain[-1].open):
        return [_shape_fault(chain[-1], error.instance_path)]
    if error.kind.name == "additionalProperties":
        return [_unknown(step(pointer, name), name, known) for name in detail["unexpected"]]
    if error.kind.name == "required":
        return [_missing(pointer, detail["property"], standard, catalogue, error.instance_path)]
    field = _innermost(chain, error.instance_path)
    secret = any(f.personal != "none" for f in chain) or bool(chain and chain[-1].is_personal)
    value = None if secret else _shown(error.instance)
    shown = repr(value) if isinstance(value, str) else str(value) if value is not None else "this value"
    message, remedy = _WORDS.get(error.kind.name, _other)(shown, error, detail, field)
    return [Fault(message, remedy, pointer, value=value)]


def _innermost(chain: list[Field], path: Sequence[str | int]) -> Field | None:
    if chain and chain[-1].item is not None and path and isinstance(path[-1], int):
        return chain[-1].item
    return chain[-1] if chain else None


def _shown(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return value if isinstance(value, bool | int | float) else None


def _shape_fault(field: Field, path: Sequence[str | int]) -> Fault:
    end = next(index for index, part in enumerate(path) if part == field.name) + 1
    pointer = "".join(step("", part) for part in path[:end])
    return Fault(f"`{field.name}` is not {describe(field)}", f"write {describe(field)}", pointer)


def _unknown(pointer: str, name: str, known: set[str]) -> Fault:
    remedy = did_you_mean(name, known, f"leave it out; fields here: {listed(sorted(known))}")
    return Fault(f"`{name}` is not a field of this standard", remedy, pointer)


def _missing(pointer: str, name: str, standard: Standard, catalogue: Catalogue, path: Sequence[str | int]) -> Fault:
    chain, _ = field_at(standard, catalogue, [*path, name])
    wanted = describe(chain[-1]) if chain and chain[-1].name == name else "a value"
    return Fault(f"`{name}` is missing", f"add `{name}`: {wanted}", step(pointer, name))


_KINDS = {"array": "a list", "object": "an object", "string": "text"}


def _type(shown: str, error: jsonschema_rs.ValidationError, detail: Mapping[str, Any], field: Field | None) -> Words:
    # What is no field is of one kind: the record itself, `external_ids` and what is in them, `ext`.
    wanted = describe(field) if field else _KINDS.get(detail["types"][0], detail["types"][0])
    if error.instance is None:
        return f"{shown} is null", "leave the field out where nothing is known"
    return f"{shown} is not {wanted}", f"write {wanted}"


def _enum(shown: str, error: jsonschema_rs.ValidationError, detail: Mapping[str, Any], field: Field | None) -> Words:
    options = [str(option) for option in detail["options"]]
    name = f" of the list `{field.code}`" if field and field.code else ""
    return f"{shown} is not a code{name}", did_you_mean(
        str(error.instance), options, f"write one of: {listed(options)}"
    )


def _limit(is_over: bool) -> Say:
    def words(
        shown: str, error: jsonschema_rs.ValidationError, detail: Mapping[str, Any], field: Field | None
    ) -> Words:
        if abs(detail["limit"]) == NUMBER_LIMIT:
            remedy = f"write a number between -{NUMBER_LIMIT} and {NUMBER_LIMIT}"
            return f"{shown} is too large to be kept exactly", remedy
        limit = amount(detail["limit"], field.unit if field else None)
        if is_over:
            return f"{shown} is more than {limit}", f"write at most {limit}"
        return f"{shown} is less than {limit}", f"write at least {limit}"

    return words


def _size(is_over: bool, of: str) -> Say:
    def words(
        shown: str, error: jsonschema_rs.ValidationError, detail: Mapping[str, Any], field: Field | None
    ) -> Words:
        size, limit = len(cast("str | list[object]", error.instance)), detail["limit"]
        if is_over:
            return f"{shown} has {size} {of}, more than {limit}", f"write at most {limit} {of}"
        return f"{shown} has {size} {of}, fewer than {limit}", f"write at least {limit} {of}"

    return words


def _pattern(shown: str, error: jsonschema_rs.ValidationError, detail: Mapping[str, Any], field: Field | None) -> Words:
    if field is not None and (field.kind in ("date", "instant") or field.format):
        return _type(shown, error, detail, field)
    if "\x00" in str(error.instance):
        return f"{shown} holds the character U+0000", "leave that character out; no database can hold it in text"
    example = f", for example {field.example}" if field and field.example is not None else ""
    return f"{shown} does not have the form {detail['pattern']}", f"write text of the form {detail['pattern']}{example}"


def _other(shown: str, error: jsonschema_rs.ValidationError, detail: Mapping[str, Any], field: Field | None) -> Words:
    wanted = describe(field) if field else "what the standard declares"
    return f"{shown} is not {wanted}", f"write {wanted}"


_WORDS: Mapping[str, Say] = {
    "type": _type,
    "enum": _enum,
    "maximum": _limit(is_over=True),
    "minimum": _limit(is_over=False),
    "maxLength": _size(is_over=True, of="characters"),
    "minLength": _size(is_over=False, of="characters"),
    "maxItems": _size(is_over=True, of="entries"),
    "minItems": _size(is_over=False, of="entries"),
    "pattern": _pattern,
    "format": _pattern,
}
