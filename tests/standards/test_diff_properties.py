"""`diff` against chance: what it calls compatible takes every old record, what it calls breaking is shown to be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import jsoncompat
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from jjm.standards import (
    Catalogue,
    Code,
    Codelist,
    Field,
    FieldKind,
    Personal,
    RecordValidator,
    Standard,
    diff_standard,
    make_record,
    record_schema,
)

TITLE = {"en": "Title", "hi": "शीर्षक"}
CODES = {code: Code(code, TITLE, "JJM DPI", "2026-11-01") for code in ("a", "b", "c")}
WIDE = Catalogue({}, {"full": Codelist("full", CODES), "short": Codelist("short", {"a": CODES["a"]})}, {})
PATTERNS = (None, "^[a-c]*$", "^[a-z]{2,4}$", "^(ab|c)+$")
FEW = settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
KINDS: tuple[FieldKind, ...] = ("text", "integer", "number", "boolean", "code", "date", "list", "object")


def _standard(fields: Iterable[Field]) -> Standard:
    return Standard("pump", "1.0.0", "assets", "pumps", TITLE, TITLE, {}, "PUM-{serial}", "state", tuple(fields))


def _bounds(rng: Random, low: int, high: int) -> tuple[int | None, int | None]:
    least, most = sorted((rng.randint(low, high), rng.randint(low, high)))
    return rng.choice([(None, None), (least, None), (None, most), (least, most)])


def _field(rng: Random, name: str, depth: int = 1) -> Field:
    """A field of any kind whose content diff compares."""
    kind = rng.choice(KINDS if depth else KINDS[:6])
    return _limited(rng, Field(name, kind, TITLE, required=rng.random() < 0.5, unit="m"), depth)


def _limited(rng: Random, field: Field, depth: int) -> Field:
    low, high = _bounds(rng, -5, 5)
    least, most = _bounds(rng, 0, 4)
    match field.kind:
        case "text":
            return replace(field, min_length=least, max_length=most, pattern=rng.choice(PATTERNS))
        case "integer" | "number":
            return replace(field, minimum=low, maximum=high)
        case "code":
            return replace(field, code=rng.choice(["full", "short"]))
        case "list":
            return replace(field, max_items=most or None, item=field.item or _field(rng, field.name, depth - 1))
        case "object":
            return replace(field, fields=field.fields or (_field(rng, "x", depth - 1), _field(rng, "y", depth - 1)))
        case _:
            return field


def _edited(rng: Random, field: Field) -> Field:
    """The field with another limit, or required otherwise, or of any other kind."""
    way = rng.randrange(4)
    if way == 0:
        return replace(field, required=not field.required)
    return _field(rng, field.name) if way == 1 else _limited(rng, field, 1)


def _pair(seed: int) -> tuple[Standard, Standard]:
    """Two editions of a type: a field is edited, and perhaps one added or taken out."""
    rng = Random(seed)
    old = [_field(rng, name) for name in ("a", "b")]
    new = [_edited(rng, old[0]), *(old[1:] if rng.randrange(9) else [])]
    return _standard(old), _standard([*new, *([_field(rng, "d")] if rng.randrange(3) == 0 else [])])


PAIRS = st.integers(0, 2**32).map(_pair)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a schema allows, drawn by hypothesis-jsonschema; closed objects, which it cannot draw, field by field."""
    if "properties" in schema:
        inner = {
            name: values(part) for name, part in schema["properties"].items() if name not in ("ext", "external_ids")
        }
        required = set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {name: part for name, part in inner.items() if name in required},
            optional={name: part for name, part in inner.items() if name not in required},
        )
    if schema.get("type") == "array":
        return st.lists(values(schema["items"]), max_size=min(5, schema.get("maxItems", 5)))
    return _leaf(json.dumps(schema))


@cache
def _leaf(schema: str) -> st.SearchStrategy[Any]:
    return from_schema(json.loads(schema))


def _can_be_met(standard: Standard) -> bool:
    """True if records of the type exist at all: a pattern and a length may shut each other out."""
    try:
        record = make_record(standard, WIDE, Random(0), lambda name: name, share=1)
    except ValueError:
        return False
    return RecordValidator(standard, WIDE).is_valid(record)


@FEW
@given(PAIRS, st.data())
def test_what_is_compatible_takes_every_old_record(pair: tuple[Standard, Standard], data: st.DataObject) -> None:
    old, new = pair
    assume(_can_be_met(old) and diff_standard(old, new, WIDE, WIDE).compatible)
    record = data.draw(values(record_schema(old, WIDE)))
    assume(RecordValidator(old, WIDE).is_valid(record))
    assert RecordValidator(new, WIDE).validate(record) == []


@FEW
@given(PAIRS)
def test_what_is_breaking_is_shown_by_a_record_of_the_old_edition(pair: tuple[Standard, Standard]) -> None:
    old, new = pair
    assume(_can_be_met(old))
    for finding in diff_standard(old, new, WIDE, WIDE).findings:
        if finding.effect == "breaking":
            assert finding.record is not None, finding
            assert RecordValidator(old, WIDE).is_valid(finding.record)
            assert finding.refusal is None or not RecordValidator(new, WIDE).is_valid(finding.record)


@FEW
@given(PAIRS)
def test_a_second_opinion_agrees(pair: tuple[Standard, Standard]) -> None:
    old, new = (_standard(tuple(_flat(f) for f in side.fields)) for side in pair)
    refused = any(f.refusal for f in diff_standard(old, new, WIDE, WIDE).findings)
    schemas = [json.dumps(record_schema(side, WIDE)) for side in (old, new)]
    assert jsoncompat.check_compat(*schemas, jsoncompat.Role.DESERIALIZER) is not refused


def _flat(field: Field) -> Field:
    """The field without what jsoncompat does not decide: patterns and days."""
    kind = "boolean" if field.kind == "date" else field.kind
    item = _flat(field.item) if field.item else None
    return replace(field, kind=kind, pattern=None, item=item, fields=tuple(_flat(part) for part in field.fields))


def test_personal_grades_have_an_order() -> None:
    assert list(Personal) == [Personal.NONE, Personal.PERSONAL, Personal.SENSITIVE]
