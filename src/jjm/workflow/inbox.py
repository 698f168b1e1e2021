"""The inbox of a person: the open cases it was given, and those at the desks where it sits, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jjm.access import Actor, Scope
from jjm.kit import ReadConnection
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import LAST_DESK, Desk

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
    most: int = 50,
) -> Inbox:
    """What waits for an actor, by when it is due."""
    person = actor.id if actor.kind == "person" else None
    rows = await store.inbox(
        conn, person=person, desks=desks_of(actor), after=after or _FIRST, workflows=names, states=states, most=most
    )
    items = [_shown(row, workflows.now()) for row in rows]
    last = rows[-1] if len(rows) == most else None
    return Inbox(items, (last["turn"], last["id"]) if last else None)


def _shown(row: Any, now: datetime) -> dict[str, Any]:
    names = ("id", "type", "workflow", "version", "state", "role", "place", "person", "level", "since", "begun_at")
    late = row["due_at"] is not None and row["due_at"] < now
    late_here = row["state_due_at"] is not None and row["state_due_at"] < now
    times = {"due_at": row["due_at"], "state_due_at": row["state_due_at"], "paused": row["paused"]}
    return {name: row[name] for name in names} | times | {"late": late or late_here}
