"""The access matrix as a page: who may do what where, by roles and standards, through the node's one decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson

from jjm.access import ANONYMOUS, Actor, require_write, view_of
from jjm.app.openapi import document
from jjm.kit import Problem
from jjm.standards import Catalogue, Role, Standard, default_folder, load
from tools.doors import DOORS, door_of
from tools.markdown import code, page, table

_METHODS = ("get", "post", "put", "patch", "delete")
_INTRO = (
    "Every line is asked of the node's own decision (`access.view_of`, `access.require_write`), for each role in each "
    "kind of place it is granted for. Whether the node keeps to it at every call, in the own area and in a foreign "
    "one, for the own partner and another, `tests/test_access_matrix.py` walks through. A place behind a role says "
    "that it holds inside the place of the grant; a role without one holds on the whole node. `node_keeper` may do "
    "everything and is left out. Roles: [roles](roles.md). How it is meant: "
    "[who sees and changes what](../explanation/who-sees-what.md)."
)
_LOST = (
    "Records are placed by areas, and a grant reaches down from its place. What is placed above it is not inside: "
    "whoever is granted a role for a district reaches no record that is placed by its State. These permits have no "
    "effect there:"
)


def access_reference() -> Iterator[tuple[str, str]]:
    """The page of the access matrix."""
    catalogue = load(default_folder())
    types = sorted(catalogue.types.values(), key=lambda s: (s.group, s.name))
    heads = ("type", "placed by", "read by", "personal fields shown to", "changed by")
    rows = [_row(standard, catalogue) for standard in types]
    bounds = [line for role in _roles(catalogue) for line in _bounds(role, catalogue)]
    lost = [line for role in _roles(catalogue) for line in _lost(role, catalogue)]
    yield (
        "docs/reference/access.md",
        page(
            "Who may do what where",
            _INTRO,
            "## Records",
            table(heads, rows),
            "Applications of participants read what is public, and beyond it what one agreement opens: types, areas "
            "and fields by name. What they may write is said by the scopes they were approved for. Tokens hold the "
            "permits they were made with.",
            "## Purposes",
            "What is personal is shown for these purposes alone; another one is refused (`403 purpose-not-yours`).",
            table(("role", "shows what is personal for"), bounds),
            "## Permits without effect",
            _LOST if lost else "None.",
            table(("role", "granted for", "permits"), lost),
            "## Calls",
            *_calls(catalogue),
            source="standards/ and tools/doors.py",
            what="the roles, the standard or the doors",
        ),
    )


def _roles(catalogue: Catalogue) -> list[Role]:
    return [role for role in catalogue.roles.values() if role.name != "node_keeper"]


def _row(standard: Standard, catalogue: Catalogue) -> tuple[str, ...]:
    area = standard.field(standard.area) if standard.area else None
    placed = (area.ref or (area.item.ref if area.item else None)) if area else standard.level and standard.level.name
    everybody = _may(lambda: view_of(ANONYMOUS, standard))
    reading = "everybody" if everybody else _holders(standard, catalogue, _reads)
    personal = _holders(standard, catalogue, _sees_persons) if standard.personal_fields else ""
    changing = _holders(standard, catalogue, _writes)
    return (
        f"[{standard.name}](types/{standard.name}.md)",
        _placed(placed or "", standard),
        reading,
        personal,
        changing or "keepers alone",
    )


def _placed(area: str, standard: Standard) -> str:
    nearer = " where known, else " if standard.nearer else ""
    return ", ".join(map(code, standard.nearer)) + nearer + (code(area) if area else "")


def _holders(standard: Standard, catalogue: Catalogue, may: Callable[[Actor, Standard], bool]) -> str:
    found: list[str] = []
    for role in _roles(catalogue):
        places = [p for p in role.places if _reaches(p, standard, catalogue) and may(_actor(role, p), standard)]
        if places:
            where = "" if places == ["node"] else f" ({', '.join(places)})"
            found.append(f"{_link(role)}{where}")
    return "; ".join(found)


def _link(role: Role) -> str:
    return f"[{role.title['en']}](roles.md#{role.name})"


def _bounds(role: Role, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The purposes for which a role shows what is personal, if it shows any."""
    if not any(permit.rpartition(":")[2] == "personal" for permit in role.permits):
        return
    codes = catalogue.codelists["purpose"].codes
    named = "; ".join(codes[name].title["en"] for name in role.purposes)
    yield _link(role), named or "every purpose that needs no consent"


def _actor(role: Role, place: str) -> Actor:
    at = "" if place == "node" else f"@{place}/1"
    return Actor.with_permits(role.name, *(permit + at for permit in role.permits))


def _reads(actor: Actor, standard: Standard) -> bool:
    return _may(lambda: view_of(actor, standard))


def _sees_persons(actor: Actor, standard: Standard) -> bool:
    if not _reads(actor, standard):
        return False
    view = view_of(actor, standard)
    return not view.hidden or bool(view.open_in)


def _writes(actor: Actor, standard: Standard) -> bool:
    return _may(lambda: require_write(actor, standard))


def _may(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Problem:
        return False
    return True


def _reaches(place: str, standard: Standard, catalogue: Catalogue) -> bool:
    """True if records of the type can lie inside a place of that kind."""
    if place == "node":
        return True
    ranks = {s.level.name: s.level.rank for s in catalogue.levels() if s.level}
    fields = [standard.field(name) for name in (*standard.nearer, *([standard.area] if standard.area else []))]
    named = [field.ref or (field.item.ref if field.item else None) for field in fields]
    targets = [catalogue.types[name].level for name in named if name] or [standard.level]
    # A unit of the department works in blocks or in whole districts.
    least = ranks.get(place, ranks.get("district", 1))
    return any(level is not None and least <= level.rank for level in targets)


def _lost(role: Role, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    for place in role.places:
        typed = [(catalogue.types.get(permit.partition(":")[0]), permit) for permit in role.permits]
        none = [permit for standard, permit in typed if standard and not _reaches(place, standard, catalogue)]
        if none:
            yield f"[{role.title['en']}](roles.md#{role.name})", code(place), ", ".join(map(code, none))


def _calls(catalogue: Catalogue) -> Iterator[str]:
    plurals = frozenset(s.plural for s in catalogue.types.values())
    paths = orjson.loads(orjson.dumps(document(catalogue, "")))["paths"]
    found: dict[str, list[str]] = {}
    for path, told in paths.items():
        for method in [m.upper() for m in _METHODS if m in told]:
            door = door_of(method, path, plurals) or ""
            shown = path
            if door == "records":
                plural = path.split("/")[3].partition(":")[0]
                shown = path.replace(plural, "{registry}", 1)
            found.setdefault(door, []).append(f"{method} {shown}")
    for name, door in DOORS.items():
        if name in found:
            yield f"### {door.title.capitalize()}"
            yield door.about
            yield ", ".join(code(call) for call in dict.fromkeys(found[name]))
    if "" in found:
        yield "### Not named yet"
        yield ", ".join(code(call) for call in found[""])
