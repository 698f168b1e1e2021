"""Signing in with a code sent to a telephone: citizens, and people in the field whose number an officer has entered."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jjm.access.context import Access
from jjm.access.events import note
from jjm.access.model import Actor
from jjm.access.people import store as people
from jjm.access.people.model import Contact
from jjm.access.people.rules import normal_phone
from jjm.access.people.service import entered, new_person
from jjm.access.sessions import store
from jjm.access.sessions.beginning import begin
from jjm.access.sessions.model import PHONE, Caller, NewSession
from jjm.kit import Fault, Problem, WriteConnection, invalid
from jjm.standards import NODE_PLACE

SIGN_IN = "phone-code"
"""What a code is for that lets somebody in."""
LIFE, TRIES = timedelta(minutes=10), 5
# To one telephone from one address in an hour and a day; from an address, and to a telephone, in an hour.
_AN_HOUR, _A_DAY, _FROM_ADDRESS, _TO_PHONE = 3, 8, 20, 6
_PAUSE = timedelta(seconds=45)
_EVENT = "sign-in-code"


@dataclass(frozen=True, slots=True)
class Sent:
    """A code is on its way. `id` is what it is answered under."""

    id: str
    expires_at: datetime


async def send_code(access: Access, phone: str, language: str, caller: Caller) -> Sent:
    """Send a code to a telephone, whether it has an account here or not. Opens its own transaction.

    Raises Problem 409 `no-messages` on a node that cannot send any, 422 for no number, 429 for too many codes.
    """
    number = normal_phone(phone)
    if access.messages is not None and number is None:
        remedy = "Write an Indian mobile number with ten digits, or any other with + and the code of its country."
        raise invalid("The code was not sent.", [Fault("this is no telephone number", remedy, "/phone")], "bad-phone")
    data = {"node": access.node}
    return await send_code_for(access, SIGN_IN, number or "", _EVENT, data, language, caller)


async def send_code_for(
    access: Access, act: str, number: str, event: str, data: Mapping[str, object], language: str, caller: Caller
) -> Sent:
    """Send a code to a telephone that is good for one act and no other; the words of `event` say which, with `{code}`.

    Opens its own transaction; the message is written in it, and so is sent if the code is kept and else not. Raises
    Problem 409 `no-messages`, 429 for too many codes, 502 where the carrier refused it.
    """
    if access.messages is None:
        detail = "This node was not told how to send messages; its keeper sets `messages` in the node file."
        raise Problem("no-messages", 409, "Codes cannot be sent", detail)
    code = f"{secrets.randbelow(1_000_000):06}"
    async with access.database.write() as conn:
        sent = await _kept(access, conn, act, number, code, caller)
        said = {**data, "code": code}
        message = await access.messages.tell(conn, event, number, said, key=sent.id, language=language)
    if await access.messages.carried(message) is False:
        raise Problem("message-not-sent", 502, "The code was not sent", "Try again in a few minutes.")
    return sent


async def sign_in_by_phone(access: Access, id: str, typed: str, caller: Caller) -> NewSession:
    """A session for whoever types the code that was sent. A number without an account gets one as a citizen.

    Opens its own transactions. Raises Problem 401 `sign-in-refused`.
    """
    sealed = await tried_code(access, SIGN_IN, id, typed, caller)
    async with access.database.write() as conn:
        phone = await phone_behind(access, conn, id, sealed)
        person = await account_behind(access, conn, phone, "by-phone")
        return await begin(access, conn, person, PHONE, caller, is_strong=False)


async def tried_code(access: Access, act: str, id: str, typed: str, caller: Caller) -> bytes:
    """The telephone behind a code, sealed, if this is the code for this act; the try counts in any case.

    Opens its own transaction. Raises Problem 401 `sign-in-refused`.
    """
    async with access.database.write() as conn:
        row: Any = await store.try_phone_code(conn, id, TRIES, access.clock.now())
        said = f"{act} {''.join(typed.split())}".encode()
        if row is not None and hmac.compare_digest(_code(access, row), said):
            return row["phone"]
        await note(access, conn, "refused", None, caller.address, PHONE)
    raise _refused()


async def phone_behind(access: Access, conn: WriteConnection, id: str, sealed: bytes) -> str:
    """The telephone number to which a code was sent, once: the code is used up. Raises Problem 401."""
    if not await store.use_phone_code(conn, id, access.clock.now()):
        raise _refused()
    return access.vault.open(f"phone-code:{id}", sealed).decode()


async def account_behind(access: Access, conn: WriteConnection, phone: str, by: str) -> str:
    """The account with this number; a new one of a citizen, made `by` whom it says, where there is none."""
    return await people.by_contact(conn, access.vault, "phone", phone) or await _citizen(access, conn, phone, by)


async def _kept(access: Access, conn: WriteConnection, act: str, number: str, code: str, caller: Caller) -> Sent:
    now, blinds = access.clock.now(), access.vault.blinds("phone", number)
    await store.one_at_a_time(conn)
    lately = await store.phone_codes_sent(conn, blinds, caller.address, now)
    owner = await people.by_contact(conn, access.vault, "phone", number)
    is_familiar = owner is not None and await store.is_familiar(conn, owner, caller.address, now)
    _refuse_many(lately, now, is_familiar=is_familiar)
    sent = Sent(secrets.token_hex(12), now + LIFE)
    await store.add_phone_code(
        conn, blinds, id=sent.id, phone=access.vault.seal(f"phone-code:{sent.id}", number.encode()),
        code=access.vault.seal(f"phone-code-itself:{sent.id}", f"{act} {code}".encode()), sent_at=now,
        expires_at=sent.expires_at, address=caller.address,
    )  # fmt: skip
    await note(access, conn, "phone-code-sent", None, caller.address)
    return sent


def _refuse_many(lately: Mapping[str, Any], now: datetime, *, is_familiar: bool) -> None:
    """Keep a telephone from being flooded, and an address from flooding many.

    What strangers ask for from elsewhere does not keep the owner of a telephone out at a place known for it.
    """
    last: datetime | None = lately["last"]
    pause = last + _PAUSE - now if last is not None else timedelta(0)
    flooded = lately["to_phone_hour"] >= _TO_PHONE and not is_familiar
    many = lately["hour"] >= _AN_HOUR or lately["day"] >= _A_DAY or lately["from_address_hour"] >= _FROM_ADDRESS
    if pause > timedelta(0) or flooded or many:
        wait = timedelta(hours=1) if flooded or many else pause
        seconds = max(1, int(wait.total_seconds()) + 1)
        detail = f"Too many codes were asked for lately. Use the one that was sent, or try again in {seconds} s."
        raise Problem("too-many-codes", 429, "Too many codes", detail, headers={"Retry-After": str(seconds)})


def _code(access: Access, row: Any) -> bytes:
    """What was sent, behind what it is for. A code is soon tried out against a digest, so it is kept sealed."""
    return access.vault.open(f"phone-code-itself:{row['id']}", row["code"])


async def _citizen(access: Access, conn: WriteConnection, phone: str, by: str) -> str:
    made = new_person(access, NODE_PLACE, [], Contact("", phone), None, by)
    await people.add(conn, access.vault, made)
    actor = Actor(made.id, kind="person", id=made.id)
    await entered(access, conn, actor, made.id, "create", {"place": made.place})
    return made.id


def _refused() -> Problem:
    detail = "This is not the code that was sent, or it is too old or was tried too often. Have another one sent."
    return Problem("sign-in-refused", 401, "You are not signed in", detail)
