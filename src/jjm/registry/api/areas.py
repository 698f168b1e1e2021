"""Re-organisations of areas over HTTP: asked of an area, previewed, listed, undone."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from jjm.access import Scope, require_some, require_write
from jjm.kit import WriteConnection, not_found
from jjm.kit.http import answer, read_body, read_object, whole_number
from jjm.registry.api.call import Call, Handler, changing, previewed, takes, writing
from jjm.registry.operations import KINDS, parse
from jjm.registry.service import areas, areas_shown, areas_undo, read
from jjm.registry.service.reach import area_id

BODY_LIMIT = 5_000_000
_BASE = "/api/v1/areas/operations"


def _on_area(kind: str) -> Handler:
    @takes("preview")
    async def act(call: Call) -> Response:
        return await _operate(call, kind)

    return act


AREA_ACTIONS: dict[str, Handler] = {kind: _on_area(kind) for kind in KINDS}


async def _operate(call: Call, kind: str) -> Response:
    if not previewed(call):
        require_some(call.actor, Scope.WRITE, "Re-organising areas")
        require_write(call.actor, call.table.standard)
    body = await read_body(call.request, BODY_LIMIT)
    asked = parse(kind, read_object(body))
    registry, table, id = call.registry, call.table, call.request.path_params["id"]
    if previewed(call):
        async with registry.database.write() as conn:
            subject = await read.resolve(conn, table, id)
            return answer(await areas_shown.preview(registry, conn, call.actor, table, subject, asked))

    async def act(conn: WriteConnection) -> Response:
        subject = await read.resolve(conn, table, id)
        made = await areas.perform(registry, conn, call.actor, table, subject, asked)
        return answer(await areas_shown.operation(conn, made), 201, {"Location": f"{_BASE}/{made}"})

    return await changing(call, body, act)


@takes("area", "before", "limit")
async def list_operations(call: Call) -> Response:
    """Re-organisations, newest first; `area=level/code` for those that touched one area."""
    query = call.request.query_params
    limit = whole_number(call.request, "limit", 50, most=500)
    async with call.registry.database.read() as conn:
        area = await area_id(call.registry, conn, query["area"]) if "area" in query else None
        items = await areas_shown.operations(conn, area=area, before=query.get("before"), limit=limit)
    following = None
    if len(items) == limit:
        kept = {k: v for k, v in query.items() if k != "before"} | {"before": items[-1]["id"]}
        following = f"{_BASE}?{urlencode(kept)}"
    return answer({"items": items, "next": following})


@takes()
async def get_operation(call: Call) -> Response:
    """One re-organisation with every step of it."""
    async with call.registry.database.read() as conn:
        return answer(await areas_shown.operation(conn, call.request.path_params["id"]))


@writing
@takes()
async def act_on_operation(call: Call) -> Response:
    """Take a re-organisation back (`:undo`)."""
    id, _, action = call.request.path_params["id"].rpartition(":")
    if action != "undo":
        raise not_found(f"There is no action `{action}` here.", "action-unknown", known=["undo"])
    body = await read_body(call.request, BODY_LIMIT)

    async def act(conn: WriteConnection) -> Response:
        await areas_undo.undo(call.registry, conn, call.actor, id)
        return answer(await areas_shown.operation(conn, id))

    return await changing(call, body, act)
