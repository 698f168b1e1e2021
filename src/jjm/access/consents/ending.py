"""Consents that end: withdrawn, over by their date, or with the account of the person."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from jjm.access.consents import store
from jjm.access.consents.entering import entered
from jjm.access.consents.kept import Means
from jjm.access.consents.model import Consent, Status
from jjm.access.context import Access
from jjm.access.model import NODE, Actor
from jjm.kit import WriteConnection

_AT_ONCE: Final = 200


async def end(
    access: Access, conn: WriteConnection, actor: Actor, consent: Consent, change: str, means: Means | None
) -> None:
    """A consent, whose row is locked, has ended as it says."""
    await store.decide(conn, consent, means, access.clock.now(), None)
    await entered(access, conn, actor, consent, change)


async def end_consents(access: Access, conn: WriteConnection, actor: Actor, person: str) -> None:
    """Withdraw all that a person has agreed to, and what waits for an answer: the account is closed."""
    for kept in await store.open_ones(conn, access.vault, person):
        status = Status.DENIED if kept.consent.status is Status.REQUESTED else Status.REVOKED
        await end(access, conn, actor, replace(kept.consent, status=status), "close", "closed")


async def expire_consents(access: Access, conn: WriteConnection) -> int:
    """Write down which consents are over by their date, 200 at most; they open nothing since that moment anyway."""
    found = await store.over(conn, access.vault, access.clock.now(), _AT_ONCE)
    for kept in found:
        await end(access, conn, NODE, replace(kept.consent, status=Status.EXPIRED), "expire", None)
    return len(found)
