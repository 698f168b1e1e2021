"""What solutions bring to workflows by name: guards that agree or refuse, effects that come with an action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from jjm.access import Actor
from jjm.kit import Fault, Problem, WriteConnection
from jjm.registry import Registry
from jjm.standards import Action, Workflow
from jjm.workflow.model import Ask, Item, Step


@dataclass(frozen=True, slots=True)
class Deed:
    """An action about to be taken: in which case, by whom, on what record, after which steps.

    `record` are the values that the record has, `becomes` those that it is to have. `linked` are the records of cases
    that this one is linked with, by kind of link; those named in the call are among them.
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


Guard: TypeAlias = Callable[[Deed], Sequence[Fault]]
"""Pure: the faults for which an action is refused; none where it agrees."""


@dataclass(frozen=True, slots=True)
class WordGuard:
    """A guard that a file tells a word, behind a colon: `other-person-than:REPORT`.

    `agrees` is pure like every guard, and given the word; `words` are those that mean something in a workflow.
    """

    agrees: Callable[[Deed, str], Sequence[Fault]]
    words: Callable[[Workflow], Collection[str]]


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
    """Guards and effects by the names that workflow files use; `told` are guards that are told a word."""

    guards: Mapping[str, Guard] = field(default_factory=dict[str, Guard])
    effects: Mapping[str, Effect] = field(default_factory=dict[str, Effect])
    told: Mapping[str, WordGuard] = field(default_factory=dict[str, WordGuard])

    def missing(self, workflow: Workflow) -> list[str]:
        """Names in a workflow that nobody brings, and words that mean nothing in it."""
        actions = [action for _, action in workflow.actions()]
        guards = [name for action in actions for name in action.guards if not self._knows(workflow, name)]
        effects = [name for action in actions for name in action.does if name not in self.effects]
        return [*dict.fromkeys(guards), *dict.fromkeys(effects)]

    def _knows(self, workflow: Workflow, name: str) -> bool:
        stem, colon, word = name.partition(":")
        if not colon:
            return name in self.guards
        return stem in self.told and word in self.told[stem].words(workflow)

    def faults(self, deed: Deed, name: str) -> Sequence[Fault]:
        """What the guard of that name has against a deed."""
        stem, colon, word = name.partition(":")
        return self.told[stem].agrees(deed, word) if colon else self.guards[name](deed)


def joined(brought: Iterable[tuple[str, Deeds]]) -> Deeds:
    """All deeds as one, given who brings each. Raises Problem `deeds-twice` for a name that two bring."""
    guards: dict[str, Guard] = {}
    effects: dict[str, Effect] = {}
    told: dict[str, WordGuard] = {}
    owners: dict[tuple[str, str], str] = {}
    for who, deeds in brought:
        for kind, names in (("guard", [*deeds.guards, *deeds.told]), ("effect", [*deeds.effects])):
            for name in names:
                _own(owners, kind, name, who)
        guards |= deeds.guards
        effects |= deeds.effects
        told |= deeds.told
    return Deeds(guards, effects, told)


def _own(owners: dict[tuple[str, str], str], kind: str, name: str, who: str) -> None:
    first = owners.setdefault((kind, name), who)
    if first != who:
        detail = f"The {kind} `{name}` is brought by {first} and by {who}; one of them must give it another name."
        raise Problem("deeds-twice", 500, "Two solutions bring one name", detail)
