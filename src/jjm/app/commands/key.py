"""`jjm key`: the master key, by which all that is sealed on a node is wrapped."""

from __future__ import annotations

from typing import Any

import typer

from jjm.app.session import NEEDS_ATTENTION, Session, on_node
from jjm.app.terminal import Advance

PANEL = "Trust"
_PATH = "/api/v1/master-key"
_PATIENCE = 10
app = typer.Typer(
    name="key", help="See and rotate the key that seals what is personal.", no_args_is_help=True, add_completion=False
)


@app.command("show")
@on_node
async def show(session: Session) -> None:
    """Show which master key seals, and which others still open, by names that tell nothing of the keys."""
    found = await session.client.get(_PATH)
    said = f"The master key {found['key']} seals what is personal."
    if found["former"]:
        said += f" So far {', '.join(found['former'])} still opens what was sealed before."
    said += f" The job {found['job']} wraps it anew." if found["job"] else ""
    session.terminal.result(found, said)


@app.command("rotate")
@on_node
async def rotate(session: Session) -> int:
    """Put a new master key in place of the present one, and destroy that one once nothing needs it any more.

    The node goes on working meanwhile. Interrupted, this command stops waiting; the node goes on with the work, also
    behind a crash.
    """
    asked = (await session.client.call("POST", f"{_PATH}:rotate")).json()
    with session.terminal.progress("Wrapping anew") as advance:
        job = await _ended(session, asked["url"], advance)
    if job["state"] != "done":
        told: dict[str, Any] = job["problem"] or {}
        session.terminal.result(job, f"Not finished ({job['state']}). {told.get('detail', '')}".rstrip())
        session.terminal.say("Both keys go on being used. Rotate again: the work goes on, under one more new key.")
        return NEEDS_ATTENTION
    made = job["result"]
    said = f"The master key is now {made['key']}. {made['wrapped']:,} sealed values were wrapped anew; "
    said += "the key before is destroyed. Save the node with `jjm backup`: older backups need the older key."
    session.terminal.result({"job": job["id"], **made}, said)
    return 0


async def _ended(session: Session, url: str, advance: Advance) -> dict[str, Any]:
    while True:
        job: dict[str, Any] = await session.client.get(url, {"wait": _PATIENCE})
        if job["finished_at"]:
            return job
        advance(job["progress"].get("wrapped", 0), None)
