"""`jjm restore`: a node put back from one file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from jjm.app.address import DEFAULT_FOLDER
from jjm.app.restoring import restore as put_back
from jjm.app.session import Data, local
from jjm.app.terminal import Terminal
from jjm.app.words import DatabaseUrl

PANEL = "Node"
app = typer.Typer(add_completion=False)


@app.command("restore")
@local
def restore(
    terminal: Terminal,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What jjm backup wrote.")],
    data: Data = None,
    database: DatabaseUrl = None,
    erased: Annotated[
        list[Path] | None,
        typer.Option("--erased", help="A newer list of erasures, or the folder of a node that holds one."),
    ] = None,
) -> None:
    """Put a node back into an empty folder. Start either the old node or this one: both sign with the same key."""
    folder = data or DEFAULT_FOLDER
    with terminal.progress("Restoring"):
        made = asyncio.run(put_back(file, folder, database, erased or ()))
    terminal.result(made, f"{made['entries']:,} entries of {made['origin']} restored to {folder}.")
    if not erased:
        terminal.say("What was erased since the backup was made comes back, unless --erased names a newer list.")
    terminal.say(f"Verify it with: jjm ledger verify --data {folder}")
