"""The change feed: every change in the ledger's order, with the record as that change left it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jjm.access import Actor, Extent, Turn, Way
from jjm.kit import Problem, ReadConnection
from jjm.kit.http import dumps
from jjm.ledger import BatchSlice, entries
from jjm.registry import store
from jjm.registry.columns import instant
from jjm.registry.placing import areas_of
from jjm.registry.rows import in_columns, show
from jjm.registry.service.consenting import hidden_by_consent
from jjm.registry.service.context import Registry
from jjm.registry.service.disclosure import note_stretch
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.store import queries
from jjm.registry.table import Table

_DONE = {"create": "created", "change": "changed", "correct": "corrected", "retire": "retired", "restore": "restored"}

KINDS = frozenset(_DONE.values())
"""What can be said of a change."""

_A_STRETCH = 1_000
_TOMBSTONE = frozenset({"id", "_meta"})


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which changes are wanted, and how much of each: types by plural, an area by id, kinds such as `changed`, nodes.

    An empty tuple, or None, lets all through; `fields` are those of the data, beside `id` and `_meta`.
    """

    types: tuple[str, ...] = ()
    within: str | None = None
    kinds: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    fields: frozenset[str] | None = None

    def passes(self, piece: BatchSlice) -> list[tuple[str, int]]:
        """The records and versions of a slice whose changes are wanted, as far as the ledger knows."""
        if self.origins and piece.node not in self.origins:
            return []
        pairs = zip(piece.subjects, piece.versions, strict=True)
        if not self.kinds:
            return list(pairs)
        return [pair for pair, change in zip(pairs, piece.changes, strict=True) if _DONE.get(change) in self.kinds]


ALL = Sieve()


@dataclass(frozen=True, slots=True)
class Changes:
    """A stretch of the feed: CloudEvents as lines of JSON, and the position up to which it reaches.

    `turns` are the readings under consents that it took, by type.
    """

    lines: list[bytes]
    position: int
    turns: Mapping[str, Turn] = field(default_factory=dict[str, Turn])

    @property
    def consents(self) -> frozenset[str]:
        """The consents without which some of it would not be shown."""
        return frozenset[str]().union(*(turn.opened for turn in self.turns.values()))


async def changes(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    *,
    after: int,
    limit: int,
    sieve: Sieve = ALL,
    earlier: Changes | None = None,
) -> Changes:
    """The changes behind a position, in order, as far as the actor may see them.

    What is filtered out or not seen is passed over, and the position reaches beyond it all the same. A record that
    leaves the areas that are seen or asked for is told as `left`, without values. `earlier` is the same stretch as it
    was read before and did not arrive: it is decided anew, and counts once under each consent.
    """
    sights = await _sights(registry, conn, actor, sieve.types)
    pieces = await entries(conn, after, limit)
    wanted = [piece for piece in pieces if piece.type in sights]
    stretches = [s for piece in wanted for s in _stretches(registry, sights[piece.type], piece, sieve)]
    lines: list[bytes] = []
    told: dict[str, frozenset[str]] = {}
    begun: Mapping[str, Turn] = earlier.turns if earlier else {}
    turns = {
        type: begun[type].again() if type in begun else Turn(actor, type, Way.FEED)
        for type, sight in sights.items()
        if sight.by_consent
    }
    async for stretch, rows in _ahead(stretches, lambda stretch: _told(registry, conn, stretch, sieve, turns)):
        lines += [stretch.writer.line(row, hidden) for row, hidden in rows]
        type = stretch.table.standard.name
        if (fields := stretch.writer.told) and type not in turns:  # what consents opened is noted already
            told[type] = fields | told.get(type, frozenset())
    last = pieces[-1] if pieces else None
    reached = last.first + len(last) - 1 if last else after
    for type, fields in told.items():
        within = sights[type].told_in if sieve.within is None else [sieve.within]
        extent = Extent(reached, after + 1, within, bool(sieve.kinds or sieve.origins))
        note_stretch(registry, actor, registry.table(type), Way.FEED, extent, fields)
    return Changes(lines, reached, turns)


