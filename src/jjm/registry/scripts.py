"""Indian scripts in Latin letters, as place names are written on English signboards. No I/O."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

# The Indian scripts share one layout (ISCII), so one table, written in Devanagari, serves them all at an offset.
_DEVANAGARI, _BENGALI, _GURMUKHI, _GUJARATI, _ODIA = 0x900, 0x980, 0xA00, 0xA80, 0xB00
_BLOCKS = frozenset(range(_DEVANAGARI, 0xD80, 0x80))
# In these scripts an unwritten a in the middle of a word is mostly not spoken: रामपुर is Rampur, not Ramapur.
_DROPPING = frozenset({_DEVANAGARI, _BENGALI, _GURMUKHI, _GUJARATI, _ODIA})

_CONSONANTS = {
    letter: latin
    for letters, latin in (
        ("कक़", "k"), ("खख़", "kh"), ("गग़", "g"), ("घ", "gh"), ("चछ", "ch"), ("जज़", "j"), ("झ", "jh"),
        ("टत", "t"), ("ठथ", "th"), ("डद", "d"), ("ढध", "dh"), ("ङञणनऩ", "n"), ("प", "p"), ("फफ़", "ph"),
        ("ब", "b"), ("भ", "bh"), ("म", "m"), ("यय़", "y"), ("रऱड़", "r"), ("ढ़", "rh"), ("लळऴ", "l"),
        ("व", "v"), ("शष", "sh"), ("स", "s"), ("ह", "h"),
    )
    for letter in re.findall(".़?", letters)
}  # fmt: skip
_SPOKEN = "a a i i u u ri ri e e e ai o o o au"
_VOWELS = dict(zip("अआइईउऊऋॠऍऎएऐऑऒओऔ", _SPOKEN.split(), strict=True))
_SIGNS = dict(zip("ािीुूृॄॅॆेैॉॊोौ", _SPOKEN.split()[1:], strict=True))
_VIRAMA, _NUKTA, _MARKS, _LABIAL = "्", "़", "ंँः", ("p", "b", "m")
# Letters that stand apart from the common layout, or are spoken otherwise in their language.
_APART = {
    "য": "ज", "ৰ": "र", "ৱ": "व", "ৎ": "त्", "ଯ": "ज", "ୟ": "य", "ୱ": "व", "ੰ": "ं", "ੱ": "",
    "ൺ": "न्", "ൻ": "न्", "ർ": "र्", "ൽ": "ल्", "ൾ": "ल्", "ॐ": "ओम्",
}  # fmt: skip
_YA_AFTER = (("্য", "্य"), ("য়", "य"), ("য়", "य"))  # Bengali ya below another letter, and with its dot
_WORD = re.compile("[\u0900-\u0d7f]+")


@dataclass
class _Syllable:
    """Consonants, a vowel (None where an a is understood), and a nasal after it."""

    onset: list[str]
    vowel: str | None = None
    nasal: str = ""

    @property
    def is_open(self) -> bool:
        """True if it is one consonant with an understood a and nothing after."""
        return len(self.onset) == 1 and self.vowel is None and not self.nasal

    def __str__(self) -> str:
        return "".join(self.onset) + ("a" if self.vowel is None else self.vowel) + self.nasal


def latin(text: str) -> str:
    """The text with Indian letters written in Latin ones, and each a left out that is not spoken."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    for written, spoken in _YA_AFTER:
        text = text.replace(written, spoken)
    return _WORD.sub(lambda word: _word(word[0]), text)


def _word(word: str) -> str:
    block = ord(word[0]) & ~0x7F
    syllables, rest = _syllables("".join(_common(c) for c in word), "ng" if block == _BENGALI else "n")
    if block in _DROPPING:
        _drop(syllables)
    for here, after in pairwise(syllables):
        if here.nasal == "n" and after.onset and after.onset[0][0] in _LABIAL:
            here.nasal = "m"
    return "".join(map(str, syllables)).replace("jn", "gy") + rest


def _common(letter: str) -> str:
    """The Devanagari letter at the same place of the layout."""
    if letter in _APART:
        return _APART[letter]
    code = ord(letter)
    block = code & ~0x7F
    return chr(code - block + _DEVANAGARI) if block in _BLOCKS else letter


def _syllables(word: str, nasal: str) -> tuple[list[_Syllable], str]:
    """The syllables of a word in Devanagari, and what stands in it that is no letter, such as digits."""
    found: list[_Syllable] = []
    rest: list[str] = []
    joined = False
    for letter in re.findall(f".{_NUKTA}?", word):
        if letter in _CONSONANTS:
            if joined:
                found[-1].onset.append(_CONSONANTS[letter])
            else:
                found.append(_Syllable([_CONSONANTS[letter]]))
            joined = False
        elif letter == _VIRAMA:
            joined = bool(found) and found[-1].vowel is None
        elif letter in _VOWELS:
            found.append(_Syllable([], _VOWELS[letter]))
        elif letter in _SIGNS and found:
            found[-1].vowel = _SIGNS[letter]
        elif letter in _MARKS and found:
            found[-1].nasal = "" if letter == "ः" else "n" if letter == "ँ" else nasal
        elif letter.isdigit():
            rest.append(str(unicodedata.digit(letter)))
    if joined:
        found[-1].vowel = ""
    return found, "".join(rest)


def _drop(syllables: list[_Syllable]) -> None:
    """Leave out each a that is not spoken: at the end, and from there backward between vowel-consonant and vowel."""
    if len(syllables) > 1 and syllables[-1].vowel is None and not syllables[-1].nasal:
        syllables[-1].vowel = ""
    for place in range(len(syllables) - 2, 0, -1):
        after = syllables[place + 1]
        if syllables[place].is_open and len(after.onset) == 1 and after.vowel != "":
            syllables[place].vowel = ""
