"""A report as PDF, A4: the same bytes from the same report, so that one signature holds for all who print it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from jjm.kit import Grid, Section, SheetFact
from jjm.solutions.quality.reports import outlines

_INK, _MUTED, _LINE, _BAND = HexColor("#15242c"), HexColor("#4d5f69"), HexColor("#9fb2bb"), HexColor("#eef4f6")
_MARGIN, _WIDTH = 16 * mm, A4[0] - 32 * mm
_QR, _LEADING = 34 * mm, 1.5
_TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=8.5, leading=11, textColor=_INK)
_CELL = ParagraphStyle("cell", _TEXT, fontSize=7.5, leading=9.2)
_NAME = ParagraphStyle("name", _TEXT, textColor=_MUTED)
_STRONG = ParagraphStyle("strong", _TEXT, fontName="Helvetica-Bold")
_HEAD = ParagraphStyle("head", _CELL, fontName="Helvetica-Bold")
_TITLE = ParagraphStyle("title", _TEXT, fontName="Helvetica-Bold", fontSize=16, leading=20)
_HEADING = ParagraphStyle("heading", _TEXT, fontName="Helvetica-Bold", fontSize=10.5, leading=14, spaceBefore=7)
_WARNING = ParagraphStyle("warning", _STRONG, alignment=TA_CENTER, backColor=HexColor("#fff4d1"), borderPadding=4)
_CODE = ParagraphStyle("code", _CELL, fontName="Courier", fontSize=7, leading=8.6, wordWrap="CJK")
# What is found in these tables is wide or narrow by what it is: parameter, value, unit, class, two limits, method, day.
_RESULTS, _HANDS = (0.17, 0.09, 0.08, 0.19, 0.12, 0.13, 0.11, 0.11), (0.2, 0.16, 0.18, 0.14, 0.14, 0.18)


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed in one language: a title, the parts, and the facts that prove it."""

    title: str
    sections: Sequence[Section]
    proof: Section


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: all of it in English, what has outlines in Hindi beside it, and the address of the code."""

    kicker: str
    warning: str
    said: Words
    hindi: Words
    address: str


def drawn(paper: Paper) -> bytes:
    """The PDF. Nothing of the moment at which it is made is in it."""
    made, said = BytesIO(), paper.said
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=14 * mm, bottomMargin=16 * mm,
        title=said.title, author="", subject=paper.address, creator="JJM DPI", lang="en-IN",
        invariant=1, pageCompression=0,
    )  # fmt: skip
    story = [_words(paper.kicker, _NAME), _both(said.title, paper.hindi.title, _TITLE), Spacer(1, 2 * mm)]
    story += [_words(paper.warning, _WARNING), Spacer(1, 3 * mm)] if paper.warning else []
    for english, hindi in zip(said.sections, paper.hindi.sections, strict=True):
        story += _section(english, hindi)
    story.append(KeepTogether([_both(said.proof.title, paper.hindi.proof.title, _HEADING), _proof(paper)]))
    document.build(story, onFirstPage=_footer(paper), onLaterPages=_footer(paper))
    return made.getvalue()


def _section(section: Section, hindi: Section) -> list[Flowable]:
    parts: list[Flowable] = [_both(section.title, hindi.title, _HEADING)]
    parts += [_facts(section.facts, hindi.facts, _WIDTH)] if section.facts else []
    parts += _grid(section.grid, hindi.grid) if section.grid and hindi.grid else []
    return parts + [_words(said, _NAME) for said in section.sentences]


def _facts(facts: Sequence[SheetFact], hindi: Sequence[SheetFact], width: float) -> Flowable:
    rows = [
        [_both(one.name, other.name, _NAME), _both(one.text, other.text, _CODE if one.is_code else _TEXT)]
        for one, other in zip(facts, hindi, strict=True)
    ]
    style = TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ])  # fmt: skip
    return Table(rows, [width * 0.38, width * 0.62], style=style, hAlign="LEFT")


def _grid(grid: Grid, hindi: Grid) -> list[Flowable]:
    shares = _RESULTS if len(grid.head) == len(_RESULTS) else _HANDS
    head = [_both(one, other, _HEAD) for one, other in zip(grid.head, hindi.head, strict=True)]
    rows = [
        [_both(one, other, _CELL) for one, other in zip(row, theirs, strict=True)]
        for row, theirs in zip(grid.rows, hindi.rows, strict=True)
    ]
    style = TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, 0), _BAND),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE), ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ])  # fmt: skip
    widths = [_WIDTH * share for share in shares]
    table = Table([head, *rows], widths, repeatRows=1, style=style, hAlign="LEFT")
    return [table] if len(grid.head) != len(_RESULTS) else [_words(grid.caption, _NAME), Spacer(1, 1 * mm), table]


def _proof(paper: Paper) -> Flowable:
    """The code beside what it stands for."""
    proof, width = paper.said.proof, _WIDTH - _QR - 6 * mm
    right: list[Flowable] = [_facts(proof.facts, paper.hindi.proof.facts, width)]
    right += [_words(said, _NAME) for said in proof.sentences]
    link = Paragraph(f'<link href="{escape(paper.address)}">{escape(paper.address)}</link>', _CODE)
    style = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)])
    return Table([[[Code(paper.address), link], right]], [_QR + 6 * mm, width], style=style)


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


def _footer(paper: Paper) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.setFillColor(_MUTED)
        canvas.drawString(_MARGIN, 9 * mm, printable(paper.address))
        canvas.drawRightString(A4[0] - _MARGIN, 9 * mm, str(document.page))

    return draw


class Both(Flowable):
    """Words in English, and the same in Hindi behind them, or below where the line is too short for both."""

    def __init__(self, english: Paragraph, text: str, hindi: str, style: ParagraphStyle) -> None:
        """The English as a paragraph and as text, and Hindi of which there are outlines."""
        super().__init__()
        self._english, self._text, self._hindi, self._style = english, text, hindi, style
        self._is_beside = True
        self.spaceBefore = style.spaceBefore

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """How much room it takes."""
        size = self._style.fontSize
        _, high = self._english.wrap(aW, aH)
        first = stringWidth(printable(self._text), self._style.fontName, size)
        self._is_beside = first + size + outlines.width_of(self._hindi, size) <= aW
        self.width, self.height = aW, high if self._is_beside else high + size * _LEADING
        return self.width, self.height

    def draw(self) -> None:
        """Put it on the paper."""
        size, canvas = self._style.fontSize, self.canv
        below = 0 if self._is_beside else size * _LEADING
        self._english.drawOn(canvas, 0, below)
        left = stringWidth(printable(self._text), self._style.fontName, size) + size if self._is_beside else 0
        canvas.setFillColor(self._style.textColor)
        outlines.draw(canvas, self._hindi, left, self.height - size if self._is_beside else size * 0.4, size)


def _both(text: str, hindi: str, style: ParagraphStyle) -> Flowable:
    return Both(_words(text, style), text, hindi, style) if outlines.is_there(hindi) else _words(text, style)


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(text)), style)


def printable(text: str) -> str:
    """The text with a question mark for each letter that the built-in fonts of PDF do not have."""
    return text.encode("cp1252", "replace").decode("cp1252")
