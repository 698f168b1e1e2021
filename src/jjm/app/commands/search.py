"""`jjm search`: records by name."""

from __future__ import annotations

from typing import Annotated

import typer

from jjm.app.session import Session, on_node
from jjm.app.terminal import table
from jjm.app.words import Limit, Within, asked

PANEL = "Records"
app = typer.Typer(add_completion=False)

Words = Annotated[list[str], typer.Argument(metavar="WORDS...", help="A name, in any Indian script or Latin letters.")]
Types = Annotated[str | None, typer.Option(metavar="A,B", help="Only these types.")]
Near = Annotated[str | None, typer.Option(metavar="LEVEL/CODE", help="Best those near this area.")]


@app.command("search")
@on_node
async def search(
    session: Session, words: Words, types: Types = None, within: Within = None, near: Near = None, limit: Limit = 20
) -> None:
    """Find records by name, however it is spelt, the likeliest first."""
    types = await session.client.plurals(types)
    params = asked(types=types, within=within, near=near) | {"q": " ".join(words), "limit": limit}
    found = await session.client.get("/api/v1/search", params)
    rows = [[hit["type"], hit["id"], hit["name"], _where(hit["path"]), f"{hit['score']:.2f}"] for hit in found["items"]]
    session.terminal.result(found, table(("type", "id", "name", "lies in", "likeness"), rows))


def _where(path: list[dict[str, str]]) -> str:
    return ", ".join(above["name"] for above in reversed(path))
