"""Likely duplicates: found after records were committed, put before a person as proposals, never merged by themselves.

The work follows the ledger at its own position. A pair is proposed once; what a person rejected stays rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

import orjson

from jjm.access import NODE
from jjm.kit import ReadConnection, WriteConnection
from jjm.ledger import BatchSlice, entries, size
from jjm.registry.alike import LEAST, likeness
from jjm.registry.columns import entries as listed
from jjm.registry.model import Change, Draft
from jjm.registry.service.context import Registry
from jjm.registry.service.examine import examine
from jjm.registry.service.write import record
from jjm.registry.sight import WHOLE
from jjm.registry.store import proposals
from jjm.registry.table import Table
from jjm.registry.twins import twins

_NAME = "duplicates"
_ENTRIES, _RECORDS = 20_000, 1_000
# A person is asked at most so often about one record, however many are like it.
_AREAS = 20
_ASKED = 3


@dataclass(frozen=True, slots=True)
class Twins:
    """Two records that may be one: `about` the later, how sure that is and why, and in which areas one of them lies."""

    type: str
    about: str
    other: str
    score: float
    grounds: str
    area: str | None = None
    areas: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of the finding: the same for the same pair."""
        return ":".join(("duplicate", self.type, *sorted((self.about, self.other))))


async def propose_duplicates(registry: Registry, conn: WriteConnection) -> int:
    """Look at the next changes in the ledger and propose what is likely a duplicate; how many changes were passed.

    0 means that the end is reached, or that somebody else is at it. One call does a bounded piece of work.
    """
    if "proposal" not in registry.tables:
        return 0
    await proposals.begin_reading(conn, name=_NAME)
    position = await proposals.claim_reader(conn, name=_NAME)
    if position is None:
        return 0
    watched = [name for name, table in registry.tables.items() if table.standard.duplicates]
    stop = min(position + _ENTRIES, await size(conn) - 1)
    found = await entries(conn, position, stop - position, watched) if stop > position else []
    # Of copies their owner's node finds the duplicates, and tells of them by the very same keys.
    own = [piece for piece in found if piece.node == registry.node]
    wanted, reached = _pick(own, max(stop, position))
    for type, ids in wanted.items():
        await _propose(registry, conn, await find_twins(conn, registry.table(type), ids))
    if reached > position:
        await proposals.move_reader(conn, name=_NAME, position=reached)
    return reached - position


def _pick(pieces: Sequence[BatchSlice], stop: int) -> tuple[dict[str, list[str]], int]:
    """The records to look at, by type, and the position up to which that goes: `stop`, or earlier for many."""
    wanted: dict[str, list[str]] = {}
    room = _RECORDS
    for piece in pieces:
        taken = min(len(piece), room)
        changes = zip(piece.subjects[:taken], piece.changes[:taken], strict=True)
        wanted.setdefault(piece.type, []).extend(id for id, change in changes if change != Change.RETIRE)
        room -= taken
        if not room:
            return wanted, piece.first + taken - 1
    return wanted, stop


async def find_twins(conn: ReadConnection, table: Table, ids: Sequence[str]) -> list[Twins]:
    """The likely duplicates of these records: the surest of each record, with the surest ground of each pair."""
    found: dict[str, Twins] = {}
    for pair in [*await _by_values(conn, table, ids), *await _by_identifier(conn, table, ids)]:
        known = found.get(pair.key)
        if known is None or known.score < pair.score:
            found[pair.key] = pair
    return list(found.values())


async def _by_values(conn: ReadConnection, table: Table, ids: Sequence[str]) -> list[Twins]:
    statement = twins(table)
    if statement is None:
        return []
    found: dict[str, list[Twins]] = {}
    for row in await conn.fetch(statement, ids, table.standard.name, LEAST):
        judged = (0.9, "all that tells them apart is equal")
        if row["name"] is not None:
            judged = likeness(row["name"], row["other_name"], row["alike"])
        if judged is not None:
            score, grounds = judged
            areas = listed(orjson.loads(row["area"]) if row["area"] else None)
            pair = _pair(table, row["id"], row["other"], score, f"{grounds}; same {_common(table)}", areas)
            found.setdefault(row["id"], []).append(pair)
    return [pair for pairs in found.values() for pair in nlargest(_ASKED, pairs, key=lambda pair: pair.score)]


async def _by_identifier(conn: ReadConnection, table: Table, ids: Sequence[str]) -> list[Twins]:
    rows = [row async for row in proposals.spelt_otherwise(conn, type=table.standard.name, ids=ids)]
    return [
        _pair(table, r["id"], r["other"], 0.9, f"{r['system']} `{r['value']}` and `{r['other_value']}` may be one")
        for r in rows
    ]


def _pair(table: Table, id: str, other: str, score: float, grounds: str, areas: Sequence[str] = ()) -> Twins:
    first = next(iter(areas), None)
    return Twins(table.standard.name, max(id, other), min(id, other), score, grounds, first, tuple(areas[:_AREAS]))


def _common(table: Table) -> str:
    titles = [table.standard.field(n).title.get("en", n).lower() for n in table.standard.duplicates if n != "name"]
    return " and ".join(titles)


async def _propose(registry: Registry, conn: WriteConnection, pairs: Sequence[Twins]) -> None:
    by_key = {pair.key: pair for pair in pairs}
    known = {row["key"] async for row in proposals.proposed(conn, keys=list(by_key))}
    fresh = [pair for key, pair in by_key.items() if key not in known]
    if not fresh:
        return
    states = await _states(conn, (pair.area for pair in fresh))
    table = registry.table("proposal")
    sources = await _sources(conn, registry.table(fresh[0].type), [pair.about for pair in fresh])
    drafts = [Draft(Change.CREATE, _proposal(registry, pair, states), source=sources.get(pair.about)) for pair in fresh]
    faults = await examine(registry, conn, table, drafts)
    assert not any(faults), faults
    await record(registry, conn, NODE, table, drafts)


async def _sources(conn: ReadConnection, table: Table, ids: Sequence[str]) -> dict[str, str | None]:
    """Where the records come from; what is found in invented records is as invented as they are."""
    rows = await conn.fetch(table.get_many(WHOLE, numbered=False), ids)
    return {row["id"]: row["source"] for row in rows}


async def _states(conn: ReadConnection, areas: Iterable[str | None]) -> dict[str, str]:
    asked = list({area for area in areas if area})
    return {row["id"]: row["state"] async for row in proposals.state_above(conn, ids=asked)}


def _nearer(registry: Registry, pair: Twins) -> dict[str, list[str]]:
    """The field of a proposal that says where these records lie, where their area is smaller than a State."""
    about, proposal = registry.table(pair.type).standard, registry.table("proposal").standard
    placed = about.field(about.area) if about.area else None
    level = (placed.ref or (placed.item.ref if placed.item else None)) if placed else about.name
    fields = (f for name in proposal.nearer if (f := proposal.field(name)).item and f.item.ref == level)
    return {f.name: list(pair.areas) for f in fields if pair.areas}


def _proposal(registry: Registry, pair: Twins, states: Mapping[str, str]) -> dict[str, Any]:
    state = states.get(pair.area or "")
    found = {
        "kind": "duplicate",
        "status": "open",
        "about_type": pair.type,
        "about": pair.about,
        "other": pair.other,
        "key": pair.key,
        "grounds": pair.grounds[:1000],
        "score": pair.score,
    }
    return found | ({"state": state} if state else {}) | _nearer(registry, pair)
