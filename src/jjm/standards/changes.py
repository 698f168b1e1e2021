"""The rule table of compatibility: what a difference between two fields does to records, readers and storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from jjm.standards.language import TEXT, Expression, outside, with_length
from jjm.standards.model import Field, Personal
from jjm.standards.paths import Path
from jjm.standards.pattern import Repeat, Tree, parse
from jjm.standards.phrase import describe
from jjm.standards.schema import NUMBER_LIMIT, TEXT_LENGTH
from jjm.standards.words import amount

Effect = Literal["breaking", "additive", "editorial"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference at a path of field names (0 for the entries of a list) and what it does.

    `values` are values of the field that show a breaking change, `absent` says that its absence shows it.
    """

    effect: Effect
    path: Path
    word: str
    message: str
    remedy: str = ""
    values: tuple[object, ...] = ()
    absent: bool = False


Rule = Callable[[Field, Field, Path], Iterator[Change]]
_KEEP = "keep the field as it was and add a new one beside it, or raise the major version and write the migration"
_LIMIT = "keep the old limit, or raise the major version and say what becomes of the records beyond it"


def fields_changes(old: Sequence[Field], new: Sequence[Field], path: Path = ()) -> Iterator[Change]:
    """Every difference between two lists of fields, and inside the fields that both have."""
    before, after = {f.name: f for f in old}, {f.name: f for f in new}
    for name, field in before.items():
        if name not in after:
            yield _removed(field, [f for f in new if f.name not in before], (*path, name))
    for name, field in after.items():
        if name in before:
            yield from field_changes(before[name], field, (*path, name))
        elif field.required:
            remedy = "leave the field optional, or raise the major version and say how old records get a value"
            yield Change("breaking", (*path, name), "", f"`{name}` is new and required", remedy, absent=True)
        else:
            yield Change("additive", (*path, name), "", f"`{name}` is new: {describe(field)}")


def field_changes(old: Field, new: Field, path: Path) -> Iterator[Change]:
    """Every difference between two fields of one name."""
    if old.kind != new.kind:
        message = f"`{new.name}` was {describe(old)} and is now {describe(new)}"
        yield Change("breaking", path, "type", message, _KEEP, values=_ends(old))
    for rule in _RULES if old.kind == new.kind else (_required, _personal):
        yield from rule(old, new, path)
    if old.item is not None and new.item is not None:
        yield from field_changes(old.item, new.item, (*path, 0))
    if old.kind == new.kind == "object" and not old.open and not new.open:
        yield from fields_changes(old.fields, new.fields, path)


def _removed(field: Field, added: Sequence[Field], path: Path) -> Change:
    twin = next((f for f in added if f.kind == field.kind and f.title.get("en") == field.title.get("en")), None)
    renamed = f"; `{twin.name}` looks like its new name, and readers and records know only the old one" if twin else ""
    remedy = "keep it optional and say in its description that it is no longer used, or raise the major version"
    return Change("breaking", path, "", f"`{field.name}` was taken out{renamed}", remedy)


def _ends(field: Field) -> tuple[object, ...]:
    """The outermost values of a field of numbers: they are the first that another kind does not hold."""
    if field.kind not in ("integer", "number"):
        return ()
    return _or(field.minimum, -NUMBER_LIMIT), _or(field.maximum, NUMBER_LIMIT), _or(field.minimum, 0) + 0.5


