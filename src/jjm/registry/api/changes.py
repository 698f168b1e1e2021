"""The change feed over HTTP: NDJSON of CloudEvents, plain pull or long poll."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from jjm.kit import Fault, bad_request
from jjm.kit.http import NDJSON_TYPE, whole_number
from jjm.registry.api.call import Call, takes
from jjm.registry.service.feed import Changes, changes
from jjm.registry.service.reach import area_id

PAGE, MOST, LONGEST_WAIT = 1_000, 20_000, 60
# A caller who waits holds up the stop of the node by no more than this.
_LONGEST_PAUSE = 1.0


@takes("after", "limit", "wait", "types", "within")
async def get_changes(call: Call) -> Response:
    """The changes behind `after` (-1 or absent to begin); `X-Position` says where to go on."""
    after = _after(call)
    limit = whole_number(call.request, "limit", PAGE, most=MOST)
    patience = whole_number(call.request, "wait", 0, least=0, most=LONGEST_WAIT)
    found = await _read(call, after, limit)
    deadline = asyncio.get_running_loop().time() + patience
    state = call.request.app.state
    while not found.lines and not state.stopping.is_set() and asyncio.get_running_loop().time() < deadline:
        left = deadline - asyncio.get_running_loop().time()
        await state.sequencer.news(min(left, _LONGEST_PAUSE))
        found = await _read(call, found.position, limit)
    headers = {"X-Position": str(found.position), "Cache-Control": "no-store"}
    return Response(b"".join(found.lines), media_type=NDJSON_TYPE, headers=headers)


async def _read(call: Call, after: int, limit: int) -> Changes:
    query = call.request.query_params
    types = [t for t in query.get("types", "").split(",") if t]
    async with call.registry.database.read() as conn:
        within = await area_id(call.registry, conn, query["within"]) if query.get("within") else None
        return await changes(call.registry, conn, call.actor, after=after, limit=limit, types=types, within=within)


def _after(call: Call) -> int:
    text = call.request.query_params.get("after", "-1")
    if not text.removeprefix("-").isdigit() or not text.isascii() or not -1 <= int(text) < 2**62:
        fault = Fault(f"`{text}` is not a position", "Give the X-Position of the last answer, or -1.", "/after")
        raise bad_request("bad-parameter", "`after` cannot be understood.", fault)
    return int(text)
