"""References in a form, chosen instead of typed: which are sought, what was picked, and what is near enough to offer.

Beside the field of a reference stand a word that is sought (`find.data.work`), the one for which choices are shown
(`sought.data.work`), and the choice (`pick.data.work`; of a list each by itself, `also.data.villages.VIL-1`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from jjm.standards import Field, Standard
from jjm.web.asked import rows_in, shape

SEEK, _FIND, _SOUGHT, _PICK, _ALSO = "seek", "find.", "sought.", "pick.", "also."
_LONGEST_WORD, _LONGEST_ID = 100, 64


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that may be meant: its name, what kind it is, where it lies, and its identifier."""

    id: str
    name: str
    kind: str
    area: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is offered for a field: by a word, or, where there is none, by what is near; `closed` for a type that the
    reader may not look through."""

    word: str
    choices: Sequence[Choice]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names other records, with its place in the form; `many` where it takes a list of them."""

    path: str
    type: str
    many: bool = False


def picked(sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent, with each choice in its field."""
    found = dict(sent)
    for name, value in sent.items():
        if name.startswith(_PICK) and value:
            found[name.removeprefix(_PICK)] = value
        elif name.startswith(_ALSO):
            path, _, id = name.removeprefix(_ALSO).rpartition(".")
            lines = found.get(path, "").split()
            found[path] = "\n".join([*lines, id] if id not in lines else lines)
    return found


def is_seeking(sent: Mapping[str, str]) -> bool:
    """True if choices are asked for, or if a word was typed for which none were shown yet: it is not passed over."""
    return SEEK in sent or any(_is_new(sent, path) for path in _words(sent))


def seeking(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields for which choices are to be shown, by their path, each with the word that is sought, if any.

    The key Enter presses the first button of a form, in whichever field: a new word says which field is meant.
    """
    new = {path: word for path, word in _words(sent).items() if _is_new(sent, path)}
    if new or SEEK not in sent:
        return new
    return {sent[SEEK]: word_at(sent, sent[SEEK])}


def word_at(sent: Mapping[str, str], path: str) -> str:
    """What was typed to be sought for a field."""
    return "".join(c for c in sent.get(_FIND + path, "") if c.isprintable()).strip()[:_LONGEST_WORD]


def _words(sent: Mapping[str, str]) -> dict[str, str]:
    paths = (name.removeprefix(_FIND) for name in sent if name.startswith(_FIND))
    return {path: word for path in paths if (word := word_at(sent, path))}


def _is_new(sent: Mapping[str, str], path: str) -> bool:
    has_choice = bool(sent.get(_PICK + path)) or any(name.startswith(f"{_ALSO}{path}.") for name in sent)
    return not has_choice and sent.get(_SOUGHT + path, "") != word_at(sent, path)


def references(of: Field, typed: Mapping[str, str], path: str) -> Iterator[Reference]:
    """The references in a field of a form, those in rows and parts too."""
    match shape(of):
        case "ref":
            yield Reference(path, str(of.ref))
        case "lines" if (item := cast("Field", of.item)).kind == "ref":
            yield Reference(path, str(item.ref), many=True)
        case "parts":
            for part in of.fields:
                yield from references(part, typed, f"{path}.{part.name}")
        case "rows":
            for number in range(rows_in(typed, path)):
                yield from references(cast("Field", of.item), typed, f"{path}.{number}")
        case _:
            return


def named(typed: Mapping[str, str], one: Reference) -> list[str]:
    """The identifiers that a field names now, as far as they can be some."""
    ids = typed.get(one.path, "").split() if one.many else [typed.get(one.path, "").strip()]
    return [id for id in ids if 0 < len(id) <= _LONGEST_ID and "\0" not in id]


def kin(standard: Standard, known: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The indexed fields of a type that name a record which is named already, each with it: so one sampling point
    belongs to the scheme at hand."""
    for name in standard.index:
        of = standard.field(name)
        target = of.ref or (of.item.ref if of.item else None)
        yield from ((name, id) for type, id in known if type == target)
