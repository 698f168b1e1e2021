"""What a person says to a request, and what becomes of a consent: each step locked, kept, and entered in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from jjm.access.consents import store
from jjm.access.consents.asking import consumer_of
from jjm.access.consents.ending import end
from jjm.access.consents.entering import entered
from jjm.access.consents.kept import Kept, Means
from jjm.access.consents.model import Status
from jjm.access.consents.refusing import refusals_noted
from jjm.access.consents.rules import Act, decided
from jjm.access.consents.told import told_consents
from jjm.access.context import Access
from jjm.access.model import Actor, Scope
from jjm.access.people import store as people
from jjm.access.readings.own import confirmed_phone
from jjm.access.sessions.by_phone import Sent, phone_behind, send_code_for, tried_code
from jjm.access.sessions.model import Caller
from jjm.access.sessions.own import own_account
from jjm.kit import Problem, ReadConnection, WriteConnection, conflict, forbidden

_OPENING: Final = ("grant", "resume")
"""What opens something, so that the person must show the telephone."""
_EVENTS: Final[Mapping[str, str]] = {"grant": "consent-grant-code", "revoke": "consent-withdraw-code"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says: the act, the digest of the notice they were shown, and the code that came to their telephone.

    `code` is what it was sent under, and what was typed; None in the person's own session.
    """

    act: Act
    notice: str | None = None
    code: tuple[str, str] | None = None


async def answer(access: Access, actor: Actor, id: str, said: Answer, caller: Caller) -> None:
    """Do what a person says about a consent, in their session or shown by a code. Opens its own transactions.

    Raises Problem 401 `sign-in-refused` for a wrong code, 403 for anybody else or `phone-not-shown`, 404, 409
    `wrong-state`, `notice-changed`, or `nothing-about-you` where no record carries the number. Each is written down.
    """
    async with refusals_noted(access, actor, id, "withdraw" if said.act == "revoke" else said.act):
        await _answered(access, actor, id, said, caller)


async def _answered(access: Access, actor: Actor, id: str, said: Answer, caller: Caller) -> None:
    if said.code is None:
        async with access.database.write() as conn:
            kept = await _own(access, conn, actor, id)
            phone = await confirmed_phone(access, conn, actor) if said.act in _OPENING else None
            await _decide(access, conn, actor, kept, said, "session", phone)
        return
    sealed = await tried_code(access, _what(id, said.act), *said.code, caller)
    async with access.database.write() as conn:
        await _helped(access, conn, actor, id)
        kept = await store.locked(conn, access.vault, id)
        phone = await phone_behind(access, conn, said.code[0], sealed)
        await _decide(access, conn, actor, kept, said, "code", phone)


async def send_consent_code(access: Access, actor: Actor, id: str, act: Act, language: str, caller: Caller) -> Sent:
    """Send the person a code by which they grant or withdraw with the help of whoever stands before them.

    Opens its own transactions. Raises Problem 404, 409 `wrong-state` or `no-messages`, 429; each is written down.
    """
    async with refusals_noted(access, actor, id, "send-code"):
        return await _sent(access, actor, id, act, language, caller)


async def _sent(access: Access, actor: Actor, id: str, act: Act, language: str, caller: Caller) -> Sent:
    if act not in _EVENTS:
        raise conflict("wrong-state", f"No code is sent to {act}; a code grants or withdraws.")
    async with access.database.read() as conn:
        kept = await _helped(access, conn, actor, id)
        decided(kept.consent, act, access.clock.now())
        person = await people.known_person(conn, access.vault, kept.consent.person)
        (about,) = await told_consents(access, conn, [kept])
    phone = person.contact.phone if person.contact else None
    if phone is None or phone != kept.phone:
        raise conflict("no-telephone", "The number by which the person was asked is no longer theirs. Ask anew.")
    spoken = language if language in about["purpose_title"] else "en"
    data = {"consumer": about["consumer_name"][spoken], "purpose": about["purpose_title"][spoken], "node": access.node}
    return await send_code_for(access, _what(id, act), phone, _EVENTS[act], data, language, caller)


def _what(id: str, act: str) -> str:
    return f"{id}:{act}"


async def _own(access: Access, conn: WriteConnection, actor: Actor, id: str) -> Kept:
    person, kept = own_account(actor), await store.locked(conn, access.vault, id)
    if kept.consent.person != person:
        raise store.unknown(id)
    return kept


async def _helped(access: Access, conn: ReadConnection, actor: Actor, id: str) -> Kept:
    """A consent, for the consumer who asked for it and the keeper of the node; others bring no codes."""
    kept = await store.find(conn, access.vault, id)
    if kept is None or not (actor.has(Scope.ADMIN) or kept.consent.consumer == consumer_of(actor)):
        raise store.unknown(id)
    return kept


async def _decide(
    access: Access, conn: WriteConnection, actor: Actor, kept: Kept, said: Answer, means: Means, phone: str | None
) -> None:
    now = access.clock.now()
    consent = decided(kept.consent, said.act, now)
    if phone is not None and phone != kept.phone:
        raise forbidden("The consent was asked of another telephone number than yours.", "phone-not-shown")
    records = None
    if said.act == "grant":
        if said.notice != kept.consent.notice:
            raise _notice_changed(kept)
        records = await _records(access, conn, kept, phone or "")
    await store.decide(conn, consent, means, now, records)
    await entered(access, conn, actor, consent, said.act, kept.consent.person if means == "code" else None)
    if said.act == "grant" and kept.renews is not None:
        await _superseded(access, conn, actor, kept.renews, means)


def _notice_changed(kept: Kept) -> Problem:
    detail = "Name the SHA-256 of the notice that the person was shown, as `notice`."
    return conflict("notice-changed", detail, notice=kept.consent.notice)


async def _records(access: Access, conn: WriteConnection, kept: Kept, phone: str) -> list[str]:
    found, _ = await access.subjects.about(conn, phone)
    records = [one.id for one in found if one.type in kept.consent.data]
    if not records:
        detail = "No record of the kinds that are asked for carries your telephone number any more."
        raise conflict("nothing-about-you", detail)
    return records


async def _superseded(access: Access, conn: WriteConnection, actor: Actor, id: str, means: Means) -> None:
    """The consent that another took the place of ends with that."""
    old = await store.locked(conn, access.vault, id)
    if old.consent.status in (Status.GRANTED, Status.PAUSED):
        await end(access, conn, actor, replace(old.consent, status=Status.REVOKED), "revoke", means)
