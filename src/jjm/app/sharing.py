"""Says once what many calls of an OpenAPI document have in common: parameters, and the answer of a refused call."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import orjson

Json = dict[str, Any]
_PLACE = "#/components/parameters/"


def share_parameters(made: Json) -> None:
    """Put each parameter that several calls take among the components, and a reference in its place."""
    parts = {id(part): part for path in made["paths"].values() for part in (path, *path.values()) if _takes(part)}
    seen = Counter(_key(parameter) for part in parts.values() for parameter in part["parameters"])
    names: dict[bytes, str] = {}
    for part in parts.values():
        part["parameters"] = [_shared(p, names) if seen[_key(p)] > 1 else p for p in part["parameters"]]
    kept = {name: orjson.loads(key) for key, name in names.items()}
    made["components"]["parameters"] = dict(sorted(kept.items()))


def share_refusal(made: Json) -> None:
    """Put the answer that every call may give among the components."""
    parts: list[Any] = [part for path in made["paths"].values() for part in path.values()]
    refused = [part["responses"] for part in parts if "default" in _responses(part)]
    if refused:
        made["components"]["responses"] = {"Refused": refused[0]["default"]}
        for responses in refused:
            if responses["default"] == made["components"]["responses"]["Refused"]:
                responses["default"] = {"$ref": "#/components/responses/Refused"}


def _responses(part: Any) -> Json:
    return cast("Json", part).get("responses", {}) if isinstance(part, dict) else {}


def _takes(part: Any) -> bool:
    return isinstance(part, dict) and "parameters" in part


def _key(parameter: Json) -> bytes:
    return orjson.dumps(parameter)


def _shared(parameter: Json, names: dict[bytes, str]) -> Json:
    key = _key(parameter)
    if key not in names:
        others = sum(name.partition(".")[0] == parameter["name"] for name in names.values())
        names[key] = f"{parameter['name']}.{others + 1}" if others else parameter["name"]
    return {"$ref": _PLACE + names[key]}
