"""Signing in with a password and, where the account has one, a second factor: one answer for all that does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from jjm.access.context import Access
from jjm.access.events import note
from jjm.access.people import store as people
from jjm.access.people.rules import normal_email, normal_phone
from jjm.access.people.store import Secrets
from jjm.access.sessions import store
from jjm.access.sessions.beginning import begin
from jjm.access.sessions.locks import Ticket, knock, locked
from jjm.access.sessions.model import PASSWORD, Caller, NewSession
from jjm.access.sessions.second_factor import step_of
from jjm.kit import Problem, ReadConnection, WriteConnection

_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class _Attempt:
    person: str | None
    secrets: Secrets
    ticket: Ticket


async def sign_in(access: Access, name: str, password: str, code: str | None, caller: Caller) -> NewSession:
    """A session for whoever gives the password and the second factor of an account.

    `name` is its telephone number, e-mail address or identifier. Opens its own transactions: an attempt counts even
    where it is refused. Raises Problem 401 `sign-in-refused`, 429 `sign-in-locked`.
    """
    attempt = await _counted(access, name, caller)
    fits = await access.passwords.fits(attempt.secrets.password, password[:_LONGEST])
    renewed = await _renewed(access, attempt.secrets, password) if fits else None
    made = None
    async with access.database.write() as conn:
        if attempt.person is not None and fits and await _second_fits(access, conn, attempt, code):
            await store.succeeded(conn, [attempt.ticket.pair, attempt.ticket.account], attempt.ticket.address)
            if renewed is not None:
                await people.set_password(conn, attempt.person, renewed, access.clock.now())
            means = f"{PASSWORD}+code" if attempt.secrets.totp else PASSWORD
            strong = attempt.secrets.totp is not None
            made = await begin(access, conn, attempt.person, means, caller, is_strong=strong)
        else:
            await note(access, conn, "refused", attempt.person, caller.address, PASSWORD)
    if made is None:
        raise refused()
    return made


def refused() -> Problem:
    """401: the same for an unknown name, a wrong password and a wrong or missing code."""
    detail = (
        "Name, password or code does not fit. The code is the one that your authenticator shows now; leave it empty if "
        "you have set none up. An officer of your place can let you back in."
    )
    return Problem("sign-in-refused", 401, "You are not signed in", detail)


async def _counted(access: Access, name: str, caller: Caller) -> _Attempt:
    async with access.database.write() as conn:
        named, person = await _named(access, conn, name)
        ticket, until = await knock(access, conn, named, person, caller)
        nothing = Secrets(None, None, None)
        found = nothing if person is None else await people.secrets_of(conn, access.vault, person)
    if until is not None:
        raise locked(until, access.clock.now())
    return _Attempt(person, found, ticket)


async def _named(access: Access, conn: ReadConnection, name: str) -> tuple[str, str | None]:
    """The account as it is counted, and whose it is; an account is one whichever of its names is typed."""
    typed = name.strip()[:_LONGEST]
    phone, email = normal_phone(typed), normal_email(typed)
    person: str | None = None
    if phone or email:
        person = await people.by_contact(conn, access.vault, "phone" if phone else "email", phone or email or "")
    else:
        known = await people.person(conn, access.vault, typed.upper())
        person = known.id if known and known.closed_at is None else None
    return person or phone or email or typed.casefold(), person


async def _renewed(access: Access, secrets: Secrets, password: str) -> str | None:
    if secrets.password and access.passwords.is_outdated(secrets.password):
        return await access.passwords.hashed(password)
    return None


async def _second_fits(access: Access, conn: WriteConnection, attempt: _Attempt, code: str | None) -> bool:
    """True if the account has no second factor, or this is its code and was not taken before."""
    if attempt.secrets.totp is None:
        return True
    step = step_of(attempt.secrets.totp, code or "", access.clock.now(), attempt.secrets.totp_step)
    return step is not None and await people.take_step(conn, attempt.person or "", step)
