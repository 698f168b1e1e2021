"""Cases begin, move and are given on: each in one transaction with its record, its step and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jjm.access import NODE, Actor
from jjm.kit import Fault, Problem, WriteConnection, invalid, not_found
from jjm.registry import Change, Draft, Outcome, Table, etag, examine, newest_version, record
from jjm.workflow import store
from jjm.workflow.changing import changed, writing
from jjm.workflow.context import Workflows
from jjm.workflow.deeds import Acting, Deed
from jjm.workflow.documents import kinds_here
from jjm.workflow.entering import Coming, Moved, enter, enter_all
from jjm.workflow.looking import looked_around
from jjm.workflow.model import Ask, Item
from jjm.workflow.places import areas_of, held_there, places_around, writes_there
from jjm.workflow.rules import action_of, check_ask, require_may
from jjm.workflow.scene import Scene, scene_of


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
    moved = await enter(workflows, conn, actor, Coming(deed, None, made.id, made.version.version, places))
    await _effects(workflows, conn, made.id, deed)
    return replace(moved, etag=made.etag)


async def take(workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, ask: Ask) -> Moved:
    """Take an action in a case.

    Raises Problem 404, 403 `not-yours`, 409 `no-such-action` or `not-theirs`, 412 `stale-version`, 422 for what is
    missing or what a guard refuses.
    """
    found = (await take_all(workflows, conn, actor, {id: ask}))[id]
    if isinstance(found, Problem):
        raise found
    return found


async def take_all(
    workflows: Workflows, conn: WriteConnection, actor: Actor, asks: Mapping[str, Ask]
) -> dict[str, Moved | Problem]:
    """Take an action in each of these cases, in all of them by a few statements.

    What is refused before anything is written is told for its case, and the others go on. What only the writing
    refuses, such as 412 `stale-version`, is raised, and then nothing of all may stand.
    """
    scene = await scene_of(workflows, conn, list(asks))
    done, ready = dict[str, Moved | Problem](), list[Ready]()
    for id, ask in asks.items():
        try:
            ready.append(await _ready(workflows, conn, actor, scene, id, ask))
        except Problem as refused:
            done[id] = refused
    for type in dict.fromkeys(one.item.type for one in ready):
        own = [one for one in ready if one.item.type == type]
        done |= await _written(workflows, conn, actor, workflows.registry.table(type), own)
    return {id: done[id] for id in asks}


@dataclass(frozen=True, slots=True)
class Ready:
    """An action that nothing speaks against but the checks of the record."""

    item: Item
    deed: Deed
    draft: Draft
    places: Sequence[str]


async def _ready(workflows: Workflows, conn: WriteConnection, actor: Actor, scene: Scene, id: str, ask: Ask) -> Ready:
    item = scene.items.get(id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    action, places = action_of(workflow, item, ask.action), scene.places[item.areas]
    require_may(action, item, actor, held_there(actor, places), writes=writes_there(actor, item.type, places))
    table = workflows.registry.table(item.type)
    before = scene.records.get(id) or await newest_version(workflows.registry, conn.asking, NODE, table, id)
    check_ask(workflow, action, ask, await kinds_here(conn.asking, item) if action.documents else ())
    given = {name: value for name, value in ask.data.items() if value is not None}
    becomes = {k: v for k, v in before.data.items() if k not in ask.data} | given | {workflow.moves: action.to}
    linked = await _linked(workflows, conn, id, ask) if ask.links or id in scene.linked else {}
    deed = await looked_around(workflows, conn.asking, Deed(
        workflow, action, actor, ask, item, before.data, becomes, scene.steps[id], linked, {},
        workflows.registry.catalogue, workflows.now(),
    ), scene.seen)  # fmt: skip
    _guarded(workflows, deed)
    draft = Draft(Change.CHANGE, deed.becomes, id, source=ask.source, expected=ask.expected, moves=True)
    return Ready(item, deed, draft, places)


async def _written(
    workflows: Workflows, conn: WriteConnection, actor: Actor, table: Table, ready: Sequence[Ready]
) -> dict[str, Moved | Problem]:
    """Cases of one type move on, those whose records stand the checks."""
    found = await examine(workflows.registry, conn.asking, table, [one.draft for one in ready])
    refused = f"The {table.standard.name} was not changed."
    done: dict[str, Moved | Problem] = {
        one.item.id: invalid(refused, faults) for one, faults in zip(ready, found, strict=True) if faults
    }
    good = [one for one, faults in zip(ready, found, strict=True) if not faults]
    if not good:
        return done
    drafts, allowed = [one.draft for one in good], writing(actor, table.standard.name)
    made = await record(workflows.registry, conn, allowed, table, drafts, fenced=True)
    coming = [_coming(one, outcome) for one, outcome in zip(good, made, strict=True)]
    for one, outcome, moved in zip(good, made, await enter_all(workflows, conn, actor, coming), strict=True):
        await _effects(workflows, conn, one.item.id, one.deed)
        done[one.item.id] = replace(moved, etag=outcome.etag)
    return done


def _coming(one: Ready, made: Outcome) -> Coming:
    version = made.version.version if made.result != "unchanged" else None
    return Coming(replace(one.deed, becomes=one.draft.data), one.item, one.item.id, version, one.places)


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
