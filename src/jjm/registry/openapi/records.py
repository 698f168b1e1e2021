"""What the registry's calls take and give, as parts of an OpenAPI 3.1 document; everything follows from standards."""

from __future__ import annotations

from jjm.registry.openapi.parts import AS_OF as _AS_OF
from jjm.registry.openapi.parts import DAY as _DAY
from jjm.registry.openapi.parts import KEY as _KEY
from jjm.registry.openapi.parts import PROBLEM, Json
from jjm.registry.openapi.parts import header as _header
from jjm.registry.openapi.parts import path as _path
from jjm.registry.openapi.parts import query as _query
from jjm.registry.openapi.parts import takes as _takes
from jjm.registry.table import Table, tables
from jjm.standards import Catalogue, Standard, record_schema

ID: Json = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"}


def components(catalogue: Catalogue) -> Json:
    """The schemas that the registry's calls share: problems, what is known about a version, and every type."""
    found: Json = {"Problem": _PROBLEM_SCHEMA, "Meta": _META, "Fault": _FAULT}
    for standard in catalogue.types.values():
        found |= _schemas(standard, catalogue)
    return found


def paths(catalogue: Catalogue) -> Json:
    """The calls on every type."""
    found: Json = {}
    for table in tables(list(catalogue.types.values())).values():
        found |= _calls(table)
    return found


def _schemas(standard: Standard, catalogue: Catalogue) -> Json:
    draft = record_schema(standard, catalogue)
    required = set(draft.get("required", ()))
    shown = {
        name: {"$ref": f"#/components/schemas/{standard.name}.fields/properties/{name}"} for name in draft["properties"]
    }
    taken = {n: ref if n in required else {"anyOf": [ref, {"type": "null"}]} for n, ref in shown.items()}
    closed: Json = {"type": "object", "additionalProperties": False}
    record = closed | {
        "title": standard.title["en"],
        "description": standard.description.get("en", ""),
        "properties": {"id": ID, **shown, "_meta": {"$ref": "#/components/schemas/Meta"}},
        "required": ["id", "_meta"],
    }
    asked = closed | {
        "description": "`id` may be left out; `_meta` is taken and ignored; null stands for a field left out.",
        "properties": {"id": {"anyOf": [ID, {"type": "null"}]}, **taken, "_meta": {"type": "object"}},
        "required": sorted(required),
    }
    return {f"{standard.name}.fields": draft, standard.name: record, f"{standard.name}.draft": asked}


def _calls(table: Table) -> Json:
    standard, base = table.standard, f"/api/v1/{table.standard.plural}"
    one = {"parameters": [_path("id", "Identifier of the record, or `system:value`")]}
    version = {"name": "version", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    history = {
        base + "/{id}/history": one | {"get": _history(standard)},
        base + "/{id}/history/{version}": {
            "parameters": [*one["parameters"], version],
            "get": _call(standard, "version", "One version of a record", {"200": _gives(standard.name)}),
        },
        base + "/{id}/proof": one | {"get": _proof(standard)},
    }
    return (
        {base: {"get": _list(table), "post": _create(standard)}, base + "/{id}": one | _one(standard)}
        | history
        | {
            base + ":batchGet": {"post": _batch_get(standard)},
        }
    )


def _one(standard: Standard) -> Json:
    given = {"200": _gives(standard.name), "304": {"description": "The caller has it already"}}
    kept = {"200": _gives(standard.name), "201": _gives(standard.name), "202": _RELAYED}
    match = _header("If-Match", "ETag of the version that the change builds on", required=False)
    body = _takes({"application/json": {"schema": {"$ref": f"#/components/schemas/{standard.name}.draft"}}})
    patch = _takes(
        {
            "application/merge-patch+json": {"schema": {"type": "object"}},
            "application/json-patch+json": {"schema": _JSON_PATCH},
        }
    )
    writes = [match, *_WRITE, _KEY, _RELAY]
    return {
        "get": _call(standard, "get", "One record", given) | {"parameters": [*_AS_OF, _FIELDS]},
        "put": _call(standard, "replace", "Replace a record", kept) | {"parameters": [*writes, _CHANGE]} | body,
        "patch": _call(standard, "patch", "Change some fields of a record", kept)
        | {"parameters": [*writes, _CHANGE]}
        | patch,
        "delete": _call(standard, "retire", "End a record; nothing is erased", kept) | {"parameters": writes},
    }


def _list(table: Table) -> Json:
    standard = table.standard
    page: Json = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{standard.name}"}},
            "next": {"type": ["string", "null"], "description": "Address of the next page"},
            "count": {"type": "integer"},
            "count_is": {"enum": ["exact", "estimated"]},
        },
        "additionalProperties": False,
    }
    filters = [
        _query(n, {"type": "string"}, f"{f.title['en']} is this") for n in standard.index if (f := standard.field(n))
    ]
    response = {"200": {"description": "A page", "content": {"application/json": {"schema": page}}}}
    return _call(standard, "list", f"List {standard.plural_title['en'].lower()}", response) | {
        "parameters": [*filters, *_LIST, *_AS_OF, _FIELDS]
    }


