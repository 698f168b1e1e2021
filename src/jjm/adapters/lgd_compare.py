"""How a row of the directory differs from the record on the node: pure rules, each difference with what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from jjm.adapters.model import Record
from jjm.adapters.names import Likeness, likeness
from jjm.adapters.refresh import Section

_OF_THE_DIRECTORY = ("id", "code", "external_ids")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where it stands in the report, the fields to write, and what was and is.

    `in_the_world` tells a change on the as-on date from a correction of what was recorded.
    """

    section: Section
    patch: Mapping[str, object]
    was: str | None
    now: str | None
    in_the_world: bool = False
    remark: str | None = None


def differences(
    record: Record, standing: Record, as_on: date, parents: Sequence[str], *, older: bool = False
) -> list[Difference]:
    """What the directory says otherwise than the node; what it leaves blank is no difference.

    `older`: the node has already taken a later list, so nothing that is known is overruled; a person decides.
    """
    found = list(_differences(record, standing, parents))
    late = older or str(_meta(standing).get("valid_from") or "") > as_on.isoformat()
    return [_held_back(d) if _overrules(d, late, older) else d for d in found]


def _differences(record: Record, standing: Record, parents: Sequence[str]) -> Iterator[Difference]:
    for name, new in record.items():
        if name in _OF_THE_DIRECTORY or name.startswith("_"):
            continue
        old = standing.get(name)
        if old is None or old == []:
            yield Difference(Section.UPDATED, {name: new}, None, f"{name} {_told(new)}")
        elif old == new:
            continue
        elif name == "name":
            yield from _name(str(old), str(new))
        elif isinstance(new, list):
            yield from _many(name, cast("list[str]", old), cast("list[str]", new), name in parents)
        elif name in parents:
            yield Difference(Section.MOVED, {name: new}, str(old), str(new), in_the_world=True)
        else:
            yield from _other(name, old, new)


def _name(old: str, new: str) -> Iterator[Difference]:
    how = likeness(old, new)
    if how is Likeness.RESPELLED:
        yield Difference(Section.RESPELLED, {"name": new}, old, new)
    elif how is Likeness.RENAMED:
        yield Difference(Section.RENAMED, {"name": new}, old, new, in_the_world=True)
    elif how is Likeness.DOUBTFUL:
        remark = "renamed, or only spelt otherwise? Rename it from its day, or correct the spelling"
        yield Difference(Section.DECISION, {"name": new}, old, new, remark=remark)


def _many(name: str, old: list[str], new: list[str], is_parent: bool) -> Iterator[Difference]:
    was, now = _told(old), _told(new)
    if set(new) == set(old):
        return
    if set(new) < set(old):
        remark = (
            f"the list leaves out {_told(sorted(set(old) - set(new)))} of {name}; take it away if it no longer holds"
        )
        yield Difference(Section.DECISION, {name: new}, was, now, remark=remark)
    elif is_parent:
        yield Difference(Section.MOVED, {name: new}, was, now, in_the_world=True)
    else:
        yield Difference(Section.UPDATED, {name: sorted({*old, *new})}, was, now)


def _other(name: str, old: object, new: object) -> Iterator[Difference]:
    was, now = f"{name} {_told(old)}", f"{name} {_told(new)}"
    if name.startswith("census_"):
        if str(old).lstrip("0") != str(new).lstrip("0"):
            yield Difference(Section.UPDATED, {name: new}, was, now)
    elif name == "lgd_version":
        if cast("int", new) > cast("int", old):
            yield Difference(Section.UPDATED, {name: new}, was, now, in_the_world=True)
    else:
        yield Difference(Section.UPDATED, {name: new}, was, now, in_the_world=name != "name_local")


def _overrules(difference: Difference, late: bool, older: bool) -> bool:
    if difference.section is Section.DECISION or difference.was is None:
        return False
    return late if difference.in_the_world else older


def _held_back(difference: Difference) -> Difference:
    remark = "the node already knows of a later day; change it by hand if this list is right"
    return Difference(Section.DECISION, difference.patch, difference.was, difference.now, remark=remark)


def _meta(standing: Record) -> Mapping[str, object]:
    return cast("Mapping[str, object]", standing.get("_meta") or {})


def _told(value: object) -> str:
    return ", ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)
