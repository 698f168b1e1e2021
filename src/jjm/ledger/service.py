"""What others do with the ledger: append changes in their own transaction, read them back in the one order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from jjm.kit import ReadConnection, WriteConnection, not_found
from jjm.ledger import store
from jjm.ledger.leaf import leaf_hashes, leaf_of
from jjm.ledger.model import SLOTS, Batch, BatchSlice, Behind, Change, Entry, Kept, batch_and_slot
from jjm.ledger.tree import HASH

_LONGEST = 1_000
_MANY = 2_000


def batch_of(actor: str, node: str, type: str, at: datetime, changes: Sequence[Change]) -> Batch:
    """Changes of one type made together, side by side."""
    return Batch(
        type=type,
        at=at,
        actor=actor,
        node=node,
        subjects=[made.subject for made in changes],
        versions=[made.version for made in changes],
        changes=[made.change for made in changes],
        digests=[made.digest for made in changes],
    )


async def append(
    conn: WriteConnection, *, actor: str, node: str, type: str, at: datetime, changes: Sequence[Change]
) -> int:
    """Record changes of one type in the caller's transaction and return the id of their batch.

    The change at index i of `changes` is slot i, at most 65,536 in all. They enter the ledger's order once the caller
    has committed. Raises ValueError for changes no leaf can be made of.
    """
    return await append_batch(conn, batch_of(actor, node, type, at, changes))


async def append_batch(conn: WriteConnection, batch: Batch, hashes: bytes | None = None) -> int:
    """The same for changes that stand side by side already; `hashes` are those of their leaves, where known."""
    _check(batch)
    if hashes is None:
        # Hashing thousands of leaves takes long enough for other requests to notice.
        hashes = await asyncio.to_thread(leaf_hashes, batch) if len(batch) > _MANY else leaf_hashes(batch)
    return await store.append(conn, batch, hashes)


def append_values(batch: Batch) -> tuple[Any, ...]:
    """The values of `APPEND` for a few changes, for who makes it part of a larger statement. Raises ValueError."""
    _check(batch)
    return store.values(batch, leaf_hashes(batch))


async def position_of(conn: ReadConnection, batch: int, slot: int) -> int | None:
    """The position of one change; None while the sequencer has not numbered it, or where there is no such change."""
    return (await store.positions(conn, [(batch, slot)]))[0]


async def positions(conn: ReadConnection, entries: Sequence[int]) -> list[int | None]:
    """The position behind each record's `entry`, in the same order; None for those not numbered yet."""
    return await store.positions(conn, [batch_and_slot(entry) for entry in entries])


async def kept(conn: ReadConnection, entries: Sequence[int]) -> list[Kept | None]:
    """What each record's `entry` was entered as, in the same order; None where the ledger has no such entry."""
    return await store.kept(conn, [batch_and_slot(entry) for entry in entries])


async def counts(conn: ReadConnection) -> dict[str, int]:
    """How many changes of each type were entered, numbered or not yet."""
    return await store.counts(conn)


async def backlog(conn: ReadConnection) -> tuple[int, datetime | None]:
    """How many changes wait for a position, and since when the first does."""
    return await store.backlog(conn)


async def behind(conn: ReadConnection, after: int, types: Sequence[str]) -> Behind:
    """How many changes of these types a reader at this position has not passed yet, and since when the first waits."""
    return await store.behind(conn, after, types)


async def entered(conn: ReadConnection, type: str) -> AsyncIterator[tuple[int, Sequence[str], Sequence[int]]]:
    """Every batch of a type: its id, and the subject and version of each slot."""
    after = 0
    while found := await store.entered(conn, type, after):
        for batch in found:
            yield batch
        after = found[-1][0]


async def entry_at(conn: ReadConnection, position: int) -> Entry:
    """The change at that position. Raises Problem `not-found` where the ledger does not reach it."""
    found = await store.slices(conn, position, position + 1) if position >= 0 else []
    if not found:
        raise not_found(f"The ledger has no entry {position}.")
    return found[0].entry(0)


async def leaf_at(conn: ReadConnection, position: int) -> bytes:
    """The leaf of the change at that position. Raises Problem `not-found` where the ledger does not reach it."""
    return leaf_of(await entry_at(conn, position))


async def entries(conn: ReadConnection, after: int, limit: int, types: Sequence[str] | None = None) -> list[BatchSlice]:
    """The next `limit` changes behind position `after` (-1 to begin), in order, as slices of their batches.

    A reader goes on from the last position it has seen. Fewer than `limit` changes mean that the end is reached.
    With `types`, changes of other types are passed over: a reader then goes on from `after + limit`, or from the end
    of the ledger as its `head` told it before.
    """
    return await store.slices(conn, after + 1, after + 1 + limit, types)


def _check(batch: Batch) -> None:
    if not 1 <= len(batch) <= SLOTS:
        raise ValueError(f"a batch holds 1 to {SLOTS} changes, not {len(batch)}")
    if batch.at.tzinfo is None:
        raise ValueError("the instant of a change needs its time zone")
    texts, subjects = (batch.actor, batch.node, batch.type, *set(batch.changes)), batch.subjects
    if not all(texts) or max(map(len, texts)) > _LONGEST or max(map(len, subjects)) > _LONGEST or "" in subjects:
        raise ValueError(f"actor, node, type, change and subject have 1 to {_LONGEST} characters")
    if set(map(len, batch.digests)) != {HASH}:
        raise ValueError(f"a digest has {HASH} bytes")
