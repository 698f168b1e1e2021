"""What is kept of messages ends: words after the term of their kind, all of it after that of logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from jjm.access import how_to_reach
from jjm.kit import Holding, SealedRows, WriteConnection
from jjm.notify import store
from jjm.notify.context import Notices

_LIST, _LOG, _KEPT = "log-retention", "messages", timedelta(days=731)
_AT_ONCE = 1_000


async def tidy(notices: Notices) -> None:
    """Erase and forget what is over its term, in pieces of their own transactions."""
    database, now = notices.access.database, notices.now()
    done = _AT_ONCE
    while done == _AT_ONCE:
        async with database.write() as conn:
            done = await store.queries.erase_words(conn, now=now, most=_AT_ONCE)
    done = _AT_ONCE
    while done == _AT_ONCE:
        async with database.write() as conn:
            done = await store.queries.forget(conn, before=now - _term(notices), most=_AT_ONCE)
    after: str | None = ""
    while after is not None:
        async with database.write() as conn:
            after = await _leave_the_closed(notices, conn, after)


async def _leave_the_closed(notices: Notices, conn: WriteConnection, after: str) -> str | None:
    """Erase what was said to people whose account was closed; behind whom the next piece begins."""
    people = [row["person"] async for row in store.queries.people_told(conn, after=after, most=_AT_ONCE)]
    reached = await how_to_reach(notices.access, conn, people)
    gone = [person for person in people if person not in reached]
    if gone:
        await store.queries.erase_of_people(conn, people=gone)
    return people[-1] if len(people) == _AT_ONCE else None


async def hold_back(conn: WriteConnection, now: datetime) -> int:
    """After a restore: what waits may have been sent since the backup, so that it is not sent unasked; how many."""
    return await store.queries.hold_back(conn, now=now)


def holdings(notices: Notices) -> Sequence[Holding]:
    """All that is kept sealed of messages."""
    queries = store.queries
    box = notices.access.vault.box
    return [SealedRows("messages", box, queries.messages_to_wrap, queries.wrap_messages)]


def _term(notices: Notices) -> timedelta:
    known = notices.access.catalogue.codelists.get(_LIST)
    code = known.codes.get(_LOG) if known else None
    return timedelta(days=int(code.extra["keep_days"])) if code else _KEPT
