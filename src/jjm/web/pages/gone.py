"""The page of something that has ended: when, by which order, what came after it, and how it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from jjm.kit import Problem, ReadConnection
from jjm.web import places
from jjm.web.shown import Link
from jjm.web.site import Page
from jjm.web.store import queries


async def gone(page: Page, conn: ReadConnection, problem: Problem, level: str, code: str) -> Response:
    """410 for a person: what happened, the order, the successors, and a link to the last day."""
    id, ended = str(problem.extra["id"]), date.fromisoformat(str(problem.extra["valid_to"]))
    last = ended - timedelta(days=1)
    found, _ = await places.find(page.registry, conn, level, code, page.registry.now(last))
    edges = [r async for r in queries.lineage(conn, id=id)]
    orders = [dict(r) async for r in queries.orders(conn, ids=list({e["operation"] for e in edges}))]
    return page.render(
        "gone.html",
        410,
        problem.headers,
        area=found,
        ended=ended,
        last=last,
        orders=[o for o in orders if o["order_ref"]],
        successors=await _successors(page, conn, edges, id),
    )


async def _successors(page: Page, conn: ReadConnection, edges: list[Any], id: str) -> list[Link]:
    ids = [e["to_id"] for e in edges if e["from_id"] == id and e["to_id"] not in (None, id)]
    known = await places.named(page.registry, conn, ids)
    return [Link(known[i].name, known[i].path) for i in dict.fromkeys(ids) if i in known]
