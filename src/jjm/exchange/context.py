"""What the exchange needs at hand: registries, access, and whether it calls inside networks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from jjm.access import Access, Actor, Asked, actor_again
from jjm.kit import Jobs, ReadConnection
from jjm.registry import Registry


def _nobody() -> None:
    return None


@dataclass
class Exchange:
    """The exchange of one node. `news` waits for changes with positions; `private` lets it call inside networks.

    `changed` is called once a subscription was changed, so that its courier hears of it.
    """

    registry: Registry
    access: Access
    news: Callable[[float], Awaitable[None]]
    jobs: Jobs
    wake: Callable[[], None] = _nobody
    private: bool = False
    changed: Callable[[], None] = _nobody

    def now(self) -> datetime:
        """The instant, by the node's clock."""
        return self.access.clock.now()

    async def actor(self, conn: ReadConnection, asked: Asked) -> Actor | None:
        """Somebody who asked for something to go on, as it would be now. Raises Problem 403 where nothing allows it."""
        return await actor_again(self.access, conn, asked)


def exchange_of(request: Request) -> Exchange:
    """The exchange of the node that a call has come to."""
    exchange: Exchange = request.app.state.exchange
    return exchange
