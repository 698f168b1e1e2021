"""What is said about a case, and whom it is given to, without moving it."""

from __future__ import annotations

from jjm.access import Actor, Holder, holders
from jjm.kit import ReadConnection, WriteConnection, forbidden, not_found
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.inbox import desks_of
from jjm.workflow.model import Desk, Item
from jjm.workflow.places import desk_for, holding, places_around
from jjm.workflow.rules import not_theirs
from jjm.workflow.showing import require_seen
from jjm.workflow.stepping import note

COMMENT, ASSIGN = "COMMENT", "ASSIGN"


async def say(workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, comment: str) -> Item:
    """Say something about a case, whoever sees its record. Raises Problem 404."""
    return await note(workflows, conn, actor, await _seen(workflows, conn, actor, id), COMMENT, comment)


async def assign(
    workflows: Workflows, conn: WriteConnection, actor: Actor, id: str, person: str | None, comment: str | None
) -> Item:
    """Give a case to a person who may answer for it, or back to its desk; whoever answers for it now may.

    Raises Problem 404, 403 `not-yours`, 409 `not-theirs`.
    """
    item = await _seen(workflows, conn, actor, id)
    if item.desk not in desks_of(actor) and (item.person is None or item.person != actor.id):
        detail = f"The case is given on by whoever answers for it: {item.desk.role} of {item.desk.place}."
        raise forbidden(detail, "not-yours")
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    places = await places_around(workflows, conn.asking, item.areas)
    responsible = workflow.stages[item.state].responsible
    if person is None:
        desk = await desk_for(workflows, conn.asking, responsible, places)
        return await note(workflows, conn, actor, item, ASSIGN, comment, desk=desk, person=None)
    found = await holding(workflows, conn.asking, person, responsible, places)
    if found is None:
        raise not_theirs(ASSIGN, responsible)
    return await note(workflows, conn, actor, item, ASSIGN, comment, desk=Desk(found.role, found.place), person=person)


async def who_may_answer(workflows: Workflows, conn: ReadConnection, id: str, state: str) -> list[Holder]:
    """To whom a case may be given in a state: each person once, by the nearest place of a role that answers in it."""
    item = await store.item(conn, id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    workflow = await workflows.version(conn, item.workflow, item.version)
    places = await places_around(workflows, conn, item.areas)
    responsible = workflow.stages[state].responsible
    found = await holders(conn, responsible, places, workflows.registry.clock.today())
    nearest = sorted(found, key=lambda one: (places.index(one.place), responsible.index(one.role), one.person))
    return list({one.person: one for one in reversed(nearest)}.values())[::-1]


async def _seen(workflows: Workflows, conn: WriteConnection, actor: Actor, id: str) -> Item:
    item = await store.locked_item(conn, id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    await require_seen(workflows, conn.asking, actor, item)
    return item
