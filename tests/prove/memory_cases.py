"""Cases without a database: the rules of workflows and solutions over records in memory, all of a step or nothing.

Definitions, rights, what an action asks for, guards, fillings, effects and the choice of a desk are those of the node.
Records, locks, steps, links and the search for open contaminations are dictionaries here; clocks and news are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from jjm.access import NODE, Actor
from jjm.kit import Problem
from jjm.solutions.quality.kits.rules import left_after
from jjm.standards import NODE_PLACE, Catalogue
from jjm.workflow import LAST_DESK, Acting, Ask, Deed, Deeds, Desk, Item, Step
from jjm.workflow.rules import action_of, check_ask, nearest_desk, not_theirs, paused_by, require_may

ABOVE = ("local_body/901300", "department_unit/1", "district/901", "state/21", NODE_PLACE)
_PORTIONS = 10**9


@dataclass
class Cases:
    """All cases of one node, and the people around them: whoever holds a role for a place, by (role, place)."""

    catalogue: Catalogue
    deeds: Deeds
    now: datetime
    records: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    items: dict[str, Item] = field(default_factory=dict[str, Item])
    steps: dict[str, tuple[Step, ...]] = field(default_factory=dict[str, tuple[Step, ...]])
    links: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict[str, tuple[tuple[str, str], ...]])
    held: dict[tuple[str, str], set[str]] = field(default_factory=dict[tuple[str, str], set[str]])
    open: dict[str, None] = field(default_factory=dict[str, None])
    touched: dict[str, None] = field(default_factory=dict[str, None])
    _undo: list[Callable[[], object]] = field(default_factory=list[Callable[[], object]])
    _number: int = 0
    moved: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def __post_init__(self) -> None:
        effects = {**self.deeds.effects, "uses-kit": self._uses_kit}
        self.deeds = replace(self.deeds, effects=effects)

    def of_type(self, type: str) -> list[Mapping[str, Any]]:
        """The open cases of a type, with their records."""
        return [{**self.records[id], "id": id} for id in self.open if self.items[id].type == type]

    async def doing(self, work: Callable[[], Any]) -> Item:
        """Do a step with all that comes of it, or nothing of it."""
        self._undo.clear()
        self.touched.clear()
        try:
            return await work()
        except Problem:
            for back in reversed(self._undo):
                back()
            self.touched.clear()
            raise

    async def begin(self, actor: Actor, name: str, ask: Ask) -> Item:
        """A case begins, as `jjm.workflow.begin` has it."""
        workflow = self.catalogue.workflows[name]
        action = action_of(workflow, None, ask.action)
        check_ask(workflow, action, ask, (), begins=self._moved(workflow.type))
        becomes = {**ask.data, workflow.moves: action.to}
        deed = self._looked(Deed(
            workflow, action, actor, ask, None, {}, becomes, (), self._linked(None, ask), {}, self.catalogue, self.now
        ))  # fmt: skip
        places = self.places(deed.becomes)
        held = [one for one in actor.holds if one.place in places]
        require_may(action, None, actor, held, writes=True)
        self._guarded(deed)
        self._number += 1
        return await self._enter(deed, None, f"{workflow.type}-{self._number}", places)

    async def take(self, actor: Actor, id: str, ask: Ask, documents: Sequence[str] = ()) -> Item:
        """An action is taken in a case, as `jjm.workflow.take` has it."""
        item, before = self.items[id], self.records[id]
        workflow = self.catalogue.workflows[item.workflow]
        action = action_of(workflow, item, ask.action)
        places = self.places(before)
        require_may(action, item, actor, [one for one in actor.holds if one.place in places], writes=True)
        check_ask(workflow, action, ask, documents)
        becomes = {**before, **ask.data, workflow.moves: action.to}
        deed = self._looked(Deed(
            workflow, action, actor, ask, item, before, becomes, self.steps[id], self._linked(id, ask), {},
            self.catalogue, self.now,
        ))  # fmt: skip
        self._guarded(deed)
        return await self._enter(deed, item, id, places)

    def places(self, record: Mapping[str, Any]) -> list[str]:
        """The places around a record, the nearest first, the node last."""
        return [str(record["village"]).replace("VIL-", "village/"), *ABOVE] if record.get("village") else [*ABOVE]

    def desk(self, roles: Sequence[str], places: Sequence[str]) -> Desk:
        """Who answers: of these roles, around these places."""
        return nearest_desk(roles, places, self.held.keys())

    async def climb(self, id: str) -> None:
        """One level up the ladder of a case."""
        item = self.items[id]
        ladder = self.catalogue.workflows[item.workflow].ladder
        if item.level < len(ladder):
            desk = self.desk(ladder[item.level].to, self.places(self.records[id]))
            self._put(self.items, id, replace(item, desk=desk, person=None, level=item.level + 1))

    def reseat(self) -> None:
        """Desks that nobody sits at any more, and cases at the last desk for which somebody has come."""
        for id in self.open:
            item = self.items[id]
            sitting = self.held.get((item.desk.role, item.desk.place), set[str]())
            if item.desk == LAST_DESK or not sitting:
                workflow = self.catalogue.workflows[item.workflow]
                roles = workflow.ladder[item.level - 1].to if item.level else workflow.stages[item.state].responsible
                self.items[id] = replace(item, desk=self.desk(roles, self.places(self.records[id])), person=None)
            elif item.person is not None and item.person not in sitting:
                self.items[id] = replace(item, person=None)

    async def _enter(self, deed: Deed, item: Item | None, id: str, places: Sequence[str]) -> Item:
        action, stage, steps = deed.action, deed.workflow.stages[deed.action.to], self.steps.get(id, ())
        desk, person = self._answering(deed, item, places)
        begun = item or Item(
            id, deed.workflow.type, deed.workflow.name, deed.workflow.version, action.to, 0, (), self.now,
            deed.actor.name, desk, person, 0, self.now, None, None, None, None, None,
        )  # fmt: skip
        ended = self.now if stage.done else None
        paused = paused_by(stage, deed.becomes)
        after = replace(begun, state=action.to, desk=desk, person=person, paused=paused, ended_at=ended)
        step = Step(
            len(steps) + 1, self.now, deed.actor.name, action.name, item.state if item else None, action.to, None,
            deed.ask.comment, desk, person, paused, None, "", 0,
        )  # fmt: skip
        self._put(self.items, id, after)
        self._put(self.records, id, deed.becomes)
        self._put(self.steps, id, (*steps, step))
        for link in deed.ask.links:
            self._put(self.links, id, (*self.links.get(id, ()), link))
            # A link is seen from both of its ends.
            self._put(self.links, link[1], (*self.links.get(link[1], ()), (link[0], id)))
        self.touched[id] = None
        for effect in action.does:
            await self.deeds.effects[effect](self._acting(deed, id))
        return self.items[id]

    def settle(self) -> None:
        """After a step that held: what is open, and what is not."""
        for id in self.touched:
            if self.items[id].ended_at is None:
                self.open[id] = None
            else:
                self.open.pop(id, None)

    def _answering(self, deed: Deed, item: Item | None, places: Sequence[str]) -> tuple[Desk, str | None]:
        responsible = deed.workflow.stages[deed.action.to].responsible
        if deed.ask.person is not None:
            for place in places:
                for role in responsible:
                    if deed.ask.person in self.held.get((role, place), ()):
                        return Desk(role, place), deed.ask.person
            raise not_theirs(deed.action.name, responsible)
        if item is not None and item.state == deed.action.to:
            return item.desk, item.person
        return self.desk(responsible, places), None

    def _looked(self, deed: Deed) -> Deed:
        referred: dict[str, Mapping[str, Any]] = {}
        for name in self.deeds.looked_at(deed.action):
            if (other := deed.becomes.get(name)) in self.records:
                referred[name] = {**self.records[other], "id": other}
        seen, filled = replace(deed, referred=referred), dict(deed.becomes)
        for name in deed.action.fills:
            filled |= self.deeds.fills[name](seen)
        return replace(seen, becomes={name: value for name, value in filled.items() if value is not None})

    def _guarded(self, deed: Deed) -> None:
        faults = [fault for name in deed.action.guards for fault in self.deeds.faults(deed, name)]
        if faults:
            raise Problem("guarded", 422, "A rule forbids this", deed.action.name, faults)

    def _linked(self, id: str | None, ask: Ask) -> dict[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for kind, other in dict.fromkeys((*ask.links, *(self.links.get(id, ()) if id else ()))):
            found.setdefault(kind, []).append({**self.records[other], "id": other, "_type": self.items[other].type})
        return found

    def _acting(self, deed: Deed, id: str) -> Acting:
        async def another(name: str, ask: Ask) -> Item:
            return await self.begin(NODE, name, ask)

        async def further(other: str, ask: Ask) -> Item:
            return await self.take(NODE, other, ask)

        async def read(_: str, other: str) -> tuple[Mapping[str, Any], str]:
            return self.records.get(other, {}), ""

        async def change(_: str, other: str, values: Mapping[str, Any]) -> None:
            self._put(self.records, other, {**self.records.get(other, {}), **values})

        nowhere: Any = self
        return Acting(nowhere, nowhere, id, deed, another, further, read, change)

    async def _uses_kit(self, acting: Acting) -> None:
        """A portion of each reagent is used; the kit of a walk is never empty for long."""
        test = acting.deed.becomes
        kit, tested = self.records[test["kit"]], [one["parameter"] for one in test["results"]]
        left = [one | {"left": one["left"] or _PORTIONS} for one in left_after(kit, tested)]
        self._put(self.records, test["kit"], {**kit, "reagents": left})

    def _moved(self, type: str) -> frozenset[str]:
        if type not in self.moved:
            self.moved[type] = frozenset(f.name for f in self.catalogue.types[type].fields if f.moved)
        return self.moved[type]

    def _put(self, kept: dict[str, Any], key: str, value: Any) -> None:
        before = kept.get(key)
        self._undo.append((lambda: kept.pop(key, None)) if before is None else (lambda: kept.update({key: before})))
        kept[key] = value

    def later(self, **time: float) -> None:
        """Time passes."""
        self.now += timedelta(**time)
