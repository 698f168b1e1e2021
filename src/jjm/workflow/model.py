"""What a workflow handles: cases, the desks they lie at, and the steps that were taken in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from jjm.standards import NODE_PLACE

STEP = "workflow.step"
"""Under which type steps stand in the ledger."""
KEEPER = "node_keeper"
"""The role that answers where nobody else does; it is there as long as the node is."""


class Desk(NamedTuple):
    """Who answers for a case: the holders of a role for a place."""

    role: str
    place: str


LAST_DESK = Desk(KEEPER, NODE_PLACE)


@dataclass(frozen=True, slots=True)
class Item:
    """A case as it stands. `id` is the record that it is about; `paused` says why its clock stands."""

    id: str
    type: str
    workflow: str
    version: str
    state: str
    steps: int
    areas: tuple[str, ...]
    begun_at: datetime
    begun_by: str
    desk: Desk
    person: str | None
    level: int
    since: datetime
    paused: str | None
    due_at: datetime | None
    state_due_at: datetime | None
    near_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done in a case. `version` is the record's that it made, if it made one.

    `erased_in` is the step by which what was said at this one was erased.
    """

    number: int
    at: datetime
    actor: str
    action: str
    from_state: str | None
    to_state: str
    version: int | None
    comment: str | None
    desk: Desk
    person: str | None
    paused: str | None
    salt: bytes | None
    document: str
    entry: int
    erased_in: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants done in a case: an action, fields of the record, a comment, whom it is to be given to.

    `links` are kinds of links with the cases they lead to; `expected` is the record's ETag that was read; `source` is
    what stands in the versions that are made, those of what comes of it included.
    """

    action: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    comment: str | None = None
    person: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    expected: str | None = None
    source: str | None = None
