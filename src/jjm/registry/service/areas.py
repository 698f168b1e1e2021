"""Re-organising areas: planned, shown beforehand, recorded in one transaction with its lineage, and taken back.

An operation moves areas and ends areas. It never touches the records that lie in them: those find their place through
the trees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import orjson

from jjm.access import Actor, require_write
from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, conflict, savepoint
from jjm.registry.model import Draft
from jjm.registry.operations import Operation, kind_of
from jjm.registry.plans import plan
from jjm.registry.reorganise import Plan, Scene, Step
from jjm.registry.service.areas_scene import new_ids, scene
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import examine
from jjm.registry.service.fence import steps_stay_inside
from jjm.registry.service.trees import LOOP, types_in_loops
from jjm.registry.service.write import record
from jjm.registry.store import lineage
from jjm.registry.table import Table

_REFUSED = "operation-refused"


@dataclass(frozen=True, slots=True)
class Planned:
    """A re-organisation ready to be recorded: what was asked of which area, what was found, and the plan."""

    table: Table
    subject: str
    asked: Operation
    scene: Scene
    plan: Plan


async def draw_up(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    table: Table,
    subject: str,
    asked: Operation,
    *,
    hold: WriteConnection | None = None,
) -> Planned:
    """Plan a re-organisation and find what stands against it, without changing anything.

    With `hold` nobody else can change the areas at hand until its transaction ends. Raises Problem 403 where it would
    touch an area outside those that the actor may change.
    """
    require_write(actor, table.standard)
    if table.standard.level is None:
        raise Problem("not-an-area", 404, "Not an area", f"{table.standard.plural} are not areas.")
    new = new_ids(registry, table, subject, asked)
    seen = await scene(registry, conn, table, subject, asked, new, hold)
    made = plan(asked, seen, subject, new)
    created = {s.id for s in made.of("created")}
    await steps_stay_inside(registry, conn, actor, (table, subject), made.steps, created)
    made.problems += await _later(conn, made, subject, asked.effective)
    return Planned(table, subject, asked, seen, made)


async def _later(conn: ReadConnection, made: Plan, subject: str, effective: date) -> list[Fault]:
    touched = list({subject, *(s.id for s in made.steps)})
    remedy = "Undo the later one first, then record both in the order of their days."
    return [
        Fault(
            f"{', '.join(row['ids'][:5])} is re-organised on {row['effective']} by {row['operation']}",
            remedy,
            "/effective",
            value=row["operation"],
        )
        async for row in lineage.later_operations(conn, ids=touched, day=effective)
    ]


async def faults(registry: Registry, conn: ReadConnection, made: Plan) -> list[Fault]:
    """What the standards say against the new values of a plan; areas yet to be made may be named."""
    coming = {s.id for s in made.of("created")}
    steps = sorted((s for s in made.steps if s.kind != "retired"), key=_type_of)
    found: list[Fault] = []
    for type, run in groupby(steps, key=_type_of):
        same = list(run)
        drafts = [_draft(s, "") for s in same]
        for step, against in zip(same, await examine(registry, conn, registry.table(type), drafts), strict=True):
            found += [_about(step, f) for f in against if f.value not in coming]
    return found


class _TakenBackError(Exception):
    """A plan was recorded for a look at the trees, and is taken back."""


async def loops(registry: Registry, conn: WriteConnection, actor: Actor, planned: Planned) -> list[Fault]:
    """Where areas would come to lie below themselves, on whatever day, if this plan were recorded.

    The trees alone can tell, so it is recorded and taken back: that is done where a loop can be, among local bodies.
    """
    types = {s.type for s in planned.plan.steps}
    if not any(types_in_loops(registry.catalogue, registry.table(type).standard) for type in types):
        return []
    try:
        async with savepoint(conn):
            # With its edges: an area that ended counts where they lead.
            await _keep_edges(conn, registry.minter.mint("OPR", 1)[0], planned, registry.clock.now())
            await assert_steps(registry, conn, actor, planned.plan.steps, planned.asked.order.reference)
            raise _TakenBackError
    except _TakenBackError:
        return []
    except Problem as refusal:
        if refusal.code != LOOP:
            raise
        return list(refusal.faults)


def _type_of(step: Step) -> str:
    return step.type


def _about(step: Step, fault: Fault) -> Fault:
    return Fault(f"{step.id}: {fault.message}", fault.remedy, fault.pointer, value=fault.value)


def _draft(step: Step, reason: str, source: str | None = None) -> Draft:
    return Draft(step.change, dict(step.data), step.id, step.valid_from, step.valid_to, source, reason)


async def perform(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    table: Table,
    subject: str,
    asked: Operation,
    *,
    source: str | None = None,
) -> str:
    """Record a re-organisation and give its identifier; `source` stands in every version it makes.

    Raises Problem 409 `operation-refused` with everything that stands against it; nothing is changed then.
    """
    await lineage.lock_operations(conn)
    planned = await draw_up(registry, conn, actor, table, subject, asked, hold=conn)
    if planned.plan.problems:
        raise refused(planned)
    id = registry.minter.mint("OPR", 1)[0]
    now = registry.clock.now()
    await _keep_edges(conn, id, planned, now)
    try:
        async with savepoint(conn):
            after = await assert_steps(registry, conn, actor, planned.plan.steps, asked.order.reference, source)
    except Problem as refusal:
        if refusal.code not in (_REFUSED, LOOP):
            raise
        # It ended at the first type of area with a fault. With its steps taken back, those of all are found.
        planned.plan.problems += await faults(registry, conn, planned.plan) or refusal.faults
        raise refused(planned) from refusal
    await lineage.keep_operation(
        conn,
        id=id,
        kind=kind_of(asked),
        subject=subject,
        effective=asked.effective,
        order_ref=asked.order.reference,
        actor=actor.name,
        recorded_at=now,
        steps=orjson.dumps([step_row(s, n) for s, n in zip(planned.plan.steps, after, strict=True)]).decode(),
        asked=asked.model_dump_json(by_alias=True, exclude_unset=True),
    )
    return id


def refused(planned: Planned) -> Problem:
    """409 with everything that stands against a re-organisation."""
    detail = f"{planned.subject} was not re-organised."
    return conflict(_REFUSED, detail, *planned.plan.problems)


async def _keep_edges(conn: WriteConnection, id: str, planned: Planned, now: datetime) -> None:
    edges = planned.plan.edges
    await lineage.keep_edges(
        conn,
        operation=id,
        kinds=[e.kind for e in edges],
        from_ids=[e.from_id for e in edges],
        to_ids=[e.to_id for e in edges],
        effective=planned.asked.effective,
        recorded_at=now,
    )


async def assert_steps(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    steps: Sequence[Step],
    reason: str,
    source: str | None = None,
) -> list[int]:
    """Record the steps in their order, set-wise, and give the version each of them made."""
    numbers: dict[int, int] = {}
    for _, same_kind in groupby(enumerate(steps), key=lambda pair: pair[1].kind):
        for lot in rounds(list(same_kind)):
            top_down = sorted(lot, key=lambda pair: (_rank(registry, pair[1]), pair[1].type))
            for type, run in groupby(top_down, key=lambda pair: pair[1].type):
                numbers |= await _assert(registry, conn, actor, registry.table(type), dict(run), reason, source)
    return [numbers[n] for n in range(len(steps))]


def _rank(registry: Registry, step: Step) -> int:
    level = registry.table(step.type).standard.level
    return level.rank if level else 0


async def _assert(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    table: Table,
    steps: Mapping[int, Step],
    reason: str,
    source: str | None,
) -> dict[int, int]:
    drafts = [_draft(step, reason, source) for step in steps.values()]
    against = await examine(registry, conn, table, drafts)
    if found := [_about(s, f) for s, more in zip(steps.values(), against, strict=True) for f in more]:
        raise conflict(_REFUSED, "An area would break a rule of its standard.", *found)
    made = await record(registry, conn, actor, table, drafts, fenced=True)
    return {n: outcome.version.version for n, outcome in zip(steps, made, strict=True)}


def rounds(steps: Sequence[tuple[int, Step]]) -> list[list[tuple[int, Step]]]:
    """The steps in rounds, so that in each an area has one step at most and its steps keep their order."""
    seen: dict[str, int] = {}
    lots: list[list[tuple[int, Step]]] = []
    for place, step in steps:
        turn = seen.get(step.id, 0)
        seen[step.id] = turn + 1
        if turn == len(lots):
            lots.append([])
        lots[turn].append((place, step))
    return lots


def step_row(step: Step, after: int) -> Mapping[str, Any]:
    """A step as it is kept with its operation."""
    return {
        "kind": step.kind,
        "type": step.type,
        "id": step.id,
        "before": step.before,
        "after": after,
        "valid_from": step.valid_from.isoformat(),
        "valid_to": step.valid_to.isoformat() if step.valid_to else None,
    }
