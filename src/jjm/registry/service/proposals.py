"""Deciding proposals: what a person accepts is recorded as they would record it themselves, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from pydantic import Field, ValidationError

from jjm.access import Actor, require_write
from jjm.kit import Fault, Problem, WriteConnection, conflict, invalid, not_found
from jjm.registry import store
from jjm.registry.model import Change, Draft, Outcome
from jjm.registry.operations import Abolish, Body, Merge, Note, Operation, Order, Rename, Reparent
from jjm.registry.rules import merge_patch
from jjm.registry.service import areas, read
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import examine
from jjm.registry.service.fence import stay_inside
from jjm.registry.service.write import record
from jjm.registry.store import lineage
from jjm.registry.table import Table

TYPE = "proposal"


class Decision(Body):
    """What a person says when deciding: why, what the proposed values lack, and since when by which order.

    With an order an area is renamed, moved or ended as a change in the world; without one its record is corrected.
    """

    note: Note | None = None
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    effective: date | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal that is being accepted, with all that acting on it needs; `behalf` names the node that decided it."""

    registry: Registry
    conn: WriteConnection
    actor: Actor
    id: str
    data: Mapping[str, Any]
    decision: Decision
    behalf: str | None = None

    @property
    def table(self) -> Table:
        """The tables of the type it is about. Raises Problem 409 where this node has none."""
        type = str(self.data["about_type"])
        if type not in self.registry.tables:
            raise conflict("type-unknown", f"This node has no registry of the type `{type}`.")
        return self.registry.table(type)

    @property
    def values(self) -> dict[str, Any]:
        """The proposed values, with those that the person gave."""
        return merge_patch(self.data.get("data") or {}, self.decision.data)

    @property
    def effective(self) -> date:
        """The day since which it is so."""
        return self.since or self.registry.clock.today()

    @property
    def since(self) -> date | None:
        """The day that the person gave, or else the proposal; None for that of the decision."""
        proposed = self.data.get("since")
        return self.decision.effective or (date.fromisoformat(proposed) if proposed else None)

    def record_named(self, field: str) -> str:
        """The record that the proposal names. Raises Problem 409 where it names none."""
        if (id := self.data.get(field)) is None:
            raise conflict("proposal-incomplete", f"The proposal {self.id} names no record in `{field}`.")
        return str(id)


Act: TypeAlias = Callable[[Case], Awaitable[str | None]]


async def decide(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    id: str,
    *,
    accept: bool,
    decision: Decision,
    behalf: str | None = None,
) -> Outcome:
    """Accept a proposal and do what it says, or reject it; what becomes of the proposal itself.

    `behalf` names the node that has decided it, where the fields are its own.

    Raises Problem 404 for an unknown proposal, 409 for one decided before, and whatever refuses the deed itself.
    """
    table = registry.table(TYPE)
    require_write(actor, table.standard)
    held = (await store.lock(conn, table, [id])).get(id)
    if held is None:
        raise not_found(f"There is no proposal `{id}` here.", id=id)
    await stay_inside(registry, conn, actor, table, [Draft(Change.RETIRE, {}, id)], {id: held.data})
    if held.data["status"] != "open":
        who = held.data.get("decided_by", "somebody")
        raise conflict("decided", f"The proposal {id} was {held.data['status']} by {who} already.", id=id)
    data = dict(held.data)
    if accept:
        case = Case(registry, conn, actor, id, held.data, decision, behalf)
        data["about"] = await ACTS[str(held.data["kind"])](case) or held.data.get("about")
    data |= {
        "status": "accepted" if accept else "rejected",
        "decided_by": actor.name,
        "decided_on": registry.clock.today().isoformat(),
        "decision_note": decision.note,
    }
    return await _put(registry, conn, actor, table, Draft(Change.CHANGE, data, id))


async def _put(registry: Registry, conn: WriteConnection, actor: Actor, table: Table, draft: Draft) -> Outcome:
    faults = (await examine(registry, conn, table, [draft]))[0]
    if faults:
        raise invalid(f"The {table.standard.name} was not recorded.", faults)
    return (await record(registry, conn, actor, table, [draft]))[0]


async def _new_record(case: Case) -> str:
    draft = Draft(Change.CREATE, case.values, valid_from=case.since, reason=f"proposal {case.id}")
    return (await _put(case.registry, case.conn, case.actor, case.table, draft)).id


