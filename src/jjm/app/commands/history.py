"""`jjm history`: the versions of a record."""

from __future__ import annotations

import typer

from jjm.app.session import Session, on_node
from jjm.app.terminal import table
from jjm.app.words import Id, Limit, Type

PANEL = "Records"
_SHOWN = ("version", "change", "valid_from", "valid_to", "recorded_at", "actor", "source", "reason")
app = typer.Typer(add_completion=False)


@app.command("history")
@on_node
async def history(session: Session, type: Type, id: Id, limit: Limit = 50) -> None:
    """Show the versions of a record, newest first: what each did, for which days, who recorded it and why."""
    path = await session.client.path(type, id, "history")
    items = await session.client.first(path, {}, limit)
    rows = [[*(item["_meta"][name] for name in _SHOWN), item.get("name")] for item in items]
    session.terminal.result({"items": items}, table((*_SHOWN, "name"), rows))
