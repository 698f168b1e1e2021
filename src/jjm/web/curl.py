"""Examples of calls to be copied into a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any
from urllib.parse import urlencode

import orjson

from jjm.standards import Catalogue, example, sample_id
from jjm.web.calls import Call, Document, Schema

_BEARER = '-H "Authorization: Bearer $JJM_TOKEN"'
_DEEPEST = 6


@dataclass(frozen=True)
class Examples:
    """Makes examples of calls on one node: `base` is its address, `known` what stands for the parts of an address."""

    base: str
    document: Document
    catalogue: Catalogue
    known: Mapping[str, str]
    etag: str = '"1"'

    def of(self, call: Call, public: bool) -> str:
        """The command; with a token where the call needs one. What is not public, or changes something, does."""
        words = ["curl"]
        if call.method != "GET":
            words += ["-X", call.method]
        words.append(quote(self.base + self._path(call)))
        lines = [" ".join(words)]
        if not public or (call.method != "GET" and not call.path.endswith(":batchGet")):
            lines.append(_BEARER)
        if any(p.name == "If-Match" for p in call.parameters):
            lines.append(f"-H {quote(f'If-Match: {self.etag}')}")
        return " \\\n  ".join([*lines, *self._body(call)])

    def _path(self, call: Call) -> str:
        path = re.sub(r"\{(\w+)\}", lambda part: self.known.get(part[1], part[1].upper()), call.path)
        asked = {p.name: self.known.get(p.name, p.name) for p in call.parameters if p.place == "query" and p.required}
        return f"{path}?{urlencode(asked)}" if asked else path

    def _body(self, call: Call) -> list[str]:
        for media, schema in call.bodies.items():
            if schema.get("format") == "binary":
                ending = media.partition(";")[0].rpartition("/")[2].removeprefix("x-")
                return [f"-H {quote(f'Content-Type: {media}')}", f"--data-binary @records.{ending}"]
            value = orjson.dumps(self._value(call, media, schema)).decode()
            return [f"-H {quote(f'Content-Type: {media}')}", f"-d {quote(value)}"]
        return []

    def _value(self, call: Call, media: str, schema: Schema) -> Any:
        name, _, part = str(schema.get("$ref", "")).rpartition("/")[2].partition(".")
        if part == "draft":
            return example(self.catalogue.types[name], self.catalogue)
        if media == "application/merge-patch+json":
            plural = call.path.split("/")[3]
            standard = self.catalogue.plural(plural)
            return dict(list(example(standard, self.catalogue).items())[:1]) if standard else {}
        if name == "Reparent":
            return self._example(schema, 0) | {"parents": self._parent(call)}
        if call.path.endswith(":batchGet"):
            return {"ids": [self.known["id"]]}
        return self._example(schema, 0)

    def _parent(self, call: Call) -> dict[str, object]:
        """Another area for the first of the fields that say what an area lies in."""
        standard = self.catalogue.plural(call.path.split("/")[3])
        if standard is None or standard.level is None or not standard.level.parents:
            return {}
        field = standard.field(standard.level.parents[0])
        above = sample_id(self.catalogue, field.ref or (field.item.ref if field.item else None) or "")
        return {field.name: above if field.item is None else [above]}

    def _example(self, schema: Schema, depth: int) -> Any:
        """A value that such a schema takes: only what is required, every text a word that says so."""
        if "$ref" in schema:
            return self._example(self.document.schemas[schema["$ref"].rpartition("/")[2]], depth + 1)
        if "anyOf" in schema:
            return self._example(schema["anyOf"][0], depth)
        match schema.get("type"):
            case "object":
                wanted = schema.get("required", ())
                return {name: self._example(schema["properties"][name], depth + 1) for name in wanted}
            case "array":
                return [self._example(schema.get("items", {}), depth + 1)] if depth < _DEEPEST else []
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case _:
                return "2026-04-01" if schema.get("format") == "date" else next(iter(schema.get("enum", ())), "text")
