"""A case comes to a state: who answers from then on, its clocks and timers, its links, and the step that led there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jjm.access import Actor
from jjm.kit import WriteConnection
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed
from jjm.workflow.model import Desk, Item, Step
from jjm.workflow.places import areas_of, desk_for, holding
from jjm.workflow.rules import not_theirs, paused_by
from jjm.workflow.stepping import write_step
from jjm.workflow.timing import ends_of, promise_of, state_end, timers_of


@dataclass(frozen=True, slots=True)
class Moved:
    """A case after a step: as it stands, the step, and the record with its ETag where it got a new version."""

    item: Item
    step: Step
    data: Mapping[str, Any]
    etag: str | None


async def enter(
    workflows: Workflows,
    conn: WriteConnection,
    actor: Actor,
    deed: Deed,
    item: Item | None,
    id: str,
    version: int | None,
    places: Sequence[str],
    begun_by: str | None = None,
) -> Moved:
    """Where the case is now, the step that led there, its links and timers, and the entry in the ledger."""
    workflow, action, now = deed.workflow, deed.action, workflows.now()
    stage = workflow.stages[action.to]
    stays = item is not None and item.state == action.to
    desk, person = await _answering(workflows, conn, deed, item, places)
    paused = paused_by(stage, deed.becomes)
    table = workflows.registry.table(workflow.type)
    begun = item or Item(
        id, workflow.type, workflow.name, workflow.version, action.to, 0, (), now, begun_by or actor.name, desk, person,
        0, now, paused, None, None, None, None,
    )  # fmt: skip
    since = begun.since if stays else now
    areas = areas_of(table, deed.becomes)
    after = replace(begun, state=action.to, areas=areas, desk=desk, person=person, since=since, paused=paused)
    links, comment = deed.ask.links, deed.ask.comment
    step = await write_step(
        workflows, conn, actor, item, after, action.name, version=version, comment=comment, links=links
    )
    calendar, steps = workflows.calendar(places), [*deed.steps, step]
    promise = promise_of(workflow, workflows.registry.catalogue, deed.becomes)
    near, due = (None, None) if stage.done else ends_of(workflow, promise, calendar, steps, now)
    moved = replace(
        after, steps=step.number, due_at=due, state_due_at=state_end(stage, calendar, since, paused), near_at=near,
        ended_at=now if stage.done else None,
    )  # fmt: skip
    await (store.add_item if item is None else store.move_item)(conn, moved)
    await store.add_step(conn, id, step)
    for kind, other in links:
        await store.queries.add_link(conn, item=id, kind=kind, other=other, at=now, by=actor.name)
    await store.set_timers(conn, id, timers_of(workflow, promise, calendar, steps, moved))
    return Moved(moved, step, deed.becomes, None)


async def _answering(
    workflows: Workflows, conn: WriteConnection, deed: Deed, item: Item | None, places: Sequence[str]
) -> tuple[Desk, str | None]:
    """Who answers from now on: whom the action names, else whoever held it where the state stays, else the desk."""
    action, stage = deed.action, deed.workflow.stages[deed.action.to]
    if deed.ask.person is not None:
        found = await holding(workflows, conn.asking, deed.ask.person, stage.responsible, places)
        if found is None:
            raise not_theirs(action.name, stage.responsible)
        return Desk(found.role, found.place), found.person
    if item is not None and item.state == action.to:
        return item.desk, item.person
    return await desk_for(workflows, conn.asking, stage.responsible, places), None