async def _duplicate(case: Case) -> None:
    """The record ends in favour of the other, which takes over its identifiers in other systems."""
    about, other = case.record_named("about"), case.record_named("other")
    before = await read.newest_version(case.registry, case.conn, case.actor, case.table, about)
    await read.newest_version(case.registry, case.conn, case.actor, case.table, other)
    if case.table.standard.level is not None:
        merge = Merge(effective=case.effective, order=_order(case), note=case.decision.note, into=other)
        await areas.perform(case.registry, case.conn, case.actor, case.table, about, merge)
    else:
        await _note_duplicate(case, about, other)
        draft = Draft(Change.RETIRE, {}, about, case.decision.effective, reason=f"proposal {case.id}")
        await record(case.registry, case.conn, case.actor, case.table, [draft])
    if case.effective <= case.registry.clock.today():
        await _take_identifiers(case, other, before.data.get("external_ids") or [])


async def _note_duplicate(case: Case, about: str, other: str) -> None:
    await lineage.keep_edges(
        case.conn,
        operation=case.id,
        kinds=["duplicate_of"],
        from_ids=[about],
        to_ids=[other],
        effective=case.effective,
        recorded_at=case.registry.clock.now(),
    )


async def _take_identifiers(case: Case, id: str, more: list[dict[str, Any]]) -> None:
    held = await read.newest_version(case.registry, case.conn, case.actor, case.table, id)
    known: list[dict[str, Any]] = list(held.data.get("external_ids") or [])
    names = {(e["system"], e["value"]) for e in known}
    fresh = [e for e in more if (e["system"], e["value"]) not in names]
    if fresh:
        data = {**held.data, "external_ids": known + fresh}
        draft = Draft(Change.CHANGE, data, id, reason=f"proposal {case.id}")
        await _put(case.registry, case.conn, case.actor, case.table, draft)


async def _match(case: Case) -> None:
    """The record carries the identifiers that the source knows it by."""
    found = case.values.get("external_ids")
    if not found:
        detail = f"The proposal {case.id} names no identifier; give it in `data.external_ids`."
        raise conflict("proposal-incomplete", detail)
    await _take_identifiers(case, case.record_named("about"), found)


async def _rename(case: Case) -> None:
    if case.decision.order is None or case.table.standard.level is None:
        return await _correct(case)
    names = {name: case.values[name] for name in ("name", "name_local", "names") if name in case.values}
    return await _operate(case, Rename, names)


async def _move(case: Case) -> None:
    if case.decision.order is None or case.table.standard.level is None:
        return await _correct(case)
    return await _operate(case, Reparent, {"parents": case.values})


async def _missing(case: Case) -> None:
    """A record that a list left out ends; an area only by an order."""
    about = case.record_named("about")
    if case.table.standard.level is None:
        draft = Draft(Change.RETIRE, {}, about, case.decision.effective, reason=f"proposal {case.id}")
        await record(case.registry, case.conn, case.actor, case.table, [draft])
        return
    if case.decision.order is None:
        fault = Fault(
            "no order is named", "Give `order` and `effective`; a list that leaves an area out is none.", "/order"
        )
        raise Problem("order-needed", 422, "An area ends by an order", f"{about} stays.", [fault])
    await _operate(case, Abolish, {})


async def _change(case: Case) -> None:
    """The record has the proposed values from that day on."""
    await _revalue(case, Change.CHANGE, case.since)


async def _retire(case: Case) -> None:
    """The record ends; an area by an order."""
    if case.table.standard.level is not None:
        return await _missing(case)
    draft = Draft(Change.RETIRE, {}, case.record_named("about"), case.since, reason=f"proposal {case.id}")
    await record(case.registry, case.conn, case.actor, case.table, [draft])
    return None


async def _correct(case: Case) -> None:
    """The record was wrong or silent: it takes the proposed values over the whole life of those they replace."""
    await _revalue(case, Change.CORRECT, None)


async def _revalue(case: Case, change: Change, since: date | None) -> None:
    about = case.record_named("about")
    held = await read.newest_version(case.registry, case.conn, case.actor, case.table, about)
    data = merge_patch(dict(held.data), case.values)
    draft = Draft(change, data, about, since, reason=f"proposal {case.id}", behalf=case.behalf)
    await _put(case.registry, case.conn, case.actor, case.table, draft)


async def _operate(case: Case, kind: type[Operation], body: Mapping[str, Any]) -> None:
    asked = {"effective": case.effective, "order": _order(case), "note": case.decision.note, **body}
    try:
        operation = kind.model_validate(asked)
    except ValidationError as error:
        detail = f"The proposal {case.id} cannot be acted on: {error}"
        raise conflict("proposal-incomplete", detail) from error
    await areas.perform(case.registry, case.conn, case.actor, case.table, case.record_named("about"), operation)


def _order(case: Case) -> Order:
    return case.decision.order or Order(number=f"proposal {case.id}", date=case.registry.clock.today())


ACTS: Mapping[str, Act] = {
    "new_record": _new_record,
    "duplicate": _duplicate,
    "match": _match,
    "rename": _rename,
    "move": _move,
    "missing": _missing,
    "change": _change,
    "correct": _correct,
    "retire": _retire,
}
