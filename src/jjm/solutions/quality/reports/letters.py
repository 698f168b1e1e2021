"""The letters of the paper: which font has which, and Devanagari joined by its rules. Pure.

What Windows-1252 has is set in the fonts that every reader of PDF brings along; everything else in Noto Sans
Devanagari, which travels with the program (`fonts/OFL.txt`) and is shaped by HarfBuzz: letters joined, vowels put
before the consonant that they follow. A letter that neither has is an empty box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby, pairwise
from unicodedata import category, normalize

import uharfbuzz
from reportlab.pdfbase.pdfmetrics import stringWidth

FONT = files("jjm.solutions.quality.reports").joinpath("fonts", "NotoSansDevanagari-Regular.ttf")
"""Noto Sans Devanagari 2.006, Copyright 2022 The Noto Project Authors, SIL Open Font License 1.1."""
BUILT_IN, DEVANAGARI, OTHER = "", "Deva", "other"
_DEVANAGARI = ((0x0900, 0x097F), (0x1CD0, 0x1CFF), (0xA830, 0xA839), (0xA8E0, 0xA8FF))
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shape of the packaged font (0 the empty box) and the letters it stands for; `advance`, `right` and `up` in
    thousandths of the size."""

    id: int
    text: str
    advance: int
    right: int
    up: int


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one font that stand together; without glyphs where the font is built in. `clusters` are the pieces
    between which a word may be broken."""

    text: str
    glyphs: Sequence[Glyph] = ()
    clusters: Sequence[str] = ()

    def width(self, font: str, size: float) -> float:
        """How long it is; `font` is the built-in one."""
        if self.glyphs:
            return sum(one.advance for one in self.glyphs) * size / 1000
        return stringWidth(self.text, font, size)


@cache
def face() -> uharfbuzz.Face:
    """The packaged font."""
    return uharfbuzz.Face(uharfbuzz.Blob(FONT.read_bytes()))


@cache
def shaper() -> uharfbuzz.Font:
    """The packaged font as HarfBuzz sets it: a thousand units to the size."""
    return uharfbuzz.Font(face())


@lru_cache(_REMEMBERED)
def runs(text: str) -> Sequence[Run]:
    """A text as runs of one font each. A space belongs to what is before it."""
    spoken, kinds = normalize("NFC", text), list[str]()
    for letter in spoken:
        kinds.append(kinds[-1] if kinds and _joins(letter, kinds[-1]) else _kind(letter))
    found, at = list[Run](), 0
    for kind, same in groupby(kinds):
        until = at + len(list(same))
        found.append(Run(spoken[at:until]) if kind == BUILT_IN else _shaped(spoken[at:until], kind))
        at = until
    return tuple(found)


def lacks(text: str) -> bool:
    """True if it has letters that no font of the paper has."""
    return any(glyph.id == 0 for run in runs(text) for glyph in run.glyphs)


def pieces(word: str) -> Iterator[str]:
    """The parts between which a word may be broken that is longer than its line."""
    for run in runs(word):
        yield from run.clusters or run.text


def _kind(letter: str) -> str:
    if any(first <= ord(letter) <= last for first, last in _DEVANAGARI):
        return DEVANAGARI
    return BUILT_IN if category(letter) != "Cc" and letter.encode("cp1252", "ignore") else OTHER


def _joins(letter: str, before: str) -> bool:
    """True for a space, and for marks and joiners behind a letter of the packaged font."""
    return letter == " " or (before != BUILT_IN and _kind(letter) == OTHER and category(letter) in ("Mn", "Mc", "Cf"))


def _shaped(text: str, kind: str) -> Run:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    if kind == DEVANAGARI:
        buffer.script, buffer.language = DEVANAGARI, "hi"
    uharfbuzz.shape(shaper(), buffer)
    infos, places = buffer.glyph_infos, buffer.glyph_positions
    starts = sorted({info.cluster for info in infos} | {len(text)})
    clusters = {start: text[start:end] for start, end in pairwise(starts)}
    said = [part for start, same in groupby(infos, lambda info: info.cluster) for part in _told(clusters[start], same)]
    glyphs = [
        Glyph(info.codepoint, part, at.x_advance, at.x_offset, at.y_offset)
        for info, at, part in zip(infos, places, said, strict=True)
    ]
    return Run(text, tuple(glyphs), tuple(clusters.values()))


def _told(text: str, shapes: Iterator[object]) -> list[str]:
    """The letters of a cluster shared out among its shapes, so that whoever copies them has them in their order."""
    count = len(list(shapes))
    return [*text[: count - 1], text[count - 1 :]] if count <= len(text) else [*text, *[""] * (count - len(text))]
