"""The calls that erase what is personal in a record, or keep it from being erased; parts of OpenAPI 3.1."""

from __future__ import annotations

from jjm.registry.openapi.parts import Json, call, gives, stands
from jjm.standards import Catalogue

_TEXT: Json = {"type": "string"}
_REASON: Json = {"type": "string", "minLength": 3, "maxLength": 400, "description": "Nothing personal"}
_ID: Json = {"name": "id", "in": "path", "required": True, "schema": _TEXT}
_COUNT: Json = {"type": "integer"}


def paths(catalogue: Catalogue) -> Json:
    """The calls, for each type with something personal."""
    found: Json = {}
    for standard in catalogue.types.values():
        if standard.personal_fields:
            at, tag = f"/api/v1/{standard.plural}/{{id}}", standard.plural
            asked = {"reason": _REASON}
            until: Json = {"until": {"type": ["string", "null"], "format": "date"}}
            found[f"{at}:erase"] = _post(
                f"{standard.name}.erase", "Erase what is personal, for good", tag, asked, versions=_COUNT
            )
            found[f"{at}:hold"] = _post(f"{standard.name}.hold", "Keep from being erased", tag, asked | until, **until)
            found[f"{at}:release"] = _post(f"{standard.name}.release", "End the holds", tag, {}, holds=_COUNT)
    return found


def _post(name: str, summary: str, tag: str, asked: Json, **told: Json) -> Json:
    made = call(name, summary, tag, {"200": gives("Done", stands(id=_TEXT, **told))})
    body: Json = {"type": "object", "properties": asked, "additionalProperties": False}
    if "reason" in asked:
        body["required"] = ["reason"]
    taken: Json = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"parameters": [_ID], "post": made | ({"requestBody": taken} if asked else {})}
