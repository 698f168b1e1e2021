"""What may be done in a case, by whom, and what must be there for it: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from jjm.access import Actor, Held, Scope
from jjm.kit import Fault, Problem, forbidden, invalid
from jjm.standards import Action, Stage, Workflow
from jjm.workflow.model import KEEPER, LAST_DESK, Ask, Desk, Item

PARTICIPANT = "participant"


def action_of(workflow: Workflow, item: Item | None, name: str) -> Action:
    """The action of that name that leaves the state of a case, or begins one. Raises Problem 409 `no-such-action`."""
    known = workflow.starts if item is None else workflow.stages[item.state].actions
    if name in known:
        return known[name]
    at = f"in the state {item.state}" if item else "to begin with"
    remedy = f"Take one of: {', '.join(known)}." if known else "Nothing is left to be done in this state."
    fault = Fault(f"`{name}` cannot be done {at}", remedy, "/action", value=name)
    raise Problem("no-such-action", 409, "This cannot be done now", f"The case stands {at}.", [fault])


def may_take(action: Action, item: Item | None, actor: Actor, held: Iterable[Held], *, writes: bool) -> bool:
    """True if an actor may take an action.

    `held` are the roles it holds for places around the record; `writes` says that an application may change records
    of the type there. Who sits at the desk by substitution may do what its roles could, so that no case gets stuck.
    """
    if actor.kind == "node":
        return True
    roles = {one.role for one in held}
    if roles.intersection(action.roles):
        return True
    if actor.kind == "application":
        return PARTICIPANT in action.roles and writes
    if item is None:
        return False
    by_name = ("starter" in action.by and item.begun_by == actor.name) or (
        "assignee" in action.by and item.person is not None and item.person == actor.id
    )
    return by_name or (bool(action.roles) and sits_at(item.desk, actor, roles))


def sits_at(desk: Desk, actor: Actor, roles: Collection[str]) -> bool:
    """True if the actor answers for cases at a desk where nobody of the state's own roles does."""
    if desk != LAST_DESK:
        return False
    return KEEPER in roles or (actor.kind == "token" and actor.has(Scope.ADMIN))


def require_may(action: Action, item: Item | None, actor: Actor, held: Sequence[Held], *, writes: bool) -> None:
    """Allow an action. Raises Problem 403 `not-yours`, which tells who may."""
    if may_take(action, item, actor, held, writes=writes):
        return
    who = [*action.roles, *(f"the {word}" for word in action.by)]
    detail = f"{action.name} is for {' or '.join(who) or 'the node itself'}, around the record."
    raise forbidden(f"{detail} You hold {', '.join(sorted({h.role for h in held})) or 'no role'} there.", "not-yours")


def check_ask(
    workflow: Workflow, action: Action, ask: Ask, documents: Collection[str], *, begins: Collection[str] | None = None
) -> None:
    """Refuse what is incomplete or does not belong. Raises Problem 422 `case-incomplete` with each fault.

    Where a case begins its whole record is given, which the standard of its type checks; but of what only workflows
    change (`begins`) no more than the action asks for.
    """
    known = (*action.fields, *action.optional)
    faults = [
        Fault(f"`{name}` is missing", f"Give `{name}`; {action.name} asks for it.", f"/data/{name}")
        for name in action.fields
        if ask.data.get(name) is None
    ]
    faults += [
        Fault(f"`{name}` does not belong to {action.name}", _belongs(known), f"/data/{name}")
        for name in ask.data
        if name not in known and (begins is None or name in begins)
    ]
    faults += [
        Fault(
            f"no document `{kind}` is there", f"Add a document of the kind `{kind}` in this state first.", "/documents"
        )
        for kind in action.documents
        if kind not in documents
    ]
    if action.comment and not (ask.comment or "").strip():
        faults.append(Fault("`comment` is missing", f"Say why; {action.name} asks for it.", "/comment"))
    if ask.person is not None and not action.assigns:
        faults.append(Fault(f"{action.name} gives the case to nobody", "Leave `person` out.", "/person"))
    faults += [
        Fault(f"`{kind}` is no link of this workflow", f"Use one of: {', '.join(workflow.links) or 'none'}.", "/links")
        for kind, _ in ask.links
        if kind not in workflow.links
    ]
    if faults:
        raise invalid(f"{action.name} was not done.", faults, "case-incomplete")


def _belongs(names: Sequence[str]) -> str:
    return f"Leave it out; fields here: {', '.join(names)}." if names else "Leave it out; no fields belong here."


def paused_by(stage: Stage, data: Mapping[str, Any]) -> str | None:
    """Why the clock of a case stands in a state, given the fields of its record; None while it runs."""
    if stage.pause is None:
        return None
    if stage.pause.field is None:
        return stage.name
    value = data.get(stage.pause.field)
    return str(value) if value in stage.pause.values else None


def nearest_desk(responsible: Sequence[str], places: Sequence[str], held: Collection[tuple[str, str]]) -> Desk:
    """The desk of a case: the first of these roles that is held, in the nearest of these places; else the last desk."""
    for role in responsible:
        for place in places:
            if (role, place) in held:
                return Desk(role, place)
    return LAST_DESK


def not_theirs(action: str, responsible: Sequence[str]) -> Problem:
    """409: the person to whom a case was to be given holds none of the roles that answer for it there."""
    roles = ", ".join(responsible) or "none"
    fault = Fault("the person holds no role that answers there", f"Name a holder of: {roles}.", "/person")
    return Problem("not-theirs", 409, "The case cannot be given to that person", f"{action} was not done.", [fault])
