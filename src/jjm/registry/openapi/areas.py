"""What the calls on areas and proposals take and give, as parts of an OpenAPI 3.1 document."""

from __future__ import annotations

from typing import cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from jjm.registry.openapi.parts import AS_OF, DAY, KEY, PROBLEM, Json, path, query, takes
from jjm.registry.operations import KINDS
from jjm.registry.service.proposals import TYPE, Decision
from jjm.standards import Catalogue, Standard

_TEXT: Json = {"type": "string"}
_TAG = ["areas"]


def components(catalogue: Catalogue) -> Json:
    """The schemas of re-organisations, of areas by level and code, and of decisions."""
    bodies: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (kind, "validation") for kind in (*KINDS.values(), Decision)
    ]
    _, asked = models_json_schema(bodies, ref_template="#/components/schemas/{model}")
    return {
        **asked["$defs"],
        "Area": _AREA,
        "AreaShown": _AREA_SHOWN,
        "Edge": _EDGE,
        "Operation": _OPERATION,
        "Preview": _PREVIEW,
    }


def paths(catalogue: Catalogue) -> Json:
    """The calls on areas by level and code, on re-organisations, and on proposals."""
    found = _operations() | _places(catalogue)
    for standard in catalogue.levels():
        found |= {f"/api/v1/{standard.plural}/{{id}}:{kind}": _operate(standard, kind) for kind in KINDS}
    if TYPE in catalogue.types:
        plural = catalogue.types[TYPE].plural
        found |= {f"/api/v1/{plural}/{{id}}:{word}": _decide(word) for word in ("accept", "reject")}
    return found


def _operate(standard: Standard, kind: str) -> Json:
    preview = query("preview", {"enum": ["true", "false"]}, "Only say what would be touched")
    done = {"200": _gives("What would be touched", "Preview"), "201": _gives("What was done", "Operation")}
    call = _call(f"{standard.name}.{kind}", f"{kind.capitalize()} a {standard.title['en'].lower()} by an order", done)
    body = takes({"application/json": {"schema": {"$ref": f"#/components/schemas/{KINDS[kind].__name__}"}}})
    return {"parameters": [_ID], "post": call | {"tags": [standard.plural], "parameters": [preview, KEY]} | body}


def _decide(word: str) -> Json:
    call = _call(f"{TYPE}.{word}", f"{word.capitalize()} a proposal", {"200": _gives("The proposal", TYPE)})
    body = {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Decision"}}}}}
    return {"parameters": [_ID], "post": call | {"parameters": [KEY]} | body}


def _call(name: str, summary: str, responses: Json) -> Json:
    return {"operationId": name, "summary": summary, "tags": _TAG, "responses": responses | {"default": PROBLEM}}


def _gives(description: str, schema: str) -> Json:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _page(description: str, items: str) -> Json:
    schema = {
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{items}"}},
            "next": {"type": ["string", "null"]},
        },
        "additionalProperties": False,
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _object(properties: Json, *optional: str) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


_ID = path("id", "Identifier of the record, or `system:value`")
_LIMIT = query("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "How many at most")
_NAMES: Json = dict.fromkeys(("id", "type", "level", "code", "name", "href"), _TEXT)
_AREA = _object({**_NAMES, "parents": _list(_TEXT)}, "parents")
_COUNTS: Json = {"type": "object", "additionalProperties": {"type": "integer"}}
_AREA_SHOWN = _object(
    {
        **cast("Json", _AREA["properties"]),
        "record": {"type": "object"},
        "ancestors": _list(_ref("Area")),
        "children": _COUNTS,
        "lineage": _list(_ref("Edge")),
    }
)
_EDGE = _object(
    {
        "kind": _TEXT,
        "effective": DAY,
        "operation": _TEXT,
        "order": _or_null({"type": "object"}),
        "from": _or_null(_ref("Area")),
        "to": _or_null(_ref("Area")),
    }
)
_TOUCHED = {"type": "object", "additionalProperties": _object({"count": {"type": "integer"}, "ids": _list(_TEXT)})}
_LINKS = _list(_object({"kind": _TEXT, "from": _or_null(_TEXT), "to": _or_null(_TEXT)}))
_STAMP: Json = {"type": "string", "format": "date-time"}
_OPERATION = _object(
    {
        **dict.fromkeys(("id", "kind", "subject", "actor"), _TEXT),
        "effective": DAY,
        "order": _or_null({"type": "object"}),
        "note": _or_null(_TEXT),
        "recorded_at": _STAMP,
        "undone_at": _or_null(_STAMP),
        "undone_by": _or_null(_TEXT),
        "touched": _TOUCHED,
        "lineage": _LINKS,
        "steps": _list({"type": "object"}),
    },
    "lineage",
    "steps",
)
_PREVIEW = _object(
    {
        "kind": _TEXT,
        "subject": _TEXT,
        "effective": DAY,
        "touched": _TOUCHED,
        "areas": _list({"type": "object"}),
        "affected": _object({"areas": _COUNTS, "records": _COUNTS}),
        "lineage": _LINKS,
        "problems": _list(_ref("Fault")),
    }
)
_PAGING = [
    query("type", _TEXT, "Only areas of this type, such as `village`"),
    query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "Areas a page"),
    query("cursor", _TEXT, "Where the last page ended; follow `next`"),
]
_PAST = [query("before", _TEXT, "Only those before this one"), _LIMIT]
_AREA_OF = query("area", _TEXT, "Only those that touched this area, as level/code")
_OPERATIONS, _BASE = "/api/v1/areas/operations", "/api/v1/areas/{level}/{code}"


def _operations() -> Json:
    one: Json = {"parameters": [path("id", "Identifier of the re-organisation")]}
    listed = _call("areas.operations", "Re-organisations, newest first", {"200": _page("A page", "Operation")})
    found = _call("areas.operation", "One re-organisation", {"200": _gives("With every step", "Operation")})
    undone = _call("areas.undo", "Take a re-organisation back", {"200": _gives("Undone", "Operation")})
    return {
        _OPERATIONS: {"get": listed | {"parameters": [_AREA_OF, *_PAST]}},
        _OPERATIONS + "/{id}": one | {"get": found},
        _OPERATIONS + "/{id}:undo": one | {"post": undone | {"parameters": [KEY]}},
    }


def _places(catalogue: Catalogue) -> Json:
    levels = [s.level.name for s in catalogue.levels() if s.level]
    level = path("level", "Level of the area, such as `district`") | {"schema": {"enum": levels}}
    at: Json = {"parameters": [level, path("code", "Its code")]}
    calls = {
        "": _call("areas.area", "The area at a code", {"200": _gives("The area", "AreaShown")}),
        "/ancestors": _call("areas.ancestors", "All above an area", {"200": _page("From the top", "Area")}),
        "/children": _call("areas.children", "What lies directly in an area", {"200": _page("A page", "Area")}),
        "/lineage": _call("areas.lineage", "Where an area came from and went", {"200": _page("Edges", "Edge")}),
    }
    asked = {end: [*AS_OF, *(_PAGING if end == "/children" else ())] for end in calls}
    return {_BASE + end: at | {"get": call | {"parameters": asked[end]}} for end, call in calls.items()}
