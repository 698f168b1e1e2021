"""Giving records their identifiers, from their own fields or newly minted under the State they lie in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from jjm.kit import Fault, ReadConnection, is_well_formed
from jjm.registry.columns import entries
from jjm.registry.model import Draft
from jjm.registry.service.context import Registry
from jjm.registry.service.reflect import areas_of
from jjm.registry.store import queries
from jjm.registry.table import Table
from jjm.standards import Standard

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_MINTED = {"state", "serial", "check"}


async def states_of(registry: Registry, conn: ReadConnection, areas: Collection[str]) -> dict[str, str]:
    """The LGD code of the State each of these areas lies in; areas in no tree are left out."""
    unknown = [a for a in areas if a not in registry.states]
    if unknown:
        async for row in queries.states_of(conn, ids=unknown):
            registry.states[row["id"]] = row["state"]
    return {a: registry.states[a] for a in areas if a in registry.states}


async def states_of_drafts(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]
) -> list[str | None]:
    """The State of each draft's record, through the areas that place it; None where it lies in none."""
    standard = table.standard
    if standard.level is not None and standard.level.rank == 0:
        return [str(d.data.get("code")) for d in drafts]
    placed = [list(_places(standard, d.data)) for d in drafts]
    known = await states_of(registry, conn, {area for areas in placed for area in areas})
    return [next((known[area] for area in areas if area in known), None) for areas in placed]


def _places(standard: Standard, data: Mapping[str, Any]) -> Iterator[str]:
    """The areas that say in which State a record lies: the first it names, or for an area of the trees its parents."""
    fields = (standard.area,) if standard.area else standard.level.parents if standard.level else ()
    for name in fields:
        value = data.get(name)
        if isinstance(value, list):
            value = next(iter(entries(cast("object", value))), None)
        if isinstance(value, str):
            yield value


def identify(
    registry: Registry, table: Table, drafts: Sequence[Draft], states: Sequence[str | None]
) -> list[list[Fault]]:
    """Give every draft without an identifier one; faults for those that cannot have the one they ask for."""
    template = table.standard.id
    if "{serial}" in template:
        return _mint(registry, table, drafts, states)
    return [_from_fields(template, draft) for draft in drafts]


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
    template = table.standard.id.removesuffix("-{serial}-{check}")
    faults: list[list[Fault]] = [[] for _ in drafts]
    wanted: dict[str, list[int]] = {}
    for place, (draft, state) in enumerate(zip(drafts, states, strict=True)):
        if "{state}" in template and state is None:
            faults[place] = _no_state(table, draft)
            continue
        prefix = template.replace("{state}", state or "")
        if draft.id is None:
            wanted.setdefault(prefix, []).append(place)
        elif not (draft.id.startswith(prefix + "-") and is_well_formed(draft.id)):
            remedy = (
                f"Leave `id` out to have one made, or check it: it begins `{prefix}-` and ends in a check character."
            )
            faults[place] = [Fault(f"`{draft.id}` is not a well-formed identifier", remedy, "/id", value=draft.id)]
    for prefix, places in wanted.items():
        for place, id in zip(places, registry.minter.mint(prefix, len(places)), strict=True):
            drafts[place].id, drafts[place].minted = id, True
    return faults


def _no_state(table: Table, draft: Draft) -> list[Fault]:
    area = table.standard.area or ""
    if not areas_of(table.standard, draft.data):
        remedy = f"Give `{area}`: it says in which State the record lies, and the identifier carries that State."
        return [Fault("the State of this record is not known", remedy, f"/{area}")]
    remedy = "Give an area that lies in a State here; import the areas first."
    return [Fault("the State of this record is not known", remedy, f"/{area}", value=draft.data.get(area))]


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
