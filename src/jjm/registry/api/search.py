"""Search by name over HTTP."""

from __future__ import annotations

from dataclasses import asdict

from starlette.responses import Response

from jjm.kit import Fault, bad_request
from jjm.kit.http import answer, whole_number
from jjm.registry.api.call import Call, said_left_out, takes
from jjm.registry.service.reach import area_id
from jjm.registry.service.search import Sought, search

_LONGEST = 200


@takes("q", "types", "within", "near", "limit", "lang")
async def get_search(call: Call) -> Response:
    """The records whose names are closest to `q`, over all types or those named in `types` (plurals, by comma)."""
    query, registry = call.request.query_params, call.registry
    name = query.get("q", "").strip()
    if not name or len(name) > _LONGEST:
        what = "no name to search for" if not name else f"a name of {len(name):,} characters"
        fault = Fault(what, f"Give `q`, 1 to {_LONGEST} characters.", "/q")
        raise bad_request("bad-parameter", "Nothing is found by this.", fault)
    types = [t.strip() for t in query.get("types", "").split(",") if t.strip()]
    limit = whole_number(call.request, "limit", 20, most=100)
    async with registry.database.read() as conn:
        places = [
            None if (at := query.get(p)) is None else await area_id(registry, conn, at) for p in ("within", "near")
        ]
        hits = await search(registry, conn, call.actor, Sought(name, types, places[0], places[1], limit))
    said = {} if types else await said_left_out(call)
    return answer({"items": [asdict(hit) for hit in hits]}, headers=said)
