"""A walk by chance over all workflows in memory: fast enough for a million steps, each of them looked at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from prove.asking import Asker
from prove.memory_cases import ABOVE, Cases
from prove.memory_ground import VILLAGES, ground
from prove.safe_water import wrong
from prove.scene import noted

from jjm.access import NODE, Actor, Held
from jjm.kit import Problem
from jjm.standards import Action, Workflow
from jjm.workflow import LAST_DESK, Ask

_PLACES = ("village/901400", "village/901401", *ABOVE[:-1])
_OPEN, _PEOPLE = 60, 50


@dataclass
class MemoryWalk:
    """One walker over all workflows; the same again for the same chance."""

    cases: Cases
    chance: random.Random
    people: dict[str, tuple[Held, ...]] = field(default_factory=dict[str, "tuple[Held, ...]"])
    counts: Counter[str] = field(default_factory=Counter[str])
    closed: list[str] = field(default_factory=list[str])
    asker: Asker = field(init=False)
    _number: int = 0

    def __post_init__(self) -> None:
        for post in self._posts():
            if self.chance.random() < 0.8:
                self._come(*post)
        records, things = ground(self.cases.now.date())
        self.cases.records |= records
        self.asker = Asker(self.cases.catalogue, self.chance, VILLAGES, things, records=self.cases.records)

    async def walk(self, steps: int) -> None:
        """Take so many steps; after each, see that what it touched still holds, and in the end everything."""
        for _ in range(steps):
            turn = self.chance.random()
            if turn < (0.2 if len(self.cases.open) < _OPEN else 0.1) or not self.cases.open:
                await self._begin()
            elif turn < 0.97:
                await self._move()
            elif turn < 0.98:
                self._come_or_go()
            else:
                await self._by_itself()
            self.cases.later(seconds=30)
        self.look(self.cases.open)
        for id in self.closed:
            self._see_closed(id)

    def look(self, ids: Iterable[str]) -> None:
        """See that somebody answers for each of these that are open."""
        for id in ids:
            item = self.cases.items[id]
            if item.ended_at is not None:
                continue
            sitting = self.cases.held.get((item.desk.role, item.desk.place))
            assert sitting or item.desk == LAST_DESK, f"nobody is {item.desk} of {id}"
            assert item.person is None or item.person in (sitting or ()), f"{item.person} is no {item.desk}: {id}"

    async def _begin(self) -> None:
        workflow, action, ask = self.asker.beginning(self.cases.now)
        actor = self._actor(action, ask.data)
        await self._try(workflow, lambda: self.cases.begin(actor, workflow.name, ask))

    async def _move(self) -> None:
        waiting = [id for id in self.cases.open if self.cases.items[id].workflow in self.asker.often]
        id = self.chance.choice(waiting if waiting and self.chance.random() < 0.5 else list(self.cases.open))
        item, record = self.cases.items[id], self.cases.records[id]
        workflow = self.cases.catalogue.workflows[item.workflow]
        action, ask = self.asker.moving(workflow, item.state, record, self.cases.now, self._somebody())
        documents = action.documents if self.chance.random() < 0.8 else ()
        actor = self._actor(action, record)
        await self._try(workflow, lambda: self.cases.take(actor, id, ask, documents))

    async def _by_itself(self) -> None:
        """A timer fires, or a case climbs."""
        id = self.chance.choice(list(self.cases.open))
        item = self.cases.items[id]
        workflow = self.cases.catalogue.workflows[item.workflow]
        timers = workflow.stages[item.state].timers
        if timers:
            await self._try(workflow, lambda: self.cases.take(NODE, id, Ask(timers[0].action)))
        else:
            await self.cases.climb(id)
            self.counts["climbed"] += 1
            self.look([id])

    async def _try(self, workflow: Workflow, work: Any) -> None:
        try:
            item = await self.cases.doing(work)
        except Problem as problem:
            noted(self.counts, workflow.name, problem)
            return
        self.counts[f"{workflow.name} {item.state}"] += 1
        self.cases.settle()
        self.look(self.cases.touched)
        for id in self.cases.touched:
            self.asker.seen(self.cases.items[id].type, id)
            if self.cases.items[id].type == "contamination" and self.cases.items[id].ended_at is not None:
                self._see_closed(id)
                self.closed.append(id)

    def _see_closed(self, id: str) -> None:
        case, links = self.cases.records[id], self.cases.links[id]
        retest = case.get("retest_sample")
        joined = [self.cases.records[other] for kind, other in links if kind == "again"]
        who = [(step.action, step.actor) for step in self.cases.steps.get(str(retest), ())]
        said = wrong(case, self.cases.records.get(str(retest)), joined, who)
        assert said == [], (id, said, case)

    def _actor(self, action: Action, record: Mapping[str, Any] | None) -> Actor:
        """Mostly somebody who may, else anybody, now and then the node."""
        if self.chance.random() < 0.04:
            return NODE
        held = [self.cases.held.get((r, p), ()) for r in action.roles for p in self.cases.places(record or {})]
        able = [id for sitting in held for id in sorted(sitting)]
        id = self.chance.choice(able) if able and self.chance.random() < 0.85 else self._somebody()
        return NODE if id is None else replace(NODE, name=id, kind="person", id=id, holds=self.people[id])

    def _somebody(self) -> str | None:
        return self.chance.choice(list(self.people)) if self.people else None

    def _come_or_go(self) -> None:
        """Somebody is granted a role that some workflow names, or all that somebody holds ends."""
        held, leaving = self.cases.held, self._somebody()
        if leaving is not None and (len(self.people) > _PEOPLE or self.chance.random() < 0.4):
            for one in self.people.pop(leaving):
                held[one.role, one.place].discard(leaving)
                if not held[one.role, one.place]:
                    del held[one.role, one.place]
        else:
            self._come(*self.chance.choice(self._posts()))
        self.cases.reseat()
        self.look(self.cases.open)
        self.counts["people came or went"] += 1

    def _posts(self) -> list[tuple[str, str]]:
        workflows, roles = self.cases.catalogue.workflows.values(), self.cases.catalogue.roles
        named = {r for w in workflows for s in w.stages.values() for r in s.responsible}
        named |= {r for w in workflows for _, action in w.actions() for r in action.roles} & roles.keys()
        return [(r, p) for r in sorted(named) for p in _PLACES if p.partition("/")[0] in roles[r].places]

    def _come(self, role: str, place: str) -> None:
        self._number += 1
        id = f"PER-{self._number}"
        self.people[id] = (Held(role, place),)
        self.cases.held.setdefault((role, place), set()).add(id)
