"""Roles of a State's own: each narrows national roles, is granted inside the State, and opens nothing they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from jjm.kit import Fault
from jjm.standards.model import NODE_PLACE, PARTICIPANT_PLACE, Catalogue, Role, StateExtension
from jjm.standards.reader import Document, step
from jjm.standards.role_rules import fits_inside, role_faults
from jjm.standards.words import did_you_mean, listed


def all_roles(national: Mapping[str, Role], states: Iterable[StateExtension]) -> dict[str, Role]:
    """National roles and those of States; whoever grants all that a State's role narrows grants that role as well."""
    own = {name: role for state in states for name, role in state.roles.items() if name not in national}
    found = {name: _giving(role, own.values()) for name, role in national.items()}
    return found | own


def _giving(holder: Role, own: Iterable[Role]) -> Role:
    more = (role.name for role in own if role.narrows and set(role.narrows) <= set(holder.gives))
    return replace(holder, gives=(*holder.gives, *more))


def state_role_faults(
    document: Document, state: StateExtension, national: Mapping[str, Role], catalogue: Catalogue
) -> list[Fault]:
    """Everything in a State's roles that does not mean what a role must mean, or allows more than what it narrows."""
    found = role_faults(document, state.roles.values(), catalogue)
    for role in state.roles.values():
        at = step("/roles", role.name)
        found += _name(document, state, role, at, national)
        found += _narrowed(document, role, at, national)
        known = [national[name] for name in role.narrows if name in national]
        if known and len(known) == len(role.narrows):
            found += [*_no_more(document, role, at, known), *_no_further(document, role, at, known, catalogue)]
            found += _no_less_care(document, role, at, known)
    return found


def _name(
    document: Document, state: StateExtension, role: Role, at: str, national: Mapping[str, Role]
) -> Iterator[Fault]:
    prefix = f"{state.namespace.partition('_')[2]}_"
    if role.name in national:
        message = f"`{role.name}` is a national role ({national[role.name].title.get('en')}) and keeps that meaning"
        yield document.fault(
            at, message, f"name a role of the State's own `{prefix}{role.name}`, and say what it narrows"
        )
    elif not role.name.startswith(prefix):
        message = f"`{role.name}` could be a role of any State"
        yield document.fault(at, message, f"begin its name with `{prefix}`")


def _narrowed(document: Document, role: Role, at: str, national: Mapping[str, Role]) -> Iterator[Fault]:
    for index, name in enumerate(role.narrows):
        if name not in national or national[name].given != "by_grant":
            granted = [r.name for r in national.values() if r.given == "by_grant"]
            message = f"`{name}` is no national role that is granted"
            yield document.fault(f"{at}/narrows/{index}", message, did_you_mean(name, granted))


def _no_more(document: Document, role: Role, at: str, known: list[Role]) -> Iterator[Fault]:
    """What it permits and grants is permitted and granted by what it narrows."""
    names = listed([one.name for one in known])
    permits = {permit for one in known for permit in one.permits}
    for index, permit in enumerate(role.permits):
        if permit not in permits and permit.rpartition(":")[2] not in permits:
            message = f"`{permit}` is not permitted by {names}, so it would open more than the national standard does"
            remedy = "leave it out, or narrow a national role that permits it"
            yield document.fault(f"{at}/permits/{index}", message, remedy)
    bounds = [set(one.purposes) for one in known if any(p.rpartition(":")[2] == "personal" for p in one.permits)]
    opens = any(permit.rpartition(":")[2] == "personal" for permit in role.permits)
    if opens and bounds and all(bounds) and not (role.purposes and set(role.purposes) <= set[str]().union(*bounds)):
        message = f"{names} show what is personal for {listed(sorted(set[str]().union(*bounds)))} alone"
        yield document.fault(f"{at}/purposes", message, "name these purposes, or some of them")
    gives = {name for one in known for name in one.gives}
    for index, name in enumerate(role.gives):
        if name not in gives:
            message = f"`{name}` is not granted by {names}"
            yield document.fault(f"{at}/gives/{index}", message, "leave it out")


def _no_further(document: Document, role: Role, at: str, known: list[Role], catalogue: Catalogue) -> Iterator[Fault]:
    """It reaches no further than each of what it narrows, and no further than the State."""
    for index, place in enumerate(role.places):
        if place in (NODE_PLACE, PARTICIPANT_PLACE):
            message = f"a State's role is granted inside the State, and `{place}` lies in none"
            yield document.fault(f"{at}/for/{index}", message, "name levels of areas or `department_unit`")
    for one in known:
        if not fits_inside(role, one, catalogue):
            message = f"`{one.name}` is for {listed(one.places)}, and {listed(role.places)} reaches further"
            yield document.fault(f"{at}/for", message, f"grant it for {listed(one.places)} or smaller places")


def _no_less_care(document: Document, role: Role, at: str, known: list[Role]) -> Iterator[Fault]:
    """What national roles ask of their holders is asked of this one; what they may not do it may not do either."""
    for one in known:
        for word in ("second_person", "second_factor"):
            if getattr(one, word) and not getattr(role, word):
                message = f"`{one.name}` has `{word}`, and `{role.name}` would do the same without it"
                yield document.fault(at, message, f"add `{word}: true`")
    for word in ("delegable", "recovers", "oversees"):
        if getattr(role, word) and not all(getattr(one, word) for one in known):
            message = f"not all that `{role.name}` narrows have `{word}`"
            yield document.fault(f"{at}/{word}", message, "leave it out")
