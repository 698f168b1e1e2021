"""Deliveries to a partner under an agreement: each is one use of it, counted together with the partner's own calls."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from jjm.access.agreements.uses import Use, count, write_down
from jjm.access.context import Access
from jjm.access.model import Actor

OVER_FREQUENCY: Final = "over-frequency"


async def count_delivery(access: Access, actor: Actor, what: str) -> datetime | None:
    """Count a call that the node is about to make to a partner; None if it may, else when the next period begins.

    That it may not is written into the log of the agreement. Where no agreement bounds calls nothing is counted.
    """
    terms = actor.terms[0] if len(actor.terms) == 1 else None
    if terms is None or terms.frequency is None or terms.frequency.of != "calls":
        return None
    async with access.database.write() as conn:
        again = await count(conn, terms.agreement, terms.frequency, access.clock.now())
    if again is not None:
        use = Use(actor.id or actor.name, "POST", what, None, None, "")
        await write_down(access, terms.agreement, use, "refused", OVER_FREQUENCY)
    return again
