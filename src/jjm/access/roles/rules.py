"""Which grants hold on a day, and what their holder may do: pure, so that every day can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from jjm.access.model import Held, Permit, Scope
from jjm.access.roles.model import Grant, State
from jjm.kit import Fault, Problem, bad_request, forbidden, invalid
from jjm.standards import NODE_PLACE, Role


def state_of(grant: Grant, original: Grant | None, day: date) -> State:
    """How a grant stands on a day; one that was passed on stands no better than its original."""
    if grant.ended_at is not None:
        return "ended" if grant.approved_at is not None else "refused"
    if grant.approved_at is None:
        return "waiting"
    if grant.original is not None and (original is None or original.ended_at is not None):
        return "ended"
    if day < grant.starts_on:
        return "coming"
    ends = last_day(grant, original)
    if ends is not None and day > ends:
        return "over"
    return "in_force" if original is None or state_of(original, None, day) == "in_force" else "coming"


def last_day(grant: Grant, original: Grant | None) -> date | None:
    """The last day on which it holds; None for no end."""
    return min((day for day in (grant.ends_on, original and original.ends_on) if day), default=None)


def in_force(grants: Iterable[Grant], person: str, day: date) -> list[Grant]:
    """The grants of a person that hold on a day; their originals are among those given."""
    known = {grant.id: grant for grant in grants}
    return [g for g in known.values() if g.person == person and _holds(g, known, day)]


def _holds(grant: Grant, known: Mapping[str, Grant], day: date) -> bool:
    return state_of(grant, known.get(grant.original or ""), day) == "in_force"


def held(grants: Iterable[Grant], roles: Mapping[str, Role], *, is_strong: bool) -> tuple[Held, ...]:
    """What counts of some grants in force in a session: roles that ask for a second factor only where it was shown."""
    return tuple(
        Held(grant.role, grant.place, grant.id)
        for grant in grants
        if grant.role in roles and (is_strong or not roles[grant.role].second_factor)
    )


def permits_of(holds: Iterable[Held], roles: Mapping[str, Role]) -> frozenset[Permit]:
    """What somebody may do who holds these roles."""
    return frozenset(permit for one in holds for permit in _given(one, roles[one.role]))


def only_for(holds: Iterable[Held], roles: Mapping[str, Role]) -> Mapping[Permit, frozenset[str]]:
    """The purposes to which roles bind permits for what is personal; a permit that some role gives unbound is free."""
    found: dict[Permit, list[tuple[str, ...]]] = {}
    for one in holds:
        for permit in _given(one, roles[one.role]):
            if permit.scope is Scope.PERSONAL:
                found.setdefault(permit, []).append(roles[one.role].purposes)
    return {permit: frozenset[str]().union(*bounds) for permit, bounds in found.items() if all(bounds)}


def _given(one: Held, role: Role) -> Iterable[Permit]:
    place = None if one.place == NODE_PLACE else one.place
    return (Permit(found.scope, found.type, place) for found in map(Permit.parse, role.permits))


def needs_second_factor(grants: Iterable[Grant], roles: Mapping[str, Role]) -> bool:
    """True if some grant that was not ended asks for a second factor."""
    return any(g.role in roles and roles[g.role].second_factor for g in grants if g.ended_at is None)


def check_wish(role: Role | None, name: str, place: str, roles: Mapping[str, Role]) -> Role:
    """The role asked for. Raises Problem 400 for one that is none, or that is not granted for such a place."""
    if role is None or role.given != "by_grant":
        known = ", ".join(r.name for r in roles.values() if r.given == "by_grant")
        fault = Fault(f"`{name}` is not a role that is granted", f"Use one of: {known}.", "/role", value=name)
        raise bad_request("role-unknown", "The role was not granted.", fault)
    if place.partition("/")[0] not in role.places:
        kinds = ", ".join("`node`" if kind == NODE_PLACE else f"`{kind}/…`" for kind in role.places)
        fault = Fault(f"`{name}` is not granted for `{place}`", f"Name a place such as {kinds}.", "/place", value=place)
        raise bad_request("role-elsewhere", "The role was not granted.", fault)
    return role


def role_elsewhere(role: Role, place: str) -> Problem:
    """400: a State's own role is granted in that State alone."""
    message = f"`{role.name}` is a role of the State `state/{role.state}`, and `{place}` lies outside"
    fault = Fault(message, "Name a place inside that State, or a national role.", "/place", value=place)
    return bad_request("role-elsewhere", "The role was not granted.", fault)


def check_period(starts_on: date, ends_on: date | None, today: date) -> None:
    """Refuse a grant that ends before it begins, or would end in the past. Raises Problem 422."""
    if ends_on is not None and ends_on < max(starts_on, today):
        fault = Fault(f"{ends_on} is over, or before {starts_on}", "Give a later last day, or none.", "/ends_on")
        raise invalid("The role was not granted.", [fault], "grant-period")


def check_delegation(grant: Grant, role: Role, to: str, starts_on: date, ends_on: date | None) -> None:
    """Refuse to pass on what may not be, further than once, to oneself, or beyond the own days. Raises Problem."""
    if grant.original is not None:
        raise forbidden("A role that was passed on to you cannot be passed on further.", "not-delegable")
    if not role.delegable:
        raise forbidden(f"The role {role.name} cannot be passed on; ask for a grant.", "not-delegable")
    if to == grant.person:
        raise forbidden("You hold this role already; name another person.", "own-grant")
    beyond = grant.ends_on is not None and (ends_on is None or ends_on > grant.ends_on)
    if starts_on < grant.starts_on or ends_on is None or beyond:
        own = f"{grant.starts_on} to {grant.ends_on or 'no end'}"
        fault = Fault("a delegation has a last day, within your own days", f"Stay within {own}.", "/ends_on")
        raise invalid("The role was not passed on.", [fault], "grant-period")


def may_not_give(role: str, place: str) -> Problem:
    """403: nobody grants what they were not appointed to grant, or outside their own place."""
    detail = f"You hold no role that grants {role} for {place}: a role is granted inside the own place only."
    return forbidden(detail, "may-not-grant")
