"""The right-hand edge of another node's log: all that following it needs to remember."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jjm.ledger.note import TreeHead, Verifier, decode64, encode64, parse_checkpoint
from jjm.ledger.tiles import TileId, Tiles, extend, frontier, root_of
from jjm.ledger.tree import EMPTY_ROOT, HASH, verify_consistency


@dataclass(frozen=True)
class Edge:
    """A log read up to `size` entries: the partial tiles from which it goes on, and its root so far."""

    size: int = 0
    tiles: Tiles = field(default_factory=dict[TileId, bytes])

    @property
    def root(self) -> bytes:
        """The Merkle root over the entries read."""
        return root_of(self.tiles, self.size) if self.size else EMPTY_ROOT

    def grown(self, leaves: bytes) -> Edge:
        """The edge once entries with these leaf hashes follow; they are to be made from what is said of the entries."""
        size = self.size + len(leaves) // HASH
        kept = set(frontier(size))
        made = {**self.tiles, **extend(self.tiles, self.size, leaves)}
        return Edge(size, {tile: row for tile, row in made.items() if tile in kept})

    def begins(self, head: TreeHead, proof: Sequence[bytes]) -> bool:
        """True if the entries read are the beginning of the tree that a checkpoint speaks of."""
        if self.size == head.size:
            return self.root == head.root
        return self.size == 0 or verify_consistency(self.size, head.size, self.root, head.root, proof)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        rows = [[tile.level, tile.index, encode64(row)] for tile, row in self.tiles.items()]
        return {"size": self.size, "tiles": rows}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Edge:
        """As it was kept."""
        return cls(kept["size"], {TileId(level, index): decode64(row) for level, index, row in kept["tiles"]})


def signed_head(note: str, vkey: str) -> TreeHead:
    """What a checkpoint says that this key signed. Raises Problem `not-proven`, or `bad-vkey` for an unreadable key."""
    verifier = Verifier.parse(vkey)
    return parse_checkpoint(verifier.open(note))
