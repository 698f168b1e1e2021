"""The log of an agreement: every use and every refusal, written before the answer goes out, read by both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jjm.access.agreements.model import Outcome
from jjm.access.agreements.service import known, side_of
from jjm.access.context import Access
from jjm.access.model import Actor, Frequency, Scope
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "agreements")


@dataclass(frozen=True, slots=True)
class Use:
    """One call under an agreement: who, where, about which type, and the fields it names (None: it names none)."""

    application: str
    method: str
    path: str
    type: str | None
    fields: tuple[str, ...] | None
    trace: str

    @property
    def is_export(self) -> bool:
        """True for a call that puts records out as files."""
        return self.method == "POST" and self.path.endswith(":export")


async def write_down(access: Access, agreement: str, use: Use, outcome: Outcome, code: str | None = None) -> None:
    """Write a use or refusal into the log of its agreement, in a transaction of its own."""
    async with access.database.write() as conn:
        await _queries.add_use(
            conn, agreement=agreement, application=use.application, now=access.clock.now(), method=use.method,
            path=use.path[:300], type=use.type, fields=None if use.fields is None else list(use.fields),
            outcome=outcome, code=code, trace=use.trace,
        )  # fmt: skip


async def count(conn: WriteConnection, agreement: str, often: Frequency, now: datetime) -> datetime | None:
    """Count one use; None where it is within what was agreed, else when the next period begins."""
    start = often.since + (now - often.since) // often.period * often.period
    counted = await _queries.count_use(conn, agreement=agreement, period_start=start, times=often.times)
    return None if counted is not None else start + often.period


async def uses(conn: ReadConnection, actor: Actor, id: str, below: int, most: int) -> Sequence[dict[str, Any]]:
    """Uses and refusals, newest first, for the two sides and administrators. Raises Problem 403, 404."""
    row = await known(conn, id)
    if not actor.has(Scope.ADMIN):
        side_of(actor, row["provider"], row["consumer"])
    return [dict(r) async for r in _queries.uses(conn, agreement=id, below=below, most=most)]
