"""`jjm agreement`: who reads what beyond what is public, what for, until when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jjm.app.partner import acting_as, content_of, key_in
from jjm.app.session import Session, on_node
from jjm.app.terminal import table

PANEL = "Trust"
_PATH = "/api/v1/agreements"
_SHOWN, _USED = ("id", "provider", "consumer", "state"), ("at", "application", "method", "path", "outcome", "code")
app = typer.Typer(name="agreement", help="Draft, sign and revoke data-sharing agreements.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Identifier of the agreement (AGR-…).")]
Application = Annotated[
    str | None, typer.Option("--application", metavar="APP", help="Act as this application of a participant.")
]
Key = Annotated[Path | None, typer.Option("--key", metavar="KEY", help="File with a key of that application.")]


@app.command("list")
@on_node
async def listed(session: Session) -> None:
    """List the agreements of a node."""
    found = await session.client.get(_PATH)
    session.terminal.result(found, table(_SHOWN, [[item[name] for name in _SHOWN] for item in found["items"]]))


@app.command("show")
@on_node
async def show(session: Session, id: Id) -> None:
    """Show an agreement with its signatures."""
    session.terminal.result(await session.client.get(f"{_PATH}/{id}"))


@app.command("draft")
@on_node
async def draft(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What is to be agreed, in JSON.")],
    application: Application = None,
    key: Key = None,
) -> None:
    """Draft an agreement from a file; it binds nobody before both sides have signed."""
    headers = await acting_as(session.client, application, key)
    made = (await session.client.call("POST", _PATH, json=content_of(file), headers=headers)).json()
    session.terminal.result(made, made["id"])


@app.command("sign")
@on_node
async def sign(session: Session, id: Id, application: Application = None, key: Key = None) -> None:
    """Sign an agreement: with the key of an application for its participant, else as administrator for the node."""
    headers = await acting_as(session.client, application, key)
    body: dict[str, str] = {}
    if key is not None:
        found = (await session.client.call("GET", f"{_PATH}/{id}", headers=headers)).json()
        body["signature"] = key_in(key).signed_document(found["document"])
    made = (await session.client.call("POST", f"{_PATH}/{id}:sign", json=body, headers=headers)).json()
    _tell(session, made)


@app.command("revoke")
@on_node
async def revoke(
    session: Session,
    id: Id,
    reason: Annotated[str, typer.Option(help="Why; both sides see it.")],
    application: Application = None,
    key: Key = None,
) -> None:
    """Revoke an agreement; it bites within five seconds."""
    headers = await acting_as(session.client, application, key)
    made = (await session.client.call("POST", f"{_PATH}/{id}:revoke", json={"reason": reason}, headers=headers)).json()
    _tell(session, made)


@app.command("uses")
@on_node
async def uses(session: Session, id: Id, application: Application = None, key: Key = None) -> None:
    """Show the newest uses and refusals of an agreement, for its two sides."""
    headers = await acting_as(session.client, application, key)
    found = (await session.client.call("GET", f"{_PATH}/{id}/uses", headers=headers)).json()
    session.terminal.result(found, table(_USED, [[item[name] for name in _USED] for item in found["items"]]))


def _tell(session: Session, made: dict[str, Any]) -> None:
    session.terminal.result(made, f"{made['id']}: {made['state'].replace('_', ' ')}")
