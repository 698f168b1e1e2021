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
