"""The change feed: every change in the ledger's order, with the record as that change left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jjm.access import Actor, View, view_of
from jjm.kit import Problem, ReadConnection
from jjm.kit.http import dumps
from jjm.ledger import BatchSlice, entries
from jjm.registry import store
from jjm.registry.columns import instant
from jjm.registry.service.context import Registry
from jjm.registry.service.reflect import areas_of
from jjm.registry.store import queries
from jjm.registry.table import Table

_DONE = {"create": "created", "change": "changed", "correct": "corrected", "retire": "retired", "restore": "restored"}


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
    lines: list[bytes] = []
    position = after
    for piece in await entries(conn, after, limit):
        position = piece.first + len(piece) - 1
        table, view = registry.tables.get(piece.type), views.get(piece.type)
        if table is not None and view is not None:
            lines += await _lines(registry, conn, table, view, piece, within)
    return Changes(lines, position)


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


async def _lines(
    registry: Registry, conn: ReadConnection, table: Table, view: View, piece: BatchSlice, within: str | None
) -> list[bytes]:
    wanted = list(zip(piece.subjects, piece.versions, strict=True))
    state = registry.one_partition(table, piece.subjects)
    rows = await store.at_versions(conn, table, wanted, view.hidden, state)
    if within is not None:
        rows = await _inside(conn, table, rows, within)
    write = _Writer(table, piece)
    return [write.line(row) for row in rows]


async def _inside(conn: ReadConnection, table: Table, rows: list[Any], within: str) -> list[Any]:
    standard = table.standard
    places = [[row["id"]] if standard.level else areas_of(standard, store.data_of(table, row)) for row in rows]
    asked = list({area for areas in places for area in areas})
    found = {r["id"] async for r in queries.inside(conn, ancestor=within, ids=asked)}
    return [row for row, areas in zip(rows, places, strict=True) if found.intersection(areas)]


class _Writer:
    """Writes the CloudEvents 1.0 of one slice; what they share is put together once."""

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

    def line(self, row: Any) -> bytes:
        """One event; a retired record comes as a tombstone without data."""
        shown = store.show(self.table, row)
        change, position = row["change"], row["entry"] - self.base
        tail = f',"id":"{position}","position":{position},"subject":"{self.plural}/{row["id"]}","type":'.encode()
        kind = self.kinds.get(change) or dumps(f"in.jjm.{self.table.standard.name}.{change}")
        data = (
            b'{"id":' + dumps(row["id"]) + b',"_meta":' + dumps(shown["_meta"]) + b"}"
            if change == "retire"
            else dumps(shown)
        )
        return b"".join((self.head, tail, kind, b',"data":', data, b"}\n"))
