"""`jjm get`: one record."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Group
from rich.text import Text

from jjm.app.session import Session, on_node
from jjm.app.terminal import cell, table
from jjm.app.words import Fields, Id, KnownAt, Type, ValidAt, asked

PANEL = "Records"
app = typer.Typer(add_completion=False)


@app.command("get")
@on_node
async def get(
    session: Session,
    type: Type,
    id: Id,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    fields: Fields = None,
) -> None:
    """Show one record, as it is today or as it was on another day, as known then."""
    path = await session.client.path(type, id)
    record = await session.client.get(path, asked(valid_at=valid_at, known_at=known_at, fields=fields))
    session.terminal.result(record, shown(record))


def shown(record: dict[str, Any]) -> Group:
    """A record for people: its fields, then what is known about the version."""
    fields = {name: value for name, value in record.items() if name != "_meta"}
    meta = {name: value for name, value in record["_meta"].items() if value is not None}
    about = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in meta.items())
    rows = [(name, cell(value)) for name, value in fields.items()]
    return Group(table(("field", "value"), rows), Text(f"\n{about}", style="dim"))
