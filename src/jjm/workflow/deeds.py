"""What solutions bring to workflows by name: guards that agree or refuse, effects that come with an action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from jjm.access import Actor
from jjm.kit import Fault, WriteConnection
from jjm.registry import Registry
from jjm.standards import Action, Catalogue, Workflow
from jjm.workflow.model import Ask, Item, Step


@dataclass(frozen=True, slots=True)
class Deed:
    """An action about to be taken: in which case, by whom, on what record, after which steps.

    `record` are the values that the record has, `becomes` those that it is to have. `linked` are the records of cases
    that this one is linked with, by kind of link; those named in the call are among them. `referred` are the records
    that fields of `becomes` point to, by field, as far as a guard or filling of the action `looks` at them.
    """

    workflow: Workflow
    action: Action
    actor: Actor
    ask: Ask
    item: Item | None
    record: Mapping[str, Any]
    becomes: Mapping[str, Any]
    steps: Sequence[Step]
    linked: Mapping[str, Sequence[Mapping[str, Any]]]
    referred: Mapping[str, Mapping[str, Any]]
    catalogue: Catalogue
    now: datetime


Guard: TypeAlias = Callable[[Deed], Sequence[Fault]]
"""Pure: the faults for which an action is refused; none where it agrees."""
Fill: TypeAlias = Callable[[Deed], Mapping[str, Any]]
"""Pure: values of fields that the node works out with an action, whatever was there before."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Where an effect acts: the transaction of the action, the registry, and the deed that is done."""

    registry: Registry
    conn: WriteConnection
    id: str
    deed: Deed


Effect: TypeAlias = Callable[[Acting], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deeds:
    """Guards, effects and fillings by the names that workflow files use.

    `looks` tells, by the name of a guard or filling, which fields' records it wants to see in `Deed.referred`.
    """

    guards: Mapping[str, Guard] = field(default_factory=dict[str, Guard])
    effects: Mapping[str, Effect] = field(default_factory=dict[str, Effect])
    fills: Mapping[str, Fill] = field(default_factory=dict[str, Fill])
    looks: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def missing(self, workflow: Workflow) -> list[str]:
        """Names in a workflow that nobody brings."""
        actions = [action for _, action in workflow.actions()]
        guards = [name for action in actions for name in action.guards if name not in self.guards]
        effects = [name for action in actions for name in action.does if name not in self.effects]
        fills = [name for action in actions for name in action.fills if name not in self.fills]
        return [*dict.fromkeys(guards), *dict.fromkeys(effects), *dict.fromkeys(fills)]

    def looked_at(self, action: Action) -> list[str]:
        """The fields whose records the guards and fillings of an action want to see."""
        return list(dict.fromkeys(n for name in (*action.guards, *action.fills) for n in self.looks.get(name, ())))
