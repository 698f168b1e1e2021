"""Running cases are taken over by a newer version of their workflow, each by a recorded step."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection, WriteConnection, invalid, load_queries, savepoint
from jjm.registry import Change, Draft, examine, newest_version, record
from jjm.standards import Action, Workflow
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed
from jjm.workflow.entering import Coming, enter
from jjm.workflow.model import Ask, Item
from jjm.workflow.news import queries as news
from jjm.workflow.places import places_around

queries = load_queries("jjm.workflow", "replacing")
MIGRATE = "MIGRATE"
"""Step of the node itself: a case goes on by a newer version of its workflow."""
_LOCK = 7_219_204
_AT_ONCE = 100
_log = logging.getLogger(__name__)


async def see_replaced(workflows: Workflows, conn: ReadConnection, workflow: Workflow) -> None:
    """See that a version that takes over another says where each of its states goes.

    Raises Problem 500 `workflow-replaces` for a state that has another name now and is not mapped.
    """
    if workflow.replaces is None:
        return
    row = await store.queries.definition(conn, name=workflow.name, version=workflow.replaces.version)
    if row is None:
        return  # nothing ran by it here
    old = await workflows.version(conn, workflow.name, workflow.replaces.version)
    lost = [name for name in old.stages if workflow.replaces.states.get(name, name) not in workflow.stages]
    if lost:
        detail = (
            f"{workflow.file} takes over the cases of version {old.version} and does not say where these of its states "
            f"go: {', '.join(lost)}. Map each of them under `replaces`."
        )
        raise Problem("workflow-replaces", 500, "A workflow cannot take over running cases", detail)


async def take_over(workflows: Workflows, conn: WriteConnection) -> int:
    """Move running cases to the versions that replace theirs; how many were moved, 0 where none is left.

    One that cannot be moved is tried again by later calls and does not keep those behind it from theirs.
    """
    if not await news.take_turn(conn, key=_LOCK):
        return 0
    moved = 0
    for workflow in workflows.declared.values():
        if workflow.replaces is not None:
            moved += await _some_moved(workflows, conn, workflow, workflow.replaces.version)
    return moved


async def _some_moved(workflows: Workflows, conn: WriteConnection, workflow: Workflow, version: str) -> int:
    asked = {"workflow": workflow.name, "version": version, "most": _AT_ONCE}
    ids = [row["id"] async for row in queries.running(conn, after=workflows.tried.get(workflow.name, ""), **asked)]
    workflows.tried[workflow.name] = ids[-1] if len(ids) == _AT_ONCE else ""
    return sum([await _moved(workflows, conn, workflow, id) for id in ids])


async def _moved(workflows: Workflows, conn: WriteConnection, workflow: Workflow, id: str) -> bool:
    try:
        async with savepoint(conn):
            item = await store.locked_item(conn, id)
            assert item is not None, "running cases are there"
            await _move(workflows, conn, workflow, item)
    except Problem as problem:
        _log.warning("case %s stays on version %s of its workflow: %s", id, workflow.version, problem.detail)
        return False
    return True


async def _move(workflows: Workflows, conn: WriteConnection, workflow: Workflow, item: Item) -> None:
    assert workflow.replaces is not None, "only such a version takes cases over"
    table = workflows.registry.table(item.type)
    state = workflow.replaces.states.get(item.state, item.state)
    before = await newest_version(workflows.registry, conn, NODE, table, item.id)
    data: dict[str, Any] = {**before.data, workflow.moves: state}
    version = None
    if state != item.state:
        draft = Draft(Change.CHANGE, data, item.id, moves=True)
        faults = (await examine(workflows.registry, conn, table, [draft]))[0]
        if faults:
            raise invalid(f"The {table.standard.name} was not changed.", faults)
        version = (await record(workflows.registry, conn, NODE, table, [draft], fenced=True))[0].version.version
    places, steps = await places_around(workflows, conn, item.areas), await store.steps(conn, item.id)
    deed = Deed(
        workflow, Action(MIGRATE, state, {}), NODE, Ask(MIGRATE), item, before.data, data, steps, {}, {},
        workflows.registry.catalogue, workflows.now(),
    )  # fmt: skip
    # The ladder may be another: a case that climbed goes on from as high as the new one goes.
    level = min(item.level, len(workflow.ladder))
    on = replace(item, version=workflow.version, level=level)
    await enter(workflows, conn, NODE, Coming(deed, on, item.id, version, places))
