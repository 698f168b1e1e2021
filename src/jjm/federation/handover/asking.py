"""Questions to a node that nobody can reach: it fetches them with its next turn, and brings the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jjm.kit import conflict

Answer = Mapping[str, Any]
SUMS = ""
"""Asks what a node holds in all; any other question is the name of a type, of which each version is to be named."""
PATIENCE = 25.0


@dataclass
class Questions:
    """What was asked and not answered yet, by node; whoever asks waits meanwhile."""

    _open: dict[tuple[str, str], asyncio.Future[Answer]] = field(
        default_factory=dict[tuple[str, str], "asyncio.Future[Answer]"]
    )

    async def ask(self, node: str, what: str) -> Answer:
        """What a node answers, made after it was asked this. Raises Problem 409 `not-caught-up` where it does not."""
        key = (node, what)
        waiting = self._open.setdefault(key, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(waiting)
        except TimeoutError:
            detail = (
                f"{node}, which cannot be reached, was asked what it holds and has not said within {PATIENCE:.0f} s."
            )
            raise conflict("not-caught-up", detail) from None
        finally:
            if self._open.get(key) is waiting:
                del self._open[key]

    def of(self, node: str) -> list[str]:
        """What a node is asked at this moment."""
        return sorted(what for name, what in self._open if name == node)

    def answer(self, node: str, what: str, said: Answer) -> None:
        """A node has answered; nobody may be waiting any more."""
        waiting = self._open.get((node, what))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)
