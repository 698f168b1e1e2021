"""One-time codes: made for an invitation or a recovery, and used once to set a password and a second factor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.events import note
from jjm.access.gate import secret_digest
from jjm.access.model import Actor
from jjm.access.people import store
from jjm.access.people.model import PERSON, Code, CodeKind, NewCode, Person
from jjm.access.people.rules import code_refused, new_code, normal_code
from jjm.access.roles.rules import needs_second_factor
from jjm.access.roles.store import grants_of
from jjm.access.sessions.passwords import check_password
from jjm.access.sessions.second_factor import new_secret, step_of
from jjm.access.sessions.store import end_sessions
from jjm.kit import Fault, ReadConnection, WriteConnection, invalid

LIFE = {"invitation": timedelta(days=3), "recovery": timedelta(hours=4)}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person is told who came with a good code. `totp` is offered as secret of one-time codes."""

    code: Code
    person: Person
    totp: str
    needs_totp: bool


async def new_invitation(access: Access, conn: WriteConnection, actor: Actor, person: str) -> NewCode:
    """A code by which a person opens an account; codes given before are good no more."""
    await store.withdraw_codes(conn, person, access.clock.now())
    code, digest, told = given(access, wanted(access, actor, "invitation", person, None))
    await store.add_code(conn, access.vault, code, actor.name, digest)
    await note(access, conn, "invited", person, None, f"by {actor.name}")
    return told


def wanted(access: Access, actor: Actor, kind: CodeKind, person: str, reason: str | None) -> Code:
    """A code that somebody asks for and that is not given out yet."""
    return Code(secrets.token_hex(4), kind, person, reason, access.clock.now(), actor.name, None, None, None)


def given(access: Access, code: Code) -> tuple[Code, bytes, NewCode]:
    """The code given out: what is kept, the digest by which it is found, and what is told once."""
    secret, now = new_code(), access.clock.now()
    expires = now + LIFE[code.kind]
    kept = replace(code, given_at=now, expires_at=expires, totp=new_secret())
    return kept, secret_digest(secret), NewCode(code.id, code.person, secret, expires)


async def opening(access: Access, conn: ReadConnection, typed: str) -> Opening:
    """What a code is for. Raises Problem 410 for one that is no good."""
    code = await store.good_code(conn, access.vault, secret_digest(normal_code(typed)), access.clock.now())
    if code is None or code.totp is None:
        raise code_refused()
    person = await store.known_person(conn, access.vault, code.person)
    grants = [grant for grant in await grants_of(conn, person.id) if grant.person == person.id]
    return Opening(code, person, code.totp, needs_second_factor(grants, access.catalogue.roles))


def check_new_password(access: Access, found: Opening, password: str, totp_code: str | None) -> int | None:
    """The step of the one-time code given with a new password that may be taken; None without a code.

    Raises Problem 422 for a weak password, or a second factor that is missing or wrong.
    """
    contact = found.person.contact
    about = (contact.name, contact.phone or "", contact.email or "") if contact else ()
    check_password(password, tuple(filter(None, about)))
    if not totp_code:
        if found.needs_totp:
            raise _wrong_code("your role asks for a second factor", "Take the secret into an authenticator")
        return None
    step = step_of(found.totp, totp_code, access.clock.now(), None)
    if step is None:
        raise _wrong_code(
            "this is not the code that your authenticator shows now", "Check its clock, type the next one"
        )
    return step


async def open_account(
    access: Access, conn: WriteConnection, found: Opening, hashed: str, step: int | None, address: str | None
) -> None:
    """Use a code up: the account has this password from now on, and older sessions end. Raises Problem 410."""
    now, person = access.clock.now(), found.person.id
    await store.require_open(conn, person)
    if not await store.use_code(conn, found.code.id, now):
        raise code_refused()
    await store.withdraw_codes(conn, person, now)
    await store.set_password(conn, person, hashed, now)
    await store.set_totp(conn, access.vault, person, found.totp if step is not None else None, step)
    await end_sessions(conn, person, now)
    is_new = found.code.kind == "invitation"
    actor, change = Actor(person, kind="person", id=person), "open" if is_new else "recover"
    said = {"place": found.person.place, "code": found.code.id}
    await enter(access, conn, actor, type=PERSON, change=change, subject=person, document=said)
    await note(access, conn, "opened" if is_new else "recovered", person, address)


def _wrong_code(message: str, remedy: str) -> Exception:
    fault = Fault(message, f"{remedy}, and send its code.", "/totp_code")
    return invalid("The password was not taken.", [fault], "second-factor-needed")
