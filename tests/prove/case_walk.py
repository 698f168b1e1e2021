"""A random walk over workflows: people come and go, cases begin and move, time passes; what must hold is looked at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import nodes
from people_kit import House
from prove.asking import Asker
from prove.scene import noted

from jjm.access import NODE, Actor, Held, holders
from jjm.kit import Problem, ReadConnection
from jjm.registry import newest_version
from jjm.standards import Action
from jjm.workflow import LAST_DESK, Item, attach, begin, begin_by_news, behind, fire, look, reseat, take

Invariant = Callable[[ReadConnection], Awaitable[list[str]]]
"""What must hold of all cases at every moment: what breaks it, in words; nothing where all is well."""
VILLAGE = "VIL-901400"
_PLACES = ("village/901400", "local_body/901300", "district/901", "state/21")
_OPEN, _PEOPLE = 40, 60
_PDF = b"%PDF-1.4\n% a resolution\n%%EOF\n"


@dataclass
class Walk:
    """One walker over all workflows of a node, with as many people as it needs; the same again for the same seed.

    `things` are records that stand around, by their part in the guesses of solutions (`prove.asking`).
    """

    house: House
    chance: random.Random
    things: Mapping[str, str]
    invariants: Sequence[Invariant] = ()
    people: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    cases: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    records: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    counts: Counter[str] = field(default_factory=Counter[str])
    asker: Asker = field(init=False)

    def __post_init__(self) -> None:
        catalogue = self.house.node.registry.catalogue
        self.asker = Asker(catalogue, self.chance, [VILLAGE], self.things, records=self.records)

    async def walk(self, steps: int) -> None:
        """Take so many steps; look at what must hold every two hundred, and in the end."""
        for post in self._posts():
            await self._come(*post)
        for number in range(steps):
            turn = self.chance.random()
            if turn < (0.2 if len(self.cases) < _OPEN else 0.1) or not self.cases:
                await self._begin()
            elif turn < 0.96:
                await self._move()
            elif turn < 0.97:
                await self._come_or_go()
            else:
                self.house.later(hours=self.chance.choice((1, 5, 30)))
                await self._go_on()
            self.house.later(seconds=30)
            if number % 10 == 9:
                await self._see()
            if number % 200 == 199:
                await self.look()
        await self.look()
        self.counts.update({f"{name} in the end": n for name, n in (await self.ended()).items()})

    async def look(self) -> None:
        """Let the node catch up, and see that all of it holds."""
        await nodes.sequenced(self.house.node)
        await self._go_on()
        async with self.house.node.database.read() as conn:
            broken = await self._without_somebody(conn)
            for invariant in self.invariants:
                broken += await invariant(conn)
        assert broken == [], broken[:10]

    async def ended(self) -> Counter[str]:
        """How many cases of each workflow have ended, whoever ended them."""
        asked = "select workflow, count(*) as n from workflow.item where ended_at is not null group by workflow"
        return Counter({row["workflow"]: row["n"] for row in await self.house.rows(asked)})

    async def _see(self) -> None:
        """The open cases as they stand, and the records of those that moved since they were seen."""
        registry = self.house.node.registry
        rows = await self.house.rows(
            "select id, type, workflow, state, steps from workflow.item where ended_at is null"
        )
        async with self.house.node.database.read() as conn:
            for row in rows:
                if row["id"] not in self.cases or self.cases[row["id"]]["steps"] != row["steps"]:
                    version = await newest_version(registry, conn, NODE, registry.table(row["type"]), row["id"])
                    self.records[row["id"]] = version.data
                    self.asker.seen(row["type"], row["id"])
        self.cases = {row["id"]: row for row in rows}

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
        workflow, action, ask = self.asker.beginning(self.house.node.workflows.now())
        try:
            async with self.house.node.database.write() as conn:
                moved = await begin(self.house.node.workflows, conn, self._actor(action), workflow.name, ask)
        except Problem as problem:
            noted(self.counts, workflow.name, problem)
            return
        self._moved(moved.item, moved.data)
        self.counts[f"{workflow.name} begun"] += 1

    async def _move(self) -> None:
        often = [id for id, one in self.cases.items() if one["workflow"] in self.asker.often]
        id = self.chance.choice(often if often and self.chance.random() < 0.5 else list(self.cases))
        workflows, row = self.house.node.workflows, self.cases[id]
        workflow = workflows.newest(row["workflow"])
        if not workflow.stages[row["state"]].actions:
            del self.cases[id]
            return
        record = {**self.records[id], "id": id}
        action, ask = self.asker.moving(workflow, row["state"], record, workflows.now(), self._somebody())
        actor = self._actor(action)
        try:
            async with self.house.node.database.write() as conn:
                for kind in action.documents if self.chance.random() < 0.7 else ():
                    await attach(workflows, conn, actor, id, kind, _PDF, look(_PDF))
                moved = await take(workflows, conn, actor, id, ask)
        except Problem as problem:
            noted(self.counts, workflow.name, problem)
            return
        self._moved(moved.item, moved.data)
        self.counts[f"{workflow.name} {'moved' if moved.item.ended_at is None else 'ended'}"] += 1

    def _moved(self, item: Item, data: Mapping[str, Any]) -> None:
        self.records[item.id] = data
        self.asker.seen(item.type, item.id)
        self.cases[item.id] = {"workflow": item.workflow, "state": item.state, "steps": item.steps}
        if item.ended_at is not None:
            del self.cases[item.id]

    async def _come_or_go(self) -> None:
        """Somebody is granted a role that some workflow names, or all that somebody holds ends."""
        leaving = self._somebody()
        if leaving is not None and (len(self.people) > _PEOPLE or self.chance.random() < 0.5):
            for one in (await self.house.call(None, "GET", f"/people/{leaving}/grants"))["items"]:
                if one["ended_at"] is None:
                    await self.house.call(None, "POST", f"/grants/{one['id']}:revoke", {"reason": "Transferred"})
            del self.people[leaving]
            return
        await self._come(*self.chance.choice(self._posts()))

    def _posts(self) -> list[tuple[str, str]]:
        """The roles that workflows name, with the places around the village for which they are granted."""
        workflows = self.house.node.workflows.declared.values()
        named = {r for w in workflows for s in w.stages.values() for r in s.responsible}
        named |= {r for w in workflows for _, action in w.actions() for r in action.roles}
        roles, places = self.house.node.registry.catalogue.roles, (*_PLACES, f"department_unit/{self.house.unit}")
        plain = [n for n in sorted(named & roles.keys()) if roles[n].given == "by_grant" and not roles[n].second_person]
        return [(name, place) for name in plain for place in places if place.partition("/")[0] in roles[name].places]

    async def _come(self, role: str, place: str) -> None:
        made = await self.house.invited(None, place, {"role": role, "place": place})
        self.people[made["person"]["id"]] = [(role, place)]

    def _somebody(self) -> str | None:
        return self.chance.choice(list(self.people)) if self.people else None

    def _actor(self, action: Action) -> Actor:
        """Mostly somebody who may, else anybody; the node where nobody may, and now and then otherwise."""
        able = [id for id, held in self.people.items() if any(role in action.roles for role, _ in held)]
        id = self.chance.choice(able) if able and self.chance.random() < 0.8 else self._somebody()
        if id is None or self.chance.random() < (0.05 if able else 0.7):
            return NODE
        holds = tuple(Held(role, place) for role, place in self.people[id])
        return replace(NODE, name=id, kind="person", id=id, permits=frozenset(), holds=holds)


def kept(counts: Counter[str]) -> dict[str, Any]:
    """What was done, for whoever reads the proof."""
    return dict(sorted(counts.items()))
