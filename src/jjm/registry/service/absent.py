"""What is answered where a record does not hold: never known, not yet, not seen, or ended and followed by others."""

from __future__ import annotations

from typing import Any

from jjm.kit import Problem, ReadConnection, not_found
from jjm.registry import store
from jjm.registry.model import AsOf
from jjm.registry.service.context import Registry
from jjm.registry.sight import WHOLE, Sight
from jjm.registry.store import lineage
from jjm.registry.table import Table


def unknown(table: Table, id: str) -> Problem:
    """404 for a record that is not here, or that its asker does not see: the same words for both."""
    name, (system, separator, value) = table.standard.name, id.partition(":")
    if separator:
        return not_found(f"No {name} is known to {system} as {value}.")
    return not_found(f"There is no {name} `{id}` here.", id=id)


async def absent(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    id: str,
    as_of: AsOf | None,
    sight: Sight = WHOLE,
    *,
    asked: str | None = None,
) -> Problem:
    """404 for a record never known or not seen, or not yet; 410 for one that has ended, with what came of it."""
    name = table.standard.name
    headers = (await store.headers(conn, table, [id], sight))[id]
    if not headers:
        return unknown(table, asked or id)
    day = as_of.valid_at if as_of else registry.clock.today()
    first = min(h.valid_from for h in headers)
    if day < first:
        detail = f"The {name} `{id}` is known from {first} on; ask with `valid_at={first}` or later."
        return not_found(detail, "not-yet", id=id, valid_from=first.isoformat())
    last = next((h for h in reversed(headers) if h.change == "retire"), None)
    if last is None:
        return not_found(f"Nothing was known of the {name} `{id}` then.", "not-known", id=id)
    came_of = await _seen(conn, table, [row async for row in lineage.successors(conn, ids=[id])], sight)
    successors = [row["to_id"] for row in came_of]
    detail = f"The {name} `{id}` ended on {last.valid_from}."
    if successors:
        detail += f" See {', '.join(successors)}."
    extra = {"id": id, "valid_to": last.valid_from.isoformat(), "successors": successors}
    hrefs = [f"/api/v1/{registry.table(r['type'] or name).standard.plural}/{r['to_id']}" for r in came_of]
    links = {"Link": ", ".join(f'<{href}>; rel="successor-version"' for href in hrefs)}
    return Problem("gone", 410, "No longer in force", detail, extra=extra, headers=links if successors else {})


async def _seen(conn: ReadConnection, table: Table, came_of: list[Any], sight: Sight) -> list[Any]:
    if not sight.is_scoped:
        return came_of
    seen = {row["id"] for row in await store.get_many(conn, table, [row["to_id"] for row in came_of], sight)}
    return [row for row in came_of if row["to_id"] in seen]
