"""Invented names: syllables put together by rule, in Latin letters and Devanagari at once. No list of real names."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeAlias

from jjm.sandbox.model import Name

_Draw: TypeAlias = Callable[[], Name]

# Consonants and vowels that go together without looking foreign; each as (Latin, Devanagari).
_FIRST = (
    *(("b", "ब"), ("bh", "भ"), ("ch", "च"), ("d", "द"), ("dh", "ध"), ("g", "ग"), ("gh", "घ"), ("h", "ह"), ("j", "ज")),
    *(("k", "क"), ("kh", "ख"), ("l", "ल"), ("m", "म"), ("n", "न"), ("p", "प"), ("r", "र"), ("s", "स"), ("sh", "श")),
    *(("t", "त"), ("th", "थ"), ("v", "व")),
)
_COMMON = 3  # how much more often a plain consonant begins a name than a breathed one
_BEGINNINGS = [pair for pair in _FIRST for _ in range(1 if pair[0].endswith("h") or pair[0] == "v" else _COMMON)]
_INNER = (
    *(("b", "ब"), ("d", "द"), ("dh", "ध"), ("g", "ग"), ("h", "ह"), ("j", "ज"), ("k", "क"), ("kh", "ख"), ("l", "ल")),
    *(("m", "म"), ("n", "न"), ("p", "प"), ("r", "र"), ("s", "स"), ("t", "त"), ("v", "व")),
)
_PLAIN = [pair for pair in _INNER if not pair[0].endswith("h")]
_NASAL = (("ng", "ंग"), ("mb", "ंब"), ("nj", "ंज"), ("nt", "ंत"))
# What a name must not contain: chance would now and then put an insult together.
_UNKIND = ("bhos", "chod", "chud", "chut", "gad", "hag", "haram", "kut", "lod", "lud", "lun", "mut", "tat")
_VOWELS = (("a", ""), ("a", "ा"), ("a", "ा"), ("e", "े"), ("i", "ि"), ("o", "ो"), ("u", "ु"))
_CLOSED = (("l", "ल"), ("n", "न"), ("r", "र"), ("m", "म"), ("s", "स"), ("t", "त"), ("v", "व"))
_OPEN = (("a", "ा"), ("i", "ी"))
_PLACES = (
    *(("pur", "पुर"), ("gaon", "गाँव"), ("nagar", "नगर"), ("garh", "गढ़"), ("khera", "खेड़ा"), ("tola", "टोला")),
    *(("wadi", "वाड़ी"), ("palli", "पल्ली"), ("guda", "गुड़ा"), ("dih", "डीह"), ("kot", "कोट"), ("sar", "सर")),
    *(("para", "पाड़ा"), ("talai", "तलाई"), ("ghati", "घाटी"), ("bahal", "बहाल")),
)
_SEATS = (("pur", "पुर"), ("garh", "गढ़"), ("nagar", "नगर"), ("kot", "कोट"), ("ganj", "गंज"))
_WOMEN = (("ita", "िता"), ("ini", "िनी"), ("ana", "ना"), ("ila", "िला"), ("ati", "ती"))
_MEN = (("esh", "ेश"), ("endra", "ेन्द्र"), ("an", "न"), ("ok", "ोक"), ("it", "ित"))
_FAMILIES = (("kar", "कर"), ("wal", "वाल"), ("dar", "दार"), ("vade", "वाडे"), ("riya", "रिया"), ("tkar", "टकर"))
_PARTS = (
    *(
        ("Bada Tola", "बड़ा टोला"),
        ("Naya Tola", "नया टोला"),
        ("Purab Tola", "पूरब टोला"),
        ("Pashchim Tola", "पश्चिम टोला"),
    ),
    *(("Talab Para", "तालाब पाड़ा"), ("Mandir Para", "मंदिर पाड़ा"), ("School Para", "स्कूल पाड़ा")),
)


class Names:
    """Gives out invented names, none twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def village(self) -> Name:
        """A village: a root of two syllables and an ending, or of three without."""
        if self._rng.random() < 0.25:
            return self._fresh(lambda: self._root(3, closed=False))
        return self._fresh(lambda: self._joined(self._root(2, closed=self._rng.random() < 0.6), _PLACES))

    def seat(self) -> Name:
        """A district, block or sub-district: longer than villages are, so that no real one has the name by chance."""
        return self._fresh(lambda: self._joined(self._root(3, closed=True), _SEATS))

    def part(self, number: int) -> Name:
        """A habitation inside a village, by its number there."""
        return Name(*_PARTS[number % len(_PARTS)])

    def root(self) -> Name:
        """A bare root, for firms and rivers."""
        return self._fresh(lambda: self._root(2, closed=False))

    def person(self, woman: bool) -> Name:
        """A person: a given and a family name. Two persons may share a name, as people do."""
        given = self._joined(self._root(1, closed=True), _WOMEN if woman else _MEN)
        family = self._joined(self._root(2, closed=False), _FAMILIES)
        return given.followed_by(family.latin, family.local)

    def _fresh(self, draw: _Draw) -> Name:
        name = draw()
        while name.latin in self._given:
            name = draw()
        self._given.add(name.latin)
        return name

    def _root(self, syllables: int, closed: bool) -> Name:
        root = self._drawn(syllables, closed)
        while any(word in root.latin.lower() for word in _UNKIND):
            root = self._drawn(syllables, closed)
        return root

    def _drawn(self, syllables: int, closed: bool) -> Name:
        """So many syllables, ending in a consonant where closed, else in a vowel."""
        parts = [self._rng.choice(_BEGINNINGS), self._rng.choice(_VOWELS)]
        for place in range(1, syllables):
            last = place == syllables - 1
            nasal = last and not closed and self._rng.random() < 0.2
            parts += [self._rng.choice(_NASAL if nasal else _INNER if syllables < 3 else _PLAIN)]
            parts += [self._rng.choice(_VOWELS if closed or not last else _OPEN)]
        parts += [self._rng.choice(_CLOSED)] if closed else []
        latin, local = ("".join(side) for side in zip(*parts, strict=True))
        return Name(latin.capitalize(), local)

    def _joined(self, root: Name, endings: tuple[tuple[str, str], ...]) -> Name:
        latin, local = self._rng.choice(endings)
        return Name(root.latin + latin, root.local + local)
