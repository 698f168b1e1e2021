"""What a person does with the own account: end sessions, change the password, set or remove the second factor."""

from __future__ import annotations

import re

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.events import Kind, note
from jjm.access.model import ANONYMOUS, Actor
from jjm.access.people import store as people
from jjm.access.people.model import PERSON
from jjm.access.people.store import Secrets
from jjm.access.roles.rules import needs_second_factor
from jjm.access.roles.store import grants_of
from jjm.access.rules import unauthenticated
from jjm.access.sessions import store
from jjm.access.sessions.beginning import begin
from jjm.access.sessions.locks import knock, locked
from jjm.access.sessions.model import PASSWORD, Caller, NewSession
from jjm.access.sessions.passwords import check_password
from jjm.access.sessions.second_factor import step_of
from jjm.access.sessions.signing_in import refused
from jjm.kit import Fault, WriteConnection, conflict, forbidden, invalid, not_found

_SECRET = re.compile(r"[A-Z2-7]{32}")


def own_account(actor: Actor) -> str:
    """The account of a person who is signed in. Raises Problem 401 or 403 for anybody else."""
    if actor == ANONYMOUS:
        raise unauthenticated("This is for people who are signed in.")
    if actor.kind != "person" or actor.id is None:
        raise forbidden("This is for people who are signed in; you speak with a token.")
    return actor.id


async def end_own_session(access: Access, conn: WriteConnection, actor: Actor, id: str, caller: Caller) -> None:
    """End one of the own sessions; also the one that asks. Raises Problem 404 where there is none."""
    person = own_account(actor)
    if not await store.end_session(conn, person, id, access.clock.now()):
        raise not_found(f"You have no session {id}.", "session-unknown")
    await note(access, conn, "signed-out" if id == actor.session else "ended", person, caller.address)


async def end_other_sessions(access: Access, conn: WriteConnection, actor: Actor, caller: Caller) -> None:
    """End all own sessions but the one that asks."""
    person = own_account(actor)
    await store.end_sessions(conn, person, access.clock.now(), actor.session)
    await note(access, conn, "ended", person, caller.address, "all others")


async def change_password(
    access: Access, actor: Actor, old: str, new: str, code: str | None, caller: Caller
) -> NewSession:
    """Another password, for whoever knows the old one; every session ends, and a new one begins.

    Opens its own transactions. Raises Problem 401 `sign-in-refused`, 422 `weak-password`, 429 `sign-in-locked`.
    """
    person = own_account(actor)
    kept = await _checked(access, person, old, caller)
    contact = (await _known(access, person)).contact
    about = (contact.name, contact.phone or "", contact.email or "") if contact else ()
    check_password(new, tuple(filter(None, about)))
    hashed = await access.passwords.hashed(new)
    async with access.database.write() as conn:
        strong = await _second_shown(access, conn, person, kept, code)
        await people.set_password(conn, person, hashed, access.clock.now())
        return await _anew(access, conn, person, caller, "password-changed", is_strong=strong)


async def set_second_factor(
    access: Access, actor: Actor, password: str, secret: str, code: str, caller: Caller
) -> NewSession:
    """Another secret of one-time codes, for whoever knows the password and shows its code; a new session begins."""
    person = own_account(actor)
    await _checked(access, person, password, caller)
    step = step_of(secret, code, access.clock.now(), None) if _SECRET.fullmatch(secret) else None
    if step is None:
        fault = Fault("this is not the code that your authenticator shows now", "Type the next one.", "/totp_code")
        raise invalid("The second factor was not set.", [fault], "second-factor-needed")
    async with access.database.write() as conn:
        await people.set_totp(conn, access.vault, person, secret, step)
        return await _anew(access, conn, person, caller, "second-factor-set", is_strong=True)


async def remove_second_factor(access: Access, actor: Actor, password: str, code: str, caller: Caller) -> NewSession:
    """No second factor any more. Raises Problem 409 where a role asks for one."""
    person = own_account(actor)
    kept = await _checked(access, person, password, caller)
    async with access.database.write() as conn:
        if not await _second_shown(access, conn, person, kept, code):
            raise refused()
        grants = [grant for grant in await grants_of(conn, person) if grant.person == person]
        if needs_second_factor(grants, access.catalogue.roles):
            raise conflict("second-factor-kept", "A role of yours asks for a second factor; it stays.")
        await people.set_totp(conn, access.vault, person, None, None)
        return await _anew(access, conn, person, caller, "second-factor-removed", is_strong=False)


async def _checked(access: Access, person: str, password: str, caller: Caller) -> Secrets:
    """The secrets of an account whose password this is; counted like an attempt to sign in."""
    async with access.database.write() as conn:
        ticket, until = await knock(access, conn, person, person, caller)
        kept = await people.secrets_of(conn, access.vault, person)
    if until is not None:
        raise locked(until, access.clock.now())
    fits = await access.passwords.fits(kept.password, password)
    async with access.database.write() as conn:
        if fits:
            await store.succeeded(conn, [ticket.pair, ticket.account], ticket.address)
        else:
            await note(access, conn, "refused", person, caller.address, "own account")
    if not fits:
        raise refused()
    return kept


async def _second_shown(access: Access, conn: WriteConnection, person: str, kept: Secrets, code: str | None) -> bool:
    """True if a code was shown and taken, False where the account has no second factor. Raises Problem 401."""
    if kept.totp is None:
        return False
    step = step_of(kept.totp, code or "", access.clock.now(), kept.totp_step)
    if step is None or not await people.take_step(conn, person, step):
        raise refused()
    return True


async def _known(access: Access, person: str) -> people.Person:
    async with access.database.read() as conn:
        return await people.known_person(conn, access.vault, person)


async def _anew(
    access: Access, conn: WriteConnection, person: str, caller: Caller, kind: Kind, *, is_strong: bool
) -> NewSession:
    """End every session, and begin one with the strength just shown."""
    await store.end_sessions(conn, person, access.clock.now())
    actor = Actor(person, kind="person", id=person)
    await enter(access, conn, actor, type=PERSON, change=kind, subject=person, document={})
    await note(access, conn, kind, person, caller.address)
    means = f"{PASSWORD}+code" if is_strong else PASSWORD
    return await begin(access, conn, person, means, caller, is_strong=is_strong)
