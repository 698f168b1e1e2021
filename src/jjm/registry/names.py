"""How names are compared: spellings of one name, in Latin or in an Indian script, come out alike. No I/O."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The Indian scripts share one layout (ISCII), so one table read at an offset serves them all.
_BLOCKS = dict.fromkeys((2304, 2432, 2560, 2688, 2816, 2944, 3072, 3200, 3328), 2304)
_VOWELS = dict(
    zip(
        "अआइईउऊऋऌऍऎएऐऑऒओऔ",
        ["a", "a", "i", "i", "u", "u", "ri", "li", "e", "e", "e", "ai", "o", "o", "o", "au"],
        strict=True,
    )
)
_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनऩपफबभमयरऱलळऴवशषसह",
        [
            "k",
            "kh",
            "g",
            "gh",
            "n",
            "ch",
            "ch",
            "j",
            "jh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "n",
            "p",
            "ph",
            "b",
            "bh",
            "m",
            "y",
            "r",
            "r",
            "l",
            "l",
            "l",
            "v",
            "sh",
            "sh",
            "s",
            "h",
        ],
        strict=True,
    )
)
_SIGNS = dict(
    zip("ािीुूृॄॅॆेैॉॊोौ", ["a", "i", "i", "u", "u", "ri", "ri", "e", "e", "e", "ai", "o", "o", "o", "au"], strict=True)
)
_OTHER = {"ं": "n", "ँ": "n", "ः": "", "्": "", "़": "", "ऽ": "", "ॐ": "om"}
_VIRAMA = "्"
_NUKTA = "़"
_ALIKE = (
    (re.compile(r"[^a-z0-9 ]+"), " "),
    (re.compile(r"aa+"), "a"),
    (re.compile(r"ee+|ii+|iy(?=[aou])"), "i"),
    (re.compile(r"oo+|uu+|ou"), "u"),
    (re.compile(r"w"), "v"),
    (re.compile(r"q"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"z"), "j"),
    (re.compile(r"f"), "ph"),
    (re.compile(r"c(?!h)"), "k"),
    (re.compile(r"chh"), "ch"),
    (re.compile(r"(?:ph){2,}"), "ph"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"\s+"), " "),
)
_SILENT = re.compile(r"(?<=[a-z])[aeiouyh]+")


def latin(text: str) -> str:
    """The text with Indian letters written in Latin ones, an unspoken final a left out."""
    out: list[str] = []
    letters = [_common(c) for c in unicodedata.normalize("NFD", text)]
    for place, letter in enumerate(letters):
        if letter in _CONSONANTS:
            after = next((c for c in letters[place + 1 :] if c != _NUKTA), " ")
            silent = after in _SIGNS or after == _VIRAMA or not _is_indian(after)
            out.append(_CONSONANTS[letter] + ("" if silent else "a"))
        else:
            out.append(_VOWELS.get(letter) or _SIGNS.get(letter) or _OTHER.get(letter, letter))
    return "".join(out)


def _common(letter: str) -> str:
    code = ord(letter)
    block = code & ~0x7F
    return chr(code - block + _BLOCKS[block]) if block in _BLOCKS else letter


def _is_indian(letter: str) -> bool:
    return letter in _CONSONANTS or letter in _VOWELS or letter in _SIGNS or letter in _OTHER


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """The name in small Latin letters without marks, spellings that sound alike made one."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", latin(text)).encode("ascii", "ignore").decode()
    plain = plain.lower()
    for pattern, instead in _ALIKE:
        plain = pattern.sub(instead, plain)
    return plain.strip()


@lru_cache(maxsize=50_000)
def sound(text: str) -> str:
    """The consonants of the folded name, so that spellings with other vowels meet."""
    return " ".join(_SILENT.sub("", word) for word in fold(text).split())
