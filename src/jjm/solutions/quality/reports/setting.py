"""Words in lines: the same said in two languages, beside each other where the line is long enough, else below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from jjm.solutions.quality.reports.embedding import Embedded
from jjm.solutions.quality.reports.letters import pieces, runs

_ABOVE, _BELOW = 1.08, 0.44
"""How far letters of the packaged font reach above and below their baseline, in sizes."""


@dataclass(frozen=True, slots=True)
class Style:
    """How words are set: the built-in font for what it has, size and distance of lines in points, colour."""

    font: str
    size: float
    leading: float
    ink: Color
    before: float = 0

    def width(self, text: str) -> float:
        """How long a text is in one line."""
        return sum(run.width(self.font, self.size) for run in runs(text))


@dataclass(frozen=True, slots=True)
class Line:
    """Texts in one line, each with its place from the left, and the room above and below their baseline."""

    texts: Sequence[tuple[float, str]]
    above: float
    below: float


class Said(Flowable):
    """Words in English, and the same in Hindi behind them, or below where the line is too short for both."""

    def __init__(self, texts: Sequence[str], style: Style, font: Embedded, address: str = "") -> None:
        """What is said in each language, once where it is the same; `address` is where the words lead."""
        super().__init__()
        self.width = 0.0
        self._texts, self._style, self._font, self._address = tuple(dict.fromkeys(texts)), style, font, address
        self._lines: Sequence[Line] = ()
        self.spaceBefore = style.before

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """How much room it takes."""
        if not self._lines or aW != self.width:
            self._lines = laid(self._texts, self._style, aW)
        self.width, self.height = aW, sum(line.above + line.below for line in self._lines)
        return self.width, self.height

    def split(self, aW: float, aH: float) -> list[Flowable]:
        """The lines that the rest of the page has room for, and the others."""
        self.wrap(aW, aH)
        fitting, room = 0, aH
        while fitting < len(self._lines) and (room := room - _height(self._lines[fitting])) >= 0:
            fitting += 1
        return [self._part(self._lines[:fitting]), self._part(self._lines[fitting:])] if fitting else []

    def _part(self, lines: Sequence[Line]) -> Said:
        part = Said(self._texts, self._style, self._font, self._address)
        part._lines, part.width = lines, self.width
        return part

    def draw(self) -> None:
        """Put it on the paper."""
        canvas: Any = self.canv
        y = self.height
        for line in self._lines:
            y -= line.above
            for x, text in line.texts:
                put(canvas, text, x, y, self._style, self._font)
            y -= line.below
        if self._address:
            canvas.linkURL(self._address, (0, 0, self.width, self.height), relative=1)


def put(canvas: Any, text: str, x: float, y: float, style: Style, font: Embedded) -> None:
    """One line of text on the paper, its baseline beginning at a point."""
    is_bold = style.font.endswith("-Bold")
    canvas.setFont(style.font, style.size)
    canvas.setFillColor(style.ink)
    if is_bold:
        canvas.setStrokeColor(style.ink)
    for run in runs(text):
        if run.glyphs:
            font.show(canvas, run.glyphs, x, y, style.size, is_bold)
        else:
            canvas.drawString(x, y, run.text)
        x += run.width(style.font, style.size)


def laid(texts: Sequence[str], style: Style, width: float) -> Sequence[Line]:
    """The same said in each language, in lines of at most that width: two that are short enough in one line."""
    lines = [line for text in texts for line in _broken(text, style, width)]
    if len(texts) == len(lines) == 2:
        behind = style.width(lines[0]) + style.size
        if behind + style.width(lines[1]) <= width:
            return [_line([(0, lines[0]), (behind, lines[1])], style)]
    return [_line([(0, line)], style) for line in lines]


def _line(texts: Sequence[tuple[float, str]], style: Style) -> Line:
    if any(run.glyphs for _, text in texts for run in runs(text)):
        return Line(texts, style.size * _ABOVE, style.size * _BELOW)
    return Line(texts, style.leading - style.size * 0.25, style.size * 0.25)


def _height(line: Line) -> float:
    return line.above + line.below


def _broken(text: str, style: Style, width: float) -> Iterator[str]:
    """A text in lines no longer than that, broken between words."""
    line, long = list[str](), 0.0
    for part in (part for word in text.split() for part in _parts(word, style, width)):
        if line and long + style.width(part) > width:
            yield " ".join(line)
            line, long = [], 0.0
        line.append(part)
        long += style.width(f"{part} ")
    if line:
        yield " ".join(line)


def _parts(word: str, style: Style, width: float) -> Iterator[str]:
    """The word; one that is longer than a line in parts that are not."""
    part = ""
    for piece in pieces(word) if style.width(word) > width else (word,):
        if part and style.width(part + piece) > width:
            yield part
            part = ""
        part += piece
    yield part
