"""Areas over HTTP by level and code, on any day as known at any instant."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from jjm.kit import ReadConnection, bad_request
from jjm.kit.http import answer, decode_cursor, encode_cursor, whole_number
from jjm.registry.api.call import MOST, PAGE, Call, as_of, takes
from jjm.registry.service import areas_read
from jjm.registry.service.areas_read import Place
from jjm.registry.service.reach import area_id

_CLOCKS = ("valid_at", "known_at")


@takes(*_CLOCKS)
async def get_area(call: Call) -> Response:
    """The area at a code, with what it lies in, what lies in it, and its lineage; 410 with its lineage once ended."""
    async with call.registry.database.snapshot() as conn:
        return answer(await areas_read.area(call.registry, conn, call.actor, await _place(call, conn)))


@takes(*_CLOCKS)
async def get_ancestors(call: Call) -> Response:
    """All above an area in both trees, from the top down."""
    async with call.registry.database.snapshot() as conn:
        found = await areas_read.ancestors(call.registry, conn, call.actor, await _place(call, conn))
    return answer({"items": found[:-1]})


@takes(*_CLOCKS, "type", "limit", "cursor")
async def get_children(call: Call) -> Response:
    """What lies directly in an area; `type` for areas of one type."""
    query = call.request.query_params
    limit = whole_number(call.request, "limit", PAGE, most=MOST)
    after = _after(query.get("cursor"))
    async with call.registry.database.snapshot() as conn:
        place = await _place(call, conn)
        items, end = await areas_read.children(
            call.registry, conn, call.actor, place, type=query.get("type"), after=after, limit=limit
        )
    following = None
    if end:
        kept = [(k, v) for k, v in query.multi_items() if k != "cursor"]
        following = f"{call.request.url.path}?{urlencode([*kept, ('cursor', encode_cursor(end))])}"
    return answer({"items": items, "next": following})


@takes(*_CLOCKS)
async def get_lineage(call: Call) -> Response:
    """Where an area came from and what became of it; answers for areas that ended, too."""
    async with call.registry.database.snapshot() as conn:
        return answer({"items": await areas_read.lineage(call.registry, conn, await _place(call, conn))})


async def _place(call: Call, conn: ReadConnection) -> Place:
    level, code = (call.request.path_params[name] for name in ("level", "code"))
    id = await area_id(call.registry, conn, f"{level}/{code}")
    standard = call.registry.catalogue.level(level)
    assert standard is not None, "area_id refuses an unknown level"
    return Place(call.registry.table(standard.name), id, as_of(call) or areas_read.as_today(call.registry))


def _after(cursor: str | None) -> list[str]:
    parts = decode_cursor(cursor) if cursor else []
    if parts and not (len(parts) == 3 and parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 5):
        raise bad_request("bad-cursor", "The cursor belongs to another list; follow `next` as it was given.")
    return parts
