"""The page of something that has ended: when, by which order, what came after it, and how it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from jjm.kit import Problem, ReadConnection
from jjm.registry import get
from jjm.standards import Standard
from jjm.web import places
from jjm.web.shown import Link, label_of
from jjm.web.site import Page
from jjm.web.store import queries


async def gone_or_raise(page: Page, conn: ReadConnection, problem: Problem, standard: Standard | None) -> Response:
    """What has ended, as a page that says what came after it (410). Raises any other problem again."""
    if problem.code != "gone" or standard is None:
        raise problem
    id, ended = str(problem.extra["id"]), date.fromisoformat(str(problem.extra["valid_to"]))
    last = ended - timedelta(days=1)
    table = page.registry.table(standard.name)
    record, _ = await get(page.registry, conn, page.actor, table, id, page.registry.now(last))
    edges = [r async for r in queries.lineage(conn, id=id)]
    orders = [dict(r) async for r in queries.orders(conn, ids=list({e["operation"] for e in edges}))]
    values: dict[str, object] = {
        "standard": standard,
        "name": page.shown.name(standard, id, record.get("code"), label_of(standard, record)),
        "own": record.get("name_local"),
        "path": places.address(standard, id, record.get("code")),
        "ended": ended,
        "last": last,
        "orders": [o for o in orders if o["order_ref"]],
        "successors": await _successors(page, conn, edges, id),
    }
    return page.render("gone.html", values, 410, problem.headers)


async def _successors(page: Page, conn: ReadConnection, edges: list[Any], id: str) -> list[Link]:
    ids = [e["to_id"] for e in edges if e["from_id"] == id and e["to_id"] not in (None, id)]
    known = await places.named(page.registry, conn, ids)
    return [Link(page.shown.area(known[i]), known[i].path) for i in dict.fromkeys(ids) if i in known]
