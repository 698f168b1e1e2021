"""Recording a piece of a file: as far as it is good, and naming whatever is not, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncpg

from jjm.access import Actor, require_write
from jjm.kit import Fault, Problem, WriteConnection, savepoint
from jjm.registry import store
from jjm.registry.model import Draft, Outcome
from jjm.registry.rules import states_in
from jjm.registry.service.authority import foreign_ids, not_the_authority, owners
from jjm.registry.service.bulk_duplicates import resolve, waves
from jjm.registry.service.bulk_fresh import record_fresh
from jjm.registry.service.bulk_model import Fresh, Load, Piece, Taken
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import examine
from jjm.registry.service.fence import strangers, strays
from jjm.registry.service.references import dangling_in
from jjm.registry.service.write import record
from jjm.registry.table import Table
from jjm.registry.wire import Unfit

_T = TypeVar("_T", Fresh, list[Draft])


async def take(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, load: Load, piece: Piece
) -> Taken:
    """Record the good lines, in the caller's transaction; each other one is counted or named."""
    taken = Taken()
    if piece.fresh:
        await _take_fresh(registry, conn, actor, table, piece.fresh, taken)
    for wave in waves(table, piece.drafts):
        wanted = await resolve(registry, conn, actor, table, load, wave, taken)
        good = await _examined(registry, conn, table, wanted, taken)
        good = await _inside(registry, conn, actor, table, good, taken)
        if good:
            await _take_drafts(registry, conn, actor, table, good, taken)
    return taken


async def _take_fresh(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, fresh: Fresh, taken: Taken
) -> None:
    fresh = _without_foreign(registry, table, fresh, taken)
    days = [fresh.valid_from] * len(fresh)
    states = states_in(fresh.ids) if registry.authority is not None else ()
    found = await dangling_in(registry, conn, table, fresh.references, days, states)
    if require_write(actor, table.standard) is not None:
        found += await strangers(registry, conn, actor, table, fresh.placed_by(table.standard))
    if found:
        for n, fault in found:
            taken.refuse(fresh.lines[n], [fault])
        fresh = fresh.part(set(range(len(fresh))) - {n for n, _ in found})

    async def act(some: Fresh) -> None:
        await record_fresh(registry, conn, actor, table, some)
        taken.created += len(some)

    def halved(some: Fresh) -> tuple[Fresh, Fresh]:
        middle = len(some) // 2
        return some.part(range(middle)), some.part(range(middle, len(some)))

    if len(fresh):
        await _recorded(conn, fresh, act, halved, lambda one, faults: taken.refuse(one.lines[0], faults))


async def _inside(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, drafts: list[Draft], taken: Taken
) -> list[Draft]:
    """Those of these drafts that lie where the actor may change records of the type."""
    if require_write(actor, table.standard) is None or not drafts:
        return drafts
    known = await store.lock(conn, table, [d.id for d in drafts if d.id and not d.minted])
    held = {id: version.data for id, version in known.items()}
    found = dict(await strays(registry, conn, actor, table, drafts, held))
    for n, fault in found.items():
        taken.refuse(drafts[n].line, [fault])
    return [draft for n, draft in enumerate(drafts) if n not in found]


def _without_foreign(registry: Registry, table: Table, fresh: Fresh, taken: Taken) -> Fresh:
    foreign = foreign_ids(registry, table, fresh.ids)
    if not foreign:
        return fresh
    for n, fault in foreign.items():
        taken.refuse(fresh.lines[n], [fault])
    return fresh.part(set(range(len(fresh))) - foreign.keys())


async def _examined(
    registry: Registry, conn: WriteConnection, table: Table, drafts: Sequence[Draft], taken: Taken
) -> list[Draft]:
    """The drafts that pass every check; asked again while some fall away that others may point to."""
    good = await _own(registry, conn, table, drafts, taken)
    while good:
        found = await examine(registry, conn, table, good)
        left = [draft for draft, faults in zip(good, found, strict=True) if not faults]
        for draft, faults in zip(good, found, strict=True):
            if faults:
                taken.refuse(draft.line, faults)
        if len(left) == len(good) or not _points_to_itself(table):
            return left
        good = left
    return []


async def _own(
    registry: Registry, conn: WriteConnection, table: Table, drafts: Sequence[Draft], taken: Taken
) -> list[Draft]:
    """The drafts of records that this node has authority over, as far as they tell by themselves."""
    found = await owners(registry, conn, table, drafts, {})
    for draft, owner in zip(drafts, found, strict=True):
        if owner is not None:
            taken.refuse(draft.line, not_the_authority(table, draft.id, owner).faults)
    return [draft for draft, owner in zip(drafts, found, strict=True) if owner is None]


def _points_to_itself(table: Table) -> bool:
    name = table.standard.name
    return any(name in (f.ref, f.item.ref if f.item else None) for f in table.standard.fields)


async def _take_drafts(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, drafts: list[Draft], taken: Taken
) -> None:
    async def act(some: list[Draft]) -> None:
        outcomes = await record(registry, conn, actor, table, some, fenced=True)
        counts = _counts(outcomes)
        taken.created += counts["created"]
        taken.updated += counts["updated"]
        taken.unchanged += counts["unchanged"]
        told = zip(some, outcomes, strict=True)
        taken.outcomes |= {draft.line or 0: (o.result, o.id, o.version.version) for draft, o in told}

    def halved(some: list[Draft]) -> tuple[list[Draft], list[Draft]]:
        middle = len(some) // 2
        return some[:middle], some[middle:]

    await _recorded(conn, drafts, act, halved, lambda one, faults: taken.refuse(one[0].line, faults))


def _counts(outcomes: Sequence[Outcome]) -> Counter[str]:
    return Counter([outcome.result for outcome in outcomes])


async def _recorded(
    conn: WriteConnection,
    some: _T,
    act: Callable[[_T], Awaitable[None]],
    halved: Callable[[_T], tuple[_T, _T]],
    refuse: Callable[[_T, Sequence[Fault]], None],
) -> None:
    """Record some together; where that fails, in halves, until those that cannot be recorded stand alone."""
    try:
        async with savepoint(conn):
            await act(some)
    except (Problem, asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, Unfit) as error:
        if isinstance(error, Problem) and error.status in (401, 403):
            raise
        if len(some) == 1:
            refuse(some, _faults(error))
            return
        for half in halved(some):
            await _recorded(conn, half, act, halved, refuse)


def _faults(error: Exception) -> Sequence[Fault]:
    if isinstance(error, Problem):
        return error.faults or [Fault(error.detail, "Read the record again, and send the line once more.")]
    if isinstance(error, asyncpg.UniqueViolationError):
        return [Fault("another record came first", "Read what is recorded now, then send the line once more.")]
    return [Fault("the database cannot hold these values", "Look for characters and numbers out of the ordinary.")]
