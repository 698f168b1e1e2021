"""Erasing what is personal in a record, and keeping it from being erased, over HTTP."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from starlette.responses import Response

from jjm.access import Access, Scope, require
from jjm.kit import WriteConnection
from jjm.kit.http import answer, read_body, read_object
from jjm.registry.api.call import Call, Handler, changing, previewed, takes
from jjm.registry.operations import Body, understood
from jjm.registry.service import erase as service
from jjm.registry.service.erased_list import write_list

_BODY_LIMIT = 10_000


class Why(Body):
    """On what ground it is done; nothing personal."""

    reason: str = Field(min_length=3, max_length=400)


class HoldAsked(Why):
    """A hold: on what ground, and the first day on which it no longer binds."""

    until: date | None = None


def _access(call: Call) -> Access:
    return call.request.app.state.access


@takes("preview")
async def erase_record(call: Call) -> Response:
    """Erase what is personal in all versions of a record for good, and what hangs on it; what is not personal stays.

    With `preview=true` it is only said what would go.
    """
    require(call.actor, Scope.ADMIN, "Erasing what is personal")
    body = await read_body(call.request, _BODY_LIMIT)
    why = understood(Why, read_object(body), "bad-reason", "The call cannot be understood.", "Send `{reason}`.")
    registry, table, id = call.registry, call.table, call.request.path_params["id"]
    if previewed(call):
        async with registry.database.snapshot() as conn:
            return answer((await service.erasable(registry, conn, call.actor, table, id)).as_json())

    async def act(conn: WriteConnection) -> Response:
        return answer((await service.erase(registry, _access(call), conn, call.actor, table, id, why.reason)).as_json())

    made = await changing(call, body, act)
    await write_list(registry.database, _access(call).folder)
    return made


@takes()
async def hold_record(call: Call) -> Response:
    """Keep what is personal in a record from being erased."""
    require(call.actor, Scope.ADMIN, "Placing a hold")
    body = await read_body(call.request, _BODY_LIMIT)
    remedy = "Send `{reason, until?}`."
    asked = understood(HoldAsked, read_object(body), "bad-reason", "The call cannot be understood.", remedy)
    registry, table, id = call.registry, call.table, call.request.path_params["id"]

    async def act(conn: WriteConnection) -> Response:
        held = await service.hold(registry, _access(call), conn, call.actor, table, id, asked.reason, asked.until)
        return answer({"id": held, "until": asked.until})

    return await changing(call, body, act)


@takes()
async def release_record(call: Call) -> Response:
    """End the holds on a record."""
    require(call.actor, Scope.ADMIN, "Releasing a hold")
    body = await read_body(call.request, _BODY_LIMIT)
    registry, table, id = call.registry, call.table, call.request.path_params["id"]

    async def act(conn: WriteConnection) -> Response:
        count = await service.release(registry, _access(call), conn, call.actor, table, id)
        return answer({"id": id, "holds": count})

    return await changing(call, body, act)


ERASURE_ACTIONS: dict[str, Handler] = {"erase": erase_record, "hold": hold_record, "release": release_record}
