"""Cases begin, move and are given on: each in one transaction with its record, its step and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jjm.access import NODE, Actor, Permit, Scope
from jjm.kit import Fault, Problem, WriteConnection, invalid, not_found
from jjm.registry import Change, Draft, examine, newest_version, record
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Acting, Deed
from jjm.workflow.looking import looked_around
from jjm.workflow.model import Ask, Desk, Item, Step
from jjm.workflow.places import areas_of, desk_for, held_there, holding, places_around, writes_there
from jjm.workflow.rules import action_of, check_ask, not_theirs, paused_by, require_may
from jjm.workflow.stepping import write_step
from jjm.workflow.timing import promise_of, reading_of, state_end, timers_of


@dataclass(frozen=True, slots=True)
class Moved:
    """A case after a step: as it stands, the step, and the record with its ETag where it got a new version."""

    item: Item
    step: Step
    data: Mapping[str, Any]
    etag: str | None


async def begin(workflows: Workflows, conn: WriteConnection, actor: Actor, name: str, ask: Ask) -> Moved:
    """Begin a case: a new record in the state that an action leads to.

    Raises Problem 404 for an unknown workflow, 403 `not-yours`, 409 `no-such-action`, 422 for what is missing.
    """
    workflow = workflows.newest(name)
    action = action_of(workflow, None, ask.action)
    table = workflows.registry.table(workflow.type)
    check_ask(workflow, action, ask, (), begins=table.moved)
    becomes = {**ask.data, workflow.moves: action.to}
    linked = await _linked(workflows, conn, None, ask)
    deed = await looked_around(workflows, conn.asking, Deed(
        workflow, action, actor, ask, None, {}, becomes, (), linked, {}, workflows.registry.catalogue, workflows.now()
    ))  # fmt: skip
    draft = Draft(Change.CREATE, deed.becomes, moves=True)
    faults = (await examine(workflows.registry, conn.asking, table, [draft]))[0]
    if faults:
        raise invalid(f"The {table.standard.name} was not recorded.", faults)
    assert draft.id is not None, "examine gives every draft an identifier"
    # Asked inside the transaction, which begins here: the record will not be all that is written.
    places = await places_around(workflows, conn, areas_of(table, draft.data))
    require_may(action, None, actor, held_there(actor, places), writes=writes_there(actor, workflow.type, places))
    deed = replace(deed, becomes=draft.data)
    _guarded(workflows, deed)
    made = (await record(workflows.registry, conn, _writing(actor, workflow.type), table, [draft], fenced=True))[0]
    moved = await _enter(workflows, conn, actor, deed, None, made.id, made.version.version, places)
    for effect in action.does:
        await workflows.deeds.effects[effect](Acting(workflows.registry, conn, made.id, deed))
    return replace(moved, etag=made.etag)


async def take(workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, ask: Ask) -> Moved:
    """Take an action in a case.

    Raises Problem 404, 403 `not-yours`, 409 `no-such-action` or `not-theirs`, 412 `stale-version`, 422 for what is
    missing or what a guard refuses.
    """
    item = await store.locked_item(conn, id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    action = action_of(workflow, item, ask.action)
    places = await places_around(workflows, conn.asking, item.areas)
    require_may(action, item, actor, held_there(actor, places), writes=writes_there(actor, item.type, places))
    table = workflows.registry.table(item.type)
    before = await newest_version(workflows.registry, conn.asking, NODE, table, id)
    check_ask(workflow, action, ask, ())
    given = {name: value for name, value in ask.data.items() if value is not None}
    becomes = {k: v for k, v in before.data.items() if k not in ask.data} | given | {workflow.moves: action.to}
    steps = await store.steps(conn.asking, id)
    linked = await _linked(workflows, conn, id, ask)
    deed = await looked_around(workflows, conn.asking, Deed(
        workflow, action, actor, ask, item, before.data, becomes, steps, linked, {}, workflows.registry.catalogue,
        workflows.now(),
    ))  # fmt: skip
    _guarded(workflows, deed)
    draft = Draft(Change.CHANGE, deed.becomes, id, expected=ask.expected, moves=True)
    faults = (await examine(workflows.registry, conn.asking, table, [draft]))[0]
    if faults:
        raise invalid(f"The {table.standard.name} was not changed.", faults)
    made = (await record(workflows.registry, conn, _writing(actor, item.type), table, [draft], fenced=True))[0]
    version = made.version.version if made.result != "unchanged" else None
    moved = await _enter(workflows, conn, actor, replace(deed, becomes=draft.data), item, id, version, places)
    for effect in action.does:
        await workflows.deeds.effects[effect](Acting(workflows.registry, conn, id, deed))
    return replace(moved, etag=made.etag)


def _writing(actor: Actor, type: str) -> Actor:
    """The actor as one who may change the record: the workflow has allowed it."""
    return replace(actor, permits=actor.permits | {Permit(Scope.WRITE, type)})


def _guarded(workflows: Workflows, deed: Deed) -> None:
    faults = [fault for name in deed.action.guards for fault in workflows.deeds.faults(deed, name)]
    if faults:
        raise Problem(
            "guarded", 422, "A rule of the workflow forbids this", f"{deed.action.name} was not done.", faults
        )


async def _linked(
    workflows: Workflows, conn: WriteConnection, id: str | None, ask: Ask
) -> dict[str, list[Mapping[str, Any]]]:
    """The records of the cases that a case is linked with, and of those that it is about to be linked with."""
    links = [(kind, other) for kind, other in ask.links]
    if id is not None:
        links += [(row["kind"], row["id"]) async for row in store.queries.links(conn.asking, item=id)]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for kind, other in dict.fromkeys(links):
        item = await store.item(conn.asking, other)
        if item is None:
            fault = Fault(f"there is no case `{other}`", "Name a case that is there.", "/links", value=other)
            raise invalid("The cases were not linked.", [fault], "case-incomplete")
        table = workflows.registry.table(item.type)
        version = await newest_version(workflows.registry, conn.asking, NODE, table, other)
        found.setdefault(kind, []).append({**version.data, "id": other, "_type": item.type})
    return found


async def _enter(
    workflows: Workflows,
    conn: WriteConnection,
    actor: Actor,
    deed: Deed,
    item: Item | None,
    id: str,
    version: int | None,
    places: Sequence[str],
) -> Moved:
    """Where the case is now, the step that led there, its links and timers, and the entry in the ledger."""
    workflow, action, now = deed.workflow, deed.action, workflows.now()
    stage = workflow.stages[action.to]
    stays = item is not None and item.state == action.to
    desk, person = await _answering(workflows, conn, deed, item, places)
    paused = paused_by(stage, deed.becomes)
    table = workflows.registry.table(workflow.type)
    begun = item or Item(
        id, workflow.type, workflow.name, workflow.version, action.to, 0, (), now, actor.name, desk, person, 0, now,
        paused, None, None, None,
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
    reading = reading_of(workflow, promise, calendar, steps, now)
    moved = replace(
        after, steps=step.number, due_at=reading.due if reading and not stage.done else None,
        state_due_at=state_end(stage, calendar, since, paused), ended_at=now if stage.done else None,
    )  # fmt: skip
    await (store.add_item if item is None else store.move_item)(conn, moved)
    await store.add_step(conn, id, step)
    for kind, other in links:
        await store.queries.add_link(conn, item=id, kind=kind, other=other, at=now, by=actor.name)
    await store.set_timers(conn, id, timers_of(workflow, calendar, steps, since, moved.level))
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
