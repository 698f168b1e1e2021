"""`jjm ledger`: what the node said is what it signed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from jjm.app.address import DEFAULT_FOLDER
from jjm.app.session import Data, Session, Token, Url, local, on_node
from jjm.app.terminal import Terminal
from jjm.app.verification import verify_file, verify_folder, verify_url
from jjm.app.words import DatabaseUrl, Id, Standards, Type, asked
from jjm.kit import Problem

PANEL = "Trust"
app = typer.Typer(
    name="ledger",
    help="Verify what a node said, and take proofs of it.",
    no_args_is_help=True,
    add_completion=False,
)

ProofFile = Annotated[
    Path | None, typer.Argument(metavar="[PROOF]", help="A proof file, checked offline; without it the whole node.")
]
Key = Annotated[
    str | None,
    typer.Option(metavar="VKEY", help="Key of the ledger, or a file with it, had from elsewhere than the node."),
]
Version = Annotated[int | None, typer.Option(min=1, help="Which version; the one that holds today if left out.")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write the proof to; else standard output.")
]


@app.command("verify")
@local
def verify(
    terminal: Terminal,
    proof: ProofFile = None,
    key: Key = None,
    data: Data = None,
    url: Url = None,
    token: Token = None,
    database: DatabaseUrl = None,
    standards: Standards = None,
) -> int:
    """Verify a proof file offline, or a whole node: every entry, tile and signature, and every record against them.

    The node of a data folder is verified from inside, each record from its very row, whether the node runs or not.
    With --url a node is verified from outside: its log is downloaded, and what it shows is compared with it.
    """
    if proof is not None:
        return asyncio.run(verify_file(terminal, proof, key, data, url))
    if url is not None:
        return asyncio.run(verify_url(terminal, url, token, key))
    return asyncio.run(verify_folder(terminal, data or DEFAULT_FOLDER, database, standards, key))


@app.command("proof")
@on_node
async def proof(session: Session, type: Type, id: Id, version: Version = None, out: Out = None) -> None:
    """Take the proof of a record, by which anyone can check offline what the node recorded.

    It holds the values of the record where the token may see all of them.
    """
    answer = await session.client.call(
        "GET", await session.client.path(type, id, "proof"), params=asked(version=version)
    )
    if out is None and not session.terminal.json:
        session.terminal.raw(answer.content)
        return
    if out is None:
        session.terminal.result({"proof": answer.text})
        return
    try:
        out.write_text(answer.text, "utf-8")
    except OSError as error:
        raise Problem("file-unwritable", 400, "The file cannot be written", f"{out}: {error.strerror}.") from error
    session.terminal.result({"file": str(out)}, f"Written to {out}; check it with: jjm ledger verify {out}")
