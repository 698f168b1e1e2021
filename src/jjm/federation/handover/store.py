"""Handovers in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from jjm.federation.handover import lease
from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.kit.http import dumps

_sql = load_queries("jjm.federation", "handover")


@dataclass(frozen=True, slots=True)
class Moving:
    """A handover to a node: where it stands, of which States, and up to which position the new node must follow."""

    node: str
    state: str
    states: list[str]
    begun_at: datetime
    begun_by: str
    position: int | None
    decided_at: datetime | None
    decided_by: str | None
    report: dict[str, Any] | None
    called_off_at: datetime | None


async def one(conn: WriteConnection, node: str) -> Moving | None:
    """The handover to a node, held until the transaction ends."""
    row = await _sql.handover(conn, node=node)
    if row is None:
        return None
    told: dict[str, Any] = {**dict(row), "report": orjson.loads(row["report"]) if row["report"] else None}
    return Moving(**told)


async def begin(conn: WriteConnection, node: str, states: Sequence[str], actor: str, now: datetime) -> None:
    """Begin a handover, or note that it has begun."""
    await _sql.begin_handover(conn, node=node, states=list(states), actor=actor, now=now, quiet=lease.QUIET)


async def decide(
    conn: WriteConnection, node: str, state: str, actor: str, now: datetime, report: dict[str, Any] | None = None
) -> None:
    """Note what was decided about a handover."""
    told = None if report is None else dumps(report).decode()
    await _sql.decide_handover(conn, node=node, state=state, actor=actor, now=now, report=told, quiet=lease.QUIET)


async def call_off(conn: WriteConnection, node: str, actor: str, now: datetime) -> None:
    """Note that a handover is called off without the State's node."""
    await _sql.call_off_handover(conn, node=node, actor=actor, now=now)


async def called_off(conn: ReadConnection) -> list[tuple[str, datetime]]:
    """The handovers called off that have not ended yet: to which node, and since when."""
    return [(row["node"], row["called_off_at"]) async for row in _sql.called_off(conn)]


async def place(conn: WriteConnection, node: str, position: int) -> None:
    """Note up to which position of the ledger the new node must have followed."""
    await _sql.place_handover(conn, node=node, position=position)


async def quiet(conn: ReadConnection) -> list[tuple[str, str, int | None]]:
    """Handovers (node, state, position) since whose last step all that had begun to be written has ended."""
    return [(row["node"], row["state"], row["position"]) async for row in _sql.quiet(conn)]
