"""A report as PDF, A4: the same bytes from the same report, so that one signature holds for all who print it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from jjm.kit import Grid, Section, SheetFact
from jjm.solutions.quality.reports.embedding import Embedded
from jjm.solutions.quality.reports.letters import lacks
from jjm.solutions.quality.reports.setting import Said, Style, put
from jjm.solutions.quality.reports.words import say

_INK, _MUTED, _LINE, _BAND = HexColor("#15242c"), HexColor("#4d5f69"), HexColor("#9fb2bb"), HexColor("#eef4f6")
_WARNED = HexColor("#fff4d1")
_MARGIN, _WIDTH = 16 * mm, A4[0] - 32 * mm
_QR, _HEADED, _FRAME = 34 * mm, 30 * mm, 6
"""The side of the code; what has to have room below for a part to begin; what the library leaves free at the sides."""
_TEXT, _NAME = Style("Helvetica", 8.5, 11, _INK), Style("Helvetica", 8.5, 11, _MUTED)
_SENTENCE = Style("Helvetica", 8.5, 11, _MUTED, 3)
_STRONG = Style("Helvetica-Bold", 8.5, 11, _INK)
_CELL, _HEAD = Style("Helvetica", 7.5, 9.2, _INK), Style("Helvetica-Bold", 7.5, 9.2, _INK)
_TITLE, _HEADING = Style("Helvetica-Bold", 16, 20, _INK), Style("Helvetica-Bold", 10.5, 14, _INK, 7)
_CODE, _FOOT = Style("Courier", 7, 8.6, _INK), Style("Helvetica", 7, 9, _MUTED)
# What is found in these tables is wide or narrow by what it is: parameter, value, unit, class, two limits, method, day.
_RESULTS, _HANDS = (0.18, 0.09, 0.08, 0.18, 0.12, 0.12, 0.14, 0.09), (0.2, 0.16, 0.18, 0.14, 0.14, 0.18)


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed in one language: a title, the parts, and the facts that prove it."""

    title: str
    sections: Sequence[Section]
    proof: Section


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: all of it in English and in Hindi, `warning` in both or empty, and the address of the code."""

    kicker: str
    warning: Sequence[str]
    said: Words
    hindi: Words
    address: str


def drawn(paper: Paper) -> bytes:
    """The PDF. Nothing of the moment at which it is made is in it."""
    made, pen = BytesIO(), Pen(Embedded())
    document = SimpleDocTemplate(
        made, pagesize=A4, topMargin=14 * mm, bottomMargin=16 * mm,
        leftMargin=_MARGIN - _FRAME, rightMargin=_MARGIN - _FRAME,
        title=paper.said.title, author="", subject=paper.address, creator="JJM DPI", lang="en-IN",
        invariant=1, pageCompression=0,
    )  # fmt: skip
    footer = pen.footer(paper.address)
    document.build(list(pen.story(paper)), onFirstPage=footer, onLaterPages=footer)
    return made.getvalue()


def lacking(paper: Paper) -> Sequence[tuple[str, str]]:
    """The names, in English and Hindi, of what cannot be printed whole, since no font of the paper has its letters."""
    parts = zip((*paper.said.sections, paper.said.proof), (*paper.hindi.sections, paper.hindi.proof), strict=True)
    found = (name for english, hindi in parts for name, texts in _fields(english, hindi) if any(map(lacks, texts)))
    return tuple(dict.fromkeys(found))


def _fields(english: Section, hindi: Section) -> Iterator[tuple[tuple[str, str], Sequence[str]]]:
    """What is said under each name."""
    for one, other in zip(english.facts, hindi.facts, strict=True):
        yield (one.name, other.name), (one.text, other.text)
    if english.grid and hindi.grid:
        rows = (*english.grid.rows, *hindi.grid.rows)
        for n, names in enumerate(zip(english.grid.head, hindi.grid.head, strict=True)):
            yield names, [row[n] for row in rows]
    yield (english.title, hindi.title), (*english.sentences, *hindi.sentences)


class Pen:
    """Sets the parts of a report, each in both languages."""

    def __init__(self, font: Embedded) -> None:
        """With the packaged font of one document."""
        self._font = font

    def story(self, paper: Paper) -> Iterator[Flowable]:
        """All parts, from above."""
        said, hindi = paper.said, paper.hindi
        yield self._said(_NAME, paper.kicker)
        yield self._said(_TITLE, said.title, hindi.title)
        yield Spacer(1, 2 * mm)
        if paper.warning:
            yield from self._warning(*paper.warning)
        if names := lacking(paper):
            english, other = (", ".join(one) for one in zip(*names, strict=True))
            yield from self._warning(say("lacking", "en", names=english), say("lacking", "hi", names=other))
        for one, other in zip(said.sections, hindi.sections, strict=True):
            yield from self._section(one, other)
        yield KeepTogether([self._said(_HEADING, said.proof.title, hindi.proof.title), self._proof(paper)])

    def footer(self, address: str) -> Any:
        """What stands below on each page: the address of the code, and the number of the page."""

        def draw(canvas: Any, document: Any) -> None:
            page = str(document.page)
            put(canvas, address, _MARGIN, 9 * mm, _FOOT, self._font)
            put(canvas, page, A4[0] - _MARGIN - _FOOT.width(page), 9 * mm, _FOOT, self._font)

        return draw

    def _said(self, style: Style, *texts: str) -> Flowable:
        return Said(texts, style, self._font)

    def _sentences(self, section: Section, hindi: Section) -> list[Flowable]:
        return [self._said(_SENTENCE, *both) for both in zip(section.sentences, hindi.sentences, strict=True)]

    def _warning(self, *texts: str) -> list[Flowable]:
        style = TableStyle([("BACKGROUND", (0, 0), (-1, -1), _WARNED)])
        return [Table([[self._said(_STRONG, *texts)]], [_WIDTH], style=style, hAlign="LEFT"), Spacer(1, 2 * mm)]

    def _section(self, section: Section, hindi: Section) -> list[Flowable]:
        parts: list[Flowable] = [CondPageBreak(_HEADED), self._said(_HEADING, section.title, hindi.title)]
        parts += [self._facts(section.facts, hindi.facts, _WIDTH)] if section.facts else []
        parts += self._grid(section.grid, hindi.grid) if section.grid and hindi.grid else []
        return parts + self._sentences(section, hindi)

    def _facts(self, facts: Sequence[SheetFact], hindi: Sequence[SheetFact], width: float) -> Flowable:
        rows = [
            [
                self._said(_NAME, one.name, other.name),
                self._said(_CODE if one.is_code else _TEXT, one.text, other.text),
            ]
            for one, other in zip(facts, hindi, strict=True)
        ]
        style = TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE),
            ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ])  # fmt: skip
        return Table(rows, [width * 0.38, width * 0.62], style=style, hAlign="LEFT")

    def _grid(self, grid: Grid, hindi: Grid) -> list[Flowable]:
        shares = _RESULTS if len(grid.head) == len(_RESULTS) else _HANDS
        head = [self._said(_HEAD, *both) for both in zip(grid.head, hindi.head, strict=True)]
        rows = [
            [self._said(_CELL, *both) for both in zip(row, theirs, strict=True)]
            for row, theirs in zip(grid.rows, hindi.rows, strict=True)
        ]
        style = TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, 0), _BAND),
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE), ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ])  # fmt: skip
        table = Table([head, *rows], [_WIDTH * share for share in shares], repeatRows=1, style=style, hAlign="LEFT")
        above = [self._said(_NAME, grid.caption, hindi.caption), Spacer(1, 1 * mm)] if shares is _RESULTS else []
        return [*above, table]

    def _proof(self, paper: Paper) -> Flowable:
        """The code beside what it stands for."""
        proof, hindi, width = paper.said.proof, paper.hindi.proof, _WIDTH - _QR - 6 * mm
        right = [self._facts(proof.facts, hindi.facts, width), *self._sentences(proof, hindi)]
        left = [Code(paper.address), Said([paper.address], _CODE, self._font, paper.address)]
        style = TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ])  # fmt: skip
        return Table([[left, right]], [_QR + 6 * mm, width], style=style)


class Code(Flowable):
    """The QR code of an address with its quiet zone, each dark module a square; error correction M."""

    def __init__(self, address: str) -> None:
        """The code that leads there."""
        super().__init__()
        self.width = self.height = _QR
        self._rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)]

    def draw(self) -> None:
        """Put it on the paper."""
        side = _QR / len(self._rows)
        self.canv.setFillColor(_INK)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    self.canv.rect(x * side, _QR - (y + 1) * side, side, side, stroke=0, fill=1)
