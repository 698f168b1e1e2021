"""`jjm token`: who may speak to a node, and how."""

from __future__ import annotations

from typing import Annotated

import typer

from jjm.app.session import Session, on_node
from jjm.app.terminal import table
from jjm.app.words import asked

PANEL = "Trust"
_PATH = "/api/v1/tokens"
_SHOWN = ("id", "name", "scopes", "created_at", "created_by", "expires_at", "revoked_at")
app = typer.Typer(name="token", help="Make, list and revoke tokens.", no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="Who or what it is for; stands as actor in every version made with it.")]
Scopes = Annotated[
    list[str],
    typer.Option(
        "--scope",
        help="read, personal, write or admin, or less: scheme:write@district/345; several by giving it again.",
    ),
]
Expires = Annotated[
    str | None, typer.Option(metavar="INSTANT", help="Refused from then on, such as 2027-04-01T00:00:00+05:30.")
]


@app.command("create")
@on_node
async def create(session: Session, name: Name, scope: Scopes, expires_at: Expires = None) -> None:
    """Make a token. Its secret is shown this once and never again."""
    wanted = {"name": name, "scopes": scope} | asked(expires_at=expires_at)
    made = (await session.client.call("POST", _PATH, json=wanted)).json()
    session.terminal.result(made, made["token"])
    session.terminal.say(
        f"Token {made['id']} of {made['name']} ({', '.join(made['scopes'])}). Keep it: it is not shown again."
    )


@app.command("list")
@on_node
async def listed(session: Session) -> None:
    """List all tokens, without their secrets."""
    found = await session.client.get(_PATH)
    rows = [[item[name] for name in _SHOWN] for item in found["items"]]
    session.terminal.result(found, table(_SHOWN, rows))


@app.command("revoke")
@on_node
async def revoke(session: Session, id: Annotated[str, typer.Argument(metavar="ID", help="Id of the token.")]) -> None:
    """Refuse a token from now on."""
    await session.client.call("DELETE", f"{_PATH}/{id}")
    session.terminal.result({"revoked": id}, f"Token {id} is refused from now on.")
