"""Regular expressions as trees: what a pattern allows, piece by piece, and a text made after it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias, cast

Range: TypeAlias = tuple[int, int]

LAST = 0x10FFFF
ANYTHING: tuple[Range, ...] = ((0, 0xD7FF), (0xE000, LAST))  # every character; surrogates are none
_CLASSES: dict[str, tuple[Range, ...]] = {
    "digit": ((48, 57),),
    "word": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "space": ((9, 13), (32, 32), (160, 160)),
}
_LIKED = ((97, 122), (65, 90), (48, 57), (32, 126))
_REPEATS_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of these ranges of code points."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Sequel:
    """These, one after the other."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """This, from `low` to `high` times; without end where `high` is None."""

    part: Tree
    low: int
    high: int | None


Tree: TypeAlias = Chars | Sequel | Choice | Repeat


def parse(pattern: str) -> Tree:
    """The tree of a pattern as JSON Schema means it: unanchored ends may be preceded or followed by anything.

    Raises ValueError for what has no tree: look-around, back-references, anchors inside.
    """
    parser = import_module("re._parser")  # the one parser of Python's own regular expressions
    try:
        items = cast("list[tuple[Any, Any]]", list(parser.parse(pattern)))
    except re.error as error:
        raise ValueError(str(error)) from error
    return _anchored(items)


def sample(tree: Tree, rng: random.Random) -> str:
    """A text that the tree allows."""
    match tree:
        case Chars():
            return chr(_character(tree.ranges, rng))
        case Sequel():
            return "".join(sample(part, rng) for part in tree.parts)
        case Choice():
            return sample(rng.choice(tree.options), rng)
        case Repeat():
            most = tree.low + _REPEATS_AT_MOST if tree.high is None else min(tree.high, tree.low + _REPEATS_AT_MOST)
            return "".join(sample(tree.part, rng) for _ in range(rng.randint(tree.low, most)))


def _character(ranges: Sequence[Range], rng: random.Random) -> int:
    """A character of the ranges, a plain letter or digit where there is one."""
    for low, high in _LIKED:
        shared = [(max(low, a), min(high, b)) for a, b in ranges if max(low, a) <= min(high, b)]
        if shared:
            return rng.randint(*rng.choice(shared))
    low, high = rng.choice(ranges)
    return rng.randint(max(low, 1), high)


def _anchored(items: list[tuple[Any, Any]]) -> Tree:
    names = [(str(op), str(value)) for op, value in items]
    if len(items) == 1 and names[0][0] == "BRANCH":
        return Choice(tuple(_anchored(list(option)) for option in items[0][1][1]))
    starts = bool(names) and names[0] in (("AT", "AT_BEGINNING"), ("AT", "AT_BEGINNING_STRING"))
    ends = bool(names) and names[-1] in (("AT", "AT_END"), ("AT", "AT_END_STRING"))
    inner = _sequel(items[int(starts) : len(items) - int(ends)])
    whatever = (Repeat(Chars(ANYTHING), 0, None),)
    return Sequel((*(() if starts else whatever), *inner.parts, *(() if ends else whatever)))


def _sequel(items: Iterable[tuple[Any, Any]]) -> Sequel:
    return Sequel(tuple(_item(str(op), value) for op, value in items))


def _item(op: str, value: Any) -> Tree:
    match op:
        case "LITERAL":
            return Chars(((value, value),))
        case "NOT_LITERAL":
            return Chars(_complement(((value, value),)))
        case "ANY":
            return Chars(_complement(((10, 10), (13, 13))))
        case "IN":
            return Chars(_set(value))
        case "BRANCH":
            return Choice(tuple(_sequel(option) for option in value[1]))
        case "SUBPATTERN":
            return _sequel(value[3])
        case "MAX_REPEAT" | "MIN_REPEAT":
            low, high, part = value
            return Repeat(_sequel(part), int(low), None if str(high) == "MAXREPEAT" else int(high))
        case _:
            raise ValueError(f"{op.lower()} has no place in a pattern of the dialect")


def _set(members: list[tuple[Any, Any]]) -> tuple[Range, ...]:
    ranges: list[Range] = []
    for op, value in members:
        match str(op):
            case "LITERAL":
                ranges.append((value, value))
            case "RANGE":
                ranges.append((value[0], value[1]))
            case "CATEGORY":
                ranges.extend(_category(str(value).lower()))
            case _:  # NEGATE, which stands first and turns the whole set round
                continue
    negated = bool(members) and str(members[0][0]) == "NEGATE"
    return _complement(tuple(ranges)) if negated else tuple(ranges)


def _category(name: str) -> tuple[Range, ...]:
    ranges = _CLASSES[name.rpartition("_")[2]]
    return _complement(ranges) if "_not_" in name else ranges


def _complement(ranges: Iterable[Range]) -> tuple[Range, ...]:
    free: list[Range] = []
    for start, end in ANYTHING:
        low = start
        for first, last in sorted(ranges):
            if last < low or first > end:
                continue
            if first > low:
                free.append((low, first - 1))
            low = last + 1
        if low <= end:
            free.append((low, end))
    return tuple(free)
