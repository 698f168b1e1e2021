"""What a walker by chance asks for next: mostly what makes sense, often what must be refused.

What makes sense in a workflow is guessed by a module of `tests/prove/guesses`, one a solution, with `guess`, `OFTEN`
(workflows worth more steps) and `SELDOM` (actions worth fewer); there is no list to edit. Of others the fields come by
chance from their standard.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

from prove.scene import Links, Scene, found

from jjm.standards import Action, Catalogue, Workflow, make_record, sample_id
from jjm.workflow import Ask

_POOL, _LAST = 100, 20


@dataclass
class Asker:
    """Chance, what is known of the cases that were seen, and the solutions that guess."""

    catalogue: Catalogue
    chance: random.Random
    villages: Sequence[str]
    things: Mapping[str, str]
    trades: Sequence[ModuleType] = field(default_factory=lambda: found("guesses"))
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    last: dict[str, deque[str]] = field(default_factory=dict[str, "deque[str]"])
    often: list[str] = field(init=False)
    seldom: set[str] = field(init=False)
    _pools: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, "list[dict[str, Any]]"])

    def __post_init__(self) -> None:
        self.often = [name for one in self.trades for name in one.OFTEN]
        self.seldom = {name for one in self.trades for name in one.SELDOM}

    def seen(self, type: str, id: str) -> None:
        """A case of this type has moved."""
        known = self.last.setdefault(type, deque(maxlen=_LAST))
        if id in known:
            known.remove(id)
        known.append(id)

    def beginning(self, now: datetime) -> tuple[Workflow, Action, Ask]:
        """A case that somebody wants to begin."""
        names = self.often if self.chance.random() < 0.4 else list(self.catalogue.workflows)
        workflow = self.catalogue.workflows[self.chance.choice(names)]
        action = self.chance.choice(list(workflow.starts.values()))
        standard = self.catalogue.types[workflow.type]
        wanted = {f.name for f in standard.fields if f.required and not f.moved} | set(action.fields)
        data, links = self._wanted(workflow, action, now, None, wanted)
        return workflow, action, Ask(action.name, data, links=links)

    def moving(
        self, workflow: Workflow, state: str, record: Mapping[str, Any], now: datetime, person: str | None
    ) -> tuple[Action, Ask]:
        """What somebody wants done in a case that stands in a state; `person` is somebody it might be given to."""
        here = list(workflow.stages[state].actions.values())
        (action,) = self.chance.choices(here, [1 if one.name in self.seldom else 8 for one in here])
        if self.chance.random() < 0.1:
            action = self.chance.choice([one for stage, one in workflow.actions() if stage is not None])
        data, links = self._wanted(workflow, action, now, record, set(action.fields))
        comment = "So it is" if self.chance.random() < 0.9 else None
        given = person if action.assigns and self.chance.random() < 0.3 else None
        return action, Ask(action.name, data, comment, given, links)

    def _wanted(
        self, workflow: Workflow, action: Action, now: datetime, record: Mapping[str, Any] | None, wanted: set[str]
    ) -> tuple[dict[str, Any], Links]:
        made = self.chance.choice(self._pool(workflow.type))
        scene = Scene(self.chance, now, self.things, self.last, self.records, record)
        guesses = (one.guess(scene, workflow.name, action.name) for one in self.trades)
        known = next((one for one in guesses if one is not None), None)
        if known is None:
            wanted = wanted | {name for name in action.optional if self.chance.random() < 0.5}
        data, links = known or ({}, ())
        return {name: made[name] for name in sorted(wanted) if name in made} | data, links

    def _pool(self, type: str) -> list[dict[str, Any]]:
        if type not in self._pools:
            self._pools[type] = [self._made(type) for _ in range(_POOL)]
        return self._pools[type]

    def _made(self, type: str) -> dict[str, Any]:
        standard = self.catalogue.types[type]
        made = make_record(standard, self.catalogue, self.chance, lambda name: sample_id(self.catalogue, name), share=1)
        return made | {f.name: self.chance.choice(self.villages) for f in standard.fields if f.ref == "village"}
