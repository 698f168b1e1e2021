"""`jjm demo`: a node to try things on."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from jjm.app.address import DEMO_PEOPLE_FILE, DEMO_TOKENS_FILE, TOKEN_FILE
from jjm.app.commands.up import (
    DatabaseUrl,
    Host,
    NodeFile,
    Port,
    Standards,
    Verbose,
    settings_from,
    tell,
)
from jjm.app.demo_people import people_of
from jjm.app.federation_demo import federation as federation_of
from jjm.app.node import Node
from jjm.app.rehearsal import application_of, furnish, pages_of, tokens_of
from jjm.app.serving import run, serve
from jjm.app.session import local
from jjm.app.terminal import Terminal, table
from jjm.kit import log_to_standard_error
from jjm.sandbox import SEED, VILLAGES

PANEL = "Node"
FOLDER = Path("jjm-demo")
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
app = typer.Typer(add_completion=False)

Data = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Folder of the demo; never one with records of your own.")
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same State.")]
Villages = Annotated[int, typer.Option(min=1, help="Villages of the invented State.")]
Households = Annotated[int | None, typer.Option(min=0, help="Households in all; some fifty a village if left out.")]

Federation = Annotated[
    bool,
    typer.Option("--federation", help="A Centre and two invented States instead: three nodes that follow each other."),
]


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
    federation: Federation = False,
    verbose: Verbose = False,
) -> None:
    """Start a node with an invented State, tokens and people of each kind, and pages to open. Nothing in it is real."""
    log_to_standard_error(verbose=verbose)
    if federation:
        _federation(terminal, data, host, port)
        return

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
        program = await application_of(node)
        people = await people_of(node, url, program["participant"])
        more = {"tokens": tokens, "application": program, "people": people, "pages": pages}
        tell(terminal, node, url, wanted=port, more=more)
        terminal.show(table(("token", "to speak as"), ((secret, name) for name, secret in tokens.items())))
        terminal.say(f"They are kept in {node.settings.folder / DEMO_TOKENS_FILE}.")
        terminal.say(f"For OAuth: client_id {program['client_id']}, its private key in {program['key']}.")
        terminal.say("To see what people see, open a link and set a password of your own; each is good once:")
        for one in people:
            opened = f"was opened; signs in at {url}/sign-in as {one['person']}"
            terminal.say(f"  {one['title']}, {one['place']}: {one['link'] or opened}")
        terminal.say(f"They are kept in {node.settings.folder / DEMO_PEOPLE_FILE}. Open:")
        for address in pages:
            terminal.say(f"  {address}")

    settings = replace(settings_from(terminal, data, host, database, node, standards), environment="sandbox")
    if host in _THIS_MACHINE:  # who tries webhooks out receives them here
        settings = replace(settings, webhooks_private=True)
    run(serve(settings, port, told, first))
    terminal.say("Stopped.")


def _federation(terminal: Terminal, data: Path, host: str, port: int | None) -> None:
    """Run three nodes until Ctrl-C or SIGTERM."""
    stop = threading.Event()

    def asked(sign: int, frame: object) -> None:
        stop.set()

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, asked)
    with federation_of((data / "federation").absolute(), host, port) as nodes:
        told = {name: {"url": node.url, "token_file": str(node.folder / TOKEN_FILE)} for name, node in nodes.items()}
        if terminal.json:
            terminal.line({"nodes": told, "pid": os.getpid()})
        rows = [(name, f"{node.url}/network", str(node.folder / TOKEN_FILE)) for name, node in nodes.items()]
        terminal.show(table(("node", "the network as it sees it", "administrator's token"), rows))
        terminal.say("Nothing in them is real. Stop them with Ctrl-C.")
        while not stop.wait(0.5):
            if ended := [name for name, node in nodes.items() if node.process.poll() is not None]:
                terminal.say(f"{ended[0]} has ended; the others go on without it.")
                stop.wait()
    terminal.say("Stopped.")
