"""JSON Schema of the records of a type: what its standard says, in the words every JSON Schema tool knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from jjm.standards.language import allows_nul
from jjm.standards.model import Catalogue, Field, Standard, StateExtension

JsonSchema: TypeAlias = dict[str, Any]

NUMBER_LIMIT = 2**53  # JSON readers keep whole numbers exactly up to here (RFC 7493)
REF_LENGTH = 64
TEXT_LENGTH = 10_000
OPEN_DEPTH = 4

_NO_NUL = "^[^\\u0000]*$"  # PostgreSQL text cannot hold U+0000
_YEAR = "(?:1[89][0-9]{2}|2[01][0-9]{2}|2200)"
_DAY = f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
# Seconds 60 and more than six decimals are lost in PostgreSQL, so they are refused rather than changed.
_INSTANT = f"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-5][0-9](?:\\.[0-9]{{1,6}})?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})$"
_PHONE = "^\\+?[0-9][0-9 -]{4,18}[0-9]$"


def record_schema(standard: Standard, catalogue: Catalogue, state: str | None = None) -> JsonSchema:
    """JSON Schema 2020-12 of a record of this type, closed; with `state`, as narrow as that State makes it.

    `state` is a State's LGD code or ISO code. Without it any State's own codes and fields are allowed. A record carries
    the declared fields and, where wanted, `external_ids` and `ext`; `id` and `_meta` are the node's and not in here.
    """
    return _Schemas(catalogue, state).record(standard)


def field_schema(field: Field, catalogue: Catalogue) -> JsonSchema:
    """JSON Schema 2020-12 of the value of one field."""
    return _Schemas(catalogue, None).field(field)


def codes_of(name: str, catalogue: Catalogue, state: str | None = None) -> list[str]:
    """The codes of a list: the national ones, then what that State (or without one, any State) has added."""
    return _Schemas(catalogue, state).codes(name)


def extension_of(catalogue: Catalogue, state: str | None) -> StateExtension | None:
    """The extension of that State (LGD or ISO code), if it has written one."""
    return next((s for s in catalogue.states.values() if state in (s.state, s.iso)), None)


@dataclass(frozen=True, slots=True)
class _Schemas:
    catalogue: Catalogue
    state: str | None

    @property
    def _states(self) -> tuple[StateExtension, ...]:
        """The States whose additions count: the record's own, or all where it is not said."""
        if self.state is None:
            return tuple(self.catalogue.states.values())
        own = extension_of(self.catalogue, self.state)
        return (own,) if own else ()

    def record(self, standard: Standard) -> JsonSchema:
        own = extension_of(self.catalogue, self.state) if self.state else None
        body = self._closed(standard.fields) | _words(standard.title, standard.description)
        body["properties"] |= {"external_ids": _EXTERNAL_IDS, "ext": self._ext(standard, own)}
        if own:
            _narrow(body, standard, own)
        return body

    def _ext(self, standard: Standard, own: StateExtension | None) -> JsonSchema:
        added = {s.namespace: self._closed(fields) for s in self._states if (fields := s.fields.get(standard.name))}
        schema: JsonSchema = {"type": "object", "properties": added, "additionalProperties": False}
        if own and added.get(own.namespace, {}).get("required"):
            schema["required"] = [own.namespace]
        return schema | {"description": "What a State adds to the national standard, under the State's own name."}

    def _closed(self, fields: Iterable[Field]) -> JsonSchema:
        fields = tuple(fields)
        schema: JsonSchema = {"type": "object", "properties": {f.name: self.field(f) for f in fields}}
        if required := [f.name for f in fields if f.required]:
            schema["required"] = required
        return schema | {"additionalProperties": False}

    def field(self, field: Field) -> JsonSchema:
        words = _words(field.title, field.description) | ({"x-unit": field.unit} if field.unit else {})
        return words | self._content(field) | ({"examples": [field.example]} if field.example is not None else {})

    def _content(self, field: Field) -> JsonSchema:
        match field.kind:
            case "code":
                return {"type": "string", "enum": self.codes(field.code or "")}
            case "list":
                items: JsonSchema = {"items": self.field(field.item)} if field.item else {}
                return {"type": "array"} | items | _given(maxItems=field.max_items)
            case "object":
                return _open(OPEN_DEPTH) | {"type": "object"} if field.open else self._closed(field.fields)
            case "integer" | "number":
                exact: JsonSchema = {"multipleOf": float(f"1e-{field.decimals}")} if field.decimals else {}
                return (
                    {"type": field.kind} | {"minimum": -NUMBER_LIMIT, "maximum": NUMBER_LIMIT} | _limits(field) | exact
                )
            case "text":
                return _text(field)
            case _:
                return dict(_FIXED[field.kind])

    def codes(self, name: str) -> list[str]:
        """The national codes of a list, then what the States that count have added."""
        national = list(self.catalogue.codelists[name].codes) if name in self.catalogue.codelists else []
        added = [entry.code for state in self._states for entry in state.codes.get(name, ())]
        return list(dict.fromkeys(national + added))