def _required(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if new.required and not old.required:
        remedy = "leave the field optional, or raise the major version and say how old records get a value"
        yield Change("breaking", path, "required", f"`{new.name}` is now required", remedy, absent=True)
    if old.required and not new.required:
        message = f"`{new.name}` may now be absent; readers must be ready for that"
        yield Change("additive", path, "required", message)


def _unit(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.decimals != new.decimals:
        message = f"`{new.name}` was kept to {old.decimals or 'any'} decimals and is now to {new.decimals or 'any'}"
        yield Change("breaking", path, "x-decimals", message, _KEEP)
    if old.unit != new.unit:
        message = f"the unit of `{new.name}` was {old.unit} and is now {new.unit}: the same number means another amount"
        yield Change("breaking", path, "x-unit", message, _KEEP)


def _reference(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.ref != new.ref:
        message = f"`{new.name}` pointed to `{old.ref}` and now points to `{new.ref}`: no old id will be found there"
        yield Change("breaking", path, "x-ref", message, _KEEP)
    if old.code != new.code:
        message = f"the codes of `{new.name}` came from `{old.code}` and now come from `{new.code}`"
        yield Change("breaking", path, "x-code", message, _KEEP)


def _personal(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.personal == new.personal:
        return
    grades = list(Personal)
    if grades.index(new.personal) < grades.index(old.personal):
        message = f"`{new.name}` was {old.personal} and is now {new.personal}: what people gave in confidence is shown"
        remedy = f"keep `x-personal: {old.personal}`, or raise the major version after those concerned have agreed"
    else:
        message = f"`{new.name}` was {old.personal} and is now {new.personal}: readers without such a token lose it"
        remedy = "raise the major version and tell the readers; protecting people does not have to wait for them"
    yield Change("breaking", path, "x-personal", message, remedy)


def _blind(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.blind != new.blind:
        message = f"records {'are' if new.blind else 'can no longer be'} found by the exact value of `{new.name}`"
        remedy = "" if new.blind else "keep `x-blind: true`, or raise the major version and tell who looks records up"
        yield Change("additive" if new.blind else "breaking", path, "x-blind", message, remedy)


def _authority(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.authority != new.authority:
        who = {"state": "the State", None: "whoever has authority over the record"}
        message = f"`{new.name}` was decided by {who[old.authority]} and is now by {who[new.authority]}"
        yield Change("additive", path, "x-authority", message)


def _numbers(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.kind not in ("integer", "number"):
        return
    for word, was, now, sign in (
        ("minimum", _or(old.minimum, -NUMBER_LIMIT), _or(new.minimum, -NUMBER_LIMIT), 1),
        ("maximum", _or(old.maximum, NUMBER_LIMIT), _or(new.maximum, NUMBER_LIMIT), -1),
    ):
        told = f"the {word} of `{new.name}` was {_said(was, old)} and is now {_said(now, new)}"
        if now * sign > was * sign:
            beyond = now - sign if old.kind == "integer" else (was + now) / 2
            yield Change("breaking", path, word, told, _LIMIT, values=(was, beyond))
        elif now != was:
            yield Change("additive", path, word, told)


def _or(limit: float | None, otherwise: float) -> float:
    return otherwise if limit is None else limit


def _said(limit: float, field: Field) -> str:
    return "open" if abs(limit) == NUMBER_LIMIT else amount(limit, field.unit)


def _texts(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.kind != "text":
        return
    if old.format != new.format:
        message = f"`{new.name}` was {_FORMS[old.format]} and is now {_FORMS[new.format]}"
        if new.format is None:
            yield Change("additive", path, "format", message)
        else:
            yield Change("breaking", path, "format", message, _KEEP, values=("x", "x y", "a@b.in", "tel:1"))
    if _form(old) != _form(new):
        yield _formed(old, new, path)


_FORMS = {None: "any text", "uri": "a web address", "email": "an e-mail address", "phone": "a telephone number"}


def _form(field: Field) -> tuple[str | None, int, int]:
    most = TEXT_LENGTH if field.max_length is None else field.max_length
    return field.pattern, field.min_length or 0, most


def _formed(old: Field, new: Field, path: Path) -> Change:
    (pattern, least, most), (new_pattern, new_least, new_most) = _form(old), _form(new)
    word = "pattern" if pattern != new_pattern else "maxLength" if most != new_most else "minLength"
    message = f"`{new.name}` was {describe(old)} and is now {describe(new)}"
    try:
        refused = _refused(pattern, least, most, new_pattern, new_least, new_most)
    except ValueError as error:
        return Change("breaking", path, word, f"{message}; {error}, so it counts as breaking", _LIMIT)
    if refused is None:
        return Change("additive", path, word, message)
    return Change("breaking", path, word, message, _LIMIT, values=(refused, _padded(old.format, len(refused))))


def _refused(
    pattern: str | None, least: int, most: int, new_pattern: str | None, new_least: int, new_most: int
) -> str | None:
    """The shortest text that was allowed and no longer is."""
    if pattern is None and new_pattern is None:
        size = max(least, new_most + 1) if new_most < most else least if new_least > least else None
        return None if size is None else "x" * size
    before, after = _tree(pattern), _tree(new_pattern)
    widened = new_least <= least and new_most >= most
    if widened and before == after:
        return None
    goal: Expression = after if widened else with_length(after, new_least, new_most)
    return outside(with_length(before, least, most), goal)


def _padded(form: str | None, length: int) -> str:
    """A text of that length in the form of a web address, e-mail address or telephone number."""
    if form == "phone":
        return "9" * length
    start = {"uri": "https://e.in/", "email": "a@e.in"}.get(form or "", "")
    return start.rjust(length, "a") if form == "email" else start.ljust(length, "a")


def _tree(pattern: str | None) -> Tree:
    return Repeat(TEXT, 0, None) if pattern is None else parse(pattern)


def _lists(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.kind != "list" or old.max_items == new.max_items:
        return
    was, now = _or(old.max_items, NUMBER_LIMIT), _or(new.max_items, NUMBER_LIMIT)
    message = f"`{new.name}` held {_said(was, old)} entries at most and now {_said(now, new)}"
    if now < was:
        yield Change("breaking", path, "maxItems", message.replace("open entries", "any number of entries"), _LIMIT)
    else:
        yield Change("additive", path, "maxItems", message.replace("now open", "now any number"))


def _openness(old: Field, new: Field, path: Path) -> Iterator[Change]:
    if old.open and not new.open:
        message = f"`{new.name}` held free content and is now closed"
        yield Change("breaking", path, "x-open", message, _KEEP, values=({"note": "kept before"},))
    if new.open and not old.open:
        message = f"`{new.name}` had declared fields and now holds free content"
        yield Change("breaking" if old.is_personal else "additive", path, "x-open", message, _KEEP)


_RULES: tuple[Rule, ...] = (
    *(_required, _unit, _reference, _personal, _blind, _authority),
    *(_numbers, _texts, _lists, _openness),
)
