"""Who may do what where: one decision for API, feed, export, search, counts and pages. Deny by default."""

from __future__ import annotations

from jjm.access.model import ANONYMOUS, Actor, Scope, View
from jjm.kit import Problem, forbidden
from jjm.standards import Standard

_NOWHERE = frozenset[str]()


def unauthenticated(detail: str) -> Problem:
    """401: a token is needed, and how to send it."""
    headers = {"WWW-Authenticate": 'Bearer realm="jjm"'}
    remedy = "Send a token: `Authorization: Bearer …`; `jjm token create` makes one."
    return Problem("token-needed", 401, "A token is needed", f"{detail} {remedy}", headers=headers)


def view_of(actor: Actor, standard: Standard) -> View:
    """What this actor sees of a type. Raises Problem 401 or 403 when the type is not open to the actor."""
    within = _reading(actor, standard)
    shown = _areas(actor, Scope.PERSONAL, standard) if actor.purpose else _NOWHERE
    if shown is None or (within is not None and within <= shown):
        return View(within=within)
    hidden = standard.personal_fields
    return View(hidden, within, shown) if hidden else View(within=within)


def _reading(actor: Actor, standard: Standard) -> frozenset[str] | None:
    if standard.public and not standard.is_personal:
        return None
    within = _areas(actor, Scope.READ, standard)
    if within is not None and not within:
        raise _denied(actor, f"{standard.plural} are not public.", "read")
    return within


def require_write(actor: Actor, standard: Standard) -> frozenset[str] | None:
    """Allow a change of this type, in the areas told (None: everywhere). Raises Problem 401 or 403 otherwise."""
    within = _areas(actor, Scope.WRITE, standard)
    if within is not None and not within:
        raise _denied(actor, f"Changing {standard.plural} needs the scope `write`.", "write")
    return within


def require_export(actor: Actor, standard: Standard) -> View:
    """Allow records of this type to be put out as files. Raises Problem 401 or 403 for whoever may read none of it."""
    may_read = actor.areas(Scope.READ, standard.name)
    if actor.kind != "application" and may_read is not None and not may_read:
        raise _denied(actor, "Exporting records needs the scope `read`.", "read")
    return view_of(actor, standard)


def _areas(actor: Actor, scope: Scope, standard: Standard) -> frozenset[str] | None:
    """Where the actor has this scope; records that lie in no area are reached only by who has it everywhere."""
    within = actor.areas(scope, standard.name)
    if within is not None and standard.area is None and standard.level is None:
        return _NOWHERE
    return within


def require(actor: Actor, scope: Scope, what: str) -> None:
    """Allow an action that needs a scope everywhere. Raises Problem 401 or 403 otherwise."""
    if not actor.has(scope):
        raise _denied(actor, f"{what} needs the scope `{scope}`.", scope)


def _denied(actor: Actor, detail: str, scope: str) -> Problem:
    if actor == ANONYMOUS:
        return unauthenticated(detail)
    return forbidden(f"{detail} The token of {actor.name} lacks the scope `{scope}`.")
