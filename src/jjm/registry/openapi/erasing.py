"""The calls that erase what is personal in a record, or keep it from being erased; parts of OpenAPI 3.1."""

from __future__ import annotations

from jjm.registry.openapi.parts import Json, call, gives, query, stands
from jjm.standards import Catalogue

_TEXT: Json = {"type": "string"}
_REASON: Json = {"type": "string", "minLength": 3, "maxLength": 400, "description": "Nothing personal"}
_ID: Json = {"name": "id", "in": "path", "required": True, "schema": _TEXT}
_COUNT: Json = {"type": "integer"}
_PREVIEW = query("preview", {"enum": ["true", "false"]}, "Only say what would be erased")
_WITH: Json = {
    "with": {
        "type": "object",
        "additionalProperties": _COUNT,
        "description": "What hangs on the record and goes with it: documents and comments of its cases",
    }
}


def paths(catalogue: Catalogue) -> Json:
    """The calls, for each type with something personal, and each whose records are cases with documents."""
    found: Json = {}
    moved = {workflow.type for workflow in catalogue.workflows.values()}
    for standard in catalogue.types.values():
        if standard.personal_fields or standard.name in moved:
            at, tag = f"/api/v1/{standard.plural}/{{id}}", standard.plural
            asked = {"reason": _REASON}
            until: Json = {"until": {"type": ["string", "null"], "format": "date"}}
            erase = _post(
                f"{standard.name}.erase", "Erase what is personal, for good", tag, asked, versions=_COUNT, **_WITH
            )
            found[f"{at}:erase"] = {**erase, "parameters": [_ID, _PREVIEW]}
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
