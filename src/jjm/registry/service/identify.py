"""Giving records their identifiers, from their own fields or newly minted under the State they lie in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, cast

from jjm.kit import Fault, ReadConnection, is_well_formed
from jjm.registry.columns import entries
from jjm.registry.model import Draft
from jjm.registry.placing import areas_of
from jjm.registry.service.context import Registry
from jjm.registry.store import queries
from jjm.registry.table import Table

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_LONGEST_ID = 64
_MINTED = {"state", "serial", "check"}
NO_STATE = "the State of this record is not known"


async def states_of_drafts(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]
) -> list[str | None]:
    """The State of each draft's record, through the areas that place it; None where it lies in none."""
    return await states_of(registry, conn, table, [d.data for d in drafts])


async def states_of(
    registry: Registry, conn: ReadConnection, table: Table, datas: Sequence[Mapping[str, Any]]
) -> list[str | None]:
    """The same of the values of records."""
    placed = _placed(table, datas)
    states = _met(registry, table, datas, placed)
    # Nearly always all areas were met before, which is told without going through them one by one.
    if None not in states and len(placed) == 1:
        return states
    # Not `areas - registry.states.keys()`, which walks all areas met before to tell of one.
    if unknown := [area for area in identifiers_in(_areas(placed)) if area not in registry.states]:
        async for row in queries.states_of(conn, ids=unknown):
            registry.states[row["id"]] = row["state"]
        states = _met(registry, table, datas, placed)
    return states


def areas_placing(table: Table, drafts: Sequence[Draft]) -> Set[str]:
    """The areas that say in which States the records of drafts lie."""
    return _areas(_placed(table, [d.data for d in drafts]))


def states_met(registry: Registry, table: Table, drafts: Sequence[Draft]) -> list[str | None]:
    """The State of each draft's record, by what is known already of the areas that place it."""
    datas = [d.data for d in drafts]
    return _met(registry, table, datas, _placed(table, datas))


def _met(
    registry: Registry, table: Table, datas: Sequence[Mapping[str, Any]], placed: Sequence[Sequence[str | None]]
) -> list[str | None]:
    level = table.standard.level
    if level is not None and level.rank == 0:
        return [str(data.get("code")) for data in datas]
    known = cast("Mapping[str | None, str]", registry.states)
    if len(placed) == 1:
        return [known.get(area) for area in placed[0]]
    found = [[known[area] for area in areas if area in known] for areas in zip(*placed, strict=True)]
    return [states[0] if states else None for states in found] or [None] * len(datas)


def _placed(table: Table, datas: Sequence[Mapping[str, Any]]) -> list[list[str | None]]:
    """For each field that does, the area by which it places each record: the first it names."""
    standard = table.standard
    fields = (standard.area,) if standard.area else standard.level.parents if standard.level else ()
    # Written out, since a load asks it of every record, and nearly always it is a text.
    named = [[data.get(name) for data in datas] for name in fields]
    return [[v if v.__class__ is str else _first(v) for v in values] for values in named]


def _areas(placed: Sequence[Sequence[str | None]]) -> Set[str]:
    found = set[str | None]().union(*placed)
    return cast("set[str]", found - {None})


def _first(value: Any) -> str | None:
    """The first area that a field names, be it a list or one."""
    named = next(iter(entries(value)), None)
    return named if isinstance(named, str) else None


def identify(
    registry: Registry, table: Table, drafts: Sequence[Draft], states: Sequence[str | None]
) -> list[list[Fault]]:
    """Give every draft without an identifier one; faults for those that cannot have the one they ask for."""
    template = table.standard.id
    if "{serial}" in template:
        return _mint(registry, table, drafts, states)
    return [_from_fields(template, draft) for draft in drafts]


def identifiers_in(values: Iterable[Any]) -> Set[str]:
    """What of it may be an identifier, and can be asked for; the rest is refused when the draft is checked."""
    return {v for v in values if v.__class__ is str and len(v) <= _LONGEST_ID and "\0" not in v}


def is_identifier(text: str) -> bool:
    """True if a record can have this identifier."""
    return _ID.match(text) is not None


def _from_fields(template: str, draft: Draft) -> list[Fault]:
    values: dict[str, Any] = dict(draft.data)
    if any(name not in values for name in _PLACEHOLDER.findall(template)):
        return []  # the field is required, and its absence is reported as such
    own = _fill(template, values)
    if not is_identifier(own):
        return [
            Fault(f"`{own}` cannot be an identifier", "Use letters, digits, `.`, `_` and `-` only", "/id", value=own)
        ]
    if draft.id is not None and draft.id != own:
        remedy = f"Leave `id` out, or give `{own}`; the identifier follows from the fields in `{template}`."
        return [Fault(f"`{draft.id}` is not the identifier of this record", remedy, "/id", value=draft.id)]
    draft.id = own
    return []


def _mint(registry: Registry, table: Table, drafts: Sequence[Draft], states: Sequence[str | None]) -> list[list[Fault]]:
    template = _prefix(table)
    faults: list[list[Fault]] = [[] for _ in drafts]
    wanted: list[int] = []
    for place, (draft, state) in enumerate(zip(drafts, states, strict=True)):
        if "{state}" in template and state is None:
            faults[place] = _no_state(table, draft)
            continue
        prefix = template.replace("{state}", state or "")
        if draft.id is None:
            wanted.append(place)
        elif not (draft.id.startswith(prefix + "-") and is_well_formed(draft.id)):
            remedy = (
                f"Leave `id` out to have one made, or check it: it begins `{prefix}-` and ends in a check character."
            )
            faults[place] = [Fault(f"`{draft.id}` is not a well-formed identifier", remedy, "/id", value=draft.id)]
    for place, id in zip(wanted, mint(registry, table, [states[place] for place in wanted]), strict=True):
        drafts[place].id, drafts[place].minted = id, True
    return faults


def mint(registry: Registry, table: Table, states: Sequence[str | None]) -> list[str]:
    """A new identifier for a record in each of these States."""
    prefix = _prefix(table)
    made = {
        state: iter(registry.minter.mint(prefix.replace("{state}", state or ""), count))
        for state, count in Counter(states).items()
    }
    return [next(made[state]) for state in states]


def _prefix(table: Table) -> str:
    return table.standard.id.removesuffix("-{serial}-{check}")


def _no_state(table: Table, draft: Draft) -> list[Fault]:
    area = table.standard.area or ""
    if not areas_of(table.standard, draft.data):
        remedy = f"Give `{area}`: it says in which State the record lies, and the identifier carries that State."
        return [Fault(NO_STATE, remedy, f"/{area}")]
    remedy = "Give an area that lies in a State here; import the areas first."
    return [Fault(NO_STATE, remedy, f"/{area}", value=draft.data.get(area))]


def own_id(table: Table, draft: Draft) -> str | None:
    """The identifier a draft asks for: the given one, or that of its fields; None where one is to be minted."""
    template = table.standard.id
    if draft.id is not None or "{serial}" in template:
        return draft.id
    values = draft.data
    if any(values.get(name) is None for name in _PLACEHOLDER.findall(template)):
        return None
    return _fill(template, values)


def _fill(template: str, values: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda m: str(values[m[1]]), template)
