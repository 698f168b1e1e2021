"""One action on many cases: each by itself, with a receipt for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from jjm.access import Actor
from jjm.kit import Problem, WriteConnection, savepoint
from jjm.workflow.context import Workflows
from jjm.workflow.entering import Moved
from jjm.workflow.model import Ask
from jjm.workflow.service import take_all

MOST = 200
"""Cases in one call."""
_TOGETHER = 50


async def take_each(
    workflows: Workflows, conn: WriteConnection, actor: Actor, cases: Mapping[str, str | None], ask: Ask
) -> list[dict[str, Any]]:
    """Take an action in each of these cases, given with the ETag that was read or None: a receipt for each."""
    found = await take_many(workflows, conn, actor, {id: replace(ask, expected=etag) for id, etag in cases.items()})
    return [_receipt(id, found[id]) for id in cases]


async def take_many(
    workflows: Workflows, conn: WriteConnection, actor: Actor, asks: Mapping[str, Ask]
) -> dict[str, Moved | Problem]:
    """Take an action in each of these cases; what is refused leaves the other cases as they are.

    Fifty are taken together, so that other calls are heard in between. Cases are locked in the order of their names, so
    that two such calls never wait for each other.
    """
    found, waiting = dict[str, Moved | Problem](), iter(sorted(asks))
    while some := list(islice(waiting, _TOGETHER)):
        found |= await _together(workflows, conn, actor, {id: asks[id] for id in some})
    return {id: found[id] for id in asks}


async def _together(
    workflows: Workflows, conn: WriteConnection, actor: Actor, asks: Mapping[str, Ask]
) -> dict[str, Moved | Problem]:
    """All of them, or each by itself where only the writing refuses one."""
    try:
        async with savepoint(conn):
            return await take_all(workflows, conn, actor, asks)
    except Problem as problem:
        if len(asks) == 1:
            return dict.fromkeys(asks, problem)
    found: dict[str, Moved | Problem] = {}
    for id, ask in asks.items():
        found |= await _together(workflows, conn, actor, {id: ask})
    return found


def _receipt(id: str, found: Moved | Problem) -> dict[str, Any]:
    if isinstance(found, Problem):
        return {"id": id, "done": False, "state": None, "etag": None, "problem": found.as_json()}
    return {"id": id, "done": True, "state": found.item.state, "etag": found.etag, "problem": None}
