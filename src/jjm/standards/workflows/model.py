"""What a workflow says once it has been read: states, actions, promises, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from jjm.standards.model import Titles

Counted = Literal["working", "all"]
By = Literal["starter", "assignee", "node"]
Moment = Literal["near", "late", "escalated"]


@dataclass(frozen=True, slots=True)
class Promise:
    """Time within which something is to be done: hours, of the working hours of the place or of all."""

    hours: float
    count: Counted = "working"


@dataclass(frozen=True, slots=True)
class Action:
    """What moves a case from one state to the next, who may do it, and what must be there for it.

    `by` names who may besides the holders of `roles`: who started the case, whom it was given to, or the node itself
    (a timer, an effect, a record that arrived). `fields` of the
    record and `documents` by kind are asked for; `optional` fields may be changed along with it. `guards` and `does`
    name pure rules and effects of a solution, `fills` what the node works out for fields of the record that nobody
    types. `assigns` says that a person may be named who takes the case on.
    """

    name: str
    to: str
    title: Titles
    roles: tuple[str, ...] = ()
    by: tuple[By, ...] = ()
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    comment: bool = False
    assigns: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """An action that the node takes by itself once a case has been in a state for so long."""

    after: Promise
    action: str


@dataclass(frozen=True, slots=True)
class Pause:
    """While a case is in the state the clock stands: always, or for some values of a field of the record."""

    field: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of a case: who answers for it, by when, and what can be done. `done`: nothing is owed any more."""

    name: str
    responsible: tuple[str, ...]
    actions: Mapping[str, Action]
    done: bool = False
    promise: Promise | None = None
    timers: tuple[Timer, ...] = ()
    pause: Pause | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of escalation: after so long (from the level before) the case goes to the first of these roles."""

    after: Promise
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told, by which template, when an action is taken, a state is entered, or a promise is near or broken."""

    on: str
    who: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True)
class Replacing:
    """Which version's running cases this one takes over, and where each of their states goes."""

    version: str
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Beginning:
    """What begins a case by itself: a record of `type` that came or changed, or a step in a case of `workflow`.

    `moment` is the action or state of that step. `guards` must agree to the record; the new case begins by the action
    `start` with the fields of `takes` (its own name to the record's, `$id` for its identifier) and the values of
    `gives`, and is linked with a case that it begins by.
    """

    start: str
    type: str | None = None
    workflow: str | None = None
    moment: str | None = None
    guards: tuple[str, ...] = ()
    takes: Mapping[str, str] = field(default_factory=dict[str, str])
    gives: Mapping[str, object] = field(default_factory=dict[str, object])
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """How the records of one type move: the field `moves` holds the state, `starts` are the actions that begin a case.

    `promise` is the whole case's. `subtype` names a code field and the column of its list that holds hours, which come
    before the workflow's own. `said` is what the file says, unchanged; `is_digit` that it is a BusinessService.
    """

    name: str
    version: str
    title: Titles
    type: str
    moves: str
    starts: Mapping[str, Action]
    stages: Mapping[str, Stage]
    description: Titles = field(default_factory=dict[str, str])
    promise: Promise | None = None
    subtype: tuple[str, str] | None = None
    ladder: tuple[Rung, ...] = ()
    notices: tuple[Notice, ...] = ()
    links: tuple[str, ...] = ()
    begins: tuple[Beginning, ...] = ()
    replaces: Replacing | None = None
    said: Mapping[str, object] = field(default_factory=dict[str, object])
    is_digit: bool = False
    file: str = ""

    def actions(self) -> list[tuple[str | None, Action]]:
        """Every action with the state it leaves; None for those that begin a case."""
        begun = [(None, action) for action in self.starts.values()]
        return [*begun, *((s.name, action) for s in self.stages.values() for action in s.actions.values())]
