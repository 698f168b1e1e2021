"""One action on many cases: each by itself, with a receipt for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jjm.access import Actor
from jjm.kit import Problem, WriteConnection, savepoint
from jjm.workflow.context import Workflows
from jjm.workflow.model import Ask
from jjm.workflow.service import take

MOST = 200
"""Cases in one call."""


async def take_each(
    workflows: Workflows, conn: WriteConnection, actor: Actor, cases: Mapping[str, str | None], ask: Ask
) -> list[dict[str, Any]]:
    """Take an action in each of these cases, given with the ETag that was read or None; a receipt for each, in order.

    What is refused leaves the other cases as they are. Cases are locked in the order of their names, so that two such
    calls never wait for each other.
    """
    found = {id: await _receipt(workflows, conn, actor, id, replace(ask, expected=cases[id])) for id in sorted(cases)}
    return [found[id] for id in cases]


async def _receipt(workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, ask: Ask) -> dict[str, Any]:
    try:
        async with savepoint(conn):
            moved = await take(workflows, conn, actor, id, ask)
    except Problem as problem:
        return {"id": id, "done": False, "state": None, "etag": None, "problem": problem.as_json()}
    return {"id": id, "done": True, "state": moved.item.state, "etag": moved.etag, "problem": None}
