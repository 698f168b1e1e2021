"""Attempts to sign in are counted before they are looked at; too many have to wait, the owner at a known place not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jjm.access.context import Access
from jjm.access.events import note
from jjm.access.sessions import store
from jjm.access.sessions.model import Caller
from jjm.access.sessions.rules import ACCOUNT, ADDRESS, PAIR, Patience
from jjm.kit import Problem, WriteConnection


@dataclass(frozen=True, slots=True)
class Ticket:
    """An attempt that was counted: under the account from this address, the account, and the address."""

    pair: bytes
    account: bytes
    address: bytes


async def knock(
    access: Access, conn: WriteConnection, named: str, person: str | None, caller: Caller
) -> tuple[Ticket, datetime | None]:
    """Count an attempt at an account as it was named, whether there is one or not; and until when it has to wait.

    The caller commits in any case, and refuses with `locked` where there is something to wait for.
    """
    now, blind = access.clock.now(), access.vault.blind
    ticket = Ticket(
        blind("attempt", f"{named}\0{caller.address}"), blind("attempt", named), blind("attempt", f"\0{caller.address}")
    )
    seen = await store.attempts(conn, sorted({ticket.pair, ticket.account, ticket.address}), now)
    counted: list[tuple[bytes, Patience]] = [(ticket.pair, PAIR), (ticket.address, ADDRESS)]
    if person is None or not await store.is_familiar(conn, person, caller.address, now):
        counted.append((ticket.account, ACCOUNT))
    left = {key: patience.left(*seen[key], now) for key, patience in counted}
    until = max(patience.until(left[key], seen[key][1]) for key, patience in counted)
    if until > now:
        await note(access, conn, "locked", person, caller.address)
        return ticket, until
    for key, _ in counted:
        await store.count_attempt(conn, key, left[key] + 1, now)
    return ticket, None


def locked(until: datetime, now: datetime) -> Problem:
    """429: too many attempts; the same whether there is such an account or not."""
    seconds = max(1, int((until - now).total_seconds()) + 1)
    detail = f"Too many attempts failed. Try again in {seconds} s, or ask the officer of your place to let you back in."
    headers = {"Retry-After": str(seconds)}
    return Problem("sign-in-locked", 429, "Too many attempts", detail, headers=headers)
