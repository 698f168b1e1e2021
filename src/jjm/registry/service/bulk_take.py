"""Recording a piece of a file: as far as it is good, and naming whatever is not, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import asyncpg

from jjm.access import Actor
from jjm.kit import Fault, Problem, WriteConnection, savepoint
from jjm.registry.model import Draft
from jjm.registry.service.bulk_duplicates import resolve, waves
from jjm.registry.service.bulk_model import Load, Taken
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import examine
from jjm.registry.service.write import record
from jjm.registry.table import Table


async def take(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, load: Load, drafts: Sequence[Draft]
) -> Taken:
    """Record the good drafts, in the caller's transaction; each other one is counted or named with its line."""
    taken = Taken()
    for wave in waves(table, drafts):
        wanted = await resolve(conn, table, load, wave, taken)
        good = await _examined(registry, conn, table, wanted, taken)
        if good:
            await _record(registry, conn, actor, table, good, taken)
    return taken


async def _examined(
    registry: Registry, conn: WriteConnection, table: Table, drafts: Sequence[Draft], taken: Taken
) -> list[Draft]:
    """The drafts that pass every check; asked again while some fall away that others may point to."""
    good = list(drafts)
    while good:
        found = await examine(registry, conn, table, good)
        left = [draft for draft, faults in zip(good, found, strict=True) if not faults]
        for draft, faults in zip(good, found, strict=True):
            if faults:
                taken.refuse(draft, faults)
        if len(left) == len(good) or not _points_to_itself(table):
            return left
        good = left
    return []


def _points_to_itself(table: Table) -> bool:
    name = table.standard.name
    return any(name in (f.ref, f.item.ref if f.item else None) for f in table.standard.fields)


async def _record(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, drafts: Sequence[Draft], taken: Taken
) -> None:
    """Record drafts together; where that fails, in halves, until those that cannot be recorded stand alone."""
    try:
        async with savepoint(conn):
            outcomes = await record(registry, conn, actor, table, drafts)
    except (Problem, asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
        if isinstance(error, Problem) and error.status in (401, 403):
            raise
        if len(drafts) == 1:
            taken.refuse(drafts[0], _faults(error))
            return
        middle = len(drafts) // 2
        for half in (drafts[:middle], drafts[middle:]):
            await _record(registry, conn, actor, table, half, taken)
        return
    counts = Counter([outcome.result for outcome in outcomes])
    taken.created += counts["created"]
    taken.updated += counts["updated"]
    taken.unchanged += counts["unchanged"]


def _faults(error: Exception) -> Sequence[Fault]:
    if isinstance(error, Problem):
        return error.faults or [Fault(error.detail, "Read the record again, and send the line once more.")]
    if isinstance(error, asyncpg.UniqueViolationError):
        return [Fault("another record was recorded meanwhile under the same identifier", "Send the line once more.")]
    return [Fault("the database cannot hold these values", "Look for characters and numbers out of the ordinary.")]
