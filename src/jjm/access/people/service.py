"""Accounts made, shown, changed and closed by the officers of their place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jjm.access.consents.ending import end_consents
from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.events import note
from jjm.access.model import Actor
from jjm.access.people import store
from jjm.access.people.model import PERSON, Contact, NewCode, Person
from jjm.access.people.opening import new_invitation
from jjm.access.people.rules import contact_of
from jjm.access.roles.model import Grant, Wish
from jjm.access.roles.places import areas_of, lies_inside
from jjm.access.roles.powers import Powers, appoints, looks_after, powers_of, reaches, require_any
from jjm.access.roles.service import end_all, grant_role
from jjm.access.sessions.store import end_sessions
from jjm.kit import Minter, ReadConnection, WriteConnection, conflict, forbidden, not_found
from jjm.standards import NODE_PLACE

_minter = Minter()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. `invited` is False for who signs in by telephone alone."""

    name: str
    place: str
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    invited: bool = True
    roles: tuple[Wish, ...] = ()


async def make_account(
    access: Access, conn: WriteConnection, actor: Actor, asked: NewAccount
) -> tuple[Person, NewCode | None, list[Grant]]:
    """Make an account with its first roles, and a one-time code by which the person opens it.

    Raises Problem 403 outside the officer's own place, 409 where the number or address has an account, 422.
    """
    contact = contact_of(asked.name, asked.phone, asked.email)
    areas = await areas_of(access, conn, asked.place)
    powers = await powers_of(access, conn, actor)
    if not await reaches(access, conn, powers, asked.place, appoints):
        raise forbidden(f"You hold no role that appoints people in {asked.place}.", "may-not-grant")
    await _refuse_twins(access, conn, contact, None)
    made = new_person(access, asked.place, areas, contact, asked.language, actor.name)
    await store.add(conn, access.vault, made)
    await entered(access, conn, actor, made.id, "create", {"place": made.place})
    grants = [await grant_role(access, conn, actor, made.id, wish) for wish in asked.roles]
    code = await new_invitation(access, conn, actor, made.id) if asked.invited else None
    return made, code, grants


def new_person(access: Access, place: str, areas: list[str], contact: Contact, language: str | None, by: str) -> Person:
    """An account that is not kept yet, under a pseudonym of its own."""
    id = _minter.mint("PER", 1)[0]
    return Person(id, place, tuple(areas), contact, language, False, False, access.clock.now(), by, None)


async def invite_again(access: Access, conn: WriteConnection, actor: Actor, id: str) -> NewCode:
    """Another code for an account that was not opened yet; the one before is good no more."""
    person = await overseen(access, conn, actor, id)
    if person.has_password:
        raise conflict("person-open", "This account was opened already. Who cannot get in any more is recovered.")
    return await new_invitation(access, conn, actor, id)


async def change_contact(
    access: Access, conn: WriteConnection, actor: Actor, id: str, contact: Contact, language: str | None
) -> Person:
    """Another name, number or address; by an officer of the place, who has seen who it is.

    With another number every session ends: what one begun by a code to the old number shows is not for the new one.
    """
    person = await overseen(access, conn, actor, id)
    await _refuse_twins(access, conn, contact, id)
    await store.set_contact(conn, access.vault, id, contact, language)
    if (person.contact and person.contact.phone) != contact.phone:
        await end_sessions(conn, id, access.clock.now())
    await entered(access, conn, actor, id, "change", {"place": person.place})
    return replace(person, contact=contact, language=language)


async def close(access: Access, conn: WriteConnection, actor: Actor, id: str) -> None:
    """Close an account: its roles, sessions and consents end, and how to reach the person is forgotten."""
    person = await overseen(access, conn, actor, id)
    now = access.clock.now()
    await end_all(access, conn, actor, id, "account closed")
    await end_sessions(conn, id, now)
    await store.withdraw_codes(conn, id, now)
    await end_consents(access, conn, actor, id)
    await store.close(conn, id, actor.name, now)
    await store.set_contact(conn, access.vault, id, None, None)
    await entered(access, conn, actor, id, "close", {"place": person.place})
    await note(access, conn, "closed", id, None, f"by {actor.name}")


async def overseen(access: Access, conn: WriteConnection, actor: Actor, id: str) -> Person:
    """An open account of the officer's place, held until the end of the transaction. Raises Problem 403 or 404."""
    person = await store.locked_person(conn, access.vault, id)
    powers = await powers_of(access, conn, actor)
    if person.closed_at is not None or not await reaches(access, conn, powers, person.place, appoints):
        raise not_found(f"There is no account {id} that you look after.", "person-unknown")
    return person


async def shown(access: Access, conn: ReadConnection, actor: Actor, id: str) -> Person:
    """An account, to the person and the officers of its place. Raises Problem 404 for others."""
    person = await store.known_person(conn, access.vault, id)
    if actor.kind == "person" and actor.id == id:
        return person
    powers = await powers_of(access, conn, actor)
    if not await reaches(access, conn, powers, person.place, looks_after):
        raise not_found(f"There is no account {id} that you look after.", "person-unknown")
    return person


async def listed(
    access: Access, conn: ReadConnection, actor: Actor, after: str, most: int, place: str | None = None,
    role: str | None = None,
) -> list[Person]:  # fmt: skip
    """The accounts of the officer's places behind an identifier, in order.

    With `place` those that belong to it or to a place inside, with `role` those to whom it is granted. Raises Problem
    403 for who looks after nobody, 400 or 404 for a place that is none.
    """
    powers = await powers_of(access, conn, actor)
    require_any(access, powers, looks_after, "Listing people")
    known = await store.places_with_people(conn)
    seen = [one for one in known if await _is_seen(access, conn, powers, one)]
    if place is not None:
        await areas_of(access, conn, place)
        seen = [one for one in seen if await lies_inside(access, conn, one, place)]
    return await store.people(conn, access.vault, seen, role, access.clock.today(), after, most)


async def _is_seen(access: Access, conn: ReadConnection, powers: Powers, place: str) -> bool:
    if place == NODE_PLACE and not powers.is_keeper:
        roles = access.catalogue.roles
        return any(one.place == NODE_PLACE and looks_after(roles[one.role]) for one in powers.holds)
    return await reaches(access, conn, powers, place, looks_after)


async def entered(
    access: Access, conn: WriteConnection, actor: Actor, id: str, change: str, said: dict[str, object]
) -> None:
    """Enter a decision about an account in the ledger, without anything personal."""
    await enter(access, conn, actor, type=PERSON, change=change, subject=id, document=said)


async def _refuse_twins(access: Access, conn: ReadConnection, contact: Contact, own: str | None) -> None:
    for kind, value in (("phone", contact.phone), ("email", contact.email)):
        other = await store.by_contact(conn, access.vault, kind, value) if value else None
        if other is not None and other != own:
            detail = f"An account with this {kind} exists: {other}. Grant it the role, or name another {kind}."
            raise conflict("person-exists", detail, person=other)


async def may_see_all(access: Access, conn: ReadConnection, actor: Actor) -> bool:
    """True for the keeper and whoever looks after the accounts of the whole node."""
    powers = await powers_of(access, conn, actor)
    return await _is_seen(access, conn, powers, NODE_PLACE)
