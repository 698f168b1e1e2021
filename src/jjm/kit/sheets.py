"""A sheet: what is to be read on a page or on paper, in words of the reader, whoever lays it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jjm.kit.errors import Problem

Standing = Literal["good", "bad", "plain"]
EntryKind = Literal["text", "long", "decimal", "date", "moment", "choice", "photo", "table"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it is; `address` leads on, `is_code` for what is compared letter by letter."""

    name: str
    text: str
    address: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows below a head, all of one width; the first cell of each row names it."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a form: what it is called, what it says now, what is wrong with that, and a word that helps.

    `choices` are values with their words. What is `photo` or `table` (CSV) is a file, of which a form has at most one.
    """

    name: str
    title: str
    kind: EntryKind = "text"
    value: str = ""
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    faults: Sequence[str] = ()
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """What a reader may fill in and send to the address of the sheet; `kept` comes back with it as it is.

    `faults` and `problem` are why it was not done.
    """

    button: str
    entries: Sequence[Entry]
    kept: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: Sequence[str] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a sheet: a heading, facts, rows, sentences, links (words, address) that lead on, a form, and smaller
    parts of the same kind, side by side."""

    title: str
    facts: Sequence[Fact] = ()
    grid: Grid | None = None
    sentences: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()
    form: Form | None = None
    parts: Sequence[Section] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be read: a title, the kind of thing above it, what matters most as notices, and the parts.

    `status` is the one that the answer has over HTTP.
    """

    title: str
    kicker: str
    notices: Sequence[tuple[Standing, str]] = ()
    sections: Sequence[Section] = ()
    status: int = 200
