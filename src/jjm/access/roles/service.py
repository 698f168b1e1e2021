"""Roles granted, agreed to, passed on and ended. Every step is entered in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import Actor
from jjm.access.people.store import require_open
from jjm.access.roles import store
from jjm.access.roles.model import GRANT, Grant, Wish
from jjm.access.roles.places import areas_of, lies_inside
from jjm.access.roles.powers import Powers, gives, is_there_another, powers_of, reaches
from jjm.access.roles.rules import check_delegation, check_period, check_wish, may_not_give, role_elsewhere, state_of
from jjm.kit import Minter, WriteConnection, conflict, forbidden, not_found
from jjm.standards import Role

_minter = Minter()


async def grant_role(access: Access, conn: WriteConnection, actor: Actor, person: str, wish: Wish) -> Grant:
    """Grant a role for a place inside the granter's own; it waits where the role asks for a second person.

    Raises Problem 400 for an unknown role or place, 403 where the granter may not.
    """
    role = check_wish(access.catalogue.roles.get(wish.role), wish.role, wish.place, access.catalogue.roles)
    starts_on = wish.starts_on or access.clock.today()
    check_period(starts_on, wish.ends_on, access.clock.today())
    await areas_of(access, conn, wish.place)
    await _in_its_state(access, conn, role, wish.place)
    await require_open(conn, person)
    powers = await powers_of(access, conn, actor)
    if powers.person == person:
        raise forbidden("Nobody grants a role to themselves; another officer has to.", "own-grant")
    if not await reaches(access, conn, powers, wish.place, gives(role.name)):
        raise may_not_give(role.name, wish.place)
    made = _new(access, powers, person, replace(wish, starts_on=starts_on))
    return await _keep(access, conn, powers, role, made, "grant")


async def delegate(
    access: Access, conn: WriteConnection, actor: Actor, id: str, to: str, starts_on: date | None, ends_on: date | None
) -> Grant:
    """Pass an own role on for a time within its own days; it ends with the own one and goes no further."""
    own = await _found(conn, id)
    if actor.kind != "person" or own.person != actor.id:
        raise forbidden("Only who holds a role passes it on.", "not-delegable")
    powers = await powers_of(access, conn, actor)
    if own.id not in {one.grant for one in powers.holds}:
        raise forbidden("This role is not in force for you in this session.", "not-delegable")
    role, starts_on = access.catalogue.roles[own.role], starts_on or access.clock.today()
    check_delegation(own, role, to, starts_on, ends_on)
    check_period(starts_on, ends_on, access.clock.today())
    await require_open(conn, to)
    wish = Wish(own.role, own.place, starts_on, ends_on)
    return await _keep(access, conn, powers, role, replace(_new(access, powers, to, wish), original=own.id), "delegate")


async def approve(access: Access, conn: WriteConnection, actor: Actor, id: str) -> Grant:
    """Agree to a grant as the second person: another one than who made it or receives it, who may grant it too."""
    waiting = await _waiting(access, conn, actor, id)
    powers = await powers_of(access, conn, actor)
    if powers.person == waiting.asked_by_person:
        detail = "The second person has to be another one than who made the grant; tokens of the node count as one."
        raise forbidden(detail, "second-person-needed")
    now = access.clock.now()
    await store.approve(conn, id, actor.name, now)
    agreed = replace(waiting, approved_at=now, approved_by=actor.name)
    await _enter(access, conn, actor, agreed, "approve")
    return agreed


async def refuse(access: Access, conn: WriteConnection, actor: Actor, id: str, why: str | None) -> Grant:
    """Refuse a grant that waits."""
    return await _end(access, conn, actor, await _waiting(access, conn, actor, id), why, "refuse")


async def revoke(access: Access, conn: WriteConnection, actor: Actor, id: str, why: str | None) -> Grant:
    """End a grant now: by an officer who may grant it, by who passed it on, or by its holder, who gives it up."""
    grant = await _found(conn, id)
    if grant.ended_at is not None:
        raise conflict("grant-ended", "This grant was ended already.")
    original = await store.grant(conn, grant.original) if grant.original else None
    powers = await powers_of(access, conn, actor)
    own = powers.person is not None and powers.person in (grant.person, original and original.person)
    if not own and not await reaches(access, conn, powers, grant.place, gives(grant.role)):
        raise may_not_give(grant.role, grant.place)
    return await _end(access, conn, actor, grant, why, "end")


async def end_all(access: Access, conn: WriteConnection, actor: Actor, person: str, why: str) -> None:
    """End every grant of a person whose account is closed."""
    for grant in await store.grants_of(conn, person):
        if grant.person == person and grant.ended_at is None:
            await _end(access, conn, actor, grant, why, "end")


async def _in_its_state(access: Access, conn: WriteConnection, role: Role, place: str) -> None:
    """Refuse a State's own role outside the State. Raises Problem 400."""
    if role.state is not None and not await lies_inside(access, conn, place, f"state/{role.state}"):
        raise role_elsewhere(role, place)


