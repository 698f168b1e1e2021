"""What goes on without anybody: timers fire, cases climb the ladder, promises come near their end."""

from __future__ import annotations

import logging

from jjm.access import NODE
from jjm.kit import Problem, WriteConnection, savepoint
from jjm.registry import newest_version
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import Ask, Item
from jjm.workflow.places import desk_for, places_around
from jjm.workflow.service import take
from jjm.workflow.stepping import note
from jjm.workflow.timing import ACTION, MOMENT, RUNG, promise_of, timers_of

ESCALATE = "ESCALATE"
"""A step of the node itself: a case climbs the ladder."""
_AT_ONCE = 200
_log = logging.getLogger(__name__)


async def fire(workflows: Workflows, conn: WriteConnection) -> int:
    """Do what is due, each thing once; how much that was. What cannot be done is let go of, as it is due no more."""
    due = [row async for row in store.queries.due_timers(conn, now=workflows.now(), most=_AT_ONCE)]
    for row in due:
        await store.queries.drop_timer(conn, item=row["item"], kind=row["kind"], name=row["name"])
        item = await store.locked_item(conn, row["item"])
        if item is not None and item.ended_at is None:
            act = {ACTION: _act, RUNG: _climb, MOMENT: _note_moment}[row["kind"]]
            try:
                async with savepoint(conn):
                    await act(workflows, conn, item, row["name"])
            except Problem as problem:  # one case that a rule holds back must not hold all others
                _log.warning("the timer %s of %s did nothing: %s", row["name"], item.id, problem.detail)
    return len(due)


async def _act(workflows: Workflows, conn: WriteConnection, item: Item, action: str) -> None:
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    if action in workflow.stages[item.state].actions:
        await take(workflows, conn, NODE, item.id, Ask(action))


async def _climb(workflows: Workflows, conn: WriteConnection, item: Item, level: str) -> None:
    """One level up: to the first role of the level that anybody holds, else to the keeper; never to nobody."""
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    if int(level) != item.level or item.level >= len(workflow.ladder):
        return
    places = await places_around(workflows, conn.asking, item.areas)
    desk = await desk_for(workflows, conn.asking, workflow.ladder[item.level].to, places)
    after = await note(workflows, conn, NODE, item, ESCALATE, desk=desk, person=None, level=item.level + 1)
    steps = await store.steps(conn.asking, item.id)
    version = await newest_version(workflows.registry, conn.asking, NODE, workflows.registry.table(item.type), item.id)
    promise = promise_of(workflow, workflows.registry.catalogue, version.data)
    timers = timers_of(workflow, promise, workflows.calendar(places), steps, after)
    await store.set_timers(conn, {item.id: timers})


async def _note_moment(workflows: Workflows, conn: WriteConnection, item: Item, name: str) -> None:
    """The promise is near its end, or broken: a step, so that whoever is to be told of it can be."""
    await note(workflows, conn, NODE, item, name.upper())
