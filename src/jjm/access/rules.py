"""Who may do what where: one decision for API, feed, export, search, counts and pages. Deny by default."""

from __future__ import annotations

from typing import NamedTuple

from jjm.access.model import ANONYMOUS, BESIDE, Actor, Scope, Terms, View
from jjm.kit import Problem, forbidden
from jjm.standards import Standard

_NOWHERE = frozenset[str]()
_MOST_KNOWN = 10_000


class _Traits(NamedTuple):
    standard: Standard
    is_open: bool
    personal: frozenset[str]


_known: dict[int, _Traits] = {}


def _traits(standard: Standard) -> _Traits:
    """What is asked of a standard on each call, worked out once: walking its fields takes a third of a read."""
    found = _known.get(id(standard))
    if found is None or found.standard is not standard:
        if len(_known) > _MOST_KNOWN:
            _known.clear()
        is_open = standard.public and not standard.is_personal
        found = _known[id(standard)] = _Traits(standard, is_open, standard.personal_fields)
    return found


def is_open_to_all(standard: Standard) -> bool:
    """True for a type that anybody may read, whole."""
    return _traits(standard).is_open


def unauthenticated(detail: str) -> Problem:
    """401: a token is needed, and how to send it."""
    headers = {"WWW-Authenticate": 'Bearer realm="jjm"'}
    remedy = "Send a token: `Authorization: Bearer …`; `jjm token create` makes one."
    return Problem("token-needed", 401, "A token is needed", f"{detail} {remedy}", headers=headers)


def bad_token(code: str, detail: str) -> Problem:
    """401: a token was sent and is not good any more (RFC 6750); the code says why."""
    said = detail.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "/")
    headers = {"WWW-Authenticate": f'Bearer realm="jjm", error="invalid_token", error_description="{said}"'}
    return Problem(code, 401, "This token is not good any more", detail, headers=headers)


def require_person(actor: Actor) -> None:
    """Allow what is for people who are signed in, and the node's own administrator. Raises Problem 401 or 403."""
    if actor.kind != "person":
        require(actor, Scope.ADMIN, "This, without being signed in as a person,")


def view_of(actor: Actor, standard: Standard) -> View:
    """What this actor sees of a type. Raises Problem 401 or 403 when the type is not open to the actor."""
    known = actor.decided.get(id(standard))
    if known is not None and known[0] is standard:
        return known[1]
    if len(actor.decided) > _MOST_KNOWN:
        actor.decided.clear()
    found = _view(actor, standard)
    actor.decided[id(standard)] = standard, found
    return found


def _view(actor: Actor, standard: Standard) -> View:
    terms = _terms(actor, standard)
    if terms is not None:
        return _under(terms, standard)
    within = _reading(actor, standard)
    shown = _areas(actor, Scope.PERSONAL, standard) if actor.purpose else _NOWHERE
    if shown is None or (within is not None and within <= shown):
        return View(within=within)
    hidden = _traits(standard).personal
    return View(hidden, within, shown) if hidden else View(within=within)


def _terms(actor: Actor, standard: Standard) -> Terms | None:
    """The one agreement under which a type is seen that is not open to everybody; None without one, or with several."""
    if _traits(standard).is_open:
        return None
    fitting = [t for t in actor.terms if standard.name in t.fields]
    return fitting[0] if len(fitting) == 1 else None


def _under(terms: Terms, standard: Standard) -> View:
    names = frozenset([*(f.name for f in standard.fields), *BESIDE])
    placed = standard.area is not None or standard.level is not None
    within = terms.areas if terms.areas is None or placed else _NOWHERE
    return View(names - terms.fields[standard.name], within, agreement=terms.agreement)


def _reading(actor: Actor, standard: Standard) -> frozenset[str] | None:
    if _traits(standard).is_open:
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


def require_some(actor: Actor, scope: Scope, what: str) -> None:
    """Allow an action that needs a scope on some type somewhere. Raises Problem 401 or 403 otherwise."""
    if not any(p.scope in (scope, Scope.ADMIN) for p in actor.permits):
        raise _denied(actor, f"{what} needs the scope `{scope}`.", scope)


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
