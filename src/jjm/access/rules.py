"""Who may do what: one decision for API, feed, export, search, counts and pages. Deny by default."""

from __future__ import annotations

from jjm.access.model import ANONYMOUS, Actor, Scope, View
from jjm.kit import Problem, forbidden
from jjm.standards import Standard


def unauthenticated(detail: str) -> Problem:
    """401: a token is needed, and how to send it."""
    headers = {"WWW-Authenticate": 'Bearer realm="jjm"'}
    remedy = "Send a token: `Authorization: Bearer …`; `jjm token create` makes one."
    return Problem("token-needed", 401, "A token is needed", f"{detail} {remedy}", headers=headers)


def view_of(actor: Actor, standard: Standard) -> View:
    """What this actor sees of a type. Raises Problem 401 or 403 when the type is not open to the actor."""
    open_to_all = standard.public and not standard.is_personal
    if not open_to_all and not actor.has(Scope.READ):
        raise _denied(actor, f"{standard.plural} are not public.", "read")
    if actor.has(Scope.PERSONAL):
        return View()
    return View(standard.personal_fields)


def require_write(actor: Actor, standard: Standard) -> None:
    """Allow a change of this type. Raises Problem 401 or 403 otherwise."""
    require(actor, Scope.WRITE, f"Changing {standard.plural}")


def require(actor: Actor, scope: Scope, what: str) -> None:
    """Allow an action that needs a scope. Raises Problem 401 or 403 otherwise."""
    if not actor.has(scope):
        raise _denied(actor, f"{what} needs the scope `{scope}`.", scope)


def _denied(actor: Actor, detail: str, scope: str) -> Problem:
    if actor == ANONYMOUS:
        return unauthenticated(detail)
    return forbidden(f"{detail} The token of {actor.name} lacks the scope `{scope}`.")
