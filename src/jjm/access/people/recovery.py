"""Recovery: an appointed officer lets a person back in with a one-time code, never with a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.events import note
from jjm.access.model import Actor
from jjm.access.people import store
from jjm.access.people.model import PERSON, Code, NewCode, Person
from jjm.access.people.opening import given, wanted
from jjm.access.roles.model import Grant
from jjm.access.roles.powers import Powers, is_there_another, powers_of, reaches, recovers
from jjm.access.roles.store import grants_of
from jjm.kit import ReadConnection, WriteConnection, forbidden, not_found

_WAITS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Case:
    """A person to be let back in, and the places of the account and of every role it has or will have."""

    person: Person
    places: frozenset[str]
    needs_second: bool


async def recover(access: Access, conn: WriteConnection, actor: Actor, id: str, reason: str | None) -> NewCode:
    """A code to set a new password with; where a role of the person is granted by two, a second officer gives it out.

    Raises Problem 403 for whoever is not appointed to let this person back in.
    """
    case = await _case(access, conn, id)
    powers = await _entitled(access, conn, actor, case)
    await store.withdraw_codes(conn, id, access.clock.now())
    asked = wanted(access, actor, "recovery", id, reason)
    if case.needs_second and not await _is_alone(access, conn, powers, case):
        await store.add_code(conn, access.vault, asked, None, None)
        await _entered(access, conn, actor, asked, "ask-recovery")
        await note(access, conn, "recovery-asked", id, None, f"by {actor.name}")
        return NewCode(asked.id, id, None, None)
    kept, digest, told = given(access, asked)
    await store.add_code(conn, access.vault, kept, actor.name, digest)
    await _entered(access, conn, actor, kept, "give-recovery")
    await note(access, conn, "recovery-given", id, None, f"by {actor.name}")
    return told


async def agree(access: Access, conn: WriteConnection, actor: Actor, code: str) -> NewCode:
    """Agree to a recovery as the second officer, to whom the code is told."""
    asked = await store.waiting_code(conn, access.vault, code, access.clock.now() - _WAITS)
    if asked is None:
        raise not_found(f"There is no recovery {code} that waits for a second officer.", "recovery-unknown")
    case = await _case(access, conn, asked.person)
    await _entitled(access, conn, actor, case)
    if _who(actor) == await _who_asked(access, conn, asked):
        detail = "The second officer has to be another one than who asked; tokens of the node count as one."
        raise forbidden(detail, "second-person-needed")
    kept, digest, told = given(access, asked)
    await store.give_code(conn, access.vault, kept, actor.name, digest)
    await _entered(access, conn, actor, kept, "give-recovery")
    await note(access, conn, "recovery-given", asked.person, None, f"by {actor.name}, asked by {asked.asked_by}")
    return told


async def waiting(access: Access, conn: ReadConnection, actor: Actor) -> list[Code]:
    """The recoveries that wait for this officer's word."""
    powers = await powers_of(access, conn, actor)
    codes = await store.waiting_codes(conn, access.vault, access.clock.now() - _WAITS)
    return [c for c in codes if await _may(access, conn, powers, await _case_of(access, conn, c.person))]


async def _case(access: Access, conn: WriteConnection, id: str) -> _Case:
    await store.require_open(conn, id)
    return await _case_of(access, conn, id)


async def _case_of(access: Access, conn: ReadConnection, id: str) -> _Case:
    person = await store.known_person(conn, access.vault, id)
    grants = [g for g in await grants_of(conn, id) if g.person == id and g.ended_at is None]
    return _Case(person, frozenset({person.place, *(g.place for g in grants)}), _by_two(access, grants))


def _by_two(access: Access, grants: list[Grant]) -> bool:
    roles = access.catalogue.roles
    return any(g.role in roles and roles[g.role].second_person for g in grants)


async def _entitled(access: Access, conn: WriteConnection, actor: Actor, case: _Case) -> Powers:
    powers = await powers_of(access, conn, actor)
    if not await _may(access, conn, powers, case):
        detail = f"You are not appointed to let {case.person.id} back in: that needs a role which recovers, in a place"
        raise forbidden(f"{detail} around all of theirs.", "may-not-recover")
    return powers


async def _may(access: Access, conn: ReadConnection, powers: Powers, case: _Case) -> bool:
    if powers.person == case.person.id:
        return False
    return all([await reaches(access, conn, powers, place, recovers) for place in case.places])


async def _is_alone(access: Access, conn: ReadConnection, powers: Powers, case: _Case) -> bool:
    """True for the keeper of a node on which nobody else could be the second."""
    if not powers.is_keeper:
        return False
    but, today = frozenset({case.person.id}), access.clock.today()
    others = [await is_there_another(access, conn, place, recovers, but, today) for place in case.places]
    return not all(others)


async def _entered(access: Access, conn: WriteConnection, actor: Actor, code: Code, change: str) -> None:
    document = {"code": code.id, "asked_by": code.asked_by}
    await enter(access, conn, actor, type=PERSON, change=change, subject=code.person, document=document)


def _who(actor: Actor) -> str | None:
    return actor.id if actor.kind == "person" else None


async def _who_asked(access: Access, conn: ReadConnection, asked: Code) -> str | None:
    """The account of who asked; None for the keeper."""
    found = await store.person(conn, access.vault, asked.asked_by)
    return None if found is None else found.id
