"""The rule table of compatibility for roles: what becomes of those who hold one, shown by a grant of before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jjm.standards.changes import Effect
from jjm.standards.model import NODE_PLACE, Role

_ASKED = {
    "second_factor": "who signs in with a password alone no longer holds it",
    "second_person": "one officer alone no longer grants it",
}
_ALLOWED = {"delegable": "may be passed on", "recovers": "lets people back in", "oversees": "sees who read what"}
_OPENS = ("personal", "admin")


@dataclass(frozen=True, slots=True)
class RoleChange:
    """One difference and where it stands in the role; a breaking one is shown by a `grant` and what becomes of it."""

    effect: Effect
    word: str
    message: str
    remedy: str = ""
    grant: Mapping[str, Any] | None = None
    refusal: str | None = None


def role_changes(old: Role, new: Role) -> Iterator[RoleChange]:
    """Every difference between two editions of one role."""
    yield from _places(old, new)
    yield from _permits(old, new)
    yield from _purposes(old, new)
    yield from _gives(old, new)
    yield from _words(old, new)
    if (old.given, old.state) != (new.given, new.state):
        message = f"`{new.name}` comes about in another way, or in another State"
        yield RoleChange("breaking", "given", message, _ANOTHER, grant_of(old), "it is not granted so any more")
    if (old.title, old.description) != (new.title, new.description):
        yield RoleChange("editorial", "title", f"`{new.name}` is described in other words")


def role_taken_out(old: Role) -> RoleChange:
    """A role that is there no more."""
    message, remedy = f"the role `{old.name}` was taken out", "keep it, without permits and with nobody who grants it"
    return RoleChange("breaking", "", message, remedy, grant_of(old), f"`{old.name}` is not a role that is granted")


_ANOTHER = "keep the role as it was and add another one beside it"
_KEEP_PERMIT = "keep the permit, or add a narrower role beside this one"


def grant_of(role: Role, place: str | None = None, **more: Any) -> dict[str, Any]:
    """A grant of a role as the old edition allows it."""
    kind = place or role.places[0]
    return {"role": role.name, "place": kind if kind == NODE_PLACE else f"{kind}/…", **more}


def _places(old: Role, new: Role) -> Iterator[RoleChange]:
    for place in _gone(old.places, new.places):
        message = f"`{new.name}` is no longer granted for a {place}"
        refusal = f"`{new.name}` is not granted for `{grant_of(old, place)['place']}`"
        yield RoleChange("breaking", "for", message, "keep the kind of place", grant_of(old, place), refusal)
    for place in _gone(new.places, old.places):
        yield RoleChange("additive", "for", f"`{new.name}` is now granted for a {place} as well")


def _permits(old: Role, new: Role) -> Iterator[RoleChange]:
    for permit in _gone(old.permits, new.permits):
        if not _is_allowed(permit, new.permits):
            grant = grant_of(old, does=permit)
            refusal = f"who holds `{new.name}` lacks `{permit}`"
            message = f"`{new.name}` no longer permits `{permit}`"
            yield RoleChange("breaking", "permits", message, _KEEP_PERMIT, grant, refusal)
    for permit in _gone(new.permits, old.permits):
        if _is_allowed(permit, old.permits):
            continue
        if permit.rpartition(":")[2] in _OPENS:
            message = f"`{new.name}` now permits `{permit}`: whoever was granted it before is shown more about persons"
            message = message if permit.endswith("personal") else f"`{new.name}` now permits everything"
            grant = grant_of(old, does=permit)
            yield RoleChange(
                "breaking", "permits", message, "add another role, and grant that to whom it is meant", grant
            )
        else:
            yield RoleChange("additive", "permits", f"`{new.name}` now permits `{permit}`")


def _purposes(old: Role, new: Role) -> Iterator[RoleChange]:
    """Without any named, what is personal is shown for all that need no consent."""
    if set(old.purposes) == set(new.purposes):
        return
    less = new.purposes and not set(old.purposes or ("*",)) <= set(new.purposes)
    said = "for fewer purposes" if less else "for more purposes"
    message = f"`{new.name}` now shows what is personal {said}"
    refusal = "what is personal is hidden for a purpose for which it was shown" if less else None
    yield RoleChange("breaking", "purposes", message, "add another role beside it", grant_of(old), refusal)


def _is_allowed(permit: str, permits: Iterable[str]) -> bool:
    return bool({permit, permit.rpartition(":")[2], "admin"} & set(permits))


def _gives(old: Role, new: Role) -> Iterator[RoleChange]:
    for name in _gone(old.gives, new.gives):
        message, refusal = f"`{new.name}` no longer grants `{name}`", f"who holds `{new.name}` may not grant `{name}`"
        yield RoleChange("breaking", "gives", message, "keep it", grant_of(old, grants=name), refusal)
    for name in _gone(new.gives, old.gives):
        yield RoleChange("additive", "gives", f"`{new.name}` now grants `{name}` as well")


def _words(old: Role, new: Role) -> Iterator[RoleChange]:
    for word, refusal in _ASKED.items():
        before, after = getattr(old, word), getattr(new, word)
        if after and not before:
            remedy = "add it with the next role, or tell those who hold this one before"
            yield RoleChange("breaking", word, f"`{new.name}` now asks for `{word}`", remedy, grant_of(old), refusal)
        if before and not after:
            yield RoleChange("additive", word, f"`{new.name}` no longer asks for `{word}`")
    for word, said in _ALLOWED.items():
        before, after = getattr(old, word), getattr(new, word)
        if before and not after:
            yield RoleChange(
                "breaking", word, f"`{new.name}` no longer {said}", "keep it", grant_of(old), f"not `{word}`"
            )
        if after and not before:
            yield RoleChange("additive", word, f"`{new.name}` now {said}")


def _gone(before: Iterable[str], after: Iterable[str]) -> list[str]:
    kept = set(after)
    return [one for one in before if one not in kept]
