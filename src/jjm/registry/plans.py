"""The plan of each kind of re-organisation. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jjm.registry.columns import entries
from jjm.registry.operations import Abolish, Merge, Operation, Rename, Reparent, Split, Urbanise
from jjm.registry.reorganise import (
    Area,
    Data,
    Edge,
    Plan,
    Scene,
    create,
    in_force,
    is_single,
    move,
    parents_on,
    retire,
    revise,
)

_SHOWN = 5


def plan(asked: Operation, scene: Scene, subject: str, new: Mapping[str, str]) -> Plan:
    """The plan of what is asked of an area; `new` gives the identifiers of areas to be made, by JSON Pointer."""
    made = Plan()
    if in_force(made, scene, subject, ""):
        match asked:
            case Rename():
                _rename(made, scene, scene.areas[subject], asked)
            case Reparent():
                _reparent(made, scene, scene.areas[subject], asked)
            case Split():
                _split(made, scene, scene.areas[subject], asked, new)
            case Merge():
                _merge(made, scene, scene.areas[subject], asked, new)
            case Abolish():
                _abolish(made, scene, scene.areas[subject], asked)
            case Urbanise():
                _urbanise(made, scene, scene.areas[subject], asked)
    if not made.steps and not made.problems:
        made.refuse("", f"nothing about {subject} would change", "It is recorded like that already.")
    return made


def _rename(plan: Plan, scene: Scene, area: Area, asked: Rename) -> None:
    if _revalue(plan, scene, area, asked.names_given()):
        plan.edges.append(Edge("renamed", area.id, area.id))


def _revalue(plan: Plan, scene: Scene, area: Area, values: Mapping[str, Any]) -> bool:
    """Plan these values until the next change already known of any of them; None takes a value away."""
    old = {name: area.data.get(name) for name in values}

    def patch(data: Data) -> Data | None:
        if any(data.get(name) != value for name, value in old.items()):
            return None
        return {name: value for name, value in {**data, **values}.items() if value is not None}

    return revise(plan, scene, area, "changed", patch, onward=True)


def _reparent(plan: Plan, scene: Scene, area: Area, asked: Reparent) -> None:
    fields = area.standard.level.parents if area.standard.level else ()
    for name, value in asked.parents.items():
        if name not in fields:
            remedy = f"Choose from: {', '.join(fields)}" if fields else "This level lies in nothing."
            plan.refuse(f"/parents/{name}", f"`{name}` does not say what the area lies in", remedy, name)
        if inside := sorted(scene.inside.intersection(entries(value))):
            plan.refuse(f"/parents/{name}", f"{inside[0]} lies in {area.id}", "Give an area outside it.", inside[0])
    if not plan.problems and _revalue(plan, scene, area, asked.parents):
        plan.edges.append(Edge("reparented", area.id, area.id))


def _split(plan: Plan, scene: Scene, area: Area, asked: Split, new: Mapping[str, str]) -> None:
    heirs: dict[str, list[str]] = {}
    kind = "code_replaced" if len(asked.into) == 1 and not asked.keep else "split_from"
    for n, values in enumerate(asked.into):
        pointer = f"/into/{n}"
        if (id := new.get(pointer)) is None:
            plan.refuse(f"{pointer}/code", "the new area has no code that can be one", "Give its code.")
            continue
        data = {name: value for name, value in values.items() if name != "children" and value is not None}
        create(plan, scene, area.standard, id, _parents_of(area) | data, f"{pointer}/code")
        plan.edges.append(Edge(kind, area.id, id))
        _allot(plan, scene, [area.id], values.get("children") or [], id, heirs, f"{pointer}/children")
    if len(set(new.values())) < len(new):
        plan.refuse("/into", "two of the new areas have one code", "Give each its own code.")
    _hand_over(plan, scene, [area.id], heirs, rest_stays=asked.keep)
    if not asked.keep:
        retire(plan, scene, area, "/effective")


def _parents_of(area: Area) -> dict[str, Any]:
    names = area.standard.level.parents if area.standard.level else ()
    return {name: area.data[name] for name in names if name in area.data}


def _allot(
    plan: Plan,
    scene: Scene,
    old: Sequence[str],
    children: Sequence[str],
    heir: str,
    heirs: dict[str, list[str]],
    pointer: str,
) -> None:
    """Note which children go over to one heir."""
    known = {child for id in old for child in scene.children.get(id, ())}
    for n, child in enumerate(children):
        if child not in known:
            remedy = "Give ids of areas that lie in it on that day."
            plan.refuse(f"{pointer}/{n}", f"{child} does not lie in {' or '.join(old)}", remedy, child)
            continue
        taken = heirs.setdefault(child, [])
        if taken and any(is_single(scene.areas[child].standard, s.data or {}, old) for s in scene.areas[child].spans):
            remedy = "Give it to one area only."
            plan.refuse(f"{pointer}/{n}", f"{child} goes to {taken[0]} already", remedy, child)
            continue
        taken.append(heir)


def _hand_over(
    plan: Plan, scene: Scene, old: Sequence[str], heirs: Mapping[str, Sequence[str]], *, rest_stays: bool
) -> None:
    """Plan the children's going over; those left behind stand against an area that ends."""
    children = list(dict.fromkeys(child for id in old for child in scene.children.get(id, ())))
    left = [child for child in children if child not in heirs]
    if left and not rest_stays:
        names = ", ".join(left[:_SHOWN]) + (f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else "")
        remedy = "Say where each of them goes, or move them first."
        plan.refuse("", f"{len(left)} areas would lie in nothing: {names}", remedy, left[:_SHOWN])
    move(plan, scene, [child for child in children if child in heirs], old, heirs)


