"""How names are compared: spellings of one name, in Latin or in an Indian script, come out alike. No I/O."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from zlib import crc32

from jjm.registry.scripts import latin

EDITION = "1"  # to be raised with every change of what is below, so that names already kept are noted anew
_BEGINNING = 7
_ALIKE = (
    (re.compile(r"['`.]"), ""),
    (re.compile(r"[^a-z0-9]+"), " "),
    (re.compile(r"aa+"), "a"),
    (re.compile(r"ee+|ii+|iy(?=[aou])"), "i"),
    (re.compile(r"oo+|uu+|ou"), "u"),
    (re.compile(r"w"), "v"),
    (re.compile(r"q|c(?!h)"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"z"), "j"),
    (re.compile(r"f"), "ph"),
    (re.compile(r"([a-z]h?)\1+|c(?=ch)"), r"\1"),
    (re.compile(r"chh"), "ch"),
    (re.compile(r"ga(?:n?v|n?o|un)\b"), "gaon"),
    (re.compile(r"(?<=[a-z])ngar\b"), "nagar"),
)
# Heard alike or written for one another: v and b in the east, y and j at the start, d and r within (गढ़, गड, garh, gad).
_SOUND = (
    (re.compile(r"^y"), "j"),
    (re.compile(r"v"), "b"),
    (re.compile(r"(?<=.)[aeiouyh]+"), ""),
    (re.compile(r"(?<=.)d"), "r"),
    (re.compile(r"([a-z])\1+"), r"\1"),
)


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """The name in small Latin letters without marks, spellings that sound alike made one.

    A name in a script that is not known here keeps its letters.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKD", latin(text)).encode("ascii", "ignore").decode()
    plain = plain.lower()
    for pattern, instead in _ALIKE:
        plain = pattern.sub(instead, plain)
    return plain.strip() or " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=50_000)
def sound(text: str) -> str:
    """The consonants of the folded name without its spaces, so that spellings with other vowels meet."""
    plain = fold(text).replace(" ", "")
    for pattern, instead in _SOUND:
        plain = pattern.sub(instead, plain)
    return plain


def near(key: str) -> list[int]:
    """Hashes of the beginning of a key, whole and with each letter left out.

    Two keys that share one differ there by about one typing error: a letter wrong, missing, too many, or two swapped.
    """
    begin = key.replace(" ", "")[:_BEGINNING]
    shorter = [begin[:n] + begin[n + 1 :] for n in range(len(begin))] if len(begin) > 3 else []
    return [crc32(text.encode()) - 2**31 for text in dict.fromkeys([begin, *shorter])]


def keys(name: str) -> list[str]:
    """What a name is found by: its key, and the rest of it from each further word on."""
    words = fold(name).split()
    return [" ".join(words[n:]) for n in range(len(words))]
