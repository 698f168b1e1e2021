"""Every check a draft must pass before it is recorded; the same for one record and for a million."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.kit import Fault, ReadConnection, beside
from jjm.registry.columns import normalise
from jjm.registry.model import Change, Draft
from jjm.registry.service.around import look_around
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import NO_STATE, identify, states_met
from jjm.registry.service.references import dangling
from jjm.registry.table import Table


async def examine(registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]) -> list[list[Fault]]:
    """The faults of each draft, none for a good one; gives identifiers and brings values into their stored form."""
    faults: list[list[Fault]] = [[] for _ in drafts]
    standing = [n for n, d in enumerate(drafts) if d.change != Change.RETIRE]
    absent = await look_around(registry, conn, table, [drafts[n] for n in standing])
    raw = [n for n in standing if not drafts[n].shaped]
    chosen = [drafts[n] for n in raw]
    found = await beside(len(chosen), shape, registry, table, chosen, states_met(registry, table, chosen))
    for n, more in zip(raw, found, strict=True):
        faults[n] = more
    # Whose State is not known mostly names an area that is not: then that is what there is to say.
    lost = {n for n in raw if any(fault.message == NO_STATE for fault in faults[n])}
    asked = [n for n in standing if not faults[n] or n in lost]
    for place, fault in await dangling(registry, conn, table, [drafts[n] for n in asked], absent):
        n = asked[place]
        faults[n] = [known for known in faults[n] if known.message != NO_STATE] + [fault]
    return faults


def shape(registry: Registry, table: Table, drafts: Sequence[Draft], states: Sequence[str | None]) -> list[list[Fault]]:
    """The part of the checks that needs nothing but the draft and the State it lies in."""
    datas, faults = follow(registry, table, [d.data for d in drafts], states)
    good = [n for n, found in enumerate(faults) if not found]
    found = identify(registry, table, [drafts[n] for n in good], [states[n] for n in good])
    for n, more in zip(good, found, strict=True):
        drafts[n].data = datas[n]
        drafts[n].shaped = not more
        faults[n] = more
    return faults


def follow(
    registry: Registry, table: Table, datas: Sequence[Mapping[str, Any]], states: Sequence[str | None]
) -> tuple[list[Mapping[str, Any]], list[list[Fault]]]:
    """Values in the form in which they are read back, without those that are null, and what is wrong with each."""
    validator = registry.validators[table.standard.name]
    said = [data if None not in data.values() else {k: v for k, v in data.items() if v is not None} for data in datas]
    good = validator.are_valid(said, states)
    faults = [
        [] if is_good else validator.validate(data, state)
        for data, state, is_good in zip(said, states, good, strict=True)
    ]
    sound = [data for data, found in zip(said, faults, strict=True) if not found]
    normalise(sound, table.normal)
    kept = iter(sound)
    return [data if found else next(kept) for data, found in zip(said, faults, strict=True)], faults


def without_meta(body: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """A record as sent: its identifier, and its values without what the node itself adds."""
    data = {name: value for name, value in body.items() if name not in ("id", "_meta")}
    id = body.get("id")
    return (str(id) if id is not None else None), data
