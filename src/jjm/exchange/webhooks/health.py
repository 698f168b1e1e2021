"""How deliveries to the subscriptions of a participant fare, for its console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jjm.access import Delivery, Failure
from jjm.exchange.webhooks.model import Subscription
from jjm.exchange.webhooks.store import subscription_of
from jjm.kit import ReadConnection, load_queries
from jjm.ledger import behind
from jjm.registry import Registry

_queries = load_queries("jjm.exchange", "health")


class Health:
    """What access has to know of subscriptions."""

    def __init__(self, registry: Registry) -> None:
        self._types = {s.plural: s.name for s in registry.catalogue.types.values()}

    async def of(self, conn: ReadConnection, participant: str) -> Sequence[Delivery]:
        """How deliveries to each subscription of a participant fare."""
        rows = [row async for row in _queries.of_participant(conn, participant=participant)]
        return [await self._fares(conn, row) for row in rows]

    async def _fares(self, conn: ReadConnection, row: Any) -> Delivery:
        found = subscription_of(row)
        s = found.standing
        waits = await behind(conn, s.position, self._wanted(found))
        failure = None if s.failed_at is None else Failure(s.failed_at, s.failed_status, s.failed_error)
        place = s.state.value, s.reason, s.position, waits.changes, waits.oldest, row["dead_letters"], s.delivered
        return Delivery(
            found.id, found.owner.name, found.wanted.description, *place, s.succeeded_at, failure, s.failing_since,
            s.next_at,
        )  # fmt: skip

    def _wanted(self, found: Subscription) -> Sequence[str]:
        asked = found.wanted.types
        return list(self._types.values()) if not asked else [self._types[t] for t in asked if t in self._types]
