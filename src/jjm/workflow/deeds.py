"""What solutions bring to workflows by name: guards that agree or refuse, effects that come with an action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from jjm.access import Actor
from jjm.kit import Fault, Problem, WriteConnection
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
class WordGuard:
    """A guard that a file tells a word, behind a colon: `other-person-than:REPORT`.

    `agrees` is pure like every guard, and given the word; `words` are those that mean something in a workflow.
    """

    agrees: Callable[[Deed, str], Sequence[Fault]]
    words: Callable[[Workflow], Collection[str]]


@dataclass(frozen=True, slots=True)
class Acting:
    """Where an effect acts: the transaction of the action, the registry, and the deed that is done.

    By `begin` the node begins another case in the same transaction, given workflow and what is asked; by `take` it
    takes an action in one, this one included. So two cases that belong together are there together or not at all.
    By `read` it sees a record as it is in this transaction, with its ETag, given type and identifier.
    By `change` a record that is no case gets its next version, given type, identifier and values (None for none), in
    the name of who acts; the version names this case as its source.
    """

    registry: Registry
    conn: WriteConnection
    id: str
    deed: Deed
    begin: Callable[[str, Ask], Awaitable[Item]]
    take: Callable[[str, Ask], Awaitable[Item]]
    read: Callable[[str, str], Awaitable[tuple[Mapping[str, Any], str]]]
    change: Callable[[str, str, Mapping[str, Any]], Awaitable[None]]


Effect: TypeAlias = Callable[[Acting], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deeds:
    """Guards, effects and fillings by the names that workflow files use.

    `looks` tells, by the name of a guard or filling, which fields' records it wants to see in `Deed.referred`. `told`
    are guards that are told a word.
    """

    guards: Mapping[str, Guard] = field(default_factory=dict[str, Guard])
    effects: Mapping[str, Effect] = field(default_factory=dict[str, Effect])
    fills: Mapping[str, Fill] = field(default_factory=dict[str, Fill])
    looks: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    told: Mapping[str, WordGuard] = field(default_factory=dict[str, WordGuard])

    def missing(self, workflow: Workflow) -> list[str]:
        """Names in a workflow that nobody brings, and words that mean nothing in it."""
        actions = [action for _, action in workflow.actions()]
        named = [name for one in (*actions, *workflow.begins) for name in one.guards]
        guards = [name for name in named if not self._knows(workflow, name)]
        effects = [name for action in actions for name in action.does if name not in self.effects]
        fills = [name for action in actions for name in action.fills if name not in self.fills]
        return [*dict.fromkeys(guards), *dict.fromkeys(effects), *dict.fromkeys(fills)]

    def _knows(self, workflow: Workflow, name: str) -> bool:
        stem, colon, word = name.partition(":")
        if not colon:
            return name in self.guards
        return stem in self.told and word in self.told[stem].words(workflow)

    def faults(self, deed: Deed, name: str) -> Sequence[Fault]:
        """What the guard of that name has against a deed."""
        stem, colon, word = name.partition(":")
        return self.told[stem].agrees(deed, word) if colon else self.guards[name](deed)

    @property
    def named(self) -> list[str]:
        """The names of all guards."""
        return [*self.guards, *self.told]

    def looked_at(self, action: Action) -> list[str]:
        """The fields whose records the guards and fillings of an action want to see."""
        names = [name.partition(":")[0] for name in (*action.guards, *action.fills)]
        return list(dict.fromkeys(field for name in names for field in self.looks.get(name, ())))


def joined(brought: Sequence[tuple[str, Deeds]]) -> Deeds:
    """All deeds as one, given who brings each. Raises Problem `deeds-twice` for a name that two bring."""
    owners: dict[tuple[str, str], str] = {}
    for who, deeds in brought:
        for kind, names in (("guard", deeds.named), ("effect", deeds.effects), ("filling", deeds.fills)):
            for name in names:
                _own(owners, kind, name, who)
    every = [deeds for _, deeds in brought]
    return Deeds(
        {name: guard for deeds in every for name, guard in deeds.guards.items()},
        {name: effect for deeds in every for name, effect in deeds.effects.items()},
        {name: fill for deeds in every for name, fill in deeds.fills.items()},
        {name: fields for deeds in every for name, fields in deeds.looks.items()},
        {name: guard for deeds in every for name, guard in deeds.told.items()},
    )


def _own(owners: dict[tuple[str, str], str], kind: str, name: str, who: str) -> None:
    first = owners.setdefault((kind, name), who)
    if first != who:
        detail = f"The {kind} `{name}` is brought by {first} and by {who}; one of them must give it another name."
        raise Problem("deeds-twice", 500, "Two solutions bring one name", detail)
