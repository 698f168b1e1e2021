"""What an actor may do about the roles and accounts of others, as the tables say at this moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jjm.access.context import Access
from jjm.access.model import Actor, Held, Scope
from jjm.access.roles import store
from jjm.access.roles.places import lies_inside
from jjm.access.roles.rules import in_force
from jjm.kit import ReadConnection, forbidden
from jjm.standards import Role


@dataclass(frozen=True, slots=True)
class Powers:
    """What an actor holds now. `is_keeper` is true for the node's own administrator with a token."""

    actor: Actor
    holds: tuple[Held, ...]
    is_keeper: bool

    @property
    def person(self) -> str | None:
        """The account of the actor; None for the keeper, whose tokens all count as one."""
        return self.actor.id if self.actor.kind == "person" else None


async def powers_of(access: Access, conn: ReadConnection, actor: Actor) -> Powers:
    """What an actor holds at this moment; what was revoked a second ago counts no more."""
    if actor.kind != "person" or actor.id is None:
        return Powers(actor, (), actor.kind in ("token", "node") and actor.has(Scope.ADMIN))
    known = await store.grants_of(conn, actor.id)
    still = {grant.id for grant in in_force(known, actor.id, access.clock.today())}
    return Powers(actor, tuple(one for one in actor.holds if one.grant in still), False)


async def reaches(
    access: Access, conn: ReadConnection, powers: Powers, place: str, suits: Callable[[Role], bool]
) -> bool:
    """True if the actor holds, for a place around this one, a role that suits; the keeper does in any case."""
    if powers.is_keeper:
        return True
    roles = access.catalogue.roles
    for one in powers.holds:
        if suits(roles[one.role]) and await lies_inside(access, conn, place, one.place):
            return True
    return False


def gives(role: str) -> Callable[[Role], bool]:
    """Roles whose holders may grant this one."""
    return lambda holder: role in holder.gives or "admin" in holder.permits


def appoints(holder: Role) -> bool:
    """True for roles whose holders make accounts: they grant some role."""
    return bool(holder.gives)


def recovers(holder: Role) -> bool:
    """True for roles whose holders let people back in."""
    return holder.recovers


def oversees(holder: Role) -> bool:
    """True for roles whose holders see who read personal data of their place."""
    return holder.oversees or "admin" in holder.permits


def looks_after(holder: Role) -> bool:
    """True for roles whose holders see the accounts of their place."""
    return bool(holder.gives) or holder.recovers


def require_any(access: Access, powers: Powers, suits: Callable[[Role], bool], what: str) -> None:
    """Allow what needs some such role, wherever it is held. Raises Problem 403 otherwise."""
    if not powers.is_keeper and not any(suits(access.catalogue.roles[one.role]) for one in powers.holds):
        raise forbidden(f"{what} needs a role that appoints people.", "may-not-grant")


async def is_there_another(
    access: Access, conn: ReadConnection, place: str, suits: Callable[[Role], bool], but: frozenset[str], day: date
) -> bool:
    """True if some person, other than these, holds for a place around this one a role that suits."""
    names = [role.name for role in access.catalogue.roles.values() if suits(role)]
    known = await store.grants_of_roles(conn, names)
    for person in {grant.person for grant in known} - but:
        for grant in in_force(known, person, day):
            if grant.role in names and await lies_inside(access, conn, place, grant.place):
                return True
    return False
