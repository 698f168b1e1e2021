"""The rule table of compatibility for a registry type as a whole: its address, ids, authority, place and rules."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.standards.changes import Change, Effect
from jjm.standards.model import Level, Standard
from jjm.standards.words import listed

_MAJOR = "raise the major version and write the migration"
_BREAKING = {
    "plural": "programs that call /api/v1/{old} find nothing; it is now /api/v1/{new}",
    "id": "ids were made as {old} and are now made as {new}: one thing would get two ids",
    "authority": "the authority over the records was `{old}` and is now `{new}`",
    "group": "the group was `{old}` and is now `{new}`",
    "area": "a record was placed by `{old}` and is now placed by `{new}`: filters by area answer otherwise",
    "level": "the place in the tree of areas was {old} and is now {new}",
    "by_state": "partitioning by State was {old} and is now {new}: the table has to be built anew",
    "by_workflow": "whether records come by their workflow alone was {old} and is now {new}",
}
_EDITORIAL = {
    "title": "the title was {old} and is now {new}",
    "plural_title": "the heading of lists was {old} and is now {new}",
    "description": "the description was changed",
    "index": "the indexed fields were {old} and are now {new}",
    "label": "the label was {old} and is now {new}",
    "search": "search looked at {old} and now looks at {new}",
    "duplicates": "duplicates were proposed by {old} and are now proposed by {new}",
}


def type_changes(old: Standard, new: Standard) -> Iterator[Change]:
    """Every difference between two editions of a type, its fields left aside."""
    for word, told in _BREAKING.items():
        yield from _word(old, new, word, told, "breaking")
    for word, told in _EDITORIAL.items():
        yield from _word(old, new, word, told, "editorial")
    yield from _nearer(old, new)
    yield from _public(old, new)
    yield from _unique(old, new)


def _word(old: Standard, new: Standard, word: str, told: str, effect: Effect) -> Iterator[Change]:
    was, now = getattr(old, word), getattr(new, word)
    if was != now:
        remedy = f"keep `{word}` as it was, or {_MAJOR}" if effect == "breaking" else ""
        yield Change(effect, (), word, told.format(old=_said(was), new=_said(now)), remedy)


def _said(value: object) -> str:
    if isinstance(value, Level):
        return f"{value.name}, rank {value.rank}, in {listed(value.parents)}"
    if isinstance(value, tuple):
        return listed(value)  # pyright: ignore[reportUnknownArgumentType]
    return "none" if value is None else str(value)


def _nearer(old: Standard, new: Standard) -> Iterator[Change]:
    if gone := [name for name in old.nearer if name not in new.nearer]:
        message = f"{listed(gone)} no longer place a record: who holds a role there no longer reaches it"
        yield Change("breaking", (), "nearer", message, f"keep `nearer` as it was, or {_MAJOR}")
    if come := [name for name in new.nearer if name not in old.nearer]:
        yield Change("additive", (), "nearer", f"{listed(come)} now place a record where they have a value")


def _public(old: Standard, new: Standard) -> Iterator[Change]:
    if old.public and not new.public:
        message = "the records were public and are no longer: readers without a token are refused"
        yield Change(
            "breaking", (), "public", message, "keep it public, or raise the major version and tell the readers"
        )
    if new.public and not old.public:
        yield Change("additive", (), "public", "the records are now public")


def _unique(old: Standard, new: Standard) -> Iterator[Change]:
    for group in new.unique:
        if not any(set(known) <= set(group) for known in old.unique):
            message = f"{listed(group)} must now be unique: a second record like this one was allowed"
            yield Change("breaking", (), "unique", message, f"leave the rule out, or {_MAJOR}")
    for group in old.unique:
        if not any(set(known) <= set(group) for known in new.unique):
            yield Change("additive", (), "unique", f"{listed(group)} need no longer be unique")
