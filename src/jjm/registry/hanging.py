"""What other blocks keep about records, which goes when a record is erased; the registry does not know what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from jjm.access import Actor
from jjm.kit import ReadConnection, WriteConnection
from jjm.registry.columns import instant


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: of which record, what was recorded up to which instant, by whom and on what ground."""

    type: str
    id: str
    at: datetime
    actor: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """As it stands in the list beside the database."""
        told = {"type": self.type, "id": self.id, "at": instant(self.at)}
        return told | {"actor": self.actor, "reason": self.reason}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Erasure:
        """As the list has kept it."""
        at = datetime.fromisoformat(told["at"])
        return cls(told["type"], told["id"], at, told["actor"], told["reason"])


@dataclass(frozen=True, slots=True)
class Hung:
    """What hangs on a record and would go with it: how many of each kind, and when the last of it was added.

    `others` are the records that it is about as well.
    """

    counts: Mapping[str, int]
    last: datetime | None = None
    others: Sequence[str] = ()


class Hangings(Protocol):
    """What another block keeps about records: documents and comments of cases, say."""

    async def held(self, conn: ReadConnection, type: str, id: str) -> Hung:
        """What hangs on a record today."""
        ...

    async def erase(self, conn: WriteConnection, actor: Actor, done: Erasure) -> Mapping[str, int]:
        """Erase what hung on a record up to the instant of its erasure; how many of each kind. Twice does no harm."""
        ...
