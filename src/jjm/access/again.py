"""The actor of something that goes on by itself, as it would be if it called now: by the id of token or application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from jjm.access.model import ADMINISTRATION, Actor, Environment, Permit
from jjm.kit import ReadConnection, load_queries

_queries = load_queries("jjm.access", "again")


async def actor_again(
    conn: ReadConnection, environment: Environment, kind: str, id: str, permits: Iterable[str], now: datetime
) -> Actor | None:
    """The actor behind a token or application that asked for something to go on, with no more permits than it had then.

    None for one that is revoked, suspended or expired, or whose last key is.
    """
    if kind == "token":
        row = await _queries.token_again(conn, id=id, now=now)
        return row and Actor(row["name"], _still(row["scopes"], permits), "token", id, purpose=ADMINISTRATION)
    if kind == "application":
        row = await _queries.application_again(conn, id=id, environment=environment, now=now)
        return row and Actor(id, _still(row["scopes"], permits), "application", id, row["participant"])
    return None


def _still(now: Iterable[str], then: Iterable[str]) -> frozenset[Permit]:
    return frozenset(map(Permit.parse, set(now) & set(then)))
