"""`jjm backup`: a node in one file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from jjm.app.address import DEFAULT_FOLDER
from jjm.app.backup import back_up
from jjm.app.session import Data, local
from jjm.app.start import database_url
from jjm.app.terminal import Terminal
from jjm.app.words import DatabaseUrl

PANEL = "Node"
app = typer.Typer(add_completion=False)


@app.command("backup")
@local
def backup(
    terminal: Terminal,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; only its owner may read it.")],
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Save a node to one file, whether it runs or not: database, keys, tokens. Keep it as safe as the node itself."""
    folder = data or DEFAULT_FOLDER
    url = database_url(folder, database, terminal.say)
    with terminal.progress("Saving"):
        made = asyncio.run(back_up(folder, url, file))
    said = f"{made['entries']:,} entries of {made['origin']} saved to {file} ({made['bytes'] / (1 << 20):,.1f} MB)."
    terminal.result(made, said)
