"""Rows as they stand in an answer, noted as readings before it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jjm.access import Actor, Turn, Way
from jjm.kit import ReadConnection
from jjm.registry.rows import show
from jjm.registry.service.consenting import Span, hidden_by_consent
from jjm.registry.service.context import Registry
from jjm.registry.service.disclosure import note_shown
from jjm.registry.sight import Sight
from jjm.registry.table import Table


async def shown(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    table: Table,
    sight: Sight,
    way: Way,
    rows: Sequence[Any],
    *,
    fields: frozenset[str] | None = None,
    told_of: Span | None = None,
    is_one: bool = False,
) -> list[dict[str, Any]]:
    """The rows as this actor sees them. Raises Problem 503 where that cannot be noted, and as `hidden_by_consent`."""
    if not sight.by_consent:
        items = [show(table, row, sight.kept_back, fields) for row in rows]
        note_shown(registry, actor, table, way, items, fields)
        return items
    turn = Turn(actor, table.standard.name, way)
    hidden = await hidden_by_consent(registry, conn, turn, table, rows, wanted=fields, told_of=told_of, is_one=is_one)
    return [show(table, row, names, fields) for row, names in zip(rows, hidden, strict=True)]