async def _sights(registry: Registry, conn: ReadConnection, actor: Actor, types: Sequence[str]) -> dict[str, Sight]:
    """What the actor sees of each type of the feed; a type asked for by name must be open to the actor."""
    found: dict[str, Sight] = {}
    for table in [registry.by_plural(t) for t in types] or registry.tables.values():
        try:
            found[table.standard.name] = await sight_of(registry, conn, actor, table)
        except Problem:
            if types:
                raise
    return found


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some neighbouring changes of one type, and how they are written."""

    table: Table
    sight: Sight
    piece: BatchSlice
    wanted: list[tuple[str, int]]
    writer: _Writer


def _stretches(registry: Registry, sight: Sight, piece: BatchSlice, sieve: Sieve) -> Iterator[_Stretch]:
    table = registry.table(piece.type)
    sight = sight.for_fields(sieve.fields, table.personal)
    writer, wanted = _Writer(table, piece, sieve.fields), sieve.passes(piece)
    for start in range(0, len(wanted), _A_STRETCH):
        yield _Stretch(table, sight, piece, wanted[start : start + _A_STRETCH], writer)


async def _ahead(
    stretches: Sequence[_Stretch], fetch: Callable[[_Stretch], Coroutine[Any, Any, list[Any]]]
) -> AsyncGenerator[tuple[_Stretch, list[Any]], None]:
    """The rows of one stretch after the other; the database reads the next while one is being written."""
    coming = asyncio.create_task(fetch(stretches[0])) if stretches else None
    try:
        for n, stretch in enumerate(stretches):
            assert coming is not None
            rows = await coming
            coming = asyncio.create_task(fetch(stretches[n + 1])) if n + 1 < len(stretches) else None
            await asyncio.sleep(0)
            yield stretch, rows
    finally:
        if coming is not None:
            await asyncio.gather(coming, return_exceptions=True)


class _Left(NamedTuple):
    """A change by which a record left what is seen, or asked for."""

    id: str
    version: int
    position: int


async def _told(
    registry: Registry, conn: ReadConnection, stretch: _Stretch, sieve: Sieve, turns: Mapping[str, Turn]
) -> list[tuple[Any, frozenset[str]]]:
    """The rows of a stretch, each with what stays hidden of it."""
    rows = await _rows(registry, conn, stretch, sieve.within)
    if not stretch.sight.by_consent:
        return [(row, stretch.sight.kept_back) for row in rows]
    there = [row for row in rows if not isinstance(row, _Left) and row["change"] != "retire"]
    turn = turns[stretch.table.standard.name]
    hidden = await hidden_by_consent(registry, conn, turn, stretch.table, there, wanted=sieve.fields)
    known = {(row["id"], row["version"]): names for row, names in zip(there, hidden, strict=True)}
    return [(row, _hidden_of(row, known, stretch.sight.hidden)) for row in rows]


def _hidden_of(row: Any, known: Mapping[tuple[str, int], frozenset[str]], otherwise: frozenset[str]) -> frozenset[str]:
    return otherwise if isinstance(row, _Left) else known.get((row["id"], row["version"]), otherwise)


async def _rows(registry: Registry, conn: ReadConnection, stretch: _Stretch, within: str | None) -> list[Any]:
    state = registry.one_partition(stretch.table, [id for id, _ in stretch.wanted])
    rows = await _seen(conn, stretch, stretch.wanted, within, state)
    if within is None and not stretch.sight.is_scoped:
        return rows
    found: dict[tuple[str, int], Any] = {(row["id"], row["version"]): row for row in rows}
    before = [(id, version - 1) for id, version in stretch.wanted if version > 1 and (id, version) not in found]
    was = {(row["id"], row["version"]) for row in await _seen(conn, stretch, before, within, state)} if before else ()
    if was:
        changes = zip(stretch.piece.subjects, stretch.piece.versions, strict=True)
        for position, (id, version) in enumerate(changes, stretch.piece.first):
            if (id, version - 1) in was:
                found.setdefault((id, version), _Left(id, version, position))
    return [found[pair] for pair in stretch.wanted if pair in found]


async def _seen(
    conn: ReadConnection, stretch: _Stretch, wanted: list[tuple[str, int]], within: str | None, state: str | None
) -> list[Any]:
    rows = await store.at_versions(conn, stretch.table, wanted, stretch.sight, state, numbered=False)
    return rows if within is None else await _inside(conn, stretch.table, rows, within)


async def _inside(conn: ReadConnection, table: Table, rows: list[Any], within: str) -> list[Any]:
    standard = table.standard
    places = [[row["id"]] if standard.level else areas_of(standard, in_columns(table, row)) for row in rows]
    asked = list({area for areas in places for area in areas})
    found = {r["id"] async for r in queries.inside(conn, ancestor=within, ids=asked)}
    return [row for row, areas in zip(rows, places, strict=True) if found.intersection(areas)]


class _Writer:
    """Writes the CloudEvents 1.0 of one slice; what they share is put together once.

    `told` are the personal fields that were written.
    """

    def __init__(self, table: Table, piece: BatchSlice, fields: frozenset[str] | None) -> None:
        standard = table.standard
        self.table = table
        self.fields = None if fields is None else fields | _TOMBSTONE
        self.base = piece.batch * 65536 - (piece.first - piece.slot)
        fixed = {
            "specversion": "1.0",
            "source": f"/nodes/{piece.node}",
            "time": instant(piece.at),
            "dataschema": f"/schemas/{standard.name}/{standard.version}",
            "datacontenttype": "application/json",
        }
        self.head = dumps(fixed)[:-1]
        self.kinds = {k: dumps(f"in.jjm.{standard.name}.{d}") for k, d in _DONE.items()}
        self.plural = standard.plural
        self._untold = list(table.personal)

    @property
    def told(self) -> frozenset[str]:
        """The personal fields that were written so far."""
        return self.table.personal.difference(self._untold)

    def line(self, row: Any, hidden: frozenset[str]) -> bytes:
        """One event; a record that was retired or left comes as a tombstone without data."""
        if isinstance(row, _Left):
            return self._left(row)
        change, position = row["change"], row["entry"] - self.base
        wanted = _TOMBSTONE if change == "retire" else self.fields
        shown = show(self.table, row, hidden, wanted)
        shown["_meta"]["position"] = position
        if wanted is not None:
            shown = {name: value for name, value in shown.items() if name in wanted}
        self._untold = [name for name in self._untold if name not in shown]
        kind = self.kinds.get(change) or dumps(f"in.jjm.{self.table.standard.name}.{change}")
        return b"".join((self.head, self._tail(position, row["id"]), kind, b',"data":', dumps(shown), b"}\n"))

    def _tail(self, position: int, id: str) -> bytes:
        return f',"id":"{position}","position":{position},"subject":"{self.plural}/{id}","type":'.encode()

    def _left(self, left: _Left) -> bytes:
        data = {"id": left.id, "_meta": {"version": left.version, "change": "left", "position": left.position}}
        kind = dumps(f"in.jjm.{self.table.standard.name}.left")
        return b"".join((self.head, self._tail(left.position, left.id), kind, b',"data":', dumps(data), b"}\n"))