def _merge(plan: Plan, scene: Scene, area: Area, asked: Merge, new: Mapping[str, str]) -> None:
    ids = [area.id, *asked.with_]
    if len(set(ids)) < len(ids):
        plan.refuse("/with", "an area is named twice", "Name each area once.")
        return
    held = [in_force(plan, scene, id, f"/with/{n}") for n, id in enumerate(asked.with_)]
    if not all(held):
        return
    heir = _heir(plan, scene, area, asked, new)
    if heir is None or not _alike(plan, scene, area, [*asked.with_, heir]):
        return
    ended = [scene.areas[id] for id in ids if id != heir]
    if not ended:
        plan.refuse("/with", "there is nothing to merge", "Name the areas that become one with it.")
        return
    if heir in scene.inside:
        plan.refuse("/into", f"{heir} lies in an area that ends", "Move it first.", heir)
        return
    kind = "merged_into" if asked.with_ or isinstance(asked.into, str) else "code_replaced"
    plan.edges += [Edge(kind, a.id, heir) for a in ended]
    old = [a.id for a in ended]
    children = [c for id in old for c in scene.children.get(id, ()) if c != heir]
    _hand_over(plan, scene, old, {c: [heir] for c in children}, rest_stays=True)
    for a in ended:
        retire(plan, scene, a, "/effective")


def _alike(plan: Plan, scene: Scene, area: Area, others: Sequence[str]) -> bool:
    name = area.standard.name
    other = next((id for id in others if scene.areas[id].standard.name != name), None)
    if other is not None:
        plan.refuse("/with", f"{other} is no {name}", f"Merge areas of the kind {name} only.", other)
    return other is None


def _heir(plan: Plan, scene: Scene, area: Area, asked: Merge, new: Mapping[str, str]) -> str | None:
    """The identifier of the area that goes on, planned where it is new or takes new values."""
    if isinstance(asked.into, str):
        return asked.into if in_force(plan, scene, asked.into, "/into") else None
    ids = [area.id, *asked.with_]
    values = {name: value for name, value in asked.into.items() if value is not None}
    if "code" in asked.into and "/into" not in new:
        plan.refuse("/into/code", "this cannot be a code", "Give the code of the area that goes on.")
        return None
    id = new.get("/into", area.id)
    if id not in ids:
        shared = _shared_parents(plan, [scene.areas[i] for i in ids], values)
        create(plan, scene, area.standard, id, shared | values, "/into/code")
    elif _revalue(plan, scene, scene.areas[id], {k: v for k, v in asked.into.items() if k != "code"}):
        label = area.label
        if scene.areas[id].data.get(label) != values.get(label, scene.areas[id].data.get(label)):
            plan.edges.append(Edge("renamed", id, id))
    return id


def _shared_parents(plan: Plan, areas: Iterable[Area], values: Mapping[str, Any]) -> dict[str, Any]:
    shared: dict[str, Any] = {}
    for area in areas:
        for name, value in _parents_of(area).items():
            if isinstance(value, list):
                shared[name] = list(dict.fromkeys([*shared.get(name, []), *entries(value)]))
            elif shared.setdefault(name, value) != value and name not in values:
                remedy = f"Say in `into` which `{name}` the new area lies in."
                plan.refuse(f"/into/{name}", f"the areas lie in {shared[name]} and in {value}", remedy)
    return shared


def _abolish(plan: Plan, scene: Scene, area: Area, asked: Abolish) -> None:
    successors = asked.heirs()
    heirs: dict[str, list[str]] = {}
    for n, successor in enumerate(successors):
        pointer = f"/successors/{n}"
        if successor.id in scene.inside:
            plan.refuse(pointer, f"{successor.id} ends or lies in what ends", "Give another area.", successor.id)
        elif in_force(plan, scene, successor.id, pointer):
            children = successor.children if len(successors) > 1 else scene.children.get(area.id, ())
            _allot(plan, scene, [area.id], children, successor.id, heirs, f"{pointer}/children")
            plan.edges.append(Edge("abolished", area.id, successor.id))
    if not successors:
        plan.edges.append(Edge("abolished", area.id, None))
    if not plan.problems:
        _hand_over(plan, scene, [area.id], heirs, rest_stays=False)
    retire(plan, scene, area, "/effective")


def _urbanise(plan: Plan, scene: Scene, area: Area, asked: Urbanise) -> None:
    if not in_force(plan, scene, asked.into, "/into"):
        return
    if scene.areas[asked.into].data.get("urban") is not True:
        remedy = "Give a municipal body: a local body that is marked as urban."
        plan.refuse("/into", f"{asked.into} is not an urban local body", remedy, asked.into)
        return
    ended = [area, *(scene.areas[id] for id in sorted(scene.below))]
    ids = {a.id for a in ended}
    for a in ended:
        if not a.holds:
            _refuse_unborn(plan, a)
            continue
        if a is not area and (elsewhere := [p for p in parents_on(a.standard, a.data) if p not in ids]):
            plan.refuse("", f"{a.id} also lies in {elsewhere[0]}", f"Move it out of {area.id} first.", a.id)
        plan.edges.append(Edge("urbanised", a.id, asked.into))
        retire(plan, scene, a, "/effective")


def _refuse_unborn(plan: Plan, area: Area) -> None:
    if later := next((s.first for s in area.spans if s.data is not None), None):
        plan.refuse("", f"{area.id} is known to begin on {later}", "Correct that first.", area.id)
