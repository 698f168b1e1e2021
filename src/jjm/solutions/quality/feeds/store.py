"""What came from outside, day by day, and the falls that officers were told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.solutions.quality.feeds.model import Feed
from jjm.solutions.quality.feeds.rules import judged, weeks_of

queries = load_queries("jjm.solutions.quality", "feeds")
Arrivals = Mapping[tuple[str, str, date], tuple[int, datetime]]
"""How many came, and when the last, by sender, type and day."""


async def add(conn: WriteConnection, arrivals: Arrivals) -> None:
    """Add what came to the days."""
    if not arrivals:
        return
    senders, types, days = (list(part) for part in zip(*arrivals, strict=True))
    counts, lasts = (list(part) for part in zip(*arrivals.values(), strict=True))
    await queries.add(conn, senders=senders, types=types, days=days, counts=counts, lasts=lasts)


async def feeds(conn: ReadConnection, upto: date) -> list[Feed]:
    """All feeds as they stand with the week that ends on a day."""
    return [_feed(row, upto) async for row in queries.feeds(conn, day=upto)]


def _feed(row: Any, upto: date) -> Feed:
    by_day = dict(zip(row["days"], row["counts"], strict=True))
    week = judged(weeks_of(by_day, upto))
    return Feed(row["sender"], row["type"], row["last_at"], upto, week, row["fallen"])
