"""The OpenAPI 3.1 document of a node, put together from its standards and its declared calls."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from fastapi.openapi.utils import get_openapi

from jjm.app.declared import declared_routers
from jjm.app.sharing import share_parameters, share_refusal
from jjm.ledger import openapi_paths as ledger_paths
from jjm.registry import openapi_components, openapi_paths, openapi_refusal
from jjm.standards import Catalogue

VERSION = "0.1.0"
Json = dict[str, Any]
_ABOUT = (
    "Registries, standards and open APIs of the Jal Jeevan Mission. Reading public registries needs no token; "
    "writing and personal data do. Times are UTC, days are Indian days. Every answer that is no success is a problem "
    "document (RFC 9457) with a stable `code`, the place of each fault, and the remedy."
)


def document(catalogue: Catalogue, title: str) -> Json:
    """The whole document: calls on every registry type by its standard, calls on the ledger, and declared calls."""
    made: Json = orjson.loads(_declared())
    made["info"]["title"] = title
    _refuse_alike(made)
    paths = made["paths"] | openapi_paths(catalogue) | ledger_paths() | _operations()
    made["paths"] = dict(sorted(paths.items()))
    components = made.setdefault("components", {})
    components["schemas"] = components.get("schemas", {}) | openapi_components(catalogue)
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{}, {"token": []}]
    made["info"]["license"] = {"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"}
    share_parameters(made)
    share_refusal(made)
    return made


@cache
def _declared() -> bytes:
    """The declared calls as FastAPI tells them, which takes it most of a second; the same for every node."""
    declared = [route for router in declared_routers() for route in router.routes]
    return orjson.dumps(
        get_openapi(title="", version=VERSION, openapi_version="3.1.0", description=_ABOUT, routes=declared)
    )


def _refuse_alike(made: Json) -> None:
    """Declared calls are refused as all others are, and not in FastAPI's own way."""
    for calls in made["paths"].values():
        for call in calls.values():
            call["responses"].pop("422", None)
            call["responses"]["default"] = openapi_refusal
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name, None)


def _operations() -> Json:
    said: Json = {"application/json": {"schema": {"type": "object", "properties": {"status": {"type": "string"}}}}}
    told: Json = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "/health/live": {"get": _call("live", "Whether the process runs", said)},
        "/health/ready": {"get": _call("ready", "Whether the node can answer: its database does", said)},
        "/metrics": {"get": _call("metrics", "What was counted, for Prometheus", told)},
    }


def _call(name: str, summary: str, content: Json) -> Json:
    given = {"200": {"description": summary, "content": content}, "default": openapi_refusal}
    return {"operationId": name, "summary": summary, "tags": ["operations"], "responses": given}
