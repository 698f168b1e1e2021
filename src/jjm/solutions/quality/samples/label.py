"""The label of a bottle: a QR code that leads to its sample's page, and the number in letters; as SVG. Pure."""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape

import segno

WIDTH, HEIGHT = 60, 30
"""Millimetres: the label that fits around a 500 ml bottle and on a sheet of the post office's size."""
_SIDE = 26


def label(sample: str, address: str, lines: tuple[str, ...]) -> str:
    """The label of a sample whose page is at `address`, with a few words such as point and day."""
    code = segno.make(address, error="m", micro=False)
    drawn = BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgns=False, border=2, nl=False, omitsize=True)
    told = "".join(
        f'<text x="30" y="{y}" font-size="2.6">{escape(line[:34])}</text>'
        for y, line in zip((14, 18, 22, 26), lines, strict=False)
    )
    inner = drawn.getvalue().decode().replace("<svg ", f'<svg x="2" y="2" width="{_SIDE}" height="{_SIDE}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" role="img" aria-label="{escape(sample)}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{inner}'
        f'<text x="30" y="8" font-size="3" font-weight="bold" textLength="28">{escape(sample)}</text>{told}</svg>'
    )
