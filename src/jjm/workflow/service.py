"""Cases begin, move and are given on: each in one transaction with its record, its step and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jjm.access import NODE, Actor
from jjm.kit import Fault, Problem, WriteConnection, invalid, not_found
from jjm.registry import Change, Draft, etag, examine, newest_version, record
from jjm.workflow import store
from jjm.workflow.changing import changed, writing
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Acting, Deed
from jjm.workflow.documents import kinds_here
from jjm.workflow.entering import Moved, enter
from jjm.workflow.looking import looked_around
from jjm.workflow.model import Ask, Item
from jjm.workflow.places import areas_of, held_there, places_around, writes_there
from jjm.workflow.rules import action_of, check_ask, require_may


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
    draft = Draft(Change.CREATE, deed.becomes, source=ask.source, moves=True)
    faults = (await examine(workflows.registry, conn.asking, table, [draft]))[0]
    if faults:
        raise invalid(f"The {table.standard.name} was not recorded.", faults)
    assert draft.id is not None, "examine gives every draft an identifier"
    # Asked inside the transaction, which begins here: the record will not be all that is written.
    places = await places_around(workflows, conn, areas_of(table, draft.data))
    require_may(action, None, actor, held_there(actor, places), writes=writes_there(actor, workflow.type, places))
    deed = replace(deed, becomes=draft.data)
    _guarded(workflows, deed)
    made = (await record(workflows.registry, conn, writing(actor, workflow.type), table, [draft], fenced=True))[0]
    moved = await enter(workflows, conn, actor, deed, None, made.id, made.version.version, places)
    await _effects(workflows, conn, made.id, deed)
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
    check_ask(workflow, action, ask, await kinds_here(conn.asking, item))
    given = {name: value for name, value in ask.data.items() if value is not None}
    becomes = {k: v for k, v in before.data.items() if k not in ask.data} | given | {workflow.moves: action.to}
    steps = await store.steps(conn.asking, id)
    linked = await _linked(workflows, conn, id, ask)
    deed = await looked_around(workflows, conn.asking, Deed(
        workflow, action, actor, ask, item, before.data, becomes, steps, linked, {}, workflows.registry.catalogue,
        workflows.now(),
    ))  # fmt: skip
    _guarded(workflows, deed)
    draft = Draft(Change.CHANGE, deed.becomes, id, source=ask.source, expected=ask.expected, moves=True)
    faults = (await examine(workflows.registry, conn.asking, table, [draft]))[0]
    if faults:
        raise invalid(f"The {table.standard.name} was not changed.", faults)
    made = (await record(workflows.registry, conn, writing(actor, item.type), table, [draft], fenced=True))[0]
    version = made.version.version if made.result != "unchanged" else None
    moved = await enter(workflows, conn, actor, replace(deed, becomes=draft.data), item, id, version, places)
    await _effects(workflows, conn, id, deed)
    return replace(moved, etag=made.etag)


async def _effects(workflows: Workflows, conn: WriteConnection, id: str, deed: Deed) -> None:
    """What comes about with an action, in its transaction; what it begins or takes in turn, the node does."""

    async def another(name: str, ask: Ask) -> Item:
        return (await begin(workflows, conn, NODE, name, replace(ask, source=deed.ask.source))).item

    async def further(other: str, ask: Ask) -> Item:
        return (await take(workflows, conn, NODE, other, replace(ask, source=deed.ask.source))).item

    async def read(type: str, other: str) -> tuple[Mapping[str, Any], str]:
        found = await newest_version(workflows.registry, conn.asking, NODE, workflows.registry.table(type), other)
        return found.data, etag(found.version, found.newest)

    async def change(type: str, other: str, values: Mapping[str, Any]) -> None:
        await changed(workflows, conn, deed.actor, id, type, other, values)

    for effect in deed.action.does:
        acting = Acting(workflows.registry, conn, id, deed, another, further, read, change)
        await workflows.deeds.effects[effect](acting)


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
