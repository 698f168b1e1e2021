"""`jjm demo`: a node to try things on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from jjm.app.address import DEMO_TOKENS_FILE
from jjm.app.commands.up import (
    DatabaseUrl,
    Host,
    NodeFile,
    Port,
    Standards,
    Verbose,
    log_to_standard_error,
    settings_from,
    tell,
)
from jjm.app.node import Node
from jjm.app.rehearsal import furnish, pages_of, tokens_of
from jjm.app.serving import run, serve
from jjm.app.session import local
from jjm.app.terminal import Terminal, table
from jjm.sandbox import SEED, VILLAGES

PANEL = "Node"
FOLDER = Path("jjm-demo")
app = typer.Typer(add_completion=False)

Data = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Folder of the demo; never one with records of your own.")
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same State.")]
Villages = Annotated[int, typer.Option(min=1, help="Villages of the invented State.")]
Households = Annotated[int | None, typer.Option(min=0, help="Households in all; some fifty a village if left out.")]


@app.command("demo")
@local
def demo(
    terminal: Terminal,
    data: Data = FOLDER,
    port: Port = None,
    host: Host = "127.0.0.1",
    database: DatabaseUrl = None,
    node: NodeFile = None,
    standards: Standards = None,
    seed: Seed = SEED,
    villages: Villages = VILLAGES,
    households: Households = None,
    verbose: Verbose = False,
) -> None:
    """Start a node with an invented State, tokens for each kind of caller, and pages to open. Nothing in it is real."""
    log_to_standard_error(verbose)

    async def first(node: Node) -> None:
        with terminal.progress("Inventing a State") as advance:
            done = 0

            def told(type: str, count: int) -> None:
                nonlocal done
                done += count
                advance(done, None)

            made = await furnish(node, seed, villages, households, told)
        terminal.say(f"{made:,} synthetic records made." if made else "The synthetic records are those made before.")

    async def told(node: Node, url: str) -> None:
        tokens, pages = await tokens_of(node), await pages_of(node, url)
        tell(terminal, node, url, wanted=port, more={"tokens": tokens, "pages": pages})
        terminal.show(table(("token", "to speak as"), ((secret, name) for name, secret in tokens.items())))
        terminal.say(f"They are kept in {node.settings.folder / DEMO_TOKENS_FILE}. Open:")
        for address in pages:
            terminal.say(f"  {address}")

    settings = replace(settings_from(data, host, database, node, standards), environment="sandbox")
    run(serve(settings, port, told, first))
    terminal.say("Stopped.")
