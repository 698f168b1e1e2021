"""The registries of this node over HTTP: what there is, who answers for it, about how much."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from jjm.access import Actor, view_of
from jjm.kit import Problem
from jjm.kit.http import answer
from jjm.registry.api.call import Call, takes
from jjm.registry.store import queries
from jjm.registry.table import Table


@takes()
async def list_types(call: Call) -> Response:
    """Every registry type, with its standard, its authority and about how many records hold today.

    How many there are of what the caller does not see in all areas is not told.
    """
    async with call.registry.database.read() as conn:
        counts = {row["type"]: row["count"] async for row in queries.estimates(conn)}
    tables = sorted(call.registry.tables.values(), key=lambda t: (t.standard.group, t.standard.name))
    items = [_shown(t, counts.get(t.standard.name, 0) if _is_seen(call.actor, t) else None) for t in tables]
    return answer({"node": call.registry.node, "items": items})


def _is_seen(actor: Actor, table: Table) -> bool:
    """True if the actor sees all records of the type."""
    try:
        return view_of(actor, table.standard).within is None
    except Problem:
        return False


def _shown(table: Table, count: int | None) -> dict[str, Any]:
    standard = table.standard
    return {
        "type": standard.name,
        "plural": standard.plural,
        "title": standard.title,
        "group": standard.group,
        "authority": standard.authority,
        "standard": f"jjm:registry/{standard.group}/{standard.name}/{standard.version}",
        "public": standard.public and not standard.is_personal,
        "personal": standard.is_personal,
        "personal_fields": sorted(standard.personal_fields),
        "level": standard.level.name if standard.level else None,
        "url": f"/api/v1/{standard.plural}",
        "count": count,
        "count_is": "estimated",
    }
