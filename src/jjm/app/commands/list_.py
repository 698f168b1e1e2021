"""`jjm list`: records of a type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from jjm.app.session import Session, on_node
from jjm.app.terminal import table
from jjm.app.words import Conditions, Fields, Filter, KnownAt, Limit, Type, ValidAt, Within, asked, conditions

PANEL = "Records"
_COLUMNS = 6
app = typer.Typer(add_completion=False)


@app.command("list")
@on_node
async def records(
    session: Session,
    type: Type,
    where: Conditions = None,
    filter: Filter = None,
    within: Within = None,
    limit: Limit = 50,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    fields: Fields = None,
) -> None:
    """List records of a type, of today or of another day; `jjm export` writes all of them to a file."""
    path = await session.client.path(type)
    params = asked(filter=filter, within=within, valid_at=valid_at, known_at=known_at, fields=fields)
    items = await session.client.first(path, params | conditions(where), limit)
    names = fields.split(",") if fields else None
    session.terminal.result({"items": items}, table(*_columns(items, names)))
    if len(items) == limit:
        session.terminal.say(f"The first {limit:,}; --limit shows more.")


def _columns(items: Sequence[dict[str, Any]], wanted: list[str] | None) -> tuple[list[str], list[list[object]]]:
    """What a table shows: the fields asked for, else the id and the first fields that hold plain values."""
    plain = [n for item in items[:20] for n, v in item.items() if n not in ("_meta", "id") and not isinstance(v, dict)]
    names = ["id", *(wanted or list(dict.fromkeys(plain))[:_COLUMNS])]
    names = list(dict.fromkeys(name.strip() for name in names))
    return names, [[item.get(name) for name in names] for item in items]
