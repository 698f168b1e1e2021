"""`jjm export`: records to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jjm.app.exporting import export_to
from jjm.app.session import Session, on_node
from jjm.app.words import Conditions, Fields, Filter, KnownAt, Type, ValidAt, Within, asked, conditions

PANEL = "Records"
app = typer.Typer(add_completion=False)

To = Annotated[
    Path, typer.Option("--to", "-o", metavar="FILE", help="File to write: .ndjson, .csv or .parquet, also .gz.")
]
FileBytes = Annotated[
    int | None, typer.Option(min=10_000, help="Largest size of a file before it is packed; 256 MiB if left out.")
]


@app.command("export")
@on_node
async def export(
    session: Session,
    type: Type,
    to: To,
    where: Conditions = None,
    filter: Filter = None,
    within: Within = None,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
    fields: Fields = None,
    file_bytes: FileBytes = None,
) -> None:
    """Write all records of a type to a file, as they are at one moment, or the chosen ones.

    A large export comes as several files, numbered in front of the ending. From the position it tells,
    `jjm changes --after` goes on without a gap.
    """
    chosen = asked(filter=filter, within=within, valid_at=valid_at, known_at=known_at, fields=fields)
    chosen |= {"file_bytes": file_bytes} if file_bytes else {}
    made = await export_to(session, type, to, chosen | conditions(where))
    files = ", ".join(str(file) for file in made["files"])
    said = f"{made['records']:,} records written to {files}, as of position {made['position']:,} of the ledger."
    session.terminal.result(made, said)
