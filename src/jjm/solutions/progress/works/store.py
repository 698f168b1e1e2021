"""The works of a scheme, seen by one of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jjm.access import NODE
from jjm.kit import WriteConnection, load_queries
from jjm.registry import Ask, Registry, page

queries = load_queries("jjm.solutions.progress", "works")
_MOST = 1_000


async def works_of(registry: Registry, conn: WriteConnection, scheme: str) -> Sequence[dict[str, Any]]:
    """The works of a scheme; until the end of the transaction no other work moves it."""
    await queries.one_at_a_time(conn, scheme=scheme)
    ask = Ask(limit=_MOST, equals={"scheme": [scheme]})
    return (await page(registry, conn.asking, NODE, registry.table("work"), ask)).items
