"""The packaged font inside one PDF: only the shapes that are used, each with the letters that it stands for.

A code in the text is a shape together with its letters, and each run says besides what it reads. So what is drawn in
the order of the eye is copied and searched in the order of the language, and a letter that is printed as an empty box
is still found in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import uharfbuzz
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFStream

from jjm.solutions.quality.reports.letters import Glyph, face, shaper

_NAME, _BASE = "FHi", "/JJMDPI+NotoSansDevanagari-Regular"
_DROPPED = ("GSUB", "GPOS", "GDEF", "name", "OS/2", "post", "cmap", "STAT")
_FLAGS = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
_MOST_LINES, _NOTHING, _BOLD = 100, "\u200b", 0.025
_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class Embedded:
    """The packaged font as one document uses it."""

    fontName = _NAME

    def __init__(self) -> None:
        """Nothing used yet."""
        self._codes: dict[tuple[int, str], int] = {}

    def show(self, canvas: Any, glyphs: Sequence[Glyph], x: float, y: float, size: float, bold: bool) -> None:
        """Put glyphs on the paper, their baseline beginning at a point; bold ones with their outline drawn too."""
        if not self._codes:
            canvas._doc.delayedFonts.append(self)
        said = "".join(glyph.text for glyph in glyphs).encode("utf-16-be").hex()
        weight = f"{size * _BOLD:.3f} w 2 Tr " if bold else ""
        shown = weight + " ".join(self._shown(glyphs, size))
        canvas.addLiteral(
            f"q /Span <</ActualText <feff{said}>>> BDC "
            f"BT /{_NAME} {size:g} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm {shown} ET EMC Q"
        )

    def _shown(self, glyphs: Sequence[Glyph], size: float) -> Iterator[str]:
        """The codes of glyphs, with a move wherever the next one does not stand just behind, and one up or down."""
        at, here, height, line = 0, 0, 0, list[str]()
        for glyph in glyphs:
            if glyph.up != height:
                yield f"[{' '.join(line)}] TJ {glyph.up * size / 1000:.3f} Ts"
                height, line = glyph.up, []
            line += [str(here - at - glyph.right)] if here != at + glyph.right else []
            line.append(f"<{self._code(glyph):04X}>")
            here = at + glyph.right + shaper().get_glyph_h_advance(glyph.id)
            at += glyph.advance
        yield f"[{' '.join(line)}] TJ" + (" 0 Ts" if height else "")

    def _code(self, glyph: Glyph) -> int:
        return self._codes.setdefault((glyph.id, glyph.text), len(self._codes) + 1)

    def addObjects(self, doc: Any) -> None:
        """What the font is made of goes into the document; the document asks for it when all text is set."""
        plan = self._plan()
        shape = _stream(plan.execute().blob.data)
        shape.dictionary["Length1"] = len(shape.content)
        inside = {
            "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": _BASE,
            "CIDSystemInfo": PDFDictionary({"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0}),
            "FontDescriptor": doc.Reference(_descriptor(doc.Reference(shape))), "DW": 0,
            "W": PDFArray([1, PDFArray([shaper().get_glyph_h_advance(id) for id, _ in self._codes])]),
            "CIDToGIDMap": doc.Reference(_stream(self._shapes(plan.old_to_new_glyph_mapping))),
        }  # fmt: skip
        outside = {
            "Type": "/Font", "Subtype": "/Type0", "BaseFont": _BASE, "Encoding": "/Identity-H",
            "DescendantFonts": PDFArray([doc.Reference(PDFDictionary(inside))]),
            "ToUnicode": doc.Reference(_stream(self._letters())),
        }  # fmt: skip
        doc.idToObject["BasicFonts"].dict[_NAME] = doc.Reference(PDFDictionary(outside))

    def _plan(self) -> uharfbuzz.SubsetPlan:
        wanted = uharfbuzz.SubsetInput()
        wanted.glyph_set.update({0, *(id for id, _ in self._codes)})
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
        wanted.flags = _FLAGS
        return uharfbuzz.SubsetPlan(face(), wanted)

    def _shapes(self, numbers: dict[int, int]) -> bytes:
        """For each code, from 0 on, the number of its shape in the embedded part of the font."""
        return b"".join(numbers[id].to_bytes(2, "big") for id in (0, *(id for id, _ in self._codes)))

    def _letters(self) -> bytes:
        """For each code the letters that it stands for."""
        said = [f"<{n:04X}> <{(text or _NOTHING).encode('utf-16-be').hex()}>" for (_, text), n in self._codes.items()]
        parts = (said[n : n + _MOST_LINES] for n in range(0, len(said), _MOST_LINES))
        lines = ("\n".join([f"{len(part)} beginbfchar", *part, "endbfchar"]) for part in parts)
        return _UNICODE.format("\n".join(lines)).encode()


def _stream(content: bytes) -> Any:
    """Bytes as they are: compressed, they would differ from one release of the compressor to the next."""
    return PDFStream(content=content, filters=[])


def _descriptor(shapes: Any) -> Any:
    return PDFDictionary({
        "Type": "/FontDescriptor", "FontName": _BASE, "Flags": 4, "FontBBox": PDFArray([-585, -530, 1574, 1347]),
        "ItalicAngle": 0, "Ascent": 896, "Descent": -408, "CapHeight": 622, "StemV": 80, "FontFile2": shapes,
    })  # fmt: skip
