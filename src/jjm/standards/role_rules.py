"""What roles must mean: places and types that exist, roles that fit into one another, care where much is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from jjm.kit import Fault
from jjm.standards.model import NODE_PLACE, PARTICIPANT_PLACE, UNIT_PLACE, Catalogue, Code, Role
from jjm.standards.reader import Document, Sheet, mapping, sequence, step
from jjm.standards.words import did_you_mean, listed

Rule = Callable[[Document, Role, str, Catalogue], Iterator[Fault]]
POSTS = "role"
"""The codelist of posts; its column `access` names the role that whoever holds the post is granted."""
ACCESS = "access"
PURPOSES, _CONSENT = "purpose", "consent"


def role_faults(document: Document, roles: Iterable[Role], catalogue: Catalogue) -> list[Fault]:
    """Everything in the roles of a file that does not mean what a role must mean."""
    placed = [(role, step("/roles", role.name)) for role in roles]
    return [fault for role, at in placed for rule in _RULES for fault in rule(document, role, at, catalogue)]


def _places(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    known = [*_ranks(catalogue), PARTICIPANT_PLACE]
    for index, place in enumerate(role.places):
        if place not in known:
            yield document.fault(f"{at}/for/{index}", f"`{place}` is no kind of place", did_you_mean(place, known))


def _permits(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    for index, permit in enumerate(role.permits):
        type, colon, _ = permit.rpartition(":")
        if colon and type not in catalogue.types:
            message = f"`{permit}`: there is no registry type `{type}`"
            yield document.fault(f"{at}/permits/{index}", message, did_you_mean(type, catalogue.types))


def _purposes(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    """Purposes are known, rest on the law, and bound something."""
    known: Mapping[str, Code] = catalogue.codelists[PURPOSES].codes if PURPOSES in catalogue.codelists else {}
    lawful = [name for name, one in known.items() if one.extra.get("basis") != _CONSENT]
    for index, code in enumerate(role.purposes):
        place = f"{at}/purposes/{index}"
        if code not in known:
            yield document.fault(place, f"`{code}` is no purpose", did_you_mean(code, lawful))
        elif code not in lawful:
            message = f"`{code}` rests on the consent of the person, which no role stands in for"
            yield document.fault(place, message, "leave it out: it is asked of the person, whatever the role")
    if role.purposes and not any(permit.rpartition(":")[2] == "personal" for permit in role.permits):
        message = f"`{role.name}` names purposes and permits nothing personal"
        yield document.fault(f"{at}/purposes", message, "leave them out, or permit `personal` on a type")


def _nowhere(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    """Records lie in areas and never in a participant."""
    if PARTICIPANT_PLACE in role.places and role.permits:
        message = f"`{role.name}` is granted for a participant, in which no record lies, and has permits"
        yield document.fault(f"{at}/permits", message, "write `permits: []`, or grant it for an area")


def _gives(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    grantable = {name: other for name, other in catalogue.roles.items() if other.given == "by_grant"}
    for index, name in enumerate(role.gives):
        place = f"{at}/gives/{index}"
        if name not in catalogue.roles:
            yield document.fault(place, f"there is no role `{name}`", did_you_mean(name, grantable))
        elif name not in grantable:
            given = catalogue.roles[name].given.replace("_", " ")
            yield document.fault(place, f"`{name}` is given {given}, not granted", "leave it out")
        elif not _can_lie_inside(grantable[name], role, _ranks(catalogue)):
            message = f"`{name}` is for {listed(grantable[name].places)}, which cannot lie inside {listed(role.places)}"
            yield document.fault(place, message, "leave it out, or grant it for a smaller place")


def fits_inside(inner: Role, outer: Role, catalogue: Catalogue) -> bool:
    """True if every kind of place of a role can lie inside some kind of place of another."""
    ranks = _ranks(catalogue)
    return all(any(_lies(i, o, ranks) for o in outer.places) for i in inner.places)


def _can_lie_inside(inner: Role, outer: Role, ranks: Mapping[str, int]) -> bool:
    return any(_lies(i, o, ranks) for i in inner.places for o in outer.places)


def _lies(inner: str, outer: str, ranks: Mapping[str, int]) -> bool:
    """A participant lies in no area, and nothing but itself lies in it."""
    if PARTICIPANT_PLACE in (inner, outer):
        return inner == PARTICIPANT_PLACE and outer in (NODE_PLACE, PARTICIPANT_PLACE)
    return ranks.get(inner, 0) >= ranks.get(outer, 0)


def _care(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    """Who may do everything, let others back in or see who read what proves who they are twice."""
    powerful = "admin" in role.permits or role.recovers or role.oversees or role.second_person
    if powerful and not role.second_factor:
        message = (
            f"`{role.name}` may do everything, lets others back in, oversees readings, or is granted by two, "
            "on a password alone"
        )
        yield document.fault(at, message, "add `second_factor: true`")


def _hands(document: Document, role: Role, at: str, catalogue: Catalogue) -> Iterator[Fault]:
    """What comes about by itself is not passed on, and gives nothing."""
    for word, holds in (
        ("gives", role.gives),
        ("delegable", role.delegable),
        ("recovers", role.recovers),
        ("oversees", role.oversees),
    ):
        if role.given != "by_grant" and holds:
            message = f"`{role.name}` is given {role.given.replace('_', ' ')} and cannot have `{word}`"
            yield document.fault(f"{at}/{word}", message, "leave it out")


def _ranks(catalogue: Catalogue) -> dict[str, int]:
    """Kinds of place by their rank from the top: the node above all, a unit of the department below the State."""
    levels = {t.level.name: t.level.rank for t in catalogue.levels() if t.level}
    units = {UNIT_PLACE: min(levels.values(), default=0) + 1} if UNIT_PLACE in catalogue.types else {}
    return {NODE_PLACE: min(levels.values(), default=0) - 1, **levels, **units}


def post_faults(sheet: Sheet | None, states: Iterable[Document], catalogue: Catalogue) -> list[Fault]:
    """Every post that names a role which is not there: in the national list, and in what States add to it."""
    found: list[Fault] = []
    for row in sheet.rows if sheet else ():
        if wrong := _unknown(row.cells, catalogue):
            found.append(Fault(*wrong, line=row.line, column=ACCESS, file=sheet.file if sheet else None))
    for document in states:
        for index, code in enumerate(sequence(mapping(mapping(document.data).get("codes")).get(POSTS))):
            if wrong := _unknown(mapping(code), catalogue):
                found.append(document.fault(f"/codes/{POSTS}/{index}/{ACCESS}", *wrong))
    return found


def _unknown(cells: Mapping[str, object], catalogue: Catalogue) -> tuple[str, str] | None:
    name = str(cells.get(ACCESS) or "")
    if not name or name in catalogue.roles:
        return None
    message = f"the post `{cells.get('code')}` gives the role `{name}`, which is not in roles.yaml"
    return message, did_you_mean(name, catalogue.roles)


_RULES: tuple[Rule, ...] = (_places, _permits, _purposes, _nowhere, _gives, _care, _hands)
