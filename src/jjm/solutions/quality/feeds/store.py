"""What came from outside, day by day, and the falls that officers were told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.solutions.quality.feeds.model import Fall, Feed
from jjm.solutions.quality.feeds.rules import judged, weeks_of

queries = load_queries("jjm.solutions.quality", "feeds")


class Arrived(NamedTuple):
    """How many came, when the last, and in which States they lie."""

    number: int
    last: datetime
    states: frozenset[str]


Arrivals = Mapping[tuple[str, str, date], Arrived]
"""What came by sender, type and day."""


async def add(conn: WriteConnection, arrivals: Arrivals) -> None:
    """Add what came to the days."""
    if not arrivals:
        return
    senders, types, days = (list(part) for part in zip(*arrivals, strict=True))
    counts, lasts, states = (list(part) for part in zip(*arrivals.values(), strict=True))
    lists = [" ".join(sorted(one)) for one in states]
    await queries.add(conn, senders=senders, types=types, days=days, counts=counts, lasts=lasts, states=lists)


async def feeds(conn: ReadConnection, upto: date) -> list[Feed]:
    """All feeds as they stand with the week that ends on a day."""
    return [_feed(row, upto) async for row in queries.feeds(conn, day=upto)]


def _feed(row: Any, upto: date) -> Feed:
    by_day = dict(zip(row["days"], row["counts"], strict=True))
    week = judged(weeks_of(by_day, upto))
    today, states = by_day.get(upto + timedelta(days=1), 0), tuple(row["states"])
    return Feed(row["sender"], row["type"], row["last_at"], upto, week, row["fallen"], today, states)


async def falls_on(conn: ReadConnection, day: date) -> list[Fall]:
    """The feeds that brought too little as it was seen on a day."""
    rows = queries.falls_on(conn, day=day)
    return [Fall(r["sender"], r["type"], r["began"], r["found"], r["usual"], tuple(r["states"])) async for r in rows]
