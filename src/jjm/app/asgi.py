"""The web application of a node: every block's calls and pages in one place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from jjm.app.declared import declared_routers
from jjm.app.frame import Direct, Frame, Refusals
from jjm.app.node import Node
from jjm.app.openapi import VERSION, document
from jjm.kit import Fault, Problem
from jjm.kit.http import answer, dumps, problem_answer
from jjm.ledger import routes as ledger_routes
from jjm.registry import direct
from jjm.registry import routes as registry_routes
from jjm.solutions import solutions
from jjm.web import Site
from jjm.web import routes as pages

_studied: dict[int, Sequence[BaseRoute]] = {}


def application(node: Node) -> Frame:
    """The ASGI application of a node that is running."""
    app = FastAPI(title=node.settings.title, version=VERSION, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.node = node
    app.state.access = node.access
    app.state.registry, app.state.gate, app.state.sequencer = node.registry, node.gate, node.sequencer
    app.state.limits, app.state.stopping, app.state.bulk = node.settings, node.stopping, node.bulk
    app.add_exception_handler(Problem, _refuse)
    app.add_exception_handler(HTTPException, _not_here)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _leave_to_the_frame)
    app.state.federation, app.state.exchange, app.state.rotation = node.federation, node.exchange, node.rotation
    app.state.workflows, app.state.notices = node.workflows, node.notices
    app.state.vkey = node.verifier.vkey
    for router in declared_routers():
        app.routes.extend(_declared(router))
    app.routes.extend(ledger_routes(node.database, node.verifier.vkey))
    app.routes.extend(registry_routes())
    for path, view in (
        ("/health/live", live),
        ("/health/ready", ready),
        ("/metrics", metrics),
        ("/openapi.json", _openapi),
    ):
        app.add_route(path, view, methods=["GET"])
    app.state.openapi = cache(lambda: dumps(document(node.registry.catalogue, node.settings.title)))
    brought = solutions()
    site = Site(
        node.registry, node.access, node.settings.title, VERSION, app.state.openapi, node.verifier.vkey,
        [solution.village for solution in brought if solution.village],
        [solution.findings for solution in brought if solution.findings],
        {path: told for solution in brought for path, told in solution.pages.items()},
        {path: taken for solution in brought for path, taken in solution.forms.items()},
        [solution.records for solution in brought],
        {path: words for solution in brought for path, words in solution.links.items()},
    )  # fmt: skip
    app.state.site = site
    # Inside Starlette's own, which answers everything unforeseen with a bare 500.
    app.add_middleware(Refusals, refuse=site.refusal)
    app.routes.extend(pages(site))
    return Frame(app, node.access.meter, lambda scope: _direct(app, scope), site.refusal)


def _declared(router: APIRouter) -> Sequence[BaseRoute]:
    """The calls of a router. FastAPI studies them when the first call comes; no node is in them, so once does for all.

    Kept for each router, since the next application may find a solution that was not there for this one. What is kept
    holds the router, so that no other can come to have its number.
    """
    if id(router) not in _studied:
        gathered = APIRouter()
        gathered.include_router(router)
        _studied[id(router)] = gathered.routes
    return _studied[id(router)]


def _direct(app: FastAPI, scope: Scope) -> Direct | None:
    return direct(app.state.registry, scope)


async def live(request: Request) -> Response:
    """The process runs."""
    return answer({"status": "live"})


async def ready(request: Request) -> Response:
    """The node can answer: its database does."""
    node: Node = request.app.state.node
    async with node.database.read() as conn:
        await conn.fetchval("select 1")
    return answer({"status": "ready", "node": node.settings.name})


async def metrics(request: Request) -> Response:
    """What was counted, for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _openapi(request: Request) -> Response:
    return Response(request.app.state.openapi(), media_type="application/json")


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    request.scope["refused"] = error.code
    return await request.app.state.site.refusal(error, request)


async def _leave_to_the_frame(request: Request, error: Exception) -> Response:
    raise error


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known = {404: ("not-found", "There is nothing at this address."), 405: ("method", "Not with this method.")}
    code, detail = known.get(error.status_code, ("refused", str(error.detail)))
    headers = dict(error.headers or {})
    return await _refuse(request, Problem(code, error.status_code, detail, detail, headers=headers))


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        Fault(str(e["msg"]), "Send what the OpenAPI document asks for.", "/" + "/".join(map(str, e["loc"][1:])))
        for e in error.errors()
    ]
    return problem_answer(Problem("invalid", 422, "The call cannot be understood", "See the errors.", faults), request)
