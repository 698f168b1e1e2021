"""Planning a re-organisation of areas: the versions to assert, the edges of lineage to draw, what stands against it.

A plan is made from what is believed about the areas from the effective day on (`Scene`). A change reaches every later
stretch of days to which it applies, so that an order entered late does not undo what was recorded since. No I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from jjm.kit import Fault
from jjm.registry.columns import entries
from jjm.registry.model import Change
from jjm.standards import Standard

Data: TypeAlias = Mapping[str, Any]


def parents_on(standard: Standard, data: Data) -> list[str]:
    """The areas that an area with these values lies in, field by field."""
    names = standard.level.parents if standard.level else ()
    return [area for name in names for area in entries(data.get(name))]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days on which one version holds; `data` None while the area is not in force."""

    first: date
    last: date | None
    version: int | None
    data: Data | None


@dataclass(frozen=True, slots=True)
class Area:
    """An area as it is believed to be from the effective day on.

    `known` says that something was recorded under its identifier, `ever` that it was in force on some day.
    """

    id: str
    standard: Standard
    spans: Sequence[Span]
    known: bool = True
    ever: bool = True

    @property
    def holds(self) -> bool:
        """True if it is in force on the effective day."""
        return bool(self.spans) and self.spans[0].data is not None

    @property
    def data(self) -> Data:
        """Its values on the effective day; none while it is not in force."""
        return (self.spans[0].data if self.spans else None) or {}

    @property
    def label(self) -> str:
        """The field that names it."""
        return self.standard.label or "name"

    def lies_in(self, id: str) -> bool:
        """True if it lies in that area on the effective day or later."""
        return any(id in parents_on(self.standard, s.data) for s in self.spans if s.data is not None)


@dataclass
class Scene:
    """All that a plan looks at: areas by id, and the children of those that lose some.

    `inside` holds those of the areas named that lie in the area at hand, `below` all that lie in one to be urbanised.
    """

    effective: date
    areas: Mapping[str, Area]
    children: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    inside: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One assertion about one area: `kind` is created, changed, moved or retired; `before` the version it overrules."""

    kind: str
    type: str
    id: str
    change: Change
    data: Data
    valid_from: date
    valid_to: date | None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What became of an area: an edge of its lineage."""

    kind: str
    from_id: str | None
    to_id: str | None


@dataclass
class Plan:
    """The steps of a re-organisation in the order in which they are recorded, its edges, and what stands against it."""

    steps: list[Step] = field(default_factory=list[Step])
    edges: list[Edge] = field(default_factory=list[Edge])
    problems: list[Fault] = field(default_factory=list[Fault])

    def refuse(self, pointer: str, message: str, remedy: str, value: object = None) -> None:
        """Note something that stands against the plan."""
        self.problems.append(Fault(message, remedy, pointer, value=value))

    def of(self, kind: str) -> list[Step]:
        """The steps of one kind."""
        return [s for s in self.steps if s.kind == kind]


def in_force(plan: Plan, scene: Scene, id: str, pointer: str) -> bool:
    """True if the area is in force on the effective day; else the plan says since or until when it is not."""
    area = scene.areas[id]
    if not area.known:
        plan.refuse(pointer, f"there is no area `{id}`", "Give the id of an area that is recorded here.", id)
        return False
    if area.holds:
        return True
    later = next((s.first for s in area.spans if s.data is not None), None)
    remedy = f"Give an effective day from {later} on." if later else "Give an area in force on that day."
    plan.refuse(pointer, f"{id} is not in force on {scene.effective}", remedy, id)
    return False


def create(plan: Plan, scene: Scene, standard: Standard, id: str, data: Data, pointer: str) -> None:
    """Plan an area that begins on the effective day. One that was only ever recorded by mistake may begin again."""
    before = scene.areas[id]
    if before.ever:
        plan.refuse(pointer, f"{id} is or was in use, and a code is never used again", "Give the new code.", id)
    change = Change.RESTORE if before.known else Change.CREATE
    version = before.spans[0].version if before.spans else None
    plan.steps.append(Step("created", standard.name, id, change, data, scene.effective, None, version))


def revise(
    plan: Plan, scene: Scene, area: Area, kind: str, patch: Callable[[Data], Data | None], *, onward: bool = False
) -> bool:
    """Plan new values wherever the patch applies (it gives None where it does not), and say whether it did anywhere.

    With `onward` the first stretch to which it does not apply ends it: what was known to follow stays.
    """
    found = False
    for span in area.spans:
        revised = patch(span.data) if span.data is not None else None
        if revised is None or span.data is None:
            if onward:
                break
            continue
        if revised != span.data:
            found = True
            change = Change.CHANGE if span.first == scene.effective else Change.CORRECT
            plan.steps.append(
                Step(kind, area.standard.name, area.id, change, revised, span.first, span.last, span.version)
            )
    return found


def retire(plan: Plan, scene: Scene, area: Area, pointer: str) -> None:
    """Plan the end of an area on the effective day."""
    later = [s for s in area.spans[1:] if s.data is not None]
    if later:
        remedy = "Correct or undo the later change first, or give a later effective day."
        plan.refuse(pointer, f"{area.id} is known to change on {later[0].first}, after its end", remedy, area.id)
        return
    last = area.spans[0].last
    step = Step("retired", area.standard.name, area.id, Change.RETIRE, {}, scene.effective, last, area.spans[0].version)
    plan.steps.append(step)


def move(plan: Plan, scene: Scene, ids: Iterable[str], old: Sequence[str], heirs: Mapping[str, Sequence[str]]) -> None:
    """Plan children going over from the old areas to their heirs, wherever they lie in an old one."""
    for id in ids:
        child = scene.areas[id]
        new = list(dict.fromkeys(heirs[id]))
        if revise(plan, scene, child, "moved", lambda data, c=child, n=new: replaced(c.standard, data, old, n)):
            plan.edges.append(Edge("reparented", id, id))


def replaced(standard: Standard, data: Data, old: Sequence[str], new: Sequence[str]) -> Data | None:
    """The values of an area with its old parents replaced by the new ones; None where it lies in none of them."""
    out = dict(data)
    for name in standard.level.parents if standard.level else ():
        value = data.get(name)
        if isinstance(value, list):
            kept = [n for v in entries(value) for n in (new if v in old else [v])]
            out[name] = list(dict.fromkeys(kept))
        elif value in old:
            out[name] = new[0]
    return None if out == data else out


def is_single(standard: Standard, data: Data, old: Sequence[str]) -> bool:
    """True if a field that holds one parent names one of these, so that there can be one heir only."""
    names = standard.level.parents if standard.level else ()
    return any(isinstance(data.get(name), str) and data[name] in old for name in names)