def _narrow(body: JsonSchema, standard: Standard, own: StateExtension) -> None:
    """The State's limits stand beside the national ones, so that both hold."""
    properties: dict[str, JsonSchema] = body["properties"]
    for tight in own.tighten.get(standard.name, ()):
        properties[tight.name].setdefault("allOf", []).append(_limits(tight))
    wanted = [*body.get("required", ()), *own.require.get(standard.name, ())]
    if properties["ext"].get("required"):
        wanted.append("ext")
    if wanted:
        body["required"] = list(dict.fromkeys(wanted))


def _words(title: Mapping[str, str], description: Mapping[str, str]) -> JsonSchema:
    return _given(title=title.get("en"), description=description.get("en"))


def _given(**words: object) -> JsonSchema:
    return {word: value for word, value in words.items() if value is not None}


def _limits(field: Field) -> JsonSchema:
    return _given(
        minimum=field.minimum,
        maximum=field.maximum,
        maxLength=field.max_length,
        maxItems=field.max_items,
        pattern=field.pattern,
    )


def _text(field: Field) -> JsonSchema:
    base = _PHONE if field.format == "phone" else _NO_NUL
    schema: JsonSchema = {"type": "string", "maxLength": TEXT_LENGTH, "pattern": field.pattern or base}
    schema |= _given(minLength=field.min_length, maxLength=field.max_length)
    if field.pattern and (field.format == "phone" or allows_nul(field.pattern)):
        schema["allOf"] = [{"pattern": base}]
    return schema if field.format in (None, "phone") else schema | {"format": field.format}


def _open(depth: int) -> JsonSchema:
    """Free content down to a depth: any JSON that PostgreSQL and RFC 8785 can hold."""
    inner: JsonSchema = _open(depth - 1) if depth else {"type": _SCALARS}
    return {
        "type": [*_SCALARS, "object", "array"],
        "pattern": _NO_NUL,
        "minimum": -NUMBER_LIMIT,
        "maximum": NUMBER_LIMIT,
        "propertyNames": {"pattern": "^[\\u0020-\\u007e]*$", "maxLength": 200},
        "additionalProperties": inner,
        "items": inner,
    }


def _shape(names: list[str], coordinates: JsonSchema | bool) -> JsonSchema:
    return {
        "type": "object",
        "properties": {"type": {"type": "string", "enum": names}, "coordinates": coordinates},
        "required": ["type", "coordinates"],
        "additionalProperties": False,
    }


def _geometry(**shapes: JsonSchema) -> JsonSchema:
    conditions = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": {"coordinates": coordinates}},
        }
        for name, coordinates in shapes.items()
    ]
    return _shape(list(shapes), True) | {"allOf": conditions}


def _line(least: int) -> JsonSchema:
    return {"type": "array", "items": _POSITION, "minItems": least}


def _list_of(items: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": items, "minItems": 1}


_SCALARS = ["string", "number", "boolean", "null"]
_POSITION: JsonSchema = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "items": False,
    "minItems": 2,
}
_FIXED: Mapping[str, JsonSchema] = {
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date", "pattern": f"{_DAY}$"},
    "instant": {"type": "string", "format": "date-time", "pattern": _INSTANT},
    "ref": {"type": "string", "minLength": 1, "maxLength": REF_LENGTH, "pattern": _NO_NUL},
    "point": _shape(["Point"], _POSITION),
    "geometry": _geometry(
        LineString=_line(2),
        Polygon=_list_of(_line(4)),
        MultiLineString=_list_of(_line(2)),
        MultiPolygon=_list_of(_list_of(_line(4))),
    ),
}
_EXTERNAL_IDS: JsonSchema = {
    "type": "array",
    "description": "What other systems call this record, each for as long as it holds.",
    "maxItems": 50,
    "items": {
        "type": "object",
        "properties": {
            "system": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": _NO_NUL},
            "value": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": _NO_NUL},
            "valid_from": _FIXED["date"],
            "valid_to": _FIXED["date"],
        },
        "required": ["system", "value"],
        "additionalProperties": False,
    },
}
