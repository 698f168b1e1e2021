"""How far another node is followed, and what was found when its ledger did not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from jjm.ledger import Edge


@dataclass(frozen=True, slots=True)
class Peer:
    """How far a node is followed: the edge of its ledger as taken up, and the newest checkpoint seen of it.

    `forked_at` says since when nothing is taken from it because its ledger was found rewritten.
    """

    name: str
    edge: Edge
    head_size: int
    checkpoint: str | None
    epoch: str | None
    taken: int
    tried_at: datetime | None
    reached_at: datetime | None
    fault: str | None
    forked_at: datetime | None

    @property
    def behind(self) -> int:
        """How many entries of its ledger are known to be there and not taken up yet."""
        return max(0, self.head_size - self.edge.size)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Peer:
        """As its row says."""
        kept = ("head_size", "checkpoint", "epoch", "taken", "tried_at", "reached_at", "fault", "forked_at")
        return cls(row["name"], Edge.of(orjson.loads(row["edge"])), **{name: row[name] for name in kept})


class Forked(Exception):
    """A node shows another ledger than the one it signed before; both checkpoints are the evidence."""

    def __init__(self, why: str, before: str, after: str) -> None:
        super().__init__(why)
        self.why, self.before, self.after = why, before, after
