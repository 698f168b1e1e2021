"""What a node remembers about itself: single values by name, kept in its database."""

from __future__ import annotations

import orjson

from jjm.kit.queries import load_queries
from jjm.kit.transaction import ReadConnection, WriteConnection

_queries = load_queries("jjm.kit")


async def recall(conn: ReadConnection, name: str) -> object:
    """The value remembered under a name; None where nothing is."""
    found = await _queries.setting(conn, name=name)
    return None if found is None else orjson.loads(found)


async def remember(conn: WriteConnection, name: str, value: object) -> None:
    """Remember a JSON value under a name, in place of what was remembered before."""
    await _queries.keep_setting(conn, name=name, value=orjson.dumps(value).decode())
