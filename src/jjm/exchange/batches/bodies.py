"""What a large batch holds, kept while it is worked on: sealed, since its items may be about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from jjm.access import Vault
from jjm.exchange.context import Exchange
from jjm.kit import Holding, Problem, SealedRows, load_queries

_queries = load_queries("jjm.exchange", "batches")
_OPEN: Final = b"["
"""How a body begins that an earlier release has kept as it came."""


def closed(vault: Vault, id: str, given: Sequence[Any]) -> bytes:
    """Items as they are kept: to be opened only on this node, and as those of this batch."""
    return vault.seal(_what(id), orjson.dumps(given))


def opened(vault: Vault, id: str, body: bytes) -> list[Any]:
    """The items again. Raises Problem 503 `seal-broken`."""
    return orjson.loads(vault.open(_what(id), body))


async def bring_bodies(exchange: Exchange) -> int:
    """Seal what an earlier release has kept in the clear, at start; how many batches it was."""
    vault, done = exchange.access.vault, 0
    async with exchange.access.database.write() as conn:
        async for row in _queries.bodies(conn):
            if row["body"].startswith(_OPEN) and not _is_sealed(vault, row["id"], row["body"]):
                await _queries.seal_body(conn, id=row["id"], body=vault.seal(_what(row["id"]), row["body"]))
                done += 1
    return done


def holding(exchange: Exchange) -> Holding:
    """The bodies of batches that are worked on."""
    return SealedRows("batches", exchange.access.vault.box, _queries.bodies_to_wrap, _queries.wrap_bodies)


def _is_sealed(vault: Vault, id: str, body: bytes) -> bool:
    try:
        vault.open(_what(id), body)
    except Problem:
        return False
    return True


def _what(id: str) -> str:
    return f"batch:{id}"
