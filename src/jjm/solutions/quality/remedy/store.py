"""The contaminations of a village that are not closed, seen by one sample at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from jjm.access import NODE
from jjm.kit import WriteConnection, load_queries
from jjm.registry import Ask, Registry, page

queries = load_queries("jjm.solutions.quality", "remedy")
_TYPE, _DONE, _MOST = "contamination", "CLOSED", 1_000


async def open_in(registry: Registry, conn: WriteConnection, village: str) -> Sequence[dict[str, Any]]:
    """The open contaminations of a village; until the end of the transaction no other sample of it opens one."""
    await queries.one_at_a_time(conn, village=village)
    table = registry.table(_TYPE)
    states = [code for code in _states(registry) if code != _DONE]
    ask = Ask(limit=_MOST, equals={"village": [village], "status": states})
    return orjson.loads(orjson.dumps((await page(registry, conn.asking, NODE, table, ask)).items, default=str))


def _states(registry: Registry) -> Sequence[str]:
    return list(registry.catalogue.codelists["contamination-status"].codes)
