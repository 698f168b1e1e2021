"""What goes on without anybody: timers fire, cases climb the ladder, and desks whose holders are gone are cleared."""

from __future__ import annotations

import logging

from jjm.access import NODE, holders
from jjm.kit import Problem, WriteConnection, savepoint
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import LAST_DESK, Ask, Desk, Item
from jjm.workflow.places import desk_for, places_around
from jjm.workflow.service import take
from jjm.workflow.stepping import note
from jjm.workflow.timing import ACTION, timers_of

ESCALATE, SEATED = "ESCALATE", "SEATED"
"""Steps of the node itself: a case climbs the ladder, or lies at another desk since nobody sits at the first."""
_AT_ONCE = 200
_log = logging.getLogger(__name__)


async def fire(workflows: Workflows, conn: WriteConnection) -> int:
    """Do what is due, each thing once; how much that was. What cannot be done is let go of, as it is due no more."""
    due = [row async for row in store.queries.due_timers(conn, now=workflows.now(), most=_AT_ONCE)]
    for row in due:
        await store.queries.drop_timer(conn, item=row["item"], kind=row["kind"], name=row["name"])
        item = await store.locked_item(conn, row["item"])
        if item is not None and item.ended_at is None:
            try:
                async with savepoint(conn):
                    await (_act if row["kind"] == ACTION else _climb)(workflows, conn, item, row["name"])
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
    timers = timers_of(workflow, workflows.calendar(places), steps, after.since, after.level)
    await store.set_timers(conn, item.id, timers)


async def reseat(workflows: Workflows, conn: WriteConnection) -> int:
    """Give cases whose desk nobody sits at any more to whoever answers now; how many that were.

    What lies at the last desk is looked at as well, 200 cases at a time, since somebody may have come.
    """
    moved = 0
    for row in [row async for row in store.queries.desks(conn.asking)]:
        desk = Desk(row["role"], row["place"])
        if desk == LAST_DESK or await _is_empty(workflows, conn, desk):
            waiting = [r["id"] async for r in store.queries.items_at_desk(conn, **desk._asdict(), most=_AT_ONCE)]
            for id in waiting:
                moved += await _seat(workflows, conn, id)
    return moved


async def _is_empty(workflows: Workflows, conn: WriteConnection, desk: Desk) -> bool:
    return not await holders(conn.asking, [desk.role], [desk.place], workflows.registry.clock.today())


async def _seat(workflows: Workflows, conn: WriteConnection, id: str) -> int:
    item = await store.locked_item(conn, id)
    if item is None or item.ended_at is not None:
        return 0
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    places = await places_around(workflows, conn.asking, item.areas)
    above = workflow.ladder[item.level - 1].to if item.level else ()
    responsible = above or workflow.stages[item.state].responsible
    desk = await desk_for(workflows, conn.asking, responsible, places)
    if desk == item.desk:
        return 0
    await note(workflows, conn, NODE, item, SEATED, desk=desk, person=None)
    return 1
