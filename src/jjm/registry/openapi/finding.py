"""What the calls over all types take and give: which types there are, changes, search; parts of OpenAPI 3.1."""

from __future__ import annotations

from jjm.registry.openapi.parts import Json, call, gives, query, ref, stands
from jjm.registry.service.feed import KINDS
from jjm.standards import Catalogue

_TEXT: Json = {"type": "string"}
_TITLES: Json = {"type": "object", "additionalProperties": _TEXT}
_OR_NONE: Json = {"type": ["string", "null"]}
_LEFT_OUT: Json = {
    "X-Left-Out": {
        "schema": _TEXT,
        "description": "Types that were open to the partner and are left out since an agreement ended, where `types` "
        "names none: a list (RFC 9651) with `agreement`, `ended` and `since` for each",
    }
}
_WITHIN = query("within", _TEXT, "Only in this area, as level/code, such as district/345")


def components() -> Json:
    """The schemas of types and hits."""
    return {"RegistryType": _TYPE, "Hit": _HIT}


def paths(catalogue: Catalogue) -> Json:
    """The calls that are not about one type."""
    return {
        "/api/v1": {"get": _types()},
        "/api/v1/changes": {"get": _changes(sorted(s.plural for s in catalogue.types.values()))},
        "/api/v1/search": {"get": _search()},
    }


def _types() -> Json:
    listed = stands(node=_TEXT, items={"type": "array", "items": ref("RegistryType")})
    return call("types", "The registry types of this node", "types", {"200": gives("All of them", listed)})


def _changes(plurals: list[str]) -> Json:
    given = {
        "description": "CloudEvents 1.0, one a line. A record that was retired, or that left what the caller sees or "
        "asked for, comes as a tombstone",
        "headers": {
            "X-Position": {"schema": {"type": "integer"}, "description": "Give it as `after` to go on from here"},
            "X-Epoch": {"schema": _TEXT, "description": "The history that the position belongs to; give it as `epoch`"},
            **_LEFT_OUT,
        },
        "content": {"application/x-ndjson": {"schema": {"type": "string", "format": "binary"}}},
    }
    parameters = [
        query(
            "after",
            {"type": "integer", "minimum": -1, "maximum": 2**62 - 1},
            "Changes behind this position; -1 to begin",
        ),
        query("limit", {"type": "integer", "minimum": 1, "maximum": 20_000}, "Ledger entries to pass at most"),
        query("wait", {"type": "integer", "minimum": 0, "maximum": 60}, "Seconds to wait where there is nothing yet"),
        query("types", {"type": "string", "examples": [",".join(plurals[:2])]}, "Only these types, by comma"),
        _WITHIN,
        query("kinds", {"type": "string", "examples": ["created,retired"]}, f"Only these: {', '.join(sorted(KINDS))}"),
        query("fields", _TEXT, "Only these fields of the data, by comma"),
        query("origin", _TEXT, "Only what these nodes recorded, by comma"),
        query("epoch", _TEXT, "The `X-Epoch` that `after` was given with; refused with 410 if history was rewritten"),
    ]
    return call("changes", "The feed of changes, in the ledger's order", "changes", {"200": given}) | {
        "parameters": parameters
    }


def _search() -> Json:
    name = query("q", {"type": "string", "minLength": 1, "maxLength": 200}, "A name, in any script, as one types it")
    parameters = [
        name | {"required": True},
        query("types", _TEXT, "Only these types, by comma"),
        _WITHIN,
        query("near", _TEXT, "An area, as level/code, whose records come first"),
        query("limit", {"type": "integer", "minimum": 1, "maximum": 100}, "Hits at most"),
        query("lang", _TEXT, "Language of the caller"),
    ]
    found = stands(items={"type": "array", "items": ref("Hit")})
    given = {"200": gives("The closest first", found) | {"headers": _LEFT_OUT}}
    return call("search", "Records by name, over all types", "search", given) | {"parameters": parameters}


_TYPE = stands(
    type=_TEXT,
    plural=_TEXT,
    title=_TITLES,
    group=_TEXT,
    authority={"enum": ["centre", "state", "maker"]},
    standard=_TEXT,
    public={"type": "boolean"},
    personal={"type": "boolean"},
    level=_OR_NONE,
    url=_TEXT,
    count={"type": ["integer", "null"], "minimum": 0},
    personal_fields={"type": "array", "items": _TEXT, "description": "Fields that are personal"},
    count_is={"const": "estimated"},
)
_ABOVE = stands(id=_TEXT, type=_TEXT, level=_OR_NONE, code=_TEXT, name=_TEXT)
_HIT = stands(
    type=_TEXT,
    id=_TEXT,
    name=_TEXT,
    matched=_TEXT,
    match=_TEXT,
    score={"type": "number", "minimum": 0, "maximum": 1},
    level=_OR_NONE,
    code=_OR_NONE,
    path={"type": "array", "items": _ABOVE},
)
