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
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from jjm.kit import Grid, Section, SheetFact

_INK, _MUTED, _LINE, _BAND = HexColor("#15242c"), HexColor("#4d5f69"), HexColor("#9fb2bb"), HexColor("#eef4f6")
_MARGIN, _WIDTH = 16 * mm, A4[0] - 32 * mm
_QR = 34 * mm
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
class Paper:
    """What is printed: a title, a warning or none, parts, facts that prove it, and the address that the code holds."""

    title: str
    kicker: str
    warning: str
    sections: Sequence[Section]
    proof: Section
    address: str


def drawn(paper: Paper) -> bytes:
    """The PDF. Nothing of the moment at which it is made is in it."""
    made = BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=14 * mm, bottomMargin=16 * mm,
        title=paper.title, author="", subject=paper.address, creator="JJM DPI", lang="en-IN",
        invariant=1, pageCompression=0,
    )  # fmt: skip
    story: list[Flowable] = [_words(paper.kicker, _NAME), _words(paper.title, _TITLE), Spacer(1, 2 * mm)]
    story += [_words(paper.warning, _WARNING), Spacer(1, 3 * mm)] if paper.warning else []
    for section in paper.sections:
        story += _section(section)
    story.append(KeepTogether([_words(paper.proof.title, _HEADING), _proof(paper)]))
    document.build(story, onFirstPage=_footer(paper), onLaterPages=_footer(paper))
    return made.getvalue()


def _section(section: Section) -> list[Flowable]:
    parts: list[Flowable] = [_words(section.title, _HEADING)]
    parts += [_facts(section.facts, _WIDTH)] if section.facts else []
    parts += _grid(section.grid) if section.grid else []
    return parts + [_words(said, _NAME) for said in section.sentences]


def _facts(facts: Sequence[SheetFact], width: float) -> Flowable:
    rows = [[_words(one.name, _NAME), _words(one.text, _CODE if one.is_code else _TEXT)] for one in facts]
    style = TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ])  # fmt: skip
    return Table(rows, [width * 0.3, width * 0.7], style=style, hAlign="LEFT")


def _grid(grid: Grid) -> list[Flowable]:
    shares = _RESULTS if len(grid.head) == len(_RESULTS) else _HANDS
    rows = [[_words(one, _HEAD) for one in grid.head], *([_words(one, _CELL) for one in row] for row in grid.rows)]
    style = TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, 0), _BAND),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE), ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ])  # fmt: skip
    table = Table(rows, [_WIDTH * share for share in shares], repeatRows=1, style=style, hAlign="LEFT")
    return [table] if len(grid.head) != len(_RESULTS) else [_words(grid.caption, _NAME), Spacer(1, 1 * mm), table]


def _proof(paper: Paper) -> Flowable:
    """The code beside what it stands for."""
    right: list[Flowable] = [_facts(paper.proof.facts, _WIDTH - _QR - 6 * mm)]
    right += [_words(said, _NAME) for said in paper.proof.sentences]
    link = Paragraph(f'<link href="{escape(paper.address)}">{escape(paper.address)}</link>', _CODE)
    style = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)])
    return Table([[[Code(paper.address), link], right]], [_QR + 6 * mm, _WIDTH - _QR - 6 * mm], style=style)


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


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(text)), style)


def printable(text: str) -> str:
    """The text with a question mark for each letter that the built-in fonts of PDF do not have."""
    return text.encode("cp1252", "replace").decode("cp1252")
