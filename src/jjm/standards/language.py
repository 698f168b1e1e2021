"""Decides whether every text that one pattern allows is allowed by another, and finds the shortest that is not.

By Brzozowski's derivatives: what may follow after a character is again an expression, and of these there are few.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from jjm.standards.pattern import LAST, Chars, Choice, Repeat, Sequel, Tree, parse

_STATES_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Both:
    """A text that both allow."""

    first: Expression
    second: Expression


Expression: TypeAlias = Tree | Both

TEXT = Chars(((1, 0xD7FF), (0xE000, LAST)))  # what PostgreSQL text can hold: U+0000 is not in it
_NOTHING = Choice(())
_END = Sequel(())


def with_length(tree: Tree, low: int, high: int) -> Expression:
    """The texts of the tree that have from `low` to `high` characters."""
    return Both(tree, Repeat(TEXT, low, high))


def outside(old: Expression, new: Expression) -> str | None:
    """The shortest text that `old` allows and `new` refuses; None where there is none.

    Raises ValueError where the expressions are too large to decide.
    """
    letters = _letters((old, new))
    queue = deque([(old, new, "")])
    seen = {(old, new)}
    while queue:
        one, other, text = queue.popleft()
        if _may_end(one) and not _may_end(other):
            return text
        for letter in letters:
            after = (_after(one, letter), _after(other, letter))
            if after[0] != _NOTHING and after not in seen:
                seen.add(after)
                queue.append((*after, text + chr(letter)))
        if len(seen) > _STATES_AT_MOST:
            raise ValueError("the patterns are too large to be compared")
    return None


def shortest(expression: Expression) -> str | None:
    """The shortest text that is allowed; None where there is none. Raises ValueError where that cannot be decided."""
    return outside(expression, _NOTHING)


@lru_cache(maxsize=1000)
def allows_nul(pattern: str) -> bool:
    """True if a text with the character U+0000 may have this form, or that cannot be decided."""
    try:
        return outside(parse(pattern), Repeat(TEXT, 0, None)) is not None
    except ValueError:
        return True


def _letters(expressions: Iterable[Expression]) -> list[int]:
    """One character for each set of characters that no expression tells apart; letters and digits where there are."""
    ranges = {span for expression in expressions for span in _ranges(expression)}
    cuts = sorted({low for low, _ in ranges} | {high + 1 for _, high in ranges} | {0, 0xE000})
    spans = [(low, high - 1) for low, high in zip(cuts, [*cuts[1:], LAST + 1], strict=True)]
    alike: dict[frozenset[tuple[int, int]], int] = {}
    for low, high in spans:
        if low <= LAST and not 0xD800 <= low <= 0xDFFF:
            liked = next((c for c in (97, 65, 48, 32) if low <= c <= high), low)
            key = frozenset(span for span in ranges if span[0] <= low <= span[1])
            alike[key] = liked if liked in (97, 65, 48, 32) else alike.get(key, liked)
    return sorted(alike.values(), key=lambda c: (c not in range(48, 123), c))


def _ranges(expression: Expression) -> Iterable[tuple[int, int]]:
    match expression:
        case Chars():
            return expression.ranges
        case Sequel():
            return (span for part in expression.parts for span in _ranges(part))
        case Choice():
            return (span for option in expression.options for span in _ranges(option))
        case Repeat():
            return _ranges(expression.part)
        case Both():
            return (*_ranges(expression.first), *_ranges(expression.second))


@lru_cache(maxsize=200_000)
def _may_end(expression: Expression) -> bool:
    """True if the empty text is allowed."""
    match expression:
        case Chars():
            return False
        case Sequel():
            return all(_may_end(part) for part in expression.parts)
        case Choice():
            return any(_may_end(option) for option in expression.options)
        case Repeat():
            return expression.low == 0 or _may_end(expression.part)
        case Both():
            return _may_end(expression.first) and _may_end(expression.second)


@lru_cache(maxsize=200_000)
def _after(expression: Expression, letter: int) -> Expression:
    """What is allowed after this letter."""
    match expression:
        case Chars():
            return _END if any(low <= letter <= high for low, high in expression.ranges) else _NOTHING
        case Sequel():
            return _after_sequel(expression, letter)
        case Choice():
            return _choice(_tree(_after(option, letter)) for option in expression.options)
        case Repeat():
            return _after_repeat(expression, letter)
        case Both():
            first, second = _after(expression.first, letter), _after(expression.second, letter)
            return _NOTHING if _NOTHING in (first, second) else Both(first, second)


def _after_sequel(expression: Sequel, letter: int) -> Tree:
    if not expression.parts:
        return _NOTHING
    head, rest = expression.parts[0], _sequel(expression.parts[1:])
    ways = [_sequel((_tree(_after(head, letter)), rest))]
    if _may_end(head):
        ways.append(_tree(_after(rest, letter)))
    return _choice(ways)


def _after_repeat(expression: Repeat, letter: int) -> Tree:
    if expression.high == 0:
        return _NOTHING
    fewer = Repeat(
        expression.part, max(expression.low - 1, 0), None if expression.high is None else expression.high - 1
    )
    return _sequel((_tree(_after(expression.part, letter)), fewer))


def _tree(expression: Expression) -> Tree:
    """`Both` stands only outermost, so what is inside a tree is a tree."""
    if isinstance(expression, Both):
        raise TypeError("a conjunction cannot stand inside a tree")
    return expression


def _sequel(parts: Iterable[Tree]) -> Tree:
    flat: list[Tree] = []
    for part in parts:
        if part == _NOTHING:
            return _NOTHING
        flat.extend(part.parts if isinstance(part, Sequel) else (part,))
    flat = [part for part in flat if not (isinstance(part, Repeat) and part.high == 0)]
    return flat[0] if len(flat) == 1 else Sequel(tuple(flat))


def _choice(options: Iterable[Tree]) -> Tree:
    flat: dict[Tree, None] = {}
    for option in options:
        flat.update(dict.fromkeys(option.options if isinstance(option, Choice) else (option,)))
    kept = sorted(flat, key=hash)
    return kept[0] if len(kept) == 1 else Choice(tuple(kept))
