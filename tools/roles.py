"""The reference of roles: who may do what where, and who lets others do it."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.standards import Catalogue, Role, default_folder, load
from tools.markdown import code, page, table

_TOLD = {
    "second_person": "granted by two persons",
    "second_factor": "signs in with a code beside the password",
    "delegable": "may be passed on for a time",
    "recovers": "lets people of the own place back in",
    "oversees": "sees who read personal data of the own place",
}
_GIVEN = {
    "by_grant": [],
    "by_phone": ["given to whoever confirms a mobile number"],
    "by_onboarding": ["given with the approval of an application"],
}


def roles_reference() -> Iterator[tuple[str, str]]:
    """The page of roles, from `standards/roles.yaml` and the posts in `codes/role.csv`."""
    catalogue = load(default_folder())
    parts = [part for role in catalogue.roles.values() for part in _role(role, catalogue)]
    intro = (
        "A role is granted for a place, and its permits hold inside that place alone. What nobody is permitted here, "
        "nobody may do. How roles are granted, passed on and ended: "
        "[people and roles](../how-to/people-and-roles.md)."
    )
    rows = (
        (f"[{r.title['en']}](#{r.name})", r.title["hi"], _words(r.places), _words(r.gives))
        for r in catalogue.roles.values()
    )
    summary = table(("role", "", "granted for", "its holder grants"), rows)
    yield "docs/reference/roles.md", page("Roles", intro, summary, *parts)


def _role(role: Role, catalogue: Catalogue) -> Iterator[str]:
    yield f"## {role.name}"
    yield f"{role.title['en']} ({role.title['hi']}). {role.description['en']}"
    posts = [
        code.title["en"] for code in catalogue.codelists["role"].codes.values() if code.extra.get("access") == role.name
    ]
    told = [text for word, text in _TOLD.items() if getattr(role, word)] + _GIVEN[role.given]
    national = ", ".join(f"[{name}](#{name})" for name in role.narrows)
    facts = [
        ("of a State", f"`state/{role.state}` alone; a part of {national}" if role.state else ""),
        ("granted for", _words(role.places) if role.given == "by_grant" else ""),
        ("permits", _words(role.permits) or "what is public, and no more"),
        ("personal data for", _words(role.purposes)),
        ("grants", _words(role.gives)),
        ("care", "; ".join(told)),
        ("posts", "; ".join(posts)),
    ]
    yield table(("", ""), [fact for fact in facts if fact[1]])


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(code(word) for word in words)
