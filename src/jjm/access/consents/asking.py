"""Asking a person for consent: what may be asked, of whom, and the notice that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from jjm.access.consents import store
from jjm.access.consents.entering import entered
from jjm.access.consents.kept import LONGEST, MOST_WAITING, Kept, Wish
from jjm.access.consents.model import Consent
from jjm.access.consents.notice import LANGUAGES, Words, digest_of, notice_of
from jjm.access.consents.rules import check_purpose, renewed
from jjm.access.context import Access
from jjm.access.model import Actor, Scope
from jjm.access.participants.service import participant
from jjm.access.people import store as people
from jjm.access.people.rules import normal_phone
from jjm.access.purposes import known_purposes
from jjm.access.rules import require_some, unauthenticated
from jjm.access.sessions.by_phone import account_behind
from jjm.kit import Fault, Minter, Problem, ReadConnection, WriteConnection, bad_request, conflict, forbidden
from jjm.standards import Catalogue

_minter = Minter()
HERE = "node"
"""The provider that is this node itself."""
_NO_NOTICE = "0" * 64


def consumer_of(actor: Actor) -> str:
    """As whom an actor is consented to: its participant, or the account of a person. Raises Problem 401 or 403."""
    who = actor.participant if actor.kind == "application" else actor.id if actor.kind == "person" else None
    if who is None:
        if actor.kind == "nobody":
            raise unauthenticated("Consent is given to participants and to people who are signed in.")
        raise forbidden("Consent is given to participants and to people, not to a token of the office.")
    return who


async def ask(access: Access, conn: WriteConnection, actor: Actor, wish: Wish) -> str:
    """Ask a person for consent in the name of the actor; its number.

    Raises Problem 400 `bad-consent` for what cannot be asked, 403 for who may read nothing, 404 for a record or account
    that is not known, 409 `no-telephone` where nobody can be asked, `too-many-consents` where others wait for the
    person's answer.
    """
    consumer = consumer_of(actor)
    require_some(actor, Scope.READ, "Asking for consent")
    check_data(access.catalogue, wish.data)
    areas = [id for area in wish.areas for id in await access.places.ids(conn, area)]
    person, phone = await _person(access, conn, actor, wish)
    now = access.clock.now()
    if await store.waiting(conn, person, consumer, now) >= MOST_WAITING:
        detail = f"{MOST_WAITING} requests of {consumer} wait for this person's answer already."
        raise conflict("too-many-consents", detail)
    consent = _consent(wish, person, consumer, now)
    check_purpose(consent, known_purposes(access.catalogue))
    words = Words(
        await named(access, conn, consumer), wish.text, [await access.places.name(conn, a) for a in wish.areas]
    )
    notice = notice_of(access.catalogue, consent, words)
    consent = replace(consent, notice=digest_of(notice))
    if wish.renews is not None:
        consent = await _renewed(access, conn, wish.renews, consent)
    kept = Kept(consent, notice, frozenset(areas), frozenset(), phone, now, actor.name, renews=wish.renews)
    await store.add(conn, access.vault, kept)
    await entered(access, conn, actor, consent, "request")
    return consent.id


def check_data(catalogue: Catalogue, data: Mapping[str, tuple[str, ...]]) -> None:
    """Raises Problem 400 `bad-consent` for a type or field that is not known, or that no consent is needed for."""
    for type, fields in data.items():
        standard = catalogue.types.get(type)
        if standard is None or not standard.personal_fields:
            raise bad("/data", f"`{type:.60}` is no type with personal fields", "Name types as in `household`.")
        if beside := sorted(set(fields) - standard.personal_fields):
            known = ", ".join(sorted(standard.personal_fields))
            raise bad(f"/data/{type}", f"`{beside[0]:.60}` is not personal", f"Consent opens: {known}.")


def bad(pointer: str, message: str, remedy: str) -> Problem:
    """400: what cannot be asked for."""
    return bad_request("bad-consent", "The person was not asked.", Fault(message, remedy, pointer))


async def named(access: Access, conn: ReadConnection, consumer: str) -> dict[str, str]:
    """Who asks, as people read it, in each language of notices; never the name of a person."""
    if consumer.startswith("PAR-"):
        return dict.fromkeys(LANGUAGES, f"{(await participant(conn, consumer))['name']} ({consumer})")
    person = await people.known_person(conn, access.vault, consumer)
    place = access.node if person.place == HERE else await access.places.name(conn, person.place)
    return {"en": f"An officer of {place} (account {consumer})", "hi": f"{place} के एक अधिकारी (खाता {consumer})"}


async def _person(access: Access, conn: WriteConnection, actor: Actor, wish: Wish) -> tuple[str, str]:
    """Who is asked, and the number by which the person is known."""
    if wish.record is not None:
        phone = normal_phone(await access.subjects.phone_in(conn, actor, *wish.record) or "")
        if phone is None:
            raise _no_telephone(f"The record {wish.record[1]}")
        return await account_behind(access, conn, phone, "by-consent"), phone
    person = await people.known_person(conn, access.vault, wish.person or "")
    if person.contact is None or person.contact.phone is None:
        raise _no_telephone(f"The account {person.id}")
    return person.id, person.contact.phone


def _no_telephone(what: str) -> Problem:
    return conflict("no-telephone", f"{what} carries no telephone number by which its person could be asked.")


def _consent(wish: Wish, person: str, consumer: str, now: datetime) -> Consent:
    starts = wish.starts or now
    if not now < wish.until or starts >= wish.until:
        raise bad("/until", "it would never be in force", "Let it end after it begins, and not in the past.")
    if wish.until - now > LONGEST:
        raise bad("/until", "it would be in force for too long", f"At most {LONGEST.days} days; then ask anew.")
    id = _minter.mint("CON", 1)[0]
    try:
        return Consent(
            id=id, person=person, provider=HERE, consumer=consumer, purpose=wish.purpose, data=dict(wish.data),
            areas=wish.areas, data_from=wish.data_from or starts, data_until=wish.data_until or wish.until, made=now,
            starts=starts, until=wish.until, keep_until=wish.keep_until or wish.until, frequency=wish.frequency,
            mode=wish.mode, notice=_NO_NOTICE, revocable=True, use_logged_to=f"urn:jjm:consent:{id}:uses",
            access_logged_to=f"urn:jjm:consent:{id}:uses", revoke_to=f"urn:jjm:consent:{id}",
        )  # fmt: skip
    except ValueError as error:
        raise bad("/until", str(error), "Let each time end after it begins.") from error


async def _renewed(access: Access, conn: ReadConnection, id: str, new: Consent) -> Consent:
    """The request, if it renews an older consent and asks for no more; the notice is another by its times alone."""
    old = await store.find(conn, access.vault, id)
    if old is None or (old.consent.person, old.consent.consumer) != (new.person, new.consumer):
        raise store.unknown(id)
    kept = {name: getattr(old.consent, name) for name in ("notice", "use_logged_to", "access_logged_to", "revoke_to")}
    renewed(old.consent, replace(new, **kept))
    return new