def _create(standard: Standard) -> Json:
    body = _takes({"application/json": {"schema": {"$ref": f"#/components/schemas/{standard.name}.draft"}}})
    made = {"201": _gives(standard.name), "202": _RELAYED}
    return (
        _call(standard, "create", f"Record a {standard.title['en'].lower()}", made)
        | {"parameters": [*_WRITE, _KEY, _RELAY]}
        | body
    )


def _history(standard: Standard) -> Json:
    page: Json = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{standard.name}"}},
            "next": {"type": ["string", "null"]},
        },
    }
    parameters = [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "Versions a page"),
        _query("below", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, "Only versions below this one"),
    ]
    response = {"200": {"description": "Versions, newest first", "content": {"application/json": {"schema": page}}}}
    return _call(standard, "history", "The versions of a record, newest first", response) | {"parameters": parameters}


def _proof(standard: Standard) -> Json:
    found = {"200": {"description": "A C2SP tlog-proof", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    number = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    parameters = [_query("version", number, "Which version; the one that holds today if left out")]
    return _call(standard, "proof", "Proof that the ledger holds a version", found) | {"parameters": parameters}


def _batch_get(standard: Standard) -> Json:
    asked: Json = {
        "type": "object",
        "required": ["ids"],
        "properties": {"ids": {"type": "array", "items": {"type": "string"}, "maxItems": 1000}},
        "additionalProperties": False,
    }
    given: Json = {
        "type": "object",
        "required": ["items", "missing"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{standard.name}"}},
            "missing": {"type": "array", "items": {"type": "string"}},
        },
    }
    response = {"200": {"description": "The records found", "content": {"application/json": {"schema": given}}}}
    call = _call(standard, "batch_get", "Many records by identifier", response) | {"parameters": [_FIELDS]}
    return call | _takes({"application/json": {"schema": asked}})


def _call(standard: Standard, name: str, summary: str, responses: Json) -> Json:
    return {
        "operationId": f"{standard.name}.{name}",
        "summary": summary,
        "tags": [standard.plural],
        "responses": responses | {"default": PROBLEM},
    }


def _gives(name: str) -> Json:
    schema = {"$ref": f"#/components/schemas/{name}"}
    tag = {"ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match"}}
    return {"description": "The record", "headers": tag, "content": {"application/json": {"schema": schema}}}


_RELAY = _header("Prefer", "`relay` keeps what another node decides as a proposal for it", required=False)
_RELAYED: Json = {
    "description": "Another node decides it; kept as a proposal that it pulls",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
_FIELDS = _query("fields", {"type": "string"}, "Only these fields, separated by commas")
_CHANGE = _query("change", {"enum": ["change", "correct"]}, "A change in the world, or a correction of the past")
_WRITE = [
    _query("valid_from", _DAY, "First Indian day on which it is so; today if left out"),
    _query("valid_to", _DAY, "First Indian day on which it is no longer so"),
    _query("source", {"type": "string"}, "Where the values come from"),
    _query("reason", {"type": "string"}, "Why, such as the number of an order"),
]
_LIST = [
    _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "Records a page"),
    _query("cursor", {"type": "string"}, "Where the last page ended; follow `next`"),
    _query("filter", {"type": "string"}, "CQL2 text, such as `kind = 'SVS'`"),
    _query("within", {"type": "string"}, "Only in this area, as level/code, such as district/345"),
    _query("bbox", {"type": "string"}, "Only in this box: west,south,east,north in degrees"),
    _query("count", {"enum": ["exact", "estimated"]}, "Count all pages together"),
]
_JSON_PATCH: Json = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": {"type": "string"},
            "from": {"type": "string"},
            "value": {},
        },
    },
}
_META: Json = {
    "type": "object",
    "description": "What is known about the version shown",
    "required": ["version", "change", "valid_from", "valid_to", "recorded_at", "actor", "node", "digest", "position"],
    "properties": {
        "version": {"type": "integer", "minimum": 1},
        "change": {"enum": ["create", "change", "correct", "retire", "restore"]},
        "valid_from": _DAY,
        "valid_to": {"anyOf": [_DAY, {"type": "null"}]},
        "recorded_at": {"type": "string", "format": "date-time"},
        "actor": {"type": "string"},
        "node": {"type": "string"},
        "source": {"type": ["string", "null"]},
        "reason": {"type": ["string", "null"]},
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "position": {
            "type": ["integer", "null"],
            "description": "Place in the ledger; null for a moment after a write",
        },
        "personal": {"type": "string", "description": "Digest of what is personal, or `undivided`; absent without any"},
        "hidden": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Personal fields kept back from you, whether they hold a value or not; absent without any",
        },
        "erased": {"const": True, "description": "What was personal was erased"},
        "withheld": {"const": True, "description": "What is personal is kept by the node that made the version"},
        "unproven": {"const": True, "description": "Only some of what is personal is here, unproven by the digest"},
    },
}
_FAULT: Json = {
    "type": "object",
    "required": ["message", "remedy"],
    "properties": {
        "message": {"type": "string"},
        "remedy": {"type": "string"},
        "pointer": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": ["integer", "string"]},
        "value": {},
        "file": {"type": "string"},
    },
}
_PROBLEM_SCHEMA: Json = {
    "type": "object",
    "required": ["type", "code", "status", "title", "detail"],
    "properties": {
        "type": {"type": "string"},
        "code": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
