"""All that happened around a case in one answer: steps, what was said, documents, links; of linked cases as well."""

from __future__ import annotations

from typing import Any

from jjm.access import Actor
from jjm.kit import Problem, ReadConnection
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.documents import DOCUMENT, shown_documents
from jjm.workflow.giving import COMMENT
from jjm.workflow.showing import shown_steps

MOST_LINKED = 50
_WHAT = {COMMENT: "comment", DOCUMENT: "document"}


async def timeline_of(
    workflows: Workflows, conn: ReadConnection, actor: Actor, id: str, *, linked: bool = False
) -> list[dict[str, Any]]:
    """What happened in a case, the oldest first. With `linked`, also in the cases that it is linked with, as far as
    the actor sees them, at most fifty. Raises Problem 404."""
    found = await _of_case(workflows, conn, actor, id)
    links = [row async for row in store.queries.links_made(conn, item=id)]
    found += [{"case": id, "at": row["at"], "what": "link", "actor": row["by"], "link": _link(row)} for row in links]
    if linked:
        for other in list(dict.fromkeys(row["id"] for row in links))[:MOST_LINKED]:
            try:
                found += await _of_case(workflows, conn, actor, other)
            except Problem as problem:
                if problem.status not in (403, 404):
                    raise
    return sorted(({"step": None, "document": None, "link": None} | one for one in found), key=_order)


async def _of_case(workflows: Workflows, conn: ReadConnection, actor: Actor, id: str) -> list[dict[str, Any]]:
    steps = await shown_steps(workflows, conn, actor, id)
    documents = {one["number"]: one for one in await shown_documents(workflows, conn, actor, id)}
    return [
        {
            "case": id, "at": step["at"], "what": _WHAT.get(step["action"], "step"), "actor": step["actor"],
            "step": step, "document": documents.get(step["number"]),
        }
        for step in steps
    ]  # fmt: skip


def _order(one: dict[str, Any]) -> tuple[Any, str, int]:
    return one["at"], one["case"], one["step"]["number"] if one["step"] else 0


def _link(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("kind", "id", "type", "state", "back")}
