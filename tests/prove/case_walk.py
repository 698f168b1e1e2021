"""A random walk over workflows: people come and go, cases begin and move, time passes; what must hold is looked at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import nodes
from people_kit import House

from jjm.access import NODE, Actor, Held, holders
from jjm.kit import Problem, ReadConnection
from jjm.standards import Action, make_record, sample_id
from jjm.workflow import LAST_DESK, Ask, begin, begin_by_news, behind, fire, reseat, take

Invariant = Callable[[ReadConnection], Awaitable[list[str]]]
"""What must hold of all cases at every moment: what breaks it, in words; nothing where all is well."""
VILLAGE, PLACES = "VIL-901400", ("village/901400", "district/901", "state/21")
# What a rule, a right or the state of a case refuses is an answer; anything else would be a fault of the node.
_ANSWERS = {403, 404, 409, 412, 422}


@dataclass
class Walk:
    """One walker over all workflows of a node, with as many people as it needs; the same again for the same seed."""

    house: House
    chance: random.Random
    invariants: Sequence[Invariant] = ()
    people: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    cases: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    counts: Counter[str] = field(default_factory=Counter[str])

    async def walk(self, steps: int) -> None:
        """Take so many steps; look at what must hold every two hundred, and in the end."""
        for number in range(steps):
            turn = self.chance.random()
            if turn < 0.15 or not self.cases:
                await self._begin()
            elif turn < 0.94:
                await self._move()
            elif turn < 0.96:
                await self._come_or_go()
            else:
                self.house.later(hours=self.chance.choice((1, 5, 30)))
                await self._go_on()
            if number % 200 == 199:
                await self.look()
        await self.look()

    async def look(self) -> None:
        """Let the node catch up, and see that all of it holds."""
        await nodes.sequenced(self.house.node)
        await self._go_on()
        async with self.house.node.database.read() as conn:
            broken = await self._without_somebody(conn)
            for invariant in self.invariants:
                broken += await invariant(conn)
        assert broken == [], broken[:10]

    async def _without_somebody(self, conn: ReadConnection) -> list[str]:
        """Open cases at a desk where nobody sits, or given to somebody who does not sit there."""
        today, found = self.house.node.registry.clock.today(), list[str]()
        desks = await conn.fetch(
            "select role, place, array_agg(id) as ids, array_agg(distinct person) as people from workflow.item "
            "where ended_at is null group by role, place"
        )
        for desk in desks:
            sitting = {one.person for one in await holders(conn, [desk["role"]], [desk["place"]], today)}
            if not sitting and (desk["role"], desk["place"]) != tuple(LAST_DESK):
                found.append(f"nobody is {desk['role']} of {desk['place']}: {desk['ids'][:3]}")
            found += [f"{p} is no {desk['role']} of {desk['place']}" for p in desk["people"] if p and p not in sitting]
        return found

    async def _go_on(self) -> None:
        """Let timers fire, cases begin by news, and desks be looked at, to the end."""
        workflows, database = self.house.node.workflows, self.house.node.database
        async with database.read() as conn:
            names = await behind(workflows, conn)
        works = [lambda conn: fire(workflows, conn), lambda conn: reseat(workflows, conn)]
        works += [lambda conn, name=name: begin_by_news(workflows, conn, name) for name in names]
        for work in works:
            done = 1
            while done:
                async with database.write() as conn:
                    done = await work(conn)

    async def _begin(self) -> None:
        workflow = self.chance.choice(list(self.house.node.workflows.declared.values()))
        action = self.chance.choice(list(workflow.starts.values()))
        catalogue = self.house.node.registry.catalogue
        standard = catalogue.types[workflow.type]
        made = make_record(standard, catalogue, self.chance, self._reference, share=1)
        wanted = {f.name for f in standard.fields if f.required and not f.moved} | set(action.fields)
        data = {name: value for name, value in made.items() if name in wanted}
        data |= {f.name: VILLAGE for f in standard.fields if f.ref == "village" and f.name in data}
        try:
            async with self.house.node.database.write() as conn:
                moved = await begin(
                    self.house.node.workflows, conn, self._actor(action), workflow.name, Ask(action.name, data)
                )
        except Problem as problem:
            self._refused(workflow.name, problem)
            return
        self.cases.append((workflow.name, moved.item.id))
        self.counts[f"{workflow.name} begun"] += 1

    async def _move(self) -> None:
        name, id = self.chance.choice(self.cases)
        workflow = self.house.node.workflows.newest(name)
        _, action = self.chance.choice([pair for pair in workflow.actions() if pair[0] is not None])
        catalogue = self.house.node.registry.catalogue
        standard = catalogue.types[workflow.type]
        made = make_record(standard, catalogue, self.chance, self._reference, share=1)
        wanted = [*action.fields, *(n for n in action.optional if self.chance.random() < 0.5)]
        ask = Ask(
            action.name, {n: made[n] for n in wanted if n in made}, "So it is" if self.chance.random() < 0.9 else None,
            self._somebody() if action.assigns and self.chance.random() < 0.3 else None,
        )  # fmt: skip
        try:
            async with self.house.node.database.write() as conn:
                moved = await take(self.house.node.workflows, conn, self._actor(action), id, ask)
        except Problem as problem:
            self._refused(name, problem)
            return
        self.counts[f"{name} moved"] += 1
        if moved.item.ended_at is not None:
            self.cases.remove((name, id))
            self.counts[f"{name} ended"] += 1

    async def _come_or_go(self) -> None:
        """Somebody is granted a role that some workflow names, or all that somebody holds ends."""
        leaving = self._somebody()
        if leaving is not None and self.chance.random() < 0.5:
            for one in (await self.house.call(None, "GET", f"/people/{leaving}/grants"))["items"]:
                if one["ended_at"] is None:
                    await self.house.call(None, "POST", f"/grants/{one['id']}:revoke", {"reason": "Transferred"})
            del self.people[leaving]
            return
        named = {
            r for w in self.house.node.workflows.declared.values() for s in w.stages.values() for r in s.responsible
        }
        roles = self.house.node.registry.catalogue.roles
        plain = [n for n in sorted(named) if roles[n].given == "by_grant" and not roles[n].second_person]
        fits = [(n, place) for n in plain for place in PLACES if place.partition("/")[0] in roles[n].places]
        role, place = self.chance.choice(fits)
        made = await self.house.invited(None, place, {"role": role, "place": place})
        self.people[made["person"]["id"]] = [(role, place)]

    def _somebody(self) -> str | None:
        return self.chance.choice(list(self.people)) if self.people else None

    def _actor(self, action: Action) -> Actor:
        """Mostly somebody who may, else anybody, else the node."""
        able = [id for id, held in self.people.items() if any(role in action.roles for role, _ in held)]
        id = self.chance.choice(able) if able and self.chance.random() < 0.8 else self._somebody()
        if id is None or self.chance.random() < 0.05:
            return NODE
        holds = tuple(Held(role, place) for role, place in self.people[id])
        return replace(NODE, name=id, kind="person", id=id, permits=frozenset(), holds=holds)

    def _reference(self, type: str) -> str:
        return VILLAGE if type == "village" else sample_id(self.house.node.registry.catalogue, type)

    def _refused(self, name: str, problem: Problem) -> None:
        assert problem.status in _ANSWERS, (name, problem)
        self.counts[f"{name} refused {problem.code}"] += 1


def kept(counts: Counter[str]) -> dict[str, Any]:
    """What was done, for whoever reads the proof."""
    return dict(sorted(counts.items()))
