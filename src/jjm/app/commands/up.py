"""`jjm up`: a node in the foreground."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from jjm.app.address import DEFAULT_FOLDER, TOKEN_FILE
from jjm.app.listening import FIRST_PORT
from jjm.app.node import Node
from jjm.app.serving import run, serve
from jjm.app.session import Data, local
from jjm.app.settings import Settings, read_node_file
from jjm.app.start import database_url, node_file_of, standards_of
from jjm.app.terminal import Terminal
from jjm.app.words import DatabaseUrl, Standards
from jjm.kit import log_to_standard_error
from jjm.standards import shipped_folder

PANEL = "Node"
app = typer.Typer(add_completion=False)

Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help=f"Port to listen at; without it the first free one from {FIRST_PORT} on."),
]
Host = Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 to be reached from other machines.")]
NodeFile = Annotated[
    Path | None,
    typer.Option("--node", metavar="FILE", help="Node file (YAML): name, title, url; else that of the last start."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell what the node does, on standard error.")]


@app.command("up", help=f"Start a node in the foreground. The administrator's token is written to DATA/{TOKEN_FILE}.")
@local
def up(
    terminal: Terminal,
    data: Data = None,
    port: Port = None,
    host: Host = "127.0.0.1",
    database: DatabaseUrl = None,
    node: NodeFile = None,
    standards: Standards = None,
    verbose: Verbose = False,
) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    log_to_standard_error(verbose=verbose)
    settings = settings_from(terminal, data, host, database, node, standards)

    async def told(node: Node, url: str) -> None:
        tell(terminal, node, url, wanted=port)

    run(serve(settings, port, told))
    terminal.say("Stopped.")


def settings_from(
    terminal: Terminal,
    data: Path | None,
    host: str,
    database: str | None,
    node: Path | None,
    standards: Path | None,
) -> Settings:
    """The settings of a node as the command line gives them; what it leaves out is as at the last start.

    Raises Problem for a faulty node file, and where what the last start had is not there any more.
    """
    folder = (data or DEFAULT_FOLDER).absolute()
    say = terminal.say
    standards, file = standards_of(folder, standards, say), node_file_of(folder, node, say)
    settings = Settings(folder, host=host, database=database_url(folder, database, say), standards=standards)
    more: Mapping[str, Any] = read_node_file(file) if file else {}
    return replace(settings, node_file=file, **more)


def tell(
    terminal: Terminal, node: Node, url: str, *, wanted: int | None, more: Mapping[str, object] | None = None
) -> None:
    """Say where the node answers and how to speak to it; with `--json` on one line, with `more` in it."""
    folder = node.settings.folder
    if terminal.json:
        said = {"url": url, "data": str(folder), "token_file": str(folder / TOKEN_FILE), "pid": os.getpid()}
        terminal.line({**said, **(more or {})})
    if wanted is None and node.settings.port != FIRST_PORT:
        terminal.say(f"Port {FIRST_PORT} is in use by another program; took {node.settings.port}.")
    made = "written" if node.admin_token else "kept"
    terminal.say(f"{node.settings.title} {node.settings.name} answers at {url}")
    if node.settings.standards not in (None, shipped_folder()):
        terminal.say(f"Its standards are those in {node.settings.standards}")
    terminal.say(f"The administrator's token is {made} in {folder / TOKEN_FILE}")
    terminal.say("Stop it with Ctrl-C.")
