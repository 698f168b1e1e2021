"""A case comes to a state: who answers from then on, its clocks and timers, its links, and the step that led there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from jjm.access import Actor
from jjm.kit import WriteConnection
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Deed
from jjm.workflow.model import Desk, Item, Step
from jjm.workflow.places import areas_of, desk_for, holding
from jjm.workflow.rules import not_theirs, paused_by
from jjm.workflow.stepping import Stepped, write_steps
from jjm.workflow.timing import ends_of, promise_of, state_end, timers_of

Desks: TypeAlias = dict[tuple[tuple[str, ...], tuple[str, ...]], Desk]
"""Desks by roles and places: each is looked for once for all cases of a call."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A case after a step: as it stands, the step, and the record with its ETag where it got a new version."""

    item: Item
    step: Step
    data: Mapping[str, Any]
    etag: str | None


@dataclass(frozen=True, slots=True)
class Coming:
    """A case about to come to the state that its deed leads to; `version` is the record's that was made, if any."""

    deed: Deed
    item: Item | None
    id: str
    version: int | None
    places: Sequence[str]
    begun_by: str | None = None


async def enter(workflows: Workflows, conn: WriteConnection, actor: Actor, coming: Coming) -> Moved:
    """Where the case is now, the step that led there, its links and timers, and the entry in the ledger."""
    return (await enter_all(workflows, conn, actor, [coming]))[0]


async def enter_all(workflows: Workflows, conn: WriteConnection, actor: Actor, coming: Sequence[Coming]) -> list[Moved]:
    """The same for many cases, by as few statements."""
    now, desks = workflows.now(), Desks()
    standing = [await _standing(workflows, conn, actor, one, now, desks) for one in coming]
    made = [
        Stepped(one.item, after, one.deed.action.name, one.version, one.deed.ask.comment, one.deed.ask.links)
        for one, after in zip(coming, standing, strict=True)
    ]
    steps = await write_steps(workflows, conn, actor, made)
    moved, timers = list[Item](), dict[str, Mapping[tuple[str, str], datetime]]()
    for one, after, step in zip(coming, standing, steps, strict=True):
        item, timers[one.id] = _clocked(workflows, one, after, step, now)
        moved.append(item)
    for one, item in zip(coming, moved, strict=True):
        if one.item is None:
            await store.add_item(conn, item)
    if known := [item for one, item in zip(coming, moved, strict=True) if one.item is not None]:
        await store.move_items(conn, known)
    await store.add_steps(conn, [(one.id, step) for one, step in zip(coming, steps, strict=True)])
    for one in coming:
        for kind, other in one.deed.ask.links:
            await store.queries.add_link(conn, item=one.id, kind=kind, other=other, at=now, by=actor.name)
    await store.set_timers(conn, timers)
    return [Moved(item, step, one.deed.becomes, None) for one, item, step in zip(coming, moved, steps, strict=True)]


async def _standing(
    workflows: Workflows, conn: WriteConnection, actor: Actor, one: Coming, now: datetime, desks: Desks
) -> Item:
    """The case in its new state, without its clocks."""
    deed, item = one.deed, one.item
    workflow, action = deed.workflow, deed.action
    desk, person = await _answering(workflows, conn, one, desks)
    paused = paused_by(workflow.stages[action.to], deed.becomes)
    begun = item or Item(
        one.id, workflow.type, workflow.name, workflow.version, action.to, 0, (), now, one.begun_by or actor.name,
        desk, person, 0, now, paused, None, None, None, None,
    )  # fmt: skip
    since = begun.since if item is not None and item.state == action.to else now
    areas = areas_of(workflows.registry.table(workflow.type), deed.becomes)
    return replace(begun, state=action.to, areas=areas, desk=desk, person=person, since=since, paused=paused)


def _clocked(
    workflows: Workflows, one: Coming, after: Item, step: Step, now: datetime
) -> tuple[Item, Mapping[tuple[str, str], datetime]]:
    """The case with its clocks, and what the node is to do in it by itself."""
    workflow, stage = one.deed.workflow, one.deed.workflow.stages[after.state]
    calendar, steps = workflows.calendar(one.places), [*one.deed.steps, step]
    promise = promise_of(workflow, workflows.registry.catalogue, one.deed.becomes)
    near, due = (None, None) if stage.done else ends_of(workflow, promise, calendar, steps, now)
    moved = replace(
        after, steps=step.number, due_at=due, state_due_at=state_end(stage, calendar, after.since, after.paused),
        near_at=near, ended_at=now if stage.done else None,
    )  # fmt: skip
    return moved, timers_of(workflow, promise, calendar, steps, moved)


async def _answering(workflows: Workflows, conn: WriteConnection, one: Coming, desks: Desks) -> tuple[Desk, str | None]:
    """Who answers from now on: whom the action names, else whoever held it where the state stays, else the desk."""
    action, stage, item = one.deed.action, one.deed.workflow.stages[one.deed.action.to], one.item
    if one.deed.ask.person is not None:
        found = await holding(workflows, conn.asking, one.deed.ask.person, stage.responsible, one.places)
        if found is None:
            raise not_theirs(action.name, stage.responsible)
        return Desk(found.role, found.place), found.person
    if item is not None and item.state == action.to:
        return item.desk, item.person
    asked = tuple(stage.responsible), tuple(one.places)
    if asked not in desks:
        desks[asked] = await desk_for(workflows, conn.asking, *asked)
    return desks[asked], None
