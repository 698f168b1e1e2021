"""What the calls on the public log give, as parts of an OpenAPI 3.1 document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_HASH: Json = {"type": "string", "description": "32 bytes in base64", "pattern": "^[A-Za-z0-9+/]{43}=$"}
_NUMBER: Json = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_REFUSED: Json = {
    "description": "The call was refused: what is wrong, where, and how to mend it (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_TREE = "A C2SP tlog-tiles path, such as `0/000`, `0/x001/234.p/5` or `entries/000`"


def paths() -> Json:
    """The calls, by address."""
    one = _in("path", "position", _NUMBER, "Place in the ledger, from 0")
    tile = _in("path", "path", {"type": "string", "minLength": 1}, _TREE)
    inclusion = [
        _asked("position", "Place in the ledger", True),
        _asked("size", "Size of the tree; today's if left out"),
    ]
    consistency = [
        _asked("old", "Size of the older tree", True),
        _asked("new", "Size of the newer; today's if left out"),
    ]
    return {
        "/log/checkpoint": {"get": _call("checkpoint", "The signed root of the ledger (C2SP checkpoint)", _text())},
        "/log/vkey": {"get": _call("vkey", "The public key of the ledger, under its name", _text())},
        "/log/tile/{path}": {
            "parameters": [tile],
            "get": _call("tile", "A tile of the tree, or its entries", _bytes()),
        },
        "/log/entries/{position}": {"parameters": [one], "get": _call("entry", "One entry", _json(_ENTRY))},
        "/log/entries/{position}/proof": {
            "parameters": [one],
            "get": _call("entry_proof", "Proof that the ledger holds an entry (C2SP tlog-proof)", _text()),
        },
        "/log/proof/inclusion": {
            "get": _call("inclusion", "Why an entry is in the tree of a size", _json(_INCLUSION))
            | {"parameters": inclusion}
        },
        "/log/proof/consistency": {
            "get": _call("consistency", "Why a newer tree only adds to an older one", _json(_CONSISTENCY))
            | {"parameters": consistency}
        },
    }


def _in(where: str, name: str, schema: Json, description: str, required: bool = True) -> Json:
    return {"name": name, "in": where, "required": required, "description": description, "schema": schema}


def _asked(name: str, description: str, required: bool = False) -> Json:
    return _in("query", name, _NUMBER, description, required)


def _call(name: str, summary: str, content: Json) -> Json:
    given = {"200": {"description": summary, "content": content}, "default": _REFUSED}
    return {"operationId": f"log.{name}", "summary": summary, "tags": ["log"], "responses": given}


def _text() -> Json:
    return {"text/plain": {"schema": _TEXT}}


def _bytes() -> Json:
    return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _object(properties: Mapping[str, Json]) -> Json:
    required = list(properties)
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


_HASHES: Json = {"type": "array", "items": _HASH}
_ENTRY = _object(
    {
        "position": _NUMBER,
        "entry": _NUMBER,
        "type": _TEXT,
        "subject": _TEXT,
        "version": {"type": "integer", "minimum": 1},
        "change": _TEXT,
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "at": {"type": "string", "format": "date-time"},
        "actor": _TEXT,
        "node": _TEXT,
        "leaf": _TEXT,
        "leaf_hash": _HASH,
    }
)
_INCLUSION = _object({"position": _NUMBER, "size": _NUMBER, "leaf_hash": _HASH, "hashes": _HASHES, "root": _HASH})
_CONSISTENCY = _object({"old": _NUMBER, "new": _NUMBER, "old_root": _HASH, "new_root": _HASH, "hashes": _HASHES})
