"""Positions belong to a history: an epoch begins when a ledger does, and anew whenever a backup of it is put back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from jjm.kit import Problem, ReadConnection, WriteConnection, recall, remember

_NAME = "history"


@dataclass(frozen=True, slots=True)
class History:
    """The epoch of a ledger, and those before it, oldest first, each with the last position that it shares with it.

    Behind that position the same number may stand for something else.
    """

    epoch: str
    past: tuple[tuple[str, int], ...] = ()

    def renewed(self, head: int) -> History:
        """The history after a backup that reaches to position `head` was put back."""
        before = [*self.past, (self.epoch, head)]
        return History(_new(), tuple((epoch, min(shared, head)) for epoch, shared in before))

    def shared(self, epoch: str) -> int | None:
        """The last position that another epoch shares with this one; None where all are, -1 where none is known to."""
        return None if epoch == self.epoch else dict(self.past).get(epoch, -1)

    def epoch_of(self, position: int) -> str:
        """The epoch in which a position was first given to what stands there."""
        return next((epoch for epoch, shared in self.past if position <= shared), self.epoch)

    def require(self, after: int, epoch: str | None, head: int) -> None:
        """Let a reader go on behind a position that it was given in an epoch.

        Raises Problem 410 `history-rewritten` with the last position that both share.
        """
        shared = head if epoch is None else self.shared(epoch)
        last = head if shared is None else min(shared, head)
        if after <= last:
            return
        detail = (
            f"This node was put back from a backup: what it holds behind position {last} is not what you have read. "
            f"Drop what you took in behind {last} and go on from there, or begin with a new export."
        )
        extra: dict[str, object] = {"position": last, "epoch": self.epoch}
        headers = {"X-Epoch": self.epoch, "X-Position": str(last)}
        raise Problem("history-rewritten", 410, "The history was rewritten", detail, extra=extra, headers=headers)


async def history(conn: ReadConnection) -> History:
    """The history of this ledger; a nameless one where none has been begun, as before a node's first start."""
    kept = cast("dict[str, Any] | None", await recall(conn, _NAME))
    if kept is None:
        return History("")
    past: Sequence[Sequence[Any]] = kept["past"]
    return History(kept["epoch"], tuple((epoch, shared) for epoch, shared in past))


async def begin_history(conn: WriteConnection) -> None:
    """Begin the history of a ledger that has none yet."""
    if await recall(conn, _NAME) is None:
        await _keep(conn, History(_new()))


async def renew_history(conn: WriteConnection, head: int) -> History:
    """Begin a new epoch behind position `head`, up to which a backup reached that was just put back."""
    await begin_history(conn)
    renewed = (await history(conn)).renewed(head)
    await _keep(conn, renewed)
    return renewed


async def _keep(conn: WriteConnection, history: History) -> None:
    await remember(conn, _NAME, {"epoch": history.epoch, "past": [list(pair) for pair in history.past]})


def _new() -> str:
    return secrets.token_hex(6)
