"""The OpenAPI document says what the node answers to: every call of it, and no other."""

from __future__ import annotations

import re
from typing import Any

import httpx
from starlette.routing import Route

from jjm.app.asgi import application
from jjm.app.node import Node
from jjm.registry import direct

_UNTOLD = {"/openapi.json"}
_PART = re.compile(r"\{[^}]*\}")


async def test_every_route_is_told_and_every_call_told_has_a_route(node: Node, anonymous: httpx.AsyncClient) -> None:
    told = (await anonymous.get("/openapi.json")).json()
    app: Any = application(node).app
    routes = {
        (method, _PART.sub("*", route.path.replace("{plural}", "villages").replace(":path", "")))
        for route in app.routes
        if isinstance(route, Route) and _is_told(route.path)
        for method in (route.methods or {"GET"}) - {"HEAD"}
        if (method, route.path) != ("POST", "/api/v1/{plural}/{id}")
    }
    calls = {
        (method.upper(), _PART.sub("*", path))
        for path, found in told["paths"].items()
        for method in found
        if method != "parameters"
    }
    missing = {r for r in routes if r not in calls and not _is_action(r, calls)}
    assert missing == set()
    for method, path in calls:
        scope = {"type": "http", "path": path.replace("*", "1"), "method": method, "app": app}
        assert direct(node.registry, scope) or any(r.matches(scope)[0].value == 2 for r in app.routes), (method, path)


def _is_told(path: str) -> bool:
    return path.startswith(("/api/", "/log/", "/health/", "/metrics"))


def _is_action(route: tuple[str, str], calls: set[tuple[str, str]]) -> bool:
    method, path = route
    return any(m == method and p.startswith(path + ":") for m, p in calls)
