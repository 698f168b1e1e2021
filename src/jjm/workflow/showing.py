"""A case as it is shown to somebody: its record as that person may see it, who answers, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from jjm.access import Actor
from jjm.kit import ReadConnection, not_found
from jjm.registry import etag, get
from jjm.standards import Action
from jjm.workflow import store
from jjm.workflow.clocks import Reading
from jjm.workflow.context import Workflows
from jjm.workflow.model import Item, Step
from jjm.workflow.places import held_there, places_around, writes_there
from jjm.workflow.rules import may_take
from jjm.workflow.timing import promise_of, reading_of


async def shown_case(workflows: Workflows, conn: ReadConnection, actor: Actor, id: str) -> tuple[dict[str, Any], str]:
    """A case with its record, clock, links and what the actor can do; and the ETag. Raises Problem 404."""
    item = await _seen(conn, id)
    table = workflows.registry.table(item.type)
    record, newest = await get(workflows.registry, conn, actor, table, id)
    workflow = await workflows.version(conn, item.workflow, item.version)
    steps = await store.steps(conn, id)
    places = await places_around(workflows, conn, item.areas)
    held, writes = held_there(actor, places), writes_there(actor, item.type, places)
    can = [a for a in workflow.stages[item.state].actions.values() if may_take(a, item, actor, held, writes=writes)]
    promise = promise_of(workflow, workflows.registry.catalogue, record)
    reading = reading_of(workflow, promise, workflows.calendar(places), steps, workflows.now())
    links = [dict(row) async for row in store.queries.links(conn, item=id)]
    body = _told(item) | {
        "record": record, "clock": _clock(reading), "links": links, "actions": [_action(a) for a in can]
    }  # fmt: skip
    return body, etag(record["_meta"]["version"], newest)


def shown_starts(workflows: Workflows, actor: Actor, name: str) -> list[dict[str, Any]]:
    """The actions by which an actor may begin a case somewhere, by the roles that it holds. Raises Problem 404."""
    roles = {one.role for one in actor.holds}
    return [_action(one) for one in workflows.newest(name).starts.values() if roles.intersection(one.roles)]


def shown_for_many(workflows: Workflows, actor: Actor, name: str, state: str) -> list[dict[str, Any]]:
    """The actions of a state that an actor may take in many cases at once: those that ask for no field.

    Each case is asked by itself whether it is around a place for which the actor holds the role. Raises Problem 404.
    """
    stage = workflows.newest(name).stages.get(state)
    roles = {one.role for one in actor.holds}
    able = [a for a in stage.actions.values() if roles.intersection(a.roles) or "assignee" in a.by] if stage else []
    return [_action(one) for one in able if not one.fields]


async def shown_steps(workflows: Workflows, conn: ReadConnection, actor: Actor, id: str) -> list[dict[str, Any]]:
    """What was done in a case, in order, for whoever sees its record. Raises Problem 404."""
    await require_seen(workflows, conn, actor, await _seen(conn, id))
    steps = await store.steps(conn, id)
    numbered = {step.number: step for step in steps}
    return [_step(step) | {"erased": _erased(step, numbered)} for step in steps]


async def require_seen(workflows: Workflows, conn: ReadConnection, actor: Actor, item: Item) -> None:
    """Refuse a case whose record the actor does not see as if it were not there. Raises Problem 404."""
    table = workflows.registry.table(item.type)
    await get(workflows.registry, conn, actor, table, item.id, fields=frozenset({"id", "_meta"}))


async def _seen(conn: ReadConnection, id: str) -> Item:
    item = await store.item(conn, id)
    if item is None:
        raise not_found(f"There is no case `{id}` here.", id=id)
    return item


def _told(item: Item) -> dict[str, Any]:
    return {
        "id": item.id, "type": item.type, "workflow": item.workflow, "version": item.version, "state": item.state,
        "begun_at": item.begun_at, "begun_by": item.begun_by, "since": item.since, "level": item.level,
        "responsible": {"role": item.desk.role, "place": item.desk.place, "person": item.person},
        "due_at": item.due_at, "state_due_at": item.state_due_at, "paused": item.paused, "ended_at": item.ended_at,
    }  # fmt: skip


def _clock(reading: Reading | None) -> dict[str, Any] | None:
    """Why a case is due when it is: each stretch of time, what of it was counted, and why."""
    if reading is None:
        return None
    stretches = [
        {"from": s.begun, "to": s.ended, "state": s.state, "counted_hours": _hours(s.counted), "why": s.why}
        for s in reading.stretches
    ]
    return {
        "promised_hours": _hours(reading.promised), "used_hours": _hours(reading.used),
        "left_hours": _hours(reading.left), "due_at": reading.due, "standing": reading.standing,
        "stretches": stretches,
    }  # fmt: skip


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 3)


def _action(action: Action) -> dict[str, Any]:
    return {
        "action": action.name, "to": action.to, "title": dict(action.title), "fields": list(action.fields),
        "optional": list(action.optional), "documents": list(action.documents), "comment": action.comment,
        "assigns": action.assigns,
    }  # fmt: skip


def _erased(step: Step, numbered: Mapping[int, Step]) -> dict[str, Any] | None:
    """That something was said at a step and erased by another; None where nothing was."""
    by = numbered.get(step.erased_in or 0)
    if by is None:
        return None
    return {"at": by.at, "by": by.actor, "why": by.comment, "digest": orjson.loads(step.document)["comment"]}


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number, "at": step.at, "actor": step.actor, "action": step.action, "from": step.from_state,
        "to": step.to_state, "version": step.version, "comment": step.comment, "entry": step.entry,
        "responsible": {"role": step.desk.role, "place": step.desk.place, "person": step.person},
        "paused": step.paused,
    }  # fmt: skip
