"""When a case is due, what its clock says, and what the node does by itself at which instant: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jjm.standards import Calendar, Catalogue, Promise, Stage, Workflow
from jjm.workflow.clocks import NEAR, Reading, Stay, end_of, read_clock
from jjm.workflow.model import Item, Step

ACTION, RUNG, MOMENT = "action", "rung", "moment"
MOMENTS = ("near", "late")
"""Noted as steps of the node, in capitals."""


def promise_of(workflow: Workflow, catalogue: Catalogue, data: Mapping[str, Any]) -> Promise | None:
    """The promise of a whole case: the subtype's, else the sum of the ladder, else the workflow's, else none."""
    if workflow.subtype is not None:
        name, column = workflow.subtype
        hours = _hours(catalogue, workflow.type, name, column, data.get(name))
        if hours is not None:
            return Promise(hours)
    if workflow.ladder:
        return Promise(sum(rung.after.hours for rung in workflow.ladder), workflow.ladder[0].after.count)
    return workflow.promise


def _hours(catalogue: Catalogue, type: str, name: str, column: str, value: object) -> float | None:
    """What the codelist of a field says in a column about a value."""
    code = next((f.code for f in catalogue.types[type].fields if f.name == name), None)
    found = catalogue.codelists[code].codes.get(str(value)) if code else None
    said = found.extra.get(column) if found else None
    return float(said) if said else None


def stays_of(steps: Sequence[Step], workflow: Workflow) -> list[Stay]:
    """Where a case stayed, and why its clock stood; in a state that is done it stands."""
    return [Stay(s.to_state, s.at, "the case is closed" if _is_done(workflow, s) else s.paused) for s in steps]


def _is_done(workflow: Workflow, step: Step) -> bool:
    stage = workflow.stages.get(step.to_state)
    return stage is not None and stage.done


def reading_of(
    workflow: Workflow, promise: Promise | None, calendar: Calendar, steps: Sequence[Step], now: datetime
) -> Reading | None:
    """What the clock of the whole case says; None where nothing is promised."""
    return None if promise is None else read_clock(promise, calendar, stays_of(steps, workflow), now)


def state_end(stage: Stage, calendar: Calendar, since: datetime, paused: str | None) -> datetime | None:
    """When the promise of a state ends; None without one, or while the clock stands."""
    if stage.promise is None or stage.done or paused is not None:
        return None
    return end_of(stage.promise, calendar, since)


def ends_of(
    workflow: Workflow, promise: Promise | None, calendar: Calendar, steps: Sequence[Step], now: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the promise of the whole case will be near its end, and when it ends; None while the clock stands."""
    if promise is None:
        return None, None
    parts = Promise(promise.hours * NEAR, promise.count), promise
    near, due = (read_clock(part, calendar, stays_of(steps, workflow), now).due for part in parts)
    return near, due


def timers_of(
    workflow: Workflow, promise: Promise | None, calendar: Calendar, steps: Sequence[Step], item: Item
) -> dict[tuple[str, str], datetime]:
    """What the node is to do by itself from the last step on, by kind and name; while the clock stands, none of it.

    That a promise is near its end or broken is noted once in a case, where somebody is to be told of it.
    """
    last = steps[-1]
    stage = workflow.stages[last.to_state]
    if stage.done:
        return {}
    found = {(ACTION, t.action): end_of(t.after, calendar, item.since) for t in stage.timers}
    ends: dict[tuple[str, str], datetime | None] = {}
    if item.level < len(workflow.ladder):
        hours = sum(rung.after.hours for rung in workflow.ladder[: item.level + 1])
        part = Promise(hours, workflow.ladder[item.level].after.count)
        ends[RUNG, str(item.level)] = read_clock(part, calendar, stays_of(steps, workflow), last.at).due
    noted, told = {step.action for step in steps}, {notice.on for notice in workflow.notices}
    moments = zip(MOMENTS, ends_of(workflow, promise, calendar, steps, last.at), strict=True)
    ends |= {(MOMENT, name): at for name, at in moments if name in told and name.upper() not in noted}
    return found | {key: due for key, due in ends.items() if due is not None}
