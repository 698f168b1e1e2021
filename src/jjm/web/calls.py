"""The calls of the node as its OpenAPI document describes them, for the pages that document them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

_METHODS = ("get", "post", "put", "patch", "delete")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a call takes in its address or its headers."""

    name: str
    place: str
    required: bool
    description: str
    takes: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its method and address, what it does, what it takes and what it answers."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema]
    answers: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Its name within its page."""
        return f"{self.method}{self.path}".replace("/api/v1", "").replace("/", "-").translate(_PLAIN)


_PLAIN = {ord(c): None for c in "{}"} | {ord(":"): "-", ord("_"): "-"}


@dataclass(frozen=True)
class Document:
    """An OpenAPI document: its calls by group, and the schemas they share."""

    groups: Mapping[str, tuple[Call, ...]]
    schemas: Mapping[str, Schema]
    about: str


def read(document: bytes) -> Document:
    """The calls of an OpenAPI document, each group in the order of the document."""
    found = orjson.loads(document)
    shared = found.get("components", {})
    groups: dict[str, list[Call]] = {}
    for path, item in found["paths"].items():
        for method in _METHODS:
            if method in item:
                tag = next(iter(item[method].get("tags", ())), "general")
                groups.setdefault(tag, []).append(_call(shared, method, path, item, item[method]))
    calls = {tag: tuple(of_tag) for tag, of_tag in sorted(groups.items())}
    return Document(calls, shared.get("schemas", {}), found["info"].get("description", ""))


def _call(shared: Schema, method: str, path: str, item: Schema, operation: Schema) -> Call:
    given = [_whole(shared, p) for p in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    told = {status: _whole(shared, answer) for status, answer in operation.get("responses", {}).items()}
    answers = tuple((status, str(answer.get("description", ""))) for status, answer in told.items())
    bodies = {media: c["schema"] for media, c in operation.get("requestBody", {}).get("content", {}).items()}
    summary, about = str(operation.get("summary", "")), str(operation.get("description", ""))
    return Call(method.upper(), path, summary, about, tuple(map(_parameter, given)), bodies, answers)


def _whole(shared: Schema, part: Schema) -> Schema:
    """A part of the document, or the shared one that it refers to."""
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].split("/")[-2:]
    return shared[kind][name]


def _parameter(given: Schema) -> Parameter:
    return Parameter(
        given["name"],
        given["in"],
        bool(given.get("required")),
        str(given.get("description", "")),
        " · ".join(_limits(given.get("schema", {}))),
    )


def _limits(schema: Schema) -> Iterator[str]:
    if "enum" in schema:
        yield " | ".join(map(str, schema["enum"]))
    elif "format" in schema or "type" in schema:
        yield str(schema.get("format") or schema["type"])
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']} – {schema['maximum']}"
