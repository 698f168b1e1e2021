"""How sure it is that two names mean one thing, and why. No I/O."""

from __future__ import annotations

import re

from jjm.registry.names import fold, sound

# Names less alike than this, by the letter triples they share, are not looked at any further.
LEAST = 0.55
_ENOUGH = 0.7
# What tells neighbours of one name apart: numbers, single letters, and words for small, big, old, new and directions.
_MARK = re.compile(r"\b(?:[0-9]+|[ivx]+|[a-z])\b")
_WORD = re.compile(
    r"\b(?:khurd|kalan|chota|choti|bada|badi|bara|purana|nava|naya|old|nev|uper|lover|"
    r"purba|purv|pashchim|paschim|utar|dakshin|east|vest|north|suth)\b"
)


def likeness(name: str, other: str, trigrams: float) -> tuple[float, str] | None:
    """From 0 to 1 how alike two names are, with the ground in words; None for names that tell two things apart.

    `trigrams` is the share of letter triples that their folded forms have in common.
    """
    if _marks(name) != _marks(other):
        return None
    if fold(name) == fold(other):
        return 0.95, f"both are called `{name}`" if name == other else f"`{name}` and `{other}` are one name"
    score = 0.65 + 0.25 * trigrams if sound(name) == sound(other) else trigrams
    return (round(score, 2), f"`{name}` and `{other}` are much alike") if score >= _ENOUGH else None


def _marks(name: str) -> list[str]:
    return sorted([*_MARK.findall(name.lower().replace(".", "")), *_WORD.findall(fold(name))])
