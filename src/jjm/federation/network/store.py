"""The list of nodes in the database: the last good one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jjm.federation.network.model import NodeList
from jjm.kit import ReadConnection, WriteConnection, load_queries

_sql = load_queries("jjm.federation", "network")


async def known_list(conn: ReadConnection) -> Mapping[str, Any] | None:
    """What is kept of the last good list; None before the first."""
    return await _sql.known_list(conn)


async def keep_list(conn: WriteConnection, listed: NodeList, now: datetime, digest: bytes | None = None) -> None:
    """Keep a list in place of the one before."""
    await _sql.keep_list(conn, serial=listed.serial, issued=listed.issued, signed=listed.signed, digest=digest, now=now)


async def note_try(conn: WriteConnection, now: datetime, fault: str) -> None:
    """Note that the Centre was asked in vain."""
    await _sql.note_try(conn, now=now, fault=fault)


async def remember_nonce(conn: WriteConnection, key_id: str, nonce: str, until: datetime) -> bool:
    """Keep the nonce of a signed call; False where it was kept already."""
    return await _sql.remember_nonce(conn, key_id=key_id, nonce=nonce, until=until) is not None


async def forget_nonces(conn: WriteConnection, now: datetime) -> None:
    """Forget the nonces of calls that would be refused as too old."""
    await _sql.forget_nonces(conn, now=now)


async def handovers(conn: ReadConnection) -> dict[str, Mapping[str, Any]]:
    """How it stands with States that move to nodes of their own, by node."""
    return {row["node"]: row async for row in _sql.handovers(conn)}
