"""Pieces of which descriptions of calls are made: parameters, bodies, what every call may answer."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
DAY: Json = {"type": "string", "format": "date"}
PROBLEM: Json = {
    "description": "The call was refused: what is wrong, where, and how to mend it (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def takes(content: Json) -> Json:
    """A required body of these content types."""
    return {"requestBody": {"required": True, "content": content}}


def path(name: str, description: str) -> Json:
    """A part of the address."""
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/]+$"}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def query(name: str, schema: Json, description: str) -> Json:
    """Something that may be said in the query."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def header(name: str, description: str, required: bool) -> Json:
    """Something that is said in a header."""
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


AS_OF = [
    query("valid_at", DAY, "As it was on this Indian day"),
    query("known_at", {"type": "string", "format": "date-time"}, "As known at this instant"),
]
KEY = header("Idempotency-Key", "The same key again gives the same answer and does nothing twice", required=False)


def ref(name: str) -> Json:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def stands(**properties: Json) -> Json:
    """An object with exactly these properties, all of them there."""
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def gives(description: str, schema: Json) -> Json:
    """An answer in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def call(name: str, summary: str, tag: str, responses: Json) -> Json:
    """A call with its answers; each may be refused with a problem."""
    return {"operationId": name, "summary": summary, "tags": [tag], "responses": responses | {"default": PROBLEM}}
