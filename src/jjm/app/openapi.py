"""The OpenAPI 3.1 document of a node, put together from its standards and its declared calls."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from jjm.registry import area_components, area_paths, openapi_components, openapi_paths
from jjm.standards import Catalogue

_ABOUT = (
    "Registries, standards and open APIs of the Jal Jeevan Mission. Reading public registries needs no token; "
    "writing and personal data do. Times are UTC, days are Indian days."
)


def document(app: FastAPI, catalogue: Catalogue, version: str) -> dict[str, Any]:
    """The whole document: declared calls by FastAPI, calls on every registry type by its standard."""
    declared = get_openapi(
        title=app.title, version=version, openapi_version="3.1.0", description=_ABOUT, routes=app.routes
    )
    declared["paths"] = dict(
        sorted({**declared.get("paths", {}), **openapi_paths(catalogue), **area_paths(catalogue)}.items())
    )
    components = declared.setdefault("components", {})
    components["schemas"] = components.get("schemas", {}) | openapi_components(catalogue) | area_components(catalogue)
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    declared["security"] = [{}, {"token": []}]
    return declared
