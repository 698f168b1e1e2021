"""Single changes of many kinds, recorded as far as they are good; each is told what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from jjm.access import Actor
from jjm.kit import Fault, Problem, ReadConnection, WriteConnection, savepoint
from jjm.registry import store
from jjm.registry.formats import Format
from jjm.registry.model import Change, Draft
from jjm.registry.service.bulk_duplicates import external_ids
from jjm.registry.service.bulk_model import Change as HowKnown
from jjm.registry.service.bulk_model import Load, OnDuplicate, Piece, Taken
from jjm.registry.service.bulk_take import take
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import own_id
from jjm.registry.service.write import record
from jjm.registry.store import queries
from jjm.registry.table import Table


class Act(StrEnum):
    """What is to be done: make or change, make, change, put right, or end a record."""

    UPSERT = "upsert"
    CREATE = "create"
    CHANGE = "change"
    CORRECT = "correct"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one draft, by its line: `accepted` as a version, `duplicate` of one, or `refused`."""

    line: int
    outcome: str
    id: str | None = None
    version: int | None = None
    faults: Sequence[Fault] = ()


async def take_in(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, act: Act, drafts: Sequence[Draft]
) -> list[Became]:
    """Record what is good of these drafts of one type, in the caller's transaction; each has a `line` of its own."""
    taken = await _taken(registry, conn, actor, table, act, list(drafts))
    faults: dict[int, list[Fault]] = {}
    for fault in taken.faults:
        faults.setdefault(fault.line or 0, []).append(fault)
    return [_became(draft.line or 0, faults, taken) for draft in drafts]


def _became(line: int, faults: dict[int, list[Fault]], taken: Taken) -> Became:
    if line in faults:
        return Became(line, "refused", faults=faults[line])
    result, id, version = taken.outcomes[line]
    return Became(line, "duplicate" if result == "unchanged" else "accepted", id, version)


async def _taken(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, act: Act, drafts: list[Draft]
) -> Taken:
    """What the act came to; where not all are allowed, each half by itself."""
    try:
        async with savepoint(conn):
            known, refused = await _wanted(conn, table, act, drafts)
            if act is Act.RETIRE:
                taken = await _ended(registry, conn, actor, table, known)
            else:
                piece = Piece(known, [], 0, 0)
                taken = await take(registry, conn, actor, table, _load(table, act), piece)
            taken.faults += refused
            return taken
    except (Problem, asyncpg.DataError) as error:
        if isinstance(error, Problem) and error.status not in (401, 403):
            raise
        if len(drafts) == 1:
            told = Taken()
            told.refuse(drafts[0].line, [_fault(error)])
            return told
    middle = len(drafts) // 2
    first = await _taken(registry, conn, actor, table, act, drafts[:middle])
    rest = await _taken(registry, conn, actor, table, act, drafts[middle:])
    first.faults += rest.faults
    first.outcomes |= rest.outcomes
    return first


def _fault(error: Problem | asyncpg.DataError) -> Fault:
    if isinstance(error, Problem):
        return Fault(error.detail, "Ask for what is yours to change.")
    return Fault("the database cannot hold these values", "Look for characters and numbers out of the ordinary.")


async def _ended(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, drafts: Sequence[Draft]
) -> Taken:
    """The ends of records, one by one."""
    taken = Taken()
    for draft in drafts:
        try:
            async with savepoint(conn):
                done = (await record(registry, conn, actor, table, [draft]))[0]
            taken.outcomes[draft.line or 0] = (done.result, done.id, done.version.version)
        except Problem as problem:
            taken.refuse(draft.line, problem.faults or [Fault(problem.detail, "Read the record again.")])
    return taken


def _load(table: Table, act: Act) -> Load:
    known = OnDuplicate.FAIL if act is Act.CREATE else OnDuplicate.UPDATE
    how = HowKnown.CORRECT if act is Act.CORRECT else HowKnown.CHANGE
    return Load(table.standard.name, Format.NDJSON, known, change=how)


async def _wanted(
    conn: WriteConnection, table: Table, act: Act, drafts: Sequence[Draft]
) -> tuple[list[Draft], list[Fault]]:
    """The drafts that may go on: what is to be changed, put right or ended must be known."""
    if act in (Act.UPSERT, Act.CREATE):
        return list(drafts), []
    found = await _known(conn, table, drafts)
    good: list[Draft] = []
    refused = Taken()
    for draft in drafts:
        id = found.get(draft.line)
        if id is None:
            remedy = "Name a record by `id`, or by one of its `external_ids` in `data`."
            refused.refuse(draft.line, [Fault(f"no {table.standard.name} is known by this name", remedy, "/id")])
            continue
        if act is Act.RETIRE:
            draft.change, draft.id, draft.data = Change.RETIRE, id, {}
        good.append(draft)
    return good, refused.faults


async def _known(conn: ReadConnection, table: Table, drafts: Sequence[Draft]) -> dict[int | None, str]:
    pairs = [pair for d in drafts for pair in external_ids(d)]
    named: dict[tuple[str, str], str] = {}
    if pairs:
        systems, values = (list(part) for part in zip(*pairs, strict=True))
        rows = queries.records_by_external_id(conn, type=table.standard.name, systems=systems, values=values)
        named = {(row["system"], row["value"]): row["id"] async for row in rows}
    own = {d.line: id for d in drafts if (id := own_id(table, d)) is not None}
    missing = set(await store.missing(conn, table, list(own.values()))) if own else set[str]()
    found = {line: id for line, id in own.items() if id not in missing}
    for d in drafts:
        if d.line not in found and (id := next((named[p] for p in external_ids(d) if p in named), None)):
            found[d.line] = id
    return found
