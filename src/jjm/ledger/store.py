"""The ledger's tables: the one place that speaks SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jjm.kit import IST, ReadConnection, WriteConnection, conflict, load_queries
from jjm.ledger.model import Batch, BatchSlice, Behind, Checkpoint, Kept
from jjm.ledger.tiles import TileId, Tiles
from jjm.ledger.tree import HASH

_LOCK = 7_219_010
_MOST_BATCHES = 4_096
_BATCHES_AT_ONCE = 8
_sql = load_queries("jjm.ledger")
APPEND: str = _sql.append.sql.strip().rstrip(";")
"""The statement that writes a batch and brings its id; by itself, or as part of one that writes a record too."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A committed batch that has no position yet: its leaf hashes, 32 bytes a slot."""

    id: int
    count: int
    leaves: bytes


def values(batch: Batch, leaf_hashes: bytes) -> tuple[Any, ...]:
    """What the parameters $1 to $10 of `APPEND` stand for."""
    said = (len(batch), batch.type, batch.at, batch.actor, batch.node)
    columns = (batch.subjects, _alike(batch.versions), _alike(batch.changes), b"".join(batch.digests))
    return (*said, *columns, leaf_hashes)


async def append(conn: WriteConnection, batch: Batch, leaf_hashes: bytes) -> int:
    """Write a batch without a position and return its id."""
    return await conn.fetchval(APPEND, *values(batch, leaf_hashes))


async def be_the_only_sequencer(conn: WriteConnection) -> None:
    """Wait until no other transaction numbers batches; holds until this one ends."""
    await _sql.be_the_only_sequencer(conn, key=_LOCK)


async def waiting(conn: WriteConnection, most: int) -> list[Waiting]:
    """Committed batches without a position, oldest first, up to about `most` changes."""
    rows = _sql.waiting(conn, most=most, batches=_MOST_BATCHES)
    return [Waiting(row["id"], row["count"], row["leaves"]) async for row in rows]


async def advance(
    conn: WriteConnection, firsts: Mapping[int, int], tiles: Tiles, old_size: int, checkpoint: Checkpoint
) -> None:
    """Give batches (by id) their first position, write the changed tiles and publish the checkpoint.

    Raises Problem `ledger-moved`, to be followed by a rollback, where the ledger is no longer as it was read.
    """
    done = await _sql.advance(
        conn,
        ids=list(firsts),
        firsts=list(firsts.values()),
        levels=[tile.level for tile in tiles],
        indexes=[tile.index for tile in tiles],
        hashes=list(tiles.values()),
        old_size=old_size,
        size=checkpoint.size,
        root=checkpoint.root,
        note=checkpoint.note,
        at=checkpoint.at,
        period=period(checkpoint.at),
    )
    if (done["batches"], done["tiles"], done["head"]) != (len(firsts), len(tiles), 1):
        raise conflict("ledger-moved", f"The ledger of {old_size} entries was changed while this step was at work.")


async def head(conn: ReadConnection) -> Checkpoint | None:
    """The newest checkpoint; None before the sequencer's first step."""
    row = await _sql.head(conn)
    return _checkpoint(row) if row else None


async def checkpoints(conn: ReadConnection, before: datetime, most: int) -> list[Checkpoint]:
    """The checkpoints kept of hours that began before an instant, newest first."""
    return [_checkpoint(row) async for row in _sql.checkpoints(conn, before=before, most=most)]


async def tiles(conn: ReadConnection, wanted: Collection[TileId]) -> dict[TileId, bytes]:
    """Those of the wanted tiles that exist."""
    rows = _sql.tiles(conn, levels=[tile.level for tile in wanted], indexes=[tile.index for tile in wanted])
    return {TileId(row["level"], row["index"]): row["hashes"] async for row in rows}


async def positions(conn: ReadConnection, places: Sequence[tuple[int, int]]) -> list[int | None]:
    """The position of each (batch, slot), in the same order; None for those without one."""
    rows = _sql.positions(conn, batches=[batch for batch, _ in places], slots=[slot for _, slot in places])
    return [row["position"] async for row in rows]


async def slices(conn: ReadConnection, start: int, stop: int, types: Sequence[str] | None = None) -> list[BatchSlice]:
    """What the batches (of these types, or all) hold at positions from `start` up to, not including, `stop`."""
    wanted = list(types) if types is not None else None
    return [_slice(row) async for row in _sql.slices(conn, start=start, stop=stop, with_leaves=False, types=wanted)]


async def slices_with_leaves(conn: ReadConnection, start: int, stop: int) -> list[tuple[BatchSlice, bytes]]:
    """The same slices, each with the leaf hashes its batch holds."""
    rows = _sql.slices(conn, start=start, stop=stop, with_leaves=True, types=None)
    return [(_slice(row), row["leaves"]) async for row in rows]


async def kept(conn: ReadConnection, places: Sequence[tuple[int, int]]) -> list[Kept | None]:
    """What each (batch, slot) was entered as, in the same order; None for those that do not exist."""
    rows = _sql.kept(conn, batches=[batch for batch, _ in places], slots=[slot for _, slot in places])
    return [Kept(**row) if row["type"] else None async for row in rows]


async def counts(conn: ReadConnection) -> dict[str, int]:
    """How many changes of each type have been entered."""
    return {row["type"]: row["count"] async for row in _sql.counts(conn)}


async def backlog(conn: ReadConnection) -> tuple[int, datetime | None]:
    """How many changes wait for a position, and since when the first does."""
    row = await _sql.backlog(conn)
    return row["count"], row["since"]


async def behind(conn: ReadConnection, after: int, types: Sequence[str]) -> Behind:
    """What of these types stands behind a position."""
    row = await _sql.behind(conn, after=after, types=list(types))
    return Behind(row["changes"], row["oldest"])


async def entered(conn: ReadConnection, type: str, after: int) -> list[tuple[int, Sequence[str], Sequence[int]]]:
    """The next batches of a type behind that id: id, subjects and versions of each."""
    rows = _sql.entered(conn, type=type, after=after, most=_BATCHES_AT_ONCE)
    return [(r["id"], r["subjects"], _spread(r["versions"], r["count"])) async for r in rows]


async def first_beyond(conn: ReadConnection, size: int) -> int | None:
    """A batch that was given a position at or after `size`."""
    return await _sql.beyond(conn, size=size)


def period(at: datetime) -> datetime:
    """The start of the hour, Indian time, of which the last checkpoint is kept."""
    return at.astimezone(IST).replace(minute=0, second=0, microsecond=0)


def _alike(column: Sequence[Any]) -> Sequence[Any]:
    # Ten thousand times "create" is one "create": the reader spreads a single item over all slots.
    return column[:1] if len(set(column)) == 1 else column


def _spread(column: Sequence[Any], count: int) -> Sequence[Any]:
    return list(column) * count if len(column) == 1 else column


def _checkpoint(row: Mapping[str, Any]) -> Checkpoint:
    note: str = row["note"]
    return Checkpoint(note.partition("\n")[0], row["size"], row["root"], note, row["at"])


def _slice(row: Mapping[str, Any]) -> BatchSlice:
    count, digests = row["count"], row["digests"]
    versions, changes = row["versions"], row["changes"]
    return BatchSlice(
        type=row["type"],
        at=row["at"],
        actor=row["actor"],
        node=row["node"],
        subjects=row["subjects"],
        versions=_spread(versions, count),
        changes=_spread(changes, count),
        digests=[digests[i : i + HASH] for i in range(0, len(digests), HASH)],
        batch=row["id"],
        slot=row["slot"],
        first=row["first"],
    )
