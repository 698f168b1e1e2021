"""`jjm consent`: people are asked what a partner may see of them, and say yes, no, or no longer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jjm.app.partner import acting_as, content_of
from jjm.app.session import Session, on_node
from jjm.app.terminal import table

PANEL = "Trust"
_PATH = "/api/v1/consents"
_SHOWN = ("id", "status", "purpose", "person", "until")
_USED = ("at", "reader", "way", "type", "outcome", "code")
_ACTS = {"grant": "grant", "withdraw": "revoke"}
app = typer.Typer(
    name="consent", help="Ask people for consent, and see what they said and what was read.", no_args_is_help=True
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Identifier of the consent (CON-…).")]
Application = Annotated[
    str | None, typer.Option("--application", metavar="APP", help="Act as this application of a participant.")
]
Key = Annotated[Path | None, typer.Option("--key", metavar="KEY", help="File with a key of that application.")]
SentAs = Annotated[str, typer.Option("--sent-as", metavar="SENT", help="What `jjm consent code` printed.")]
Code = Annotated[str, typer.Option("--code", help="The code that the person says, from their telephone.")]


@app.command("request")
@on_node
async def request(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What is asked for, in JSON.")],
    application: Application = None,
    key: Key = None,
) -> None:
    """Ask a person for consent from a file; it opens nothing before the person agrees."""
    headers = await acting_as(session.client, application, key)
    made = (await session.client.call("POST", _PATH, json=content_of(file), headers=headers)).json()
    session.terminal.result(made, f"{made['id']}\n\n{made['notice_text']['en']}")


@app.command("list")
@on_node
async def listed(
    session: Session,
    after: Annotated[str, typer.Option(help="Behind this consent; a hundred are listed.")] = "",
    application: Application = None,
    key: Key = None,
) -> None:
    """List what a participant asked people for; without a key what everybody did, as administrator."""
    headers = await acting_as(session.client, application, key)
    found = (await session.client.call("GET", _PATH, params={"after": after}, headers=headers)).json()
    session.terminal.result(found, table(_SHOWN, [[item[name] for name in _SHOWN] for item in found["items"]]))


@app.command("show")
@on_node
async def show(session: Session, id: Id, application: Application = None, key: Key = None) -> None:
    """Show a consent, with its notice and where it stands."""
    session.terminal.result(await _one(session, id, await acting_as(session.client, application, key)))


@app.command("code")
@on_node
async def code(
    session: Session,
    id: Id,
    act: Annotated[str, typer.Option(help="What the code is good for: grant or withdraw.")] = "grant",
    language: Annotated[str, typer.Option(help="Language of the message: en or hi.")] = "en",
    application: Application = None,
    key: Key = None,
) -> None:
    """Send the person a code, which they say if they agree; it is good for ten minutes and this one act."""
    headers = await acting_as(session.client, application, key)
    said = {"act": _ACTS.get(act, act), "language": language}
    sent = (await session.client.call("POST", f"{_PATH}/{id}:sendCode", json=said, headers=headers)).json()
    session.terminal.result(sent, sent["id"])


@app.command("grant")
@on_node
async def grant(
    session: Session, id: Id, sent_as: SentAs, code: Code, application: Application = None, key: Key = None
) -> None:
    """Grant a consent with the code that the person says, once the notice was read out to them."""
    headers = await acting_as(session.client, application, key)
    notice = (await _one(session, id, headers))["notice"]
    await _say(session, id, "grant", {"notice": notice, "code": {"id": sent_as, "code": code}}, headers)


@app.command("withdraw")
@on_node
async def withdraw(
    session: Session, id: Id, sent_as: SentAs, code: Code, application: Application = None, key: Key = None
) -> None:
    """Withdraw a consent with the code that the person says; it opens nothing from then on."""
    headers = await acting_as(session.client, application, key)
    await _say(session, id, "withdraw", {"code": {"id": sent_as, "code": code}}, headers)


@app.command("uses")
@on_node
async def uses(session: Session, id: Id, application: Application = None, key: Key = None) -> None:
    """Show the newest readings under a consent, and what was refused and why."""
    headers = await acting_as(session.client, application, key)
    found = (await session.client.call("GET", f"{_PATH}/{id}/uses", headers=headers)).json()
    session.terminal.result(found, table(_USED, [[item[name] for name in _USED] for item in found["items"]]))


async def _one(session: Session, id: str, headers: dict[str, str]) -> dict[str, Any]:
    return (await session.client.call("GET", f"{_PATH}/{id}", headers=headers)).json()


async def _say(session: Session, id: str, act: str, said: dict[str, Any], headers: dict[str, str]) -> None:
    made = (await session.client.call("POST", f"{_PATH}/{id}:{act}", json=said, headers=headers)).json()
    session.terminal.result(made, f"{made['id']}: {made['status'].lower()}")
