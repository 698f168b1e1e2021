"""The registry's calls over HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from jjm.kit import Problem, not_found
from jjm.registry.api import areas, bulk, jobs, places, proposals, records
from jjm.registry.api.call import Endpoint, Handler, day, endpoint, moment
from jjm.registry.api.call import act_once as act_once
from jjm.registry.api.changes import get_changes, sieve_from
from jjm.registry.api.erasing import ERASURE_ACTIONS
from jjm.registry.api.proof import get_proof
from jjm.registry.api.search import get_search
from jjm.registry.api.types import list_types
from jjm.registry.service.context import Registry

TYPE_ACTIONS: dict[str, Handler] = {
    "batchGet": records.batch_get,
    "import": bulk.import_records,
    "export": bulk.export_records,
}
RECORD_ACTIONS: dict[str, Handler] = {**areas.AREA_ACTIONS, **proposals.PROPOSAL_ACTIONS, **ERASURE_ACTIONS}


_ON_TYPE = {
    "GET": endpoint(records.list_records),
    "HEAD": endpoint(records.list_records),
    "POST": endpoint(records.create_record),
}
_ON_RECORD = {
    "GET": endpoint(records.get_record),
    "HEAD": endpoint(records.get_record),
    "PUT": endpoint(records.replace_record),
    "PATCH": endpoint(records.patch_record),
    "DELETE": endpoint(records.retire_record),
}


async def _on_type(request: Request) -> Response:
    plural, _, action = request.path_params["plural"].partition(":")
    request.path_params["plural"] = plural
    if not action:
        return await _ON_TYPE[request.method](request)
    return await endpoint(_action(TYPE_ACTIONS, action, request))(request)


async def _on_record(request: Request) -> Response:
    if request.method != "POST":
        return await _ON_RECORD[request.method](request)
    request.path_params["id"], _, action = request.path_params["id"].rpartition(":")
    return await endpoint(_action(RECORD_ACTIONS, action, request))(request)


_OF_AREA: dict[str, Handler] = {
    "": places.get_area,
    "/ancestors": places.get_ancestors,
    "/children": places.get_children,
    "/lineage": places.get_lineage,
}


def _action(known: dict[str, Handler], action: str, request: Request) -> Handler:
    if action not in known:
        raise not_found(f"There is no action `{action}` here.", "action-unknown", known=sorted(known))
    if request.method != "POST":
        raise Problem("method", 405, "Not with this method", f"Send `{action}` with POST.", headers={"Allow": "POST"})
    return known[action]


def direct(registry: Registry, scope: Scope) -> Endpoint | None:
    """The call on records behind a path, found without trying every route; None for any other path."""
    parts = scope["path"].split("/")
    if not 4 <= len(parts) <= 5 or parts[1] != "api" or parts[2] != "v1" or not parts[-1]:
        return None
    if not registry.serves(parts[3].partition(":")[0]) or scope["method"] not in _METHODS[len(parts)]:
        return None
    if len(parts) == 4:
        scope["path_params"] = {"plural": parts[3]}
        return _on_type
    scope["path_params"] = {"plural": parts[3], "id": parts[4]}
    return _ON_RECORD.get(scope["method"], _on_record)


_METHODS = {4: {"GET", "HEAD", "POST"}, 5: {"GET", "HEAD", "PUT", "PATCH", "DELETE", "POST"}}


def routes() -> list[Route]:
    """The calls on records and the change feed, in the order in which they are tried."""
    base = "/api/v1"
    operations, place = f"{base}/areas/operations", f"{base}/areas/{{level}}/{{code}}"
    return [
        Route(base, endpoint(list_types), methods=["GET"]),
        Route(f"{base}/changes", endpoint(get_changes), methods=["GET"]),
        Route(operations, endpoint(areas.list_operations), methods=["GET"]),
        Route(f"{operations}/{{id}}", endpoint(areas.get_operation), methods=["GET"]),
        Route(f"{operations}/{{id}}", endpoint(areas.act_on_operation), methods=["POST"]),
        Route(f"{base}/jobs", endpoint(jobs.list_jobs), methods=["GET"]),
        Route(f"{base}/jobs/{{id}}", endpoint(jobs.get_job), methods=["GET"]),
        Route(f"{base}/jobs/{{id}}", endpoint(jobs.cancel_job), methods=["DELETE"]),
        Route(f"{base}/jobs/{{id}}/problems", endpoint(jobs.get_problems), methods=["GET"]),
        Route(f"{base}/jobs/{{id}}/files/{{name}}", endpoint(jobs.get_file), methods=["GET"]),
        Route(f"{base}/search", endpoint(get_search), methods=["GET"]),
        *(Route(f"{place}{end}", endpoint(handler), methods=["GET"]) for end, handler in _OF_AREA.items()),
        Route(f"{base}/{{plural}}", _on_type, methods=["GET", "POST"]),
        Route(f"{base}/{{plural}}/{{id}}", _on_record, methods=["GET", "PUT", "PATCH", "DELETE", "POST"]),
        Route(f"{base}/{{plural}}/{{id}}/history", endpoint(records.get_history), methods=["GET"]),
        Route(f"{base}/{{plural}}/{{id}}/history/{{version}}", endpoint(records.get_version), methods=["GET"]),
        Route(f"{base}/{{plural}}/{{id}}/proof", endpoint(get_proof), methods=["GET"]),
    ]


__all__ = ["RECORD_ACTIONS", "TYPE_ACTIONS", "Handler", "day", "direct", "endpoint", "moment", "routes", "sieve_from"]
