"""`jjm federation`: other nodes, agreements with them, and States that move to a node of their own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jjm.app.session import Session, on_node
from jjm.app.terminal import table

PANEL = "Trust"
_PATH = "/api/v1/federation"
_NODES, _LENT = (
    ("name", "role", "followed", "size", "behind", "held", "fault"),
    ("id", "node", "state", "is_open", "taken"),
)
app = typer.Typer(name="federation", help="Other nodes, and what is shared with them.", no_args_is_help=True)
handover = typer.Typer(name="handover", help="Move a hosted State to its own node.", no_args_is_help=True)
app.add_typer(handover)

Node = Annotated[str, typer.Argument(metavar="NODE", help="Name of the State's node, such as IN-OD.")]
Reason = Annotated[str, typer.Option(help="Why; it is entered with the decision.")]


@app.command("status")
@on_node
async def status(session: Session) -> None:
    """Show the nodes and how far each is followed."""
    found = await session.client.get(_PATH)
    session.terminal.result(found, table(_NODES, [[item[name] for name in _NODES] for item in found["nodes"]]))


@app.command("agreements")
@on_node
async def agreements(session: Session) -> None:
    """List the agreements by which other nodes lend this one what is personal in their records."""
    found = await session.client.get(f"{_PATH}/agreements")
    session.terminal.result(found, table(_LENT, [[item[name] for name in _LENT] for item in found["items"]]))


@app.command("sign")
@on_node
async def sign(
    session: Session, id: Annotated[str, typer.Argument(metavar="ID", help="Identifier of the agreement (AGR-…).")]
) -> None:
    """Sign an agreement that another node offers, with this node's key."""
    made = (await session.client.call("POST", f"{_PATH}/agreements/{id}:sign")).json()
    session.terminal.result(made, f"{made['id']}: signed; {made['node']} hears of it within seconds")


@handover.command("begin")
@on_node
async def begin(session: Session, node: Node, reason: Reason) -> None:
    """Begin to hand the States of a node over to it; nobody writes their records until it has all of them."""
    await _decide(session, node, "begin", reason)


@handover.command("report")
@on_node
async def report(session: Session, node: Node) -> int:
    """Compare what both nodes hold, type by type; ends with 1 where anything differs."""
    found = await session.client.get(f"{_PATH}/handovers/{node}/report")
    session.terminal.result(found, table(("type", "versions", "with personal part", "equal"), _rows(found)))
    for one in found["types"]:
        for line in one["named"]:
            session.terminal.say(line)
    return 0 if found["equal"] else 1


@handover.command("confirm")
@on_node
async def confirm(session: Session, node: Node, reason: Reason) -> None:
    """Make a handover final, if both nodes hold the same; what is personal is erased on the Centre's node."""
    await _decide(session, node, "confirm", reason)


@handover.command("take-back")
@on_node
async def take_back(session: Session, node: Node, reason: Reason) -> None:
    """Take a State back that was not confirmed, with all that its node wrote meanwhile."""
    await _decide(session, node, "take-back", reason)


@handover.command("call-off")
@on_node
async def call_off(session: Session, node: Node, reason: Reason) -> None:
    """Call a handover off although the State's node is lost; hosted again after three minutes."""
    await _decide(session, node, "call-off", reason)


async def _decide(session: Session, node: str, what: str, reason: str) -> None:
    made = (await session.client.call("POST", f"{_PATH}/handovers/{node}:{what}", json={"reason": reason})).json()
    session.terminal.result(made, f"{made['node']}: {made['state'].replace('_', ' ')}")


def _rows(found: dict[str, Any]) -> list[list[Any]]:
    """One line for each type of which either node holds something."""
    rows: list[list[Any]] = []
    for one in found["types"]:
        versions, personal = _both(one, "versions"), _both(one, "personal")
        if versions != "0":
            rows.append([one["type"], versions, personal, "yes" if one["equal"] else "no"])
    return rows


def _both(one: dict[str, Any], name: str) -> str:
    here, there = (str(one[side][name]) if one[side] else "–" for side in ("here", "there"))
    return here if here == there else f"{here} here, {there} there"
