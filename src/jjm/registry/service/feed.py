"""The change feed: every change in the ledger's order, with the record as that change left it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jjm.access import Actor, Extent, View, Way, view_of
from jjm.kit import Problem, ReadConnection
from jjm.kit.http import dumps
from jjm.ledger import BatchSlice, entries
from jjm.registry import store
from jjm.registry.columns import instant
from jjm.registry.service.context import Registry
from jjm.registry.service.disclosure import note_stretch
from jjm.registry.service.reflect import areas_of
from jjm.registry.store import queries
from jjm.registry.table import Table

_DONE = {"create": "created", "change": "changed", "correct": "corrected", "retire": "retired", "restore": "restored"}

_A_STRETCH = 1_000


@dataclass(frozen=True, slots=True)
class Changes:
    """A stretch of the feed: CloudEvents as lines of JSON, and the position up to which it reaches."""

    lines: list[bytes]
    position: int


async def changes(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    *,
    after: int,
    limit: int,
    types: Sequence[str] = (),
    within: str | None = None,
) -> Changes:
    """The changes behind a position, in order, as far as the actor may see them.

    What is filtered out or not visible is passed over, and the position reaches beyond it all the same.
    """
    views = _views(registry, actor, types)
    pieces = await entries(conn, after, limit)
    stretches = [s for piece in pieces if piece.type in views for s in _stretches(registry, views[piece.type], piece)]
    lines: list[bytes] = []
    told: set[str] = set()
    async for stretch, rows in _ahead(stretches, lambda stretch: _rows(registry, conn, stretch, within)):
        lines += [stretch.writer.line(row) for row in rows]
        told |= {stretch.table.standard.name} if stretch.writer.tells else set()
    last = pieces[-1] if pieces else None
    reached = last.first + len(last) - 1 if last else after
    for type in told:
        extent = Extent(reached, after + 1, None if within is None else [within])
        note_stretch(registry, actor, registry.table(type), Way.FEED, extent)
    return Changes(lines, reached)


def _views(registry: Registry, actor: Actor, types: Sequence[str]) -> dict[str, View]:
    """What the actor sees of each type of the feed; a type asked for by name must be open to the actor."""
    found: dict[str, View] = {}
    for table in [registry.by_plural(t) for t in types] or registry.tables.values():
        try:
            found[table.standard.name] = view_of(actor, table.standard)
        except Problem:
            if types:
                raise
    return found


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some neighbouring changes of one type, and how they are written."""

    table: Table
    view: View
    wanted: list[tuple[str, int]]
    writer: _Writer


def _stretches(registry: Registry, view: View, piece: BatchSlice) -> Iterator[_Stretch]:
    table = registry.table(piece.type)
    writer, wanted = _Writer(table, piece), list(zip(piece.subjects, piece.versions, strict=True))
    for start in range(0, len(wanted), _A_STRETCH):
        yield _Stretch(table, view, wanted[start : start + _A_STRETCH], writer)


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


async def _rows(registry: Registry, conn: ReadConnection, stretch: _Stretch, within: str | None) -> list[Any]:
    table = stretch.table
    state = registry.one_partition(table, [id for id, _ in stretch.wanted])
    rows = await store.at_versions(conn, table, stretch.wanted, stretch.view.hidden, state, numbered=False)
    return rows if within is None else await _inside(conn, table, rows, within)


async def _inside(conn: ReadConnection, table: Table, rows: list[Any], within: str) -> list[Any]:
    standard = table.standard
    places = [[row["id"]] if standard.level else areas_of(standard, store.data_of(table, row)) for row in rows]
    asked = list({area for areas in places for area in areas})
    found = {r["id"] async for r in queries.inside(conn, ancestor=within, ids=asked)}
    return [row for row, areas in zip(rows, places, strict=True) if found.intersection(areas)]


class _Writer:
    """Writes the CloudEvents 1.0 of one slice; what they share is put together once.

    `tells` says whether something personal was written.
    """

    def __init__(self, table: Table, piece: BatchSlice) -> None:
        standard = table.standard
        self.table = table
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
        self.tells = False

    def line(self, row: Any) -> bytes:
        """One event; a retired record comes as a tombstone without data."""
        shown = store.show(self.table, row)
        change, position = row["change"], row["entry"] - self.base
        shown["_meta"]["position"] = position
        tail = f',"id":"{position}","position":{position},"subject":"{self.plural}/{row["id"]}","type":'.encode()
        self.tells = self.tells or not self.table.personal.isdisjoint(shown)
        kind = self.kinds.get(change) or dumps(f"in.jjm.{self.table.standard.name}.{change}")
        data = (
            b'{"id":' + dumps(row["id"]) + b',"_meta":' + dumps(shown["_meta"]) + b"}"
            if change == "retire"
            else dumps(shown)
        )
        return b"".join((self.head, tail, kind, b',"data":', data, b"}\n"))
