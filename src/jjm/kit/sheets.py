"""A sheet: what is to be read on a page or on paper, in words of the reader, whoever lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Standing = Literal["good", "bad", "plain"]


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
class Section:
    """A part of a sheet: a heading, facts, rows, sentences, and links (words, address) that lead on."""

    title: str
    facts: Sequence[Fact] = ()
    grid: Grid | None = None
    sentences: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()


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
