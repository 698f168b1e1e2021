"""The audit: recomputes the whole ledger from its batches and names what is no longer as it was signed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jjm.kit import Fault, Problem, ReadConnection
from jjm.ledger import store
from jjm.ledger.leaf import leaf_hashes
from jjm.ledger.model import BatchSlice, Checkpoint
from jjm.ledger.note import Verifier, parse_checkpoint
from jjm.ledger.tiles import WIDTH, TileId, Tiles, extend, frontier, root_of, tiles_between, tiles_of
from jjm.ledger.tree import HASH

_WINDOW = 256 * WIDTH
_MOST_FAULTS = 100
_CHECKPOINTS_AT_ONCE = 100
_RESTORE = "Compare it with a backup or with a copy of the log that others keep, and put back what was signed."

Progress = Callable[[int, int], None]
"""Told how many entries have been checked, and of how many."""


async def verify_tree(conn: ReadConnection, vkey: str, progress: Progress | None = None) -> list[Fault]:
    """What is wrong with the ledger, lowest position first; empty where every entry is the one that was signed.

    Leaf hashes, positions, tiles, root, signature under `vkey` and the checkpoints kept are all recomputed from the
    batches, 65,536 entries at a time; an entry at fault is named with its position, type, subject, batch and slot.
    Stops after a hundred faults. `conn` should be a snapshot. Raises Problem `bad-vkey` for an unreadable key.
    """
    verifier = Verifier.parse(vkey)
    head = await store.head(conn)
    if head is None:
        return []
    audit = _Audit()
    for start in range(0, head.size, _WINDOW):
        stop = min(start + _WINDOW, head.size)
        slices = await store.slices_with_leaves(conn, start, stop)
        held = await store.tiles(conn, tiles_between(start, stop))
        await asyncio.to_thread(audit.window, start, stop, slices, held)
        if progress:
            progress(stop, head.size)
        if len(audit.faults) >= _MOST_FAULTS:
            return audit.faults[:_MOST_FAULTS]
    audit.edge_is(await store.tiles(conn, frontier(head.size)))
    audit.checkpoint(head, root_of(audit.edge, head.size), verifier)
    await _beyond(conn, head.size, audit)
    await _kept(conn, verifier, audit)
    return audit.faults[:_MOST_FAULTS]


Slices = Sequence[tuple[BatchSlice, bytes]]
"""Slices of batches, each with the leaf hashes its batch holds."""


@dataclass
class _Audit:
    """Walks the ledger from left to right; `edge` is the frontier of the tree recomputed so far."""

    edge: dict[TileId, bytes] = field(default_factory=dict[TileId, bytes])
    faults: list[Fault] = field(default_factory=list[Fault])
    _named: set[TileId] = field(default_factory=set[TileId])

    def window(self, start: int, stop: int, slices: Slices, held: Tiles) -> None:
        """Check the entries from `start` up to `stop` and the tiles that grow with them."""
        tree = self._leaf_hashes(start, stop, slices, held)
        self._entries(start, stop, slices, tree)
        grown = extend(self.edge, start, tree)
        for tile, hashes in grown.items():
            if not held.get(tile, b"").startswith(hashes):
                self._tile(tile)
        kept = set(frontier(stop))
        self.edge = {tile: hashes for tile, hashes in {**self.edge, **grown}.items() if tile in kept}

    def _leaf_hashes(self, start: int, stop: int, slices: Slices, held: Tiles) -> bytes:
        # What the tiles hold; where they hold too little, what the batches hold, so that one fault is not many.
        row = bytearray((stop - start) * HASH)
        for part, leaves in slices:
            place = (part.first - start) * HASH
            row[place : place + len(leaves)] = leaves
        for place in range(0, len(row), WIDTH * HASH):
            tile = TileId(0, (start + place // HASH) // WIDTH)
            hashes = held.get(tile, b"")[: len(row) - place]
            row[place : place + len(hashes)] = hashes
            if len(hashes) < min(WIDTH * HASH, len(row) - place):
                self._tile(tile)
        return bytes(row)

    def _entries(self, start: int, stop: int, slices: Slices, tree: bytes) -> None:
        reached = start
        for part, leaves in slices:
            self._no_gap(reached, part.first)
            place = (part.first - start) * HASH
            self._slice(part, leaves, tree[place : place + len(leaves)])
            reached = part.first + len(leaves) // HASH
        self._no_gap(reached, stop)

    def _no_gap(self, reached: int, first: int) -> None:
        if reached < first:
            self.fault(
                f"Entries {reached} to {first - 1} are missing: no batch holds these positions.", position=reached
            )
        if reached > first:
            self.fault(f"Entry {first} is claimed by two batches.", position=first)

    def _slice(self, part: BatchSlice, leaves: bytes, tree: bytes) -> None:
        try:
            hashes = leaf_hashes(part)
        except (ValueError, TypeError):
            self.fault(f"Batch {part.batch} (positions from {part.first}) was altered: its columns differ in length.")
            return
        if hashes == leaves == tree:
            return
        for i in range(len(part)):
            own = slice(i * HASH, (i + 1) * HASH)
            if not hashes[own] == leaves[own] == tree[own]:
                self._entry(part, i, hashes[own] == tree[own])
                return

    def _entry(self, part: BatchSlice, i: int, only_the_hash: bool) -> None:
        entry = part.entry(i)
        place = f"slot {entry.slot} of batch {entry.batch}"
        what = f"leaf hash kept in {place} was altered" if only_the_hash else f"change in {place} is not the one signed"
        self.fault(
            f"Entry {entry.position} ({entry.type} {entry.subject}, version {entry.version}): the {what}.",
            position=entry.position,
            type=entry.type,
            subject=entry.subject,
            batch=entry.batch,
            slot=entry.slot,
        )

    def edge_is(self, held: Tiles) -> None:
        """Check that the right-most tiles are as wide as the tree, no wider."""
        for tile, hashes in self.edge.items():
            if held.get(tile) != hashes:
                self._tile(tile)

    def _tile(self, tile: TileId) -> None:
        # A wrong tile is met again by each window that makes it wider.
        if tile not in self._named:
            self._named.add(tile)
            self.fault(f"Tile {tile.level}/{tile.index} is missing or not the one over the entries below it.")

    def checkpoint(self, kept: Checkpoint, root: bytes | None, verifier: Verifier) -> None:
        """Check one checkpoint against the root recomputed at its size."""
        try:
            said = parse_checkpoint(verifier.open(kept.note))
        except Problem as problem:
            self.fault(f"Checkpoint of {kept.size} entries: {problem.detail}")
            return
        if said != (verifier.name, kept.size, kept.root):
            self.fault(f"Checkpoint of {kept.size} entries: its row says something else than the signed note.")
        if said.root != root:
            self.fault(f"Checkpoint of {kept.size} entries: the tree no longer has the root that was signed.")

    def fault(self, message: str, **value: object) -> None:
        """Note a fault; `value` holds its place for programs."""
        self.faults.append(Fault(message, _RESTORE, value=value or None))


async def _beyond(conn: ReadConnection, size: int, audit: _Audit) -> None:
    batch = await store.first_beyond(conn, size)
    if batch is not None:
        audit.fault(f"Batch {batch} claims positions beyond the {size} entries that were signed.", batch=batch)


async def _kept(conn: ReadConnection, verifier: Verifier, audit: _Audit) -> None:
    before = datetime.max.replace(tzinfo=UTC)
    while page := await store.checkpoints(conn, before, _CHECKPOINTS_AT_ONCE):
        held = await store.tiles(conn, tiles_of((0, kept.size) for kept in page))
        for kept in page:
            audit.checkpoint(kept, _root(held, kept.size), verifier)
        before = store.period(page[-1].at)
        if len(audit.faults) >= _MOST_FAULTS:
            return


def _root(held: Tiles, size: int) -> bytes | None:
    try:
        return root_of(held, size)
    except ValueError:
        return None
