"""Hindi words on paper, as the outlines of their letters: set beforehand, since PDF knows no rules of Devanagari."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

FILE = files("jjm.solutions.quality.reports").joinpath("hindi.json")
"""Glyphs and words, in thousandths of the size of the letters; made by `tools/hindi_outlines.py`. The shapes are of
Noto Sans Devanagari, Copyright 2012-2020 Google, under the SIL Open Font License 1.1 (`hindi-LICENSE.txt`)."""
_CURVES = {"m": "moveTo", "l": "lineTo", "c": "curveTo", "h": "close"}


@cache
def _drawn() -> dict[str, Any]:
    return orjson.loads(FILE.read_bytes())


def is_there(text: str) -> bool:
    """True if the outlines of this text were made."""
    return text in _drawn()["words"]


def width_of(text: str, size: float) -> float:
    """How long it is in letters of that size."""
    return _drawn()["words"][text]["width"] * size / 1000


def draw(canvas: Any, text: str, x: float, y: float, size: float) -> None:
    """Put it on the paper, its baseline beginning at a point. Each glyph is drawn once and referred to."""
    for glyph, left, up in _drawn()["words"][text]["glyphs"]:
        name = f"hi{glyph}"
        if not canvas.hasForm(name):
            _form(canvas, name, _drawn()["glyphs"][str(glyph)])
        canvas.saveState()
        canvas.transform(size / 1000, 0, 0, size / 1000, x + left * size / 1000, y + up * size / 1000)
        canvas.doForm(name)
        canvas.restoreState()


def _form(canvas: Any, name: str, strokes: list[list[Any]]) -> None:
    canvas.beginForm(name, -500, -600, 2500, 1400)
    path = canvas.beginPath()
    for kind, *points in strokes:
        getattr(path, _CURVES[kind])(*points)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)
    canvas.endForm()
