"""The Hindi words of a printed report as outlines: `python -m tools.hindi_outlines NotoSansDevanagari-Regular.ttf`.

Devanagari is set by rules (letters joined, vowels put before the letter that they follow) that the PDF library does not
have. The words on the paper are few and known, so they are set here once, with HarfBuzz, and kept as the shapes of
their letters. It is run when a word changes, which `tests/quality/test_reports.py` tells; it needs uharfbuzz and
fonttools, which nothing else of the project does, and a font under the SIL Open Font License.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from jjm.solutions.quality.reports.outlines import FILE
from jjm.solutions.quality.reports.words import ON_PAPER, both
from jjm.standards import default_folder, load


def words() -> list[str]:
    """All that stands on a report in Hindi: headings, names of facts and columns, verdicts and classes."""
    verdicts = (c.title["hi"] for name in ("sample-verdict", "test-verdict") for c in _codes(name))
    return sorted({*(both(name)[1] for name in ON_PAPER), *verdicts})


def _codes(name: str) -> Iterator[Any]:
    yield from load(default_folder()).codelists[name].codes.values()


def outlines(font_file: Path) -> dict[str, Any]:
    """Glyphs as strokes, and each word as glyphs at their places, in thousandths of the size of the letters."""
    harfbuzz, pens = import_module("uharfbuzz"), import_module("fontTools.pens.recordingPen")
    font_tools = import_module("fontTools.ttLib").TTFont(font_file)
    face = harfbuzz.Face(font_file.read_bytes())
    font, scale = harfbuzz.Font(face), 1000 / face.upem
    shapes, names, found, used = font_tools.getGlyphSet(), font_tools.getGlyphOrder(), dict[str, Any](), set[int]()
    for word in words():
        buffer = harfbuzz.Buffer()
        buffer.add_str(word)
        buffer.guess_segment_properties()
        harfbuzz.shape(font, buffer)
        assert all(info.codepoint for info in buffer.glyph_infos), f"the font has not all letters of {word}"
        x, placed = 0, list[list[int]]()
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            placed.append([info.codepoint, round((x + at.x_offset) * scale), round(at.y_offset * scale)])
            x += at.x_advance
        found[word] = {"width": round(x * scale), "glyphs": placed}
        used.update(one[0] for one in placed)
    drawn = {str(one): _strokes(pens, shapes, names[one], scale) for one in sorted(used)}
    return {"glyphs": drawn, "words": found}


def _strokes(pens: Any, shapes: Any, name: str, scale: float) -> list[list[Any]]:
    """A glyph as moves, lines, cubic curves and closings."""
    recording = pens.DecomposingRecordingPen(shapes)
    shapes[name].draw(recording)
    strokes, here = list[list[Any]](), (0.0, 0.0)
    for move, points in recording.value:
        at = [(x * scale, y * scale) for x, y in points]
        if move == "qCurveTo":
            for control, end in _quadratic(at):
                strokes.append(["c", *_cubic(here, control, end)])
                here = end
        elif move == "closePath":
            strokes.append(["h"])
        else:
            strokes.append([{"moveTo": "m", "lineTo": "l"}[move], *(round(v) for v in at[0])])
            here = at[0]
    return strokes


def _quadratic(points: list[tuple[float, float]]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The curves of TrueType: between two control points lies an end that nobody wrote."""
    *controls, last = points
    for n, control in enumerate(controls):
        if n + 1 < len(controls):
            following = controls[n + 1]
            yield control, ((control[0] + following[0]) / 2, (control[1] + following[1]) / 2)
        else:
            yield control, last


def _cubic(start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]) -> list[int]:
    """The same curve with two control points, as PDF draws it."""
    first = [s + 2 / 3 * (c - s) for s, c in zip(start, control, strict=True)]
    second = [e + 2 / 3 * (c - e) for e, c in zip(end, control, strict=True)]
    return [round(v) for v in (*first, *second, *end)]


if __name__ == "__main__":
    FILE.write_bytes(orjson.dumps(outlines(Path(sys.argv[1]))) + b"\n")
