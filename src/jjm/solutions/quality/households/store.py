"""How far households were told, as numbers."""

from __future__ import annotations

from typing import Any

from jjm.kit import ReadConnection, load_queries

queries = load_queries("jjm.solutions.quality", "households")


async def told_of(conn: ReadConnection, contamination: str) -> list[dict[str, Any]]:
    """How many households were told by which step of a contamination, and how many not; the latest first."""
    return [dict(row) async for row in queries.tellings(conn, contamination=contamination)]
