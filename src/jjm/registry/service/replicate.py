"""Copies: versions as another node made them, taken into the same tables with their numbers, instants and digests.

Their checks are their owner's; here only their digests are checked, by `unproven`. A copy enters this node's ledger
with the very leaf it has in its owner's. Whatever this node's standards have no place for is kept aside in `_unknown`
of `ext`, so that the copy still equals the original.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import asyncpg

from jjm.kit import Problem, WriteConnection, conflict, savepoint
from jjm.ledger import Batch, append_batch, entry_id
from jjm.registry import store
from jjm.registry.model import Change, Draft, Version
from jjm.registry.rules import digests, states_in
from jjm.registry.sealing import context, digest_in, needed, sealed_later
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import states_of_drafts
from jjm.registry.service.partitions import ensure_partitions
from jjm.registry.service.reflect import reflect
from jjm.registry.service.schedule import settle
from jjm.registry.service.trees import note_area_versions
from jjm.registry.shelf import shelved
from jjm.registry.table import Table
from jjm.registry.wire import Unfit


@dataclass(frozen=True, slots=True)
class Copies:
    """Versions of one type that another node recorded together; each carries its digest.

    `entered` is how it entered them, with the hashes of their leaves, where that was these and nothing else.
    """

    type: str
    versions: Sequence[Version]
    entered: tuple[Batch, bytes] | None = None


class Held(NamedTuple):
    """A copy that could not be taken, and why."""

    type: str
    version: Version
    why: str


def unproven(registry: Registry, copies: Copies) -> list[int]:
    """The places of those copies whose values are not what their digest says."""
    told = [v.data for v in copies.versions], [digest_in(v.sealed) for v in copies.versions]
    made = digests(copies.type, copies.versions, *told)
    return [n for n, (v, digest) in enumerate(zip(copies.versions, made, strict=True)) if v.digest != digest]


async def replicate(registry: Registry, conn: WriteConnection, copies: Sequence[Copies]) -> list[Held]:
    """Take copies in, in the order given; those taken before are passed over. What could not be taken, and why.

    Everything happens in the caller's transaction, in order, so that a position kept in it is never ahead or behind.
    """
    held: list[Held] = []
    for type, together in _grouped(copies):
        table = registry.tables.get(type)
        if table is None:
            held += [Held(type, v, f"no standard here declares `{type}`") for c in together for v in c.versions]
        else:
            held += await _taken(registry, conn, table, together)
    return held


def _grouped(copies: Sequence[Copies]) -> Iterable[tuple[str, list[Copies]]]:
    """Neighbours of one type together: they go into the tables at once."""
    together: list[Copies] = []
    for piece in copies:
        if together and together[0].type != piece.type:
            yield together[0].type, together
            together = []
        together.append(piece)
    if together:
        yield together[0].type, together


async def _taken(registry: Registry, conn: WriteConnection, table: Table, copies: Sequence[Copies]) -> list[Held]:
    """Take them all at once; where that fails, in halves, until those that cannot be taken stand alone."""
    try:
        async with savepoint(conn):
            return await _take(registry, conn, table, copies)
    except (Problem, asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, Unfit) as error:
        if len(copies) == 1 and len(copies[0].versions) == 1:
            return await _taken_alone(registry, conn, table, copies, error)
        return [held for half in _halves(copies) for held in await _taken(registry, conn, table, half)]


async def _taken_alone(
    registry: Registry, conn: WriteConnection, table: Table, copies: Sequence[Copies], error: Exception
) -> list[Held]:
    """Take one that failed with those values aside that the columns here cannot hold."""
    if isinstance(error, Problem | asyncpg.IntegrityConstraintViolationError):
        return [Held(copies[0].type, copies[0].versions[0], _reason(error))]
    try:
        async with savepoint(conn):
            return await _take(registry, conn, table, copies, closely=True)
    except (Problem, asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, Unfit) as again:
        return [Held(copies[0].type, copies[0].versions[0], _reason(again))]


def _halves(copies: Sequence[Copies]) -> tuple[Sequence[Copies], Sequence[Copies]]:
    if len(copies) > 1:
        middle = len(copies) // 2
        return copies[:middle], copies[middle:]
    versions = copies[0].versions
    middle = len(versions) // 2
    return [Copies(copies[0].type, versions[:middle])], [Copies(copies[0].type, versions[middle:])]


def _reason(error: Exception) -> str:
    if isinstance(error, Problem):
        return " ".join([error.detail, *(f.message for f in error.faults)])
    if isinstance(error, asyncpg.UniqueViolationError):
        return "another record here has a value that only one may have"
    return "the database cannot hold these values"


async def _take(
    registry: Registry, conn: WriteConnection, table: Table, copies: Sequence[Copies], *, closely: bool = False
) -> list[Held]:
    known = await store.numbers(conn, table, list({v.id: None for c in copies for v in c.versions}))
    again = [v for c in copies for v in c.versions if v[:2] in known] if known else []
    standing = await store.digests_of(conn, table, [(v.id, v.version) for v in again]) if again else {}
    held = [
        Held(table.standard.name, v, f"version {v.version} is recorded here with other content")
        for v in again
        if standing.get((v.id, v.version), v.digest) != v.digest
    ]
    fresh = [Copies(c.type, [v for v in c.versions if v[:2] not in known]) for c in copies] if again else copies
    if fresh := [c for c in fresh if c.versions]:
        await _write(registry, conn, table, fresh, {id for id, _ in known}, closely)
    return held


async def _write(
    registry: Registry,
    conn: WriteConnection,
    table: Table,
    fresh: Sequence[Copies],
    before: set[str],
    closely: bool,
) -> None:
    entered = [v for part in fresh for v in await _enter(conn, table, part)]
    if table.by_state:
        await ensure_partitions(registry, conn, table, set(states_in([v.id for v in entered])))
    straight, bent = _apart(entered, before, registry.clock.today())
    await store.insert(conn, table, [_fitting(table, v, closely) for v in straight])
    await store.insert(conn, table, [_fitting(table, v, closely) for v in bent], history=True)
    for part in fresh:
        await note_area_versions(registry, conn, table, part.versions)
    if straight:
        await reflect(registry, conn, table, {v.id: v for v in straight}, {})
    if bent:
        await settle(registry, conn, table, list({v.id: None for v in bent}))


def _apart(versions: Sequence[Version], before: set[str], day: date) -> tuple[Sequence[Version], Sequence[Version]]:
    """Versions that are the first and only ones of their records and hold today, and the others."""
    if not before and all(_holds(v, day) for v in versions) and len({v.id for v in versions}) == len(versions):
        return versions, ()
    times = Counter([v.id for v in versions])
    straight = [v for v in versions if times[v.id] == 1 and v.id not in before and _holds(v, day)]
    at_once = {v.id for v in straight}
    return straight, [v for v in versions if v.id not in at_once]


def _holds(v: Version, day: date) -> bool:
    return v.valid_to is None and v.valid_from <= day and v.change != Change.RETIRE


def _fitting(table: Table, version: Version, closely: bool) -> Version:
    data = shelved(table, version.data, closely=closely)
    if table.personal and not table.personal.isdisjoint(data):
        return _sealed_here(table, version, data)
    return version if data is version.data else version._replace(data=data)


def _sealed_here(table: Table, version: Version, data: Mapping[str, Any]) -> Version:
    """A version with fields that are open where it was made, and about persons by the standards here."""
    moved = {name: data[name] for name in table.personal if name in data}
    if version.sealed is not None or "ext" in moved:
        detail = f"`{min(moved)}` is about persons by the standards here, and open where it comes from."
        raise conflict("personal-here", detail)
    at = context(table.standard.name, version.id, version.version)
    return version._replace(data=data, sealed=sealed_later(needed(table.vault), at, moved, None, None))


async def _enter(conn: WriteConnection, table: Table, copies: Copies) -> list[Version]:
    """The versions with their place in this node's ledger, entered as their owner entered them."""
    batch, hashes = copies.entered or (_batch(table, copies.versions), None)
    start = entry_id(await append_batch(conn, batch, hashes), 0)
    return [v.at_entry(entry) for entry, v in enumerate(copies.versions, start)]


def _batch(table: Table, versions: Sequence[Version]) -> Batch:
    first = versions[0]
    return Batch(
        type=table.standard.name,
        at=first.recorded_at,
        actor=first.actor,
        node=first.node,
        subjects=[v.id for v in versions],
        versions=[v.version for v in versions],
        changes=[v.change for v in versions],
        digests=[v.digest for v in versions],
    )


class Known(NamedTuple):
    """Of the newest version known of a record: the node that made it, and the State in which it lies."""

    node: str
    state: str | None


async def known_of(registry: Registry, conn: WriteConnection, type: str, ids: Sequence[str]) -> dict[str, Known]:
    """Who made, and where lie, those of these records that are known here."""
    table = registry.table(type)
    standing = await store.lock(conn, table, ids)
    found = await store.retired(conn, table, [id for id in ids if id not in standing]) | standing
    drafts = [Draft(Change.CHANGE, version.data) for version in found.values()]
    states = await states_of_drafts(registry, conn, table, drafts)
    return {id: Known(v.node, state) for (id, v), state in zip(found.items(), states, strict=True)}
