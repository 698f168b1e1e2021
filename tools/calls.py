"""The reference of the calls: the OpenAPI document, and a page that lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from jjm.app.openapi import document
from jjm.standards import default_folder, load
from tools.markdown import code, page, table

File = tuple[str, str]
_METHODS = ("get", "post", "put", "patch", "delete")
_INTRODUCTION = """\
What a node answers to, in the order of its [OpenAPI 3.1 document](openapi.json) (`/openapi.json` at every node, with
the types of that node). Each registry type has the calls of the first table; `{plural}` stands for its address, such as
`schemes`. What the calls have in common:

- A token goes into the header `Authorization: Bearer …`. Public registries are read without one.
- A refusal is `application/problem+json` (RFC 9457) with a stable `code`, the place of each fault, and the remedy.
- A parameter or field that the call does not know is refused, never ignored.
- `If-Match` with the `ETag` that was read guards a change of a record; `Idempotency-Key` makes a repeated call safe."""


def calls_reference() -> Iterator[File]:
    """The document and the page of all calls."""
    catalogue = load(default_folder())
    made = document(catalogue, "Jal Jeevan Mission node")
    yield (
        "docs/reference/openapi.json",
        orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode(),
    )
    shown = catalogue.types["scheme"]
    of_types = {f"/api/v1/{s.plural}" for s in catalogue.types.values()}
    typed = [r for r in _rows(made) if _base(r[1]) == f"/api/v1/{shown.plural}"]
    areas = [r for r in _rows(made) if _base(r[1]) == "/api/v1/districts" and "{id}:" in r[1]]
    rest = [r for r in _rows(made) if _base(r[1]) not in of_types]
    head = ("call", "address", "what it does")
    parts = [
        _INTRODUCTION,
        "## Every registry type",
        table(head, [_line(r, shown.plural, "{plural}") for r in typed]),
        "## Areas besides",
        table(head, [_line(r, "districts", "{plural}") for r in areas]),
        "## Everything else",
        table(head, [_line(r) for r in rest]),
    ]
    yield (
        "docs/reference/api.md",
        page("The calls", *parts, source="standards/ and src/jjm", what="the standard or the call"),
    )


def _rows(made: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (method.upper(), path, calls[method]["summary"])
        for path, calls in made["paths"].items()
        for method in _METHODS
        if method in calls
    ]


def _base(path: str) -> str:
    return "/".join(path.partition(":")[0].split("/")[:4])


def _line(row: tuple[str, str, str], plural: str = "", stands: str = "") -> tuple[str, str, str]:
    method, path, summary = row
    return method, code(path.replace(plural, stands, 1) if plural else path), summary
