"""What the operator of a node sees of messages and does about them: numbers and reasons, never addresses or words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jjm.kit import ReadConnection, WriteConnection, conflict, not_found
from jjm.notify import store
from jjm.notify.context import Notices
from jjm.notify.counts import SETTLED
from jjm.notify.model import Report
from jjm.standards import Channel


async def counts(conn: ReadConnection, since: datetime) -> list[dict[str, Any]]:
    """How many messages were written since then, by channel, event and how they stand; SMS in parts as well."""
    return [dict(row) async for row in store.queries.counts(conn, since=since)]


async def troubles(
    notices: Notices, conn: ReadConnection, status: str | None, before: tuple[datetime, str], most: int
) -> list[dict[str, Any]]:
    """Messages that failed, expired, or of which nobody knows, the newest first."""
    rows = store.queries.troubles(
        conn, status=status, before_at=before[0], before_id=before[1], most=most, now=notices.now()
    )
    return [dict(row) async for row in rows]


async def send_again(notices: Notices, conn: WriteConnection, id: str) -> None:
    """Have a message tried again, at the risk that one of which nobody knows arrives twice.

    Raises Problem 404, or 409 `message-over` where it did not fail, is of no use any more, or its words are erased.
    """
    status = await store.queries.known(conn, id=id)
    if status is None:
        raise not_found(f"There is no message {id}.", "message-unknown")
    if await store.queries.send_again(conn, id=id, now=notices.now()) is None:
        detail = f"It is `{status}`, or of no use any more, or its words are erased."
        raise conflict("message-over", detail)


async def take_reports(notices: Notices, conn: WriteConnection, channel: Channel, reports: Sequence[Report]) -> int:
    """Write down what a carrier reports; of how many of its messages that was news."""
    taken = 0
    for report in reports:
        status = "delivered" if report.delivered else "failed"
        reason = None if report.delivered else f"reported by the carrier: {report.reason or 'no reason given'}"
        before = await store.queries.report(
            conn, id=report.id, channel=channel, status=status, reason=reason, now=notices.now()
        )
        if before is not None and before != status:
            SETTLED.labels(channel, status).inc()
            taken += 1
    return taken
