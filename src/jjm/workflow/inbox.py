"""The inbox of a person: the open cases it was given, and those at the desks where it sits, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from jjm.access import Actor, Scope
from jjm.kit import ReadConnection, load_queries
from jjm.workflow.context import Workflows
from jjm.workflow.model import LAST_DESK, Desk

queries = load_queries("jjm.workflow", "inbox")
Clock = Literal["within", "near", "late"]
_FIRST = (datetime(1970, 1, 1, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of an inbox, and where the next one begins; None on the last."""

    items: list[dict[str, Any]]
    next: tuple[datetime, str] | None


def desks_of(actor: Actor) -> list[Desk]:
    """The desks at which an actor sits: its roles and places; the keeper of the node at the last one."""
    desks = [Desk(one.role, one.place) for one in actor.holds]
    is_keeper = actor.kind in ("token", "node") and actor.has(Scope.ADMIN)
    return list(dict.fromkeys([*desks, LAST_DESK] if is_keeper else desks))


async def inbox_of(
    workflows: Workflows,
    conn: ReadConnection,
    actor: Actor,
    *,
    after: tuple[datetime, str] | None = None,
    names: Sequence[str] = (),
    states: Sequence[str] = (),
    clock: Clock | None = None,
    most: int = 50,
) -> Inbox:
    """What waits for an actor, by when it is due. One question, however many desks there are."""
    (after_turn, after_id), now = after or _FIRST, workflows.now()
    asked = {"workflows": list(names), "states": list(states), "clock": clock, "most": most, "now": now}
    seated = queries.waiting(conn, **_seats(actor), after_turn=after_turn, after_id=after_id, **asked)
    rows = [row async for row in seated]
    items = [_shown(row, now) for row in rows]
    last = rows[-1] if len(rows) == most else None
    return Inbox(items, (last["turn"], last["id"]) if last else None)


async def counts_of(workflows: Workflows, conn: ReadConnection, actor: Actor) -> list[dict[str, Any]]:
    """How many cases wait for an actor, by workflow, state and how their clocks stand."""
    return [dict(row) async for row in queries.counts(conn, **_seats(actor), now=workflows.now())]


def _seats(actor: Actor) -> dict[str, Any]:
    desks = desks_of(actor)
    person = actor.id if actor.kind == "person" else None
    return {"person": person, "roles": [desk.role for desk in desks], "places": [desk.place for desk in desks]}


def _shown(row: Any, now: datetime) -> dict[str, Any]:
    names = ("id", "type", "workflow", "version", "state", "role", "place", "person", "level", "since", "begun_at")
    times = {"due_at": row["due_at"], "state_due_at": row["state_due_at"], "paused": row["paused"]}
    late = any(at is not None and at < now for at in (row["due_at"], row["state_due_at"]))
    near = row["near_at"] is not None and row["near_at"] <= now
    clock: Clock = "late" if late else "near" if near else "within"
    return {name: row[name] for name in names} | times | {"late": late, "clock": clock}
