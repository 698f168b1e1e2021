"""Finding records by the exact value of something personal: blindly, then opened, compared, and noted as a reading."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from jjm.access import Actor, Way
from jjm.kit import Problem, ReadConnection
from jjm.registry.blinding import candidates, normal_form
from jjm.registry.filters import bad_filter
from jjm.registry.sealing import needed
from jjm.registry.service.asking import Ask
from jjm.registry.service.context import Registry
from jjm.registry.service.disclosure import note_found
from jjm.registry.sight import WHOLE, Sight
from jjm.registry.table import Table
from jjm.standards import Field

MOST_VALUES = 20
_MOST_FOUND = 5_000
_STATES = "state"


async def looked_up(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, ask: Ask, sight: Sight
) -> Ask:
    """What is asked for, with filters by personal values as the records that they find.

    Filters by what the actor does not see are left as they are, to be refused like others by what is hidden. Raises
    Problem 400 where a filter cannot be answered, 429 for an actor who has looked up too many.
    """
    named = [f for f in table.blinds.values() if f.name in ask.equals and f.name not in sight.kept_back]
    if not named:
        return ask
    ids: set[str] | None = None
    for field in named:
        _require_answerable(field, ask)
        values = ask.equals[field.name]
        _require_moderate(registry, actor, len(values))
        found = await holders_of(registry, conn, table, field, values, sight)
        note_found(registry, actor, table, Way.LOOKUP, found, field.name)
        ids = set(found) if ids is None else ids.intersection(found)
    rest = {name: values for name, values in ask.equals.items() if name not in {f.name for f in named}}
    return replace(ask, equals=rest, ids=tuple(sorted(ids or ())))


def _require_answerable(field: Field, ask: Ask) -> None:
    name, values = field.name, ask.equals[field.name]
    if ask.as_of is not None:
        raise bad_filter(f"`{name}` finds records of today only", "Leave `valid_at` and `known_at` out.", f"/{name}")
    if len(values) > MOST_VALUES:
        raise bad_filter(f"{len(values)} values of `{name}`", f"Look up at most {MOST_VALUES} at once.", f"/{name}")


def _require_moderate(registry: Registry, actor: Actor, count: int) -> None:
    who = f"{actor.kind} {actor.id or actor.name}"
    for _ in range(count):
        if seconds := registry.lookups.wait(who):
            most = f"{registry.lookups.per_minute:.0f}"
            detail = f"At most {most} people a minute are looked up; try again in {seconds:.0f} s."
            after = {"Retry-After": str(max(1, round(seconds)))}
            raise Problem("too-many-lookups", 429, "Too many people looked up", detail, headers=after)


async def holders_of(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    field: Field,
    values: Collection[str],
    sight: Sight = WHOLE,
) -> list[str]:
    """The records of today that have one of these values in a blind field, and show it."""
    vault, name = needed(registry.vault), table.standard.name
    states = _states(registry, table)
    numbers = list({n for value in values for n in candidates(vault, name, field, states, value)})
    rows = await conn.fetch(table.found_blindly(field, sight), numbers, _MOST_FOUND, *sight.values)
    wanted = {normal_form(field, value) for value in values}
    return [row["id"] for row in rows if _form(table, field, row) in wanted]


def _form(table: Table, field: Field, row: Any) -> bytes | None:
    value = table.inside(row["id"], row["version"], row["sealed"]).get(field.name)
    return None if value is None else normal_form(field, value)


def _states(registry: Registry, table: Table) -> Sequence[str | None]:
    """The States whose keys a record of this type may have been blinded with."""
    if "{state}" not in table.standard.id:
        return [None]
    if table.by_state:
        return [state for type, state in registry.partitions if type == table.standard.name]
    return list(registry.catalogue.codelists[_STATES].codes)
