"""Checks the words of a file against the meta-schema of the dialect, and tells what to write instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast, get_args

import jsonschema_rs

from jjm.kit import Fault
from jjm.standards.reader import Document, mapping, sequence, step
from jjm.standards.words import did_you_mean

MetaSchema = Literal[
    "registry", "state", "roles", "workflow", "calendar", "limits", "notice", "phrases", "indicator", "testing-plan"
]  # fmt: skip
_METAS: tuple[MetaSchema, ...] = get_args(MetaSchema)
_KINDS = ("string", "moment", "integer", "number", "boolean", "array", "object", "code", "ref", "geo")
_ABSENT = {
    "enum": "name a codelist with `x-code`, and write its codes to codes/<list>.csv",
    "const": "name a codelist with `x-code`, and write its one code to codes/<list>.csv",
    "$ref": "point to another record with `x-ref: <type>`, or write the fields out here",
    "default": "leave it out; a field that nobody filled in stays absent",
    "additionalProperties": "leave it out; content is closed, or free with `x-open: true`",
    "time": "leave it out; every type has valid time",
}
_CONDITIONS = ("if", "then", "else", "not", "oneOf", "anyOf", "allOf", "patternProperties", "dependentRequired")


def shipped_folder() -> Path:
    """The standards that come with this program: beside the source code, or in the installed package."""
    beside = Path(__file__).resolve().parents[3] / "standards"
    return beside if beside.is_dir() else Path(str(files("jjm").joinpath("_standards")))


def structure_faults(document: Document, meta: MetaSchema) -> list[Fault]:
    """Every word of the file that the dialect does not know or that has the wrong content, each at its line."""
    faults: dict[tuple[str | None, str], Fault] = {}
    for error in _validators()[meta].iter_errors(document.data):
        for fault in _explained(document, error):
            faults.setdefault((fault.pointer, fault.message), fault)
    return list(faults.values())


def sound(data: object, faults: Iterable[Fault]) -> Mapping[str, object]:
    """The data without the words at fault, so that the rest can still be checked for meaning."""
    bad = {fault.pointer for fault in faults if fault.pointer}
    return mapping(_without(bad, "", data) if bad else data)


def _without(bad: set[str], pointer: str, value: object) -> object:
    if entries := mapping(value):
        kept = ((key, entry) for key, entry in entries.items() if step(pointer, key) not in bad)
        return {key: _without(bad, step(pointer, key), entry) for key, entry in kept}
    if items := sequence(value):
        places = ((step(pointer, index), entry) for index, entry in enumerate(items))
        return [_without(bad, place, entry) for place, entry in places if place not in bad]
    return value


@cache
def _schemas() -> Mapping[str, dict[str, Any]]:
    folder = shipped_folder() / "meta"
    texts = [(folder / f"{name}.schema.json").read_text("utf-8") for name in _METAS]
    return {schema["$id"]: schema for schema in map(json.loads, texts)}


@cache
def _validators() -> Mapping[MetaSchema, jsonschema_rs.Validator]:
    registry = jsonschema_rs.Registry(list(_schemas().items()))
    return {
        name: jsonschema_rs.Draft202012Validator(
            _schemas()[f"jjm:meta/{name}.schema.json"], registry=registry, validate_formats=True, offline=True
        )
        for name in _METAS
    }


def _explained(document: Document, error: jsonschema_rs.ValidationError) -> list[Fault]:
    pointer = "".join(step("", part) for part in error.instance_path)
    around = _around(error)
    detail = cast("Mapping[str, Any]", error.kind.as_dict())
    match error.kind.name:
        case "additionalProperties":
            return [_unknown(document, pointer, name, around) for name in detail["unexpected"]]
        case "required":
            return [_missing(document, pointer, str(detail["property"]), around)]
        case "propertyNames":
            name = str(detail["error"].instance)
            remedy = f"write {around.get('description', 'another name')}"
            return [document.fault(step(pointer, name), f"`{name}` is not a name of this form", remedy)]
        case _:
            return [_unfit(document, pointer, error, around)]


def _around(error: jsonschema_rs.ValidationError) -> Mapping[str, Any]:
    """The schema whose keyword failed: it holds the known words and says what belongs there."""
    schema: Any = _schemas()[str(error.absolute_keyword_location).partition("#")[0]]
    for part in error.schema_path[:-1]:
        schema = schema[part]
    return cast("Mapping[str, Any]", schema) if isinstance(schema, dict) else {}


def _unknown(document: Document, pointer: str, name: str, around: Mapping[str, Any]) -> Fault:
    known = [word for word, content in mapping(around.get("properties")).items() if content is not False]
    place = step(pointer, name)
    if name in _CONDITIONS:
        remedy = "leave it out; say a condition between fields in `description`"
        return document.fault(place, f"`{name}` is not in the dialect", remedy)
    if name in _ABSENT and name not in known:
        return document.fault(place, f"`{name}` is not in the dialect", _ABSENT[name])
    if name in _property_words() and set(known) & _property_words():
        remedy = f"leave it out; here belong: {', '.join(sorted(known))}"
        return document.fault(place, f"`{name}` does not go with this kind of property", remedy)
    return document.fault(place, f"`{name}` is not a word that is known here", did_you_mean(name, known))


@cache
def _property_words() -> frozenset[str]:
    kinds = _schemas()["jjm:meta/registry.schema.json"]["$defs"]
    return frozenset(word for kind in _KINDS for word in kinds[kind]["properties"])


def _missing(document: Document, pointer: str, name: str, around: Mapping[str, Any]) -> Fault:
    wanted = mapping(mapping(around.get("properties")).get(name))
    said = _description(wanted) or _description(around)
    where = f" of `{pointer.rpartition('/')[2]}`" if pointer else ""
    return document.fault(pointer, f"`{name}`{where} is missing", f"add `{name}`: {said}" if wanted else str(said))


def _description(schema: Mapping[str, object]) -> object:
    if "description" in schema or "$ref" not in schema:
        return schema.get("description", "")
    name = str(schema["$ref"]).rpartition("/")[2]
    return _description(mapping(next((s["$defs"][name] for s in _schemas().values() if name in s["$defs"]), None)))


def _unfit(document: Document, pointer: str, error: jsonschema_rs.ValidationError, around: Mapping[str, Any]) -> Fault:
    name = pointer.rpartition("/")[2] or "the file"
    known = [str(option) for option in sequence(around.get("enum"))]
    written = error.instance if isinstance(error.instance, str | int | float | bool) else None
    if error.instance is None and pointer:
        remedy = f"write {_description(around)}; a text that holds a comma, colon or # stands in quotes"
        return document.fault(pointer, f"`{name}` has no content", remedy)
    shown = f"`{written}`" if name.isdigit() else f"`{name}`" if written is None else f"`{name}: {written}`"
    near = did_you_mean(str(written), known) if known and written is not None else ""
    remedy = near if near.startswith("did you") else f"write {_description(around) or 'what the dialect declares here'}"
    return document.fault(pointer, f"{shown} is not what belongs here", remedy, written)
