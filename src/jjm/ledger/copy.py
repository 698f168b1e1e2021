"""An outsider's reading of the log: everything is downloaded, and the signed root recomputed from the entries alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from jjm.kit import Fault, Problem
from jjm.ledger.leaf import unbundle
from jjm.ledger.note import TreeHead, Verifier, parse_checkpoint
from jjm.ledger.tiles import WIDTH, TileId, TilePath, extend, frontier, root_of, tile_path
from jjm.ledger.tree import HASH, leaf_hash

_BUNDLES = 64
_AT_ONCE = 8
_COMPARE = "Compare the node's checkpoint with copies that others keep: the log was altered, or is served altered."

Fetch = Callable[[str], Awaitable[bytes]]
"""Gives what lies at an address below the log's, such as `checkpoint` or `tile/0/000`."""
Read = Callable[[int, Sequence[bytes]], Awaitable[None]]
"""Told of the next leaves and the position of the first of them."""


async def verify_log(fetch: Fetch, vkey: str, read: Read | None = None) -> tuple[TreeHead, list[Fault]]:
    """What the newest checkpoint says, and what in the log does not fit it; nothing where every entry was signed.

    Works on any log of C2SP tlog-tiles; a few thousand entries are held at a time. Raises Problem `not-proven` for a
    checkpoint that the key did not sign, `bad-vkey` for an unreadable key.
    """
    verifier = Verifier.parse(vkey)
    head = parse_checkpoint(verifier.open((await fetch("checkpoint")).decode()))
    reading = _Reading(fetch, head.size)
    if head.origin != verifier.name:
        reading.fault(f"The checkpoint speaks of {head.origin}, the key of {verifier.name}.")
    for start in range(0, head.size, _BUNDLES * WIDTH):
        stop = min(start + _BUNDLES * WIDTH, head.size)
        leaves = await reading.leaves(start, stop)
        if leaves is None:
            return head, reading.faults
        await reading.compare(start, leaves)
        if read:
            await read(start, leaves)
    if root_of(reading.edge, head.size) != head.root:
        reading.fault(f"The {head.size} entries do not have the root that {head.origin} signed.")
    return head, reading.faults


@dataclass
class _Reading:
    fetch: Fetch
    size: int
    edge: dict[TileId, bytes] = field(default_factory=dict[TileId, bytes])
    faults: list[Fault] = field(default_factory=list[Fault])

    async def leaves(self, start: int, stop: int) -> list[bytes] | None:
        """The leaves from `start` up to `stop`; None where a bundle does not hold what it must."""
        wanted = [TilePath(None, at // WIDTH, min(WIDTH, stop - at)) for at in range(start, stop, WIDTH)]
        found: list[bytes] = []
        for path, bundle in zip(wanted, await self._several([tile_path(path) for path in wanted]), strict=True):
            try:
                entries = unbundle(bundle)
            except ValueError as error:
                self.fault(f"Entry bundle {path.index} cannot be read: {error}.")
                return None
            if len(entries) != path.width:
                self.fault(f"Entry bundle {path.index} holds {len(entries)} entries, not {path.width}.")
                return None
            found += entries
        return found

    async def compare(self, start: int, leaves: Sequence[bytes]) -> None:
        """Recompute the tiles over these leaves and compare those that are served."""
        grown = extend(self.edge, start, b"".join(map(leaf_hash, leaves)))
        stop = start + len(leaves)
        kept = set(frontier(stop))
        # A tile that still grows is compared once it is full, or as wide as the log ends.
        done = [tile for tile in grown if stop == self.size or tile not in kept]
        paths = [tile_path(TilePath(tile.level, tile.index, len(grown[tile]) // HASH)) for tile in done]
        for tile, served in zip(done, await self._several(paths), strict=True):
            if served != grown[tile]:
                self.fault(f"Tile {tile.level}/{tile.index} is not the one over the entries below it.")
        self.edge = {tile: row for tile, row in {**self.edge, **grown}.items() if tile in kept}

    async def _several(self, paths: Sequence[str]) -> list[bytes]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(path: str) -> bytes:
            async with gate:
                try:
                    return await self.fetch(path)
                except Problem as problem:
                    if problem.status != 404:
                        raise
                    return b""  # what should be there and is not is a fault like any other

        return await asyncio.gather(*map(one, paths))

    def fault(self, message: str) -> None:
        """Note what does not fit."""
        self.faults.append(Fault(message, _COMPARE))
