"""`jjm participant`: partners of a node, their applications and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jjm.app.partner import key_in, make_key, token_by_key
from jjm.app.session import Session, local, on_node
from jjm.app.terminal import Terminal, table
from jjm.app.words import asked

PANEL = "Trust"
_PARTICIPANTS, _APPLICATIONS = "/api/v1/participants", "/api/v1/applications"
_SHOWN = ("id", "kind", "name", "state", "areas", "requested_at")
app = typer.Typer(name="participant", help="Partners, their applications and keys.", no_args_is_help=True)
keys = typer.Typer(name="key", help="Make, register, suspend and retire keys of an application.", no_args_is_help=True)
app.add_typer(keys)

Id = Annotated[str, typer.Argument(metavar="ID", help="Identifier of a participant (PAR-…) or application (APP-…).")]
Application = Annotated[str, typer.Argument(metavar="APP", help="Identifier of the application.")]
Kid = Annotated[str, typer.Argument(metavar="KID", help="Name of the key.")]
KeyFile = Annotated[
    Path, typer.Argument(metavar="KEY", help="File with the key, as `jjm participant key make` wrote it.")
]
Reason = Annotated[str, typer.Option(help="Why; it is told to the participant.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", help="Permit, such as scheme:write@state/21; repeatable.")]
Areas = Annotated[
    list[str] | None,
    typer.Option("--area", help="Area whose records are its own to share, such as state/21; repeatable."),
]


@app.command("list")
@on_node
async def listed(
    session: Session,
    state: Annotated[str, typer.Option(help="approved, requested, refused or suspended.")] = "approved",
) -> None:
    """List participants; those that are not approved are for the administrator."""
    found = await session.client.get(_PARTICIPANTS, {"state": state})
    session.terminal.result(found, table(_SHOWN, [[item.get(name) for name in _SHOWN] for item in found["items"]]))


@app.command("show")
@on_node
async def show(session: Session, id: Id) -> None:
    """Show a participant or an application: for itself and administrators with keys and whom to write to."""
    session.terminal.result(await session.client.get(_path(id)))


@app.command("request")
@on_node
async def request(
    session: Session,
    name: Annotated[str, typer.Option(help="Name of the organisation.")],
    kind: Annotated[str, typer.Option(help="Kind, such as state_department, vendor or laboratory.")],
    about: Annotated[str, typer.Option(help="What it wants to do here.")],
    contact: Annotated[str, typer.Option(help="Name of the person to write to.")],
    email: Annotated[str, typer.Option(help="Address to write to.")],
    key: Annotated[Path, typer.Option(help="File with the key; its public half is registered.")],
    application: Annotated[str, typer.Option(help="Name of the program.")] = "main",
    scope: Scopes = None,
    node: Annotated[str | None, typer.Option("--as-node", help="Name of the node, if the participant is one.")] = None,
) -> None:
    """Ask to become a participant. Anybody may; an administrator decides."""
    program = {"name": application, "scopes": scope or [], "keys": {"jwks": key_in(key).public}}
    body = {"name": name, "kind": kind, "about": about, "contact": {"name": contact, "email": email}}
    wanted = body | {"application": program} | asked(node=node)
    made = (await session.client.call("POST", _PARTICIPANTS, json=wanted)).json()
    session.terminal.result(made, f"{made['id']}\n{made['application']}")
    session.terminal.say("Requested. Keep both: the first to see how the request stands, the second is the client_id.")


@app.command("approve")
@on_node
async def approve(
    session: Session,
    id: Id,
    scope: Scopes = None,
    area: Areas = None,
    calls_per_minute: Annotated[int | None, typer.Option(min=1, help="For all its applications together.")] = None,
) -> None:
    """Approve a request as it was made, or with other permits; or change what was given."""
    given = asked(scopes=scope, areas=area, calls_per_minute=calls_per_minute)
    await _decide(session, id, "approve", given)


@app.command("refuse")
@on_node
async def refuse(session: Session, id: Id, reason: Reason) -> None:
    """Refuse a request. Whom to write to is forgotten."""
    await _decide(session, id, "refuse", {"reason": reason})


@app.command("suspend")
@on_node
async def suspend(session: Session, id: Id, reason: Reason) -> None:
    """Suspend a participant or an application; it bites within five seconds."""
    await _decide(session, id, "suspend", {"reason": reason})


@app.command("resume")
@on_node
async def resume(session: Session, id: Id, reason: Reason) -> None:
    """End a suspension."""
    await _decide(session, id, "resume", {"reason": reason})


@app.command("usage")
@on_node
async def usage(
    session: Session, id: Id, days: Annotated[int, typer.Option(min=1, max=400, help="So many days up to today.")] = 30
) -> None:
    """Show what a participant used: calls, refusals, bytes, last position, and what is left of its allowance."""
    session.terminal.result(await session.client.get(f"{_path(id)}/usage", {"days": days}))


@app.command("token")
@on_node
async def token(
    session: Session,
    application: Application,
    key: KeyFile,
    scope: Annotated[str | None, typer.Option(help="Permits, separated by spaces; all if left out.")] = None,
) -> None:
    """Get an access token with the key of an application, for ten minutes."""
    made = await token_by_key(session.client, application, key_in(key), scope)
    session.terminal.result({"access_token": made}, made)


@keys.command("make")
@local
def make(
    terminal: Terminal,
    key: KeyFile,
    kid: Annotated[str | None, typer.Option(help="Name of the key; made up if left out.")] = None,
) -> None:
    """Make a key in a new file, and show its public half, which others may see."""
    terminal.result(make_key(key, kid).public)
    terminal.say(f"The private key is in {key} and must stay there.")


@keys.command("add")
@on_node
async def add(
    session: Session,
    application: Application,
    key: KeyFile,
    expires_at: Annotated[str | None, typer.Option(metavar="INSTANT", help="At most 366 days from now.")] = None,
) -> None:
    """Register the public half of another key; the older ones go on until they are retired."""
    body = {"jwks": key_in(key).public} | asked(expires_at=expires_at)
    made = (await session.client.call("POST", f"{_APPLICATIONS}/{application}/keys", json=body)).json()
    _tell_keys(session, made)


@keys.command("retire")
@on_node
async def retire(session: Session, application: Application, kid: Kid, reason: Reason = "no longer used") -> None:
    """Retire a key for good."""
    path = f"{_APPLICATIONS}/{application}/keys/{kid}"
    _tell_keys(session, (await session.client.call("DELETE", path, params={"reason": reason})).json())


@keys.command("suspend")
@on_node
async def suspend_key(session: Session, application: Application, kid: Kid, reason: Reason) -> None:
    """Suspend a key; tokens got with it are refused within five seconds."""
    path = f"{_APPLICATIONS}/{application}/keys/{kid}:suspend"
    _tell_keys(session, (await session.client.call("POST", path, json={"reason": reason})).json())


@keys.command("resume")
@on_node
async def resume_key(session: Session, application: Application, kid: Kid, reason: Reason) -> None:
    """End the suspension of a key."""
    path = f"{_APPLICATIONS}/{application}/keys/{kid}:resume"
    _tell_keys(session, (await session.client.call("POST", path, json={"reason": reason})).json())


def _path(id: str) -> str:
    return f"{_APPLICATIONS if id.startswith('APP-') else _PARTICIPANTS}/{id}"


async def _decide(session: Session, id: str, act: str, body: dict[str, Any]) -> None:
    made = (await session.client.call("POST", f"{_path(id)}:{act}", json=body)).json()
    session.terminal.result(made, f"{made['id']} {made['name']}: {made['state']}")


def _tell_keys(session: Session, made: dict[str, Any]) -> None:
    shown = ("kid", "state", "is_in_force", "not_before", "expires_at")
    session.terminal.result(made, table(shown, [[key[name] for name in shown] for key in made["keys"]]))