def _new(access: Access, powers: Powers, person: str, wish: Wish) -> Grant:
    assert wish.starts_on is not None
    return Grant(
        _minter.mint("GRA", 1)[0], person, wish.role, wish.place, wish.starts_on, wish.ends_on, None, wish.reason,
        access.clock.now(), powers.actor.name, powers.person, None, None, None, None, None,
    )  # fmt: skip


async def _keep(access: Access, conn: WriteConnection, powers: Powers, role: Role, made: Grant, change: str) -> Grant:
    if await _is_enough(access, conn, powers, role, made):
        made = replace(made, approved_at=made.asked_at, approved_by=made.asked_by)
    await store.add(conn, made)
    await _enter(access, conn, powers.actor, made, change)
    return made


async def _is_enough(access: Access, conn: WriteConnection, powers: Powers, role: Role, made: Grant) -> bool:
    """One person is enough where the role says so; and for the keeper as long as nobody else could be the second."""
    if not role.second_person:
        return True
    if not powers.is_keeper:
        return False
    but = frozenset({made.person})
    return not await is_there_another(access, conn, made.place, gives(role.name), but, access.clock.today())


async def _found(conn: WriteConnection, id: str) -> Grant:
    found = await store.locked_grant(conn, id)
    if found is None:
        raise not_found(f"There is no grant {id}.", "grant-unknown")
    return found


async def _waiting(access: Access, conn: WriteConnection, actor: Actor, id: str) -> Grant:
    found = await _found(conn, id)
    if state_of(found, None, access.clock.today()) != "waiting":
        raise conflict("grant-decided", "This grant does not wait for a second person.")
    powers = await powers_of(access, conn, actor)
    if powers.person == found.person:
        raise forbidden("Nobody decides about a role of their own.", "own-grant")
    if not await reaches(access, conn, powers, found.place, gives(found.role)):
        raise may_not_give(found.role, found.place)
    return found


async def _end(
    access: Access, conn: WriteConnection, actor: Actor, grant: Grant, why: str | None, change: str
) -> Grant:
    now = access.clock.now()
    await store.end(conn, grant.id, actor.name, why, now)
    ended = replace(grant, ended_at=now, ended_by=actor.name, ended_why=why)
    await _enter(access, conn, actor, ended, change)
    return ended


async def _enter(access: Access, conn: WriteConnection, actor: Actor, grant: Grant, change: str) -> None:
    """What was decided, without the reasons: those are written freely and may name people."""
    document = {
        "person": grant.person,
        "role": grant.role,
        "place": grant.place,
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.ends_on.isoformat() if grant.ends_on else None,
        "original": grant.original,
        "asked_by": grant.asked_by,
        "approved_by": grant.approved_by,
        "ended_by": grant.ended_by,
    }
    await enter(access, conn, actor, type=GRANT, change=change, subject=grant.id, document=document)
