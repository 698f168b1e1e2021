"""`jjm changes`: what happened, in the order of the ledger."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from jjm.app.session import Session, on_node
from jjm.app.words import Within, asked

PANEL = "Records"
_PAGE = 5_000
_PATIENCE = 30
app = typer.Typer(add_completion=False)

After = Annotated[int, typer.Option(min=-1, help="Only what lies behind this position.")]
Types = Annotated[str | None, typer.Option(metavar="A,B", help="Only changes of these types.")]
Most = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; all of them if left out.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")]


@app.command("changes")
@on_node
async def changes(
    session: Session,
    after: After = -1,
    types: Types = None,
    within: Within = None,
    limit: Most = None,
    follow: Follow = False,
) -> None:
    """Show changes in the order of the ledger; with --json as CloudEvents, one a line."""
    types, left = await session.client.plurals(types), limit
    while left is None or left > 0:
        # What is filtered out counts as well, so only without filters does a small page hold all that is asked for.
        page = _PAGE if left is None or types or within else min(_PAGE, left)
        params = asked(types=types, within=within) | {"after": after, "limit": page}
        params["wait"] = _PATIENCE if follow else 0
        answer = await session.client.call("GET", "/api/v1/changes", params=params)
        lines = answer.content.splitlines(keepends=True)[:left]
        session.terminal.raw(b"".join(lines) if session.terminal.json else b"".join(map(_told, lines)))
        left = None if left is None else left - len(lines)
        before, after = after, int(answer.headers["x-position"])
        if after == before and not follow:
            break


def _told(line: bytes) -> bytes:
    event = orjson.loads(line)
    meta = event["data"]["_meta"]
    by = f"{meta['valid_from']}  by {meta['actor']}"
    return f"{event['position']:>9}  {event['type']:36} {event['subject']:40} from {by}\n".encode()
