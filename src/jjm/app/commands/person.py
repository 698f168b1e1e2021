"""`jjm person`: who may do what where, and how they get in."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jjm.app.session import Session, on_node
from jjm.app.terminal import table
from jjm.app.words import asked

PANEL = "Trust"
_PEOPLE = "/api/v1/people"
_SHOWN = ("id", "name", "phone", "email", "place", "has_password", "has_second_factor", "closed_at")
_GRANT = ("id", "role", "place", "state", "starts_on", "ends_on", "asked_by", "approved_by")
app = typer.Typer(
    name="person", help="Invite people, grant and end their roles, let them back in.", no_args_is_help=True,
    add_completion=False,
)  # fmt: skip

Name = Annotated[str, typer.Argument(help="What the person is called; kept sealed.")]
Who = Annotated[str, typer.Argument(metavar="PERSON", help="Account, such as PER-35JC….")]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="Role of standards/roles.yaml, such as district_officer.")]
Place = Annotated[str, typer.Argument(metavar="PLACE", help="`node`, level/code or department_unit/ID.")]
Phone = Annotated[str | None, typer.Option(help="Mobile number.")]
Email = Annotated[str | None, typer.Option(help="E-mail address.")]
FirstRole = Annotated[str | None, typer.Option("--role", help="First role, for the same place.")]
StartsOn = Annotated[str | None, typer.Option(metavar="DAY", help="First Indian day; today if left out.")]
EndsOn = Annotated[str | None, typer.Option(metavar="DAY", help="Last day; no end if left out.")]
Reason = Annotated[str | None, typer.Option(help="Order or other reason.")]


@app.command("invite")
@on_node
async def invite(
    session: Session, name: Name, place: Place, phone: Phone = None, email: Email = None, role: FirstRole = None
) -> None:
    """Make an account, and a one-time code by which the person opens it. The code is shown this once."""
    roles = [{"role": role, "place": place}] if role else []
    body = {"name": name, "place": place, "roles": roles} | asked(phone=phone, email=email)
    made = (await session.client.call("POST", _PEOPLE, json=body)).json()
    session.terminal.result(made, made["person"]["id"])
    _say_code(session, made["invitation"])
    for grant in made["grants"]:
        _say_grant(session, grant)


@app.command("list")
@on_node
async def listed(session: Session) -> None:
    """List the accounts that you look after."""
    found: dict[str, Any] = await session.client.get(_PEOPLE)
    rows = [[item[name] for name in _SHOWN] for item in found["items"]]
    session.terminal.result(found, table(_SHOWN, rows))


@app.command("roles")
@on_node
async def roles(session: Session, person: Who) -> None:
    """List what a person was granted, and how each grant stands today."""
    found: dict[str, Any] = await session.client.get(f"{_PEOPLE}/{person}/grants")
    session.terminal.result(found, table(_GRANT, [[item[name] for name in _GRANT] for item in found["items"]]))


@app.command("grant")
@on_node
async def grant(
    session: Session, person: Who, role: Role, place: Place, starts_on: StartsOn = None, ends_on: EndsOn = None,
    reason: Reason = None,
) -> None:  # fmt: skip
    """Grant a role for a place inside your own; where the role says so, a second person has to agree."""
    body = {"role": role, "place": place} | asked(starts_on=starts_on, ends_on=ends_on, reason=reason)
    made = (await session.client.call("POST", f"{_PEOPLE}/{person}/grants", json=body)).json()
    session.terminal.result(made, made["id"])
    _say_grant(session, made)


@app.command("approve")
@on_node
async def approve(session: Session, grant: Annotated[str, typer.Argument(metavar="GRANT", help="GRA-…")]) -> None:
    """Agree to a grant as the second person."""
    made = (await session.client.call("POST", f"/api/v1/grants/{grant}:approve")).json()
    session.terminal.result(made, made["id"])
    _say_grant(session, made)


@app.command("revoke")
@on_node
async def revoke(
    session: Session, grant: Annotated[str, typer.Argument(metavar="GRANT", help="GRA-…")], reason: Reason = None
) -> None:
    """End a grant now; it bites within five seconds."""
    made = (await session.client.call("POST", f"/api/v1/grants/{grant}:revoke", json=asked(reason=reason))).json()
    session.terminal.result(made, f"{made['role']} of {made['person']} has ended.")


@app.command("recover")
@on_node
async def recover(session: Session, person: Who, reason: Reason = None) -> None:
    """Let a person back in with a one-time code. The code is shown this once."""
    made = (await session.client.call("POST", f"{_PEOPLE}/{person}:recover", json=asked(reason=reason))).json()
    session.terminal.result(made, made["id"])
    if made["code"] is None:
        session.terminal.say(f"A second officer has to agree, under /api/v1/recoveries/{made['id']}:agree.")
    else:
        _say_code(session, made)


def _say_code(session: Session, code: dict[str, Any]) -> None:
    session.terminal.say(f"One-time code: {code['code']}, good until {code['expires_at']}. Hand it over yourself.")
    session.terminal.say(f"It is used at {code['page']}")


def _say_grant(session: Session, grant: dict[str, Any]) -> None:
    waits = " It waits for a second person." if grant["state"] == "waiting" else ""
    session.terminal.say(f"{grant['role']} for {grant['place']}: {grant['state']}.{waits}")
