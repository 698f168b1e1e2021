"""Counts by news from the ledger what senders record, and once a day weighs it against the weeks before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jjm.access import NODE
from jjm.kit import WriteConnection
from jjm.ledger import BatchSlice, entries, size
from jjm.notify import Notices
from jjm.registry import Registry, state_in_id
from jjm.solutions.quality.feeds import store
from jjm.solutions.quality.feeds.model import TYPES, Standing
from jjm.solutions.quality.feeds.rules import KEPT, WEEK
from jjm.solutions.quality.feeds.store import Arrived
from jjm.solutions.quality.feeds.telling import tell_of_fall
from jjm.solutions.quality.times import day_in_india

_LOCK, _READER = 7_219_300, "feeds"
_ENTRIES = 20_000
_PERSON = "PER-"
"""How the names of people begin: what they type one by one is no feed, what they import from files is."""
_SETTLED = timedelta(hours=1)
"""So long after a day is over all that was recorded in it has its place in the ledger."""


async def watch_feeds(registry: Registry, notices: Notices, conn: WriteConnection) -> int:
    """Read on in the ledger, from its beginning; at its end weigh the day that is over, once. 0 where nothing is left.

    Counts, falls and messages are written in the caller's transaction, so that a crash counts and tells nothing twice.
    """
    if not await store.queries.take_turn(conn, key=_LOCK):
        return 0
    passed = await _hear(registry, conn)
    return passed or await _weigh(registry, notices, conn)


async def _hear(registry: Registry, conn: WriteConnection) -> int:
    """Count what came; how many entries were passed."""
    position = await store.queries.position(conn, name=_READER)
    begin = -1 if position is None else position
    stop = min(begin + _ENTRIES, await size(conn) - 1)
    if stop <= begin:
        return 0
    found: dict[tuple[str, str, date], Arrived] = {}
    for piece in await entries(conn, begin, stop - begin, TYPES):
        key, ids = (piece.actor, piece.type, day_in_india(piece.at)), _new_in(registry, piece)
        if ids:
            states = frozenset(state for state in map(state_in_id, ids) if state)
            known = found.get(key, Arrived(0, piece.at, states))
            found[key] = Arrived(known.number + len(ids), max(known.last, piece.at), known.states | states)
    await store.add(conn, found)
    await store.queries.move_reader(conn, name=_READER, position=stop)
    return stop - begin


def _new_in(registry: Registry, piece: BatchSlice) -> list[str]:
    """The new records of a sender that it holds; what other nodes took in is counted by them.

    What a person records alone in an entry was typed; what stands there with others came out of a file.
    """
    if piece.actor == NODE.name or piece.node != registry.node:
        return []
    new = [id for id, change in zip(piece.subjects, piece.changes, strict=True) if change == "create"]
    return [] if piece.actor.startswith(_PERSON) and len(new) == 1 else new


def day_over(now: datetime) -> date:
    """The last day in India that is over."""
    return day_in_india(now - _SETTLED) - timedelta(days=1)


async def _weigh(registry: Registry, notices: Notices, conn: WriteConnection) -> int:
    day, seen = day_over(notices.now()), await store.queries.seen(conn)
    if seen is not None and seen >= day:
        return 0
    for feed in await store.feeds(conn.asking, day):
        if feed.fallen and feed.week.is_whole_again:
            await store.queries.end_fall(conn, sender=feed.sender, type=feed.type, day=day)
        elif feed.week.standing is Standing.PARTIAL and not feed.fallen:
            told = await tell_of_fall(registry, notices, conn, feed)
            await store.queries.begin_fall(
                conn, sender=feed.sender, type=feed.type, day=day, found=feed.week.count, usual=feed.week.usual,
                told=told,
            )  # fmt: skip
    await store.queries.forget(conn, before=day - KEPT * WEEK)
    await store.queries.see(conn, day=day)
    return 0
