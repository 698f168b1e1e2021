"""When two spellings are one name: a pure rule that tells a respelling from a renaming, and says when it cannot."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0dff\u200c\u200d])+")  # Indic vowel signs are part of the word
_PART = re.compile(r"\(\s*p(?:ar)?t\b[^)]*\)", re.IGNORECASE)
# Sounds that Indian names are spelt with in more than one way once they are written in Latin letters.
_SOUNDS = (("ksh", "x"), ("ph", "f"), ("w", "v"), ("z", "j"), ("q", "k"), ("ck", "k"))
_SILENT = re.compile(r"(?<=.)[aeiouyh]|[^a-z0-9]")
_TWICE = re.compile(r"(.)\1+")
_SHORT = 3
_FILLERS = frozenset(["the", "and"])
_DIRECTIONS = frozenset(["east", "west", "north", "south", "purba", "paschim", "uttar", "dakshin"])


class Likeness(StrEnum):
    """How a name on file stands to the name on record."""

    SAME = "same"
    RESPELLED = "respelled"  # letter case, spacing, punctuation, order of words, small spelling
    DOUBTFUL = "doubtful"  # perhaps a respelling, perhaps a new name: a person decides
    RENAMED = "renamed"


_CLOSENESS = (Likeness.RENAMED, Likeness.DOUBTFUL, Likeness.RESPELLED)


def likeness(old: str, new: str) -> Likeness:
    """How the new name stands to the old one.

    Letter case tells something only where the old name was all in one case: a list in capitals, or one that writes
    `And`, does not overrule `Jammu and Kashmir`.
    """
    if old == new:
        return Likeness.SAME
    taught = old in (old.upper(), old.lower()) and new not in (new.upper(), new.lower())
    if old.casefold() == new.casefold():
        return Likeness.RESPELLED if taught else Likeness.SAME
    if not (_latin(old) and _latin(new)):
        return Likeness.DOUBTFUL
    olds, news = words(old), words(new)
    if "".join(olds) == "".join(news):
        return Likeness.SAME if new.isupper() and not old.isupper() else Likeness.RESPELLED
    if len(olds) != len(news):
        return Likeness.RENAMED
    return max(_in_order(olds, news), _in_order(tuple(sorted(olds)), tuple(sorted(news))), key=_CLOSENESS.index)


def _latin(name: str) -> bool:
    return all(c < "\u0250" or "\u1e00" <= c <= "\u206f" for c in name)


def words(name: str) -> tuple[str, ...]:
    """The words of a name without letter case, accents, punctuation, `the` and `and`."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not "\u0300" <= c <= "\u036f")
    return tuple(word for word in _WORD.findall(name.casefold()) if word not in _FILLERS)


def squeezed(name: str) -> str:
    """The letters and digits of a name alone: `Na-Duar` and `NA DUAR` are one."""
    return "".join(words(name)) or name


def whole(name: str) -> str:
    """The name of the whole, where the name is that of a part of it: `Jalah (Pt)` gives `Jalah`."""
    return _PART.sub(" ", name).strip()


def _in_order(olds: tuple[str, ...], news: tuple[str, ...]) -> Likeness:
    """How two lists of as many words compare: as their least alike pair does."""
    return min((_word(a, b) for a, b in zip(olds, news, strict=True)), key=_CLOSENESS.index)


def _word(a: str, b: str) -> Likeness:
    """How two words compare. Short words, numbers and Roman numerals are the same or they are not."""
    if a == b:
        return Likeness.RESPELLED
    if min(len(a), len(b)) <= _SHORT or not (a.isalpha() and b.isalpha()) or {a, b} <= _DIRECTIONS:
        return Likeness.RENAMED
    x, y = skeleton(a), skeleton(b)
    share = distance(a, b) / max(len(a), len(b))
    if share <= 0.125 or (x == y and share <= 0.4):
        return Likeness.RESPELLED
    heard = distance(x, y) / max(len(x), len(y), 1)
    return Likeness.DOUBTFUL if share <= 0.6 and heard <= 0.34 else Likeness.RENAMED


def skeleton(word: str) -> str:
    """The sounds of a name that spellings keep: consonants, doubled ones once, no `h`, no vowel after the first."""
    for spelt, sound in _SOUNDS:
        word = word.replace(spelt, sound)
    return _TWICE.sub(r"\1", _SILENT.sub("", word))


@lru_cache(maxsize=4096)
def distance(a: str, b: str) -> int:
    """How many letters to put in, take out, change, or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, start=1):
            best = min(row[-1] + 1, before[j] + 1, before[j - 1] + (x != y))
            swapped = i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]
            row.append(min(best, last[j - 2] + 1) if swapped else best)
    return row[-1]
