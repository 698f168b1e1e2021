"""Draws a workflow as SVG: states in rows by how far they are from the beginning, actions as arrows between them.

It begins at the left edge, which is what a narrow screen shows of it; what leads back runs at its right. No script, no
style from outside; the text is text, so that it can be searched, read aloud and translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from jjm.standards.workflows.model import Workflow

_WIDTH, _HEIGHT, _GAP, _ROW = 200, 44, 60, 120
_MARGIN, _START = 24, 40
_LANE, _LINE = 24, 14
_LETTER, _ON_A_LINE, _LINES = 6.5, 28, {1: (13, (27,)), 2: (13, (19, 36)), 3: (11, (14, 27, 40))}
"""About the width of a letter of a label; the letters on a line of a box; the size and places of so many lines."""
_COLOURS = {"open": ("#ffffff", "#0b3d66"), "done": ("#e3f1e5", "#1c5c2e"), "now": ("#ffe9a8", "#5c4300")}


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.x + _WIDTH / 2


@dataclass(frozen=True, slots=True)
class _Lane:
    x: float
    said: float


_Pair = tuple[str | None, str]


def drawing(
    workflow: Workflow,
    names: Mapping[str, str],
    actions: Mapping[str, str],
    now: str | None = None,
    title: str | None = None,
) -> str:
    """The workflow as an SVG picture, with the words given for states and actions; the state `now` is marked.

    `title` is what it is called where that is not English.
    """
    rows = _rows(workflow)
    boxes = _boxes(rows)
    joined = _joined(workflow, boxes, actions)
    lanes = _lanes(boxes, joined)
    width = _reach(boxes, joined, lanes)
    height = 2 * _MARGIN + len(rows) * _ROW + _START
    title = escape(title or workflow.title.get("en", workflow.name))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" font-family="sans-serif">',
        f"<title>{title}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>',
        *(_arrow(boxes.get(pair[0] or ""), boxes[pair[1]], label, lanes.get(pair)) for pair, label in joined.items()),
        *(_box(workflow, name, box, names.get(name, name), name == now) for name, box in boxes.items()),
        "</svg>",
    ]
    return "\n".join(parts)


def _rows(workflow: Workflow) -> list[list[str]]:
    """States by the fewest actions it takes to reach them; what nothing reaches comes last."""
    rows = [list(dict.fromkeys(a.to for a in workflow.starts.values() if a.to in workflow.stages))]
    placed = set(rows[0])
    while rows[-1]:
        reached = [a.to for name in rows[-1] for a in workflow.stages[name].actions.values()]
        rows.append([name for name in dict.fromkeys(reached) if name in workflow.stages and name not in placed])
        placed.update(rows[-1])
    rows[-1] = [name for name in workflow.stages if name not in placed]
    return [row for row in rows if row] or [[]]


def _boxes(rows: list[list[str]]) -> dict[str, _Box]:
    return {
        name: _Box(_MARGIN + place * (_WIDTH + _GAP), _MARGIN + _START + depth * _ROW)
        for depth, row in enumerate(rows)
        for place, name in enumerate(row)
    }


def _lanes(boxes: Mapping[str, _Box], joined: Mapping[_Pair, str]) -> dict[_Pair, _Lane]:
    """Where each of those that lead back runs, beside the boxes that it passes, and where its name has room."""
    back = [(boxes[source or ""], boxes[to], (source, to)) for source, to in joined if _leads_back(boxes, source, to)]
    found: dict[_Pair, _Lane] = {}
    taken: list[float] = []
    for number, (source, target, pair) in enumerate(sorted(back, key=lambda one: one[0].y - one[1].y)):
        right = max(box.x + _WIDTH for box in boxes.values() if target.y <= box.y <= source.y)
        said = (source.y + target.y + _HEIGHT) / 2
        while any(abs(said - other) < _LINE for other in taken):
            said += _LINE
        taken.append(said)
        found[pair] = _Lane(right + _LANE * (number + 1), said)
    return found


def _leads_back(boxes: Mapping[str, _Box], source: str | None, to: str) -> bool:
    return source is not None and source in boxes and boxes[to].y < boxes[source].y


def _reach(boxes: Mapping[str, _Box], joined: Mapping[_Pair, str], lanes: Mapping[_Pair, _Lane]) -> float:
    """How far to the right boxes and names reach."""
    found = [box.x + _WIDTH for box in boxes.values()]
    for pair, label in joined.items():
        source, to = pair
        begin = lanes[pair].x if pair in lanes else boxes[to].x + _WIDTH if source == to else boxes[to].middle
        found.append(begin + _LETTER * len(label))
    return _MARGIN + max(found, default=0)


def _joined(workflow: Workflow, known: Iterable[str], words: Mapping[str, str]) -> dict[_Pair, str]:
    """One arrow for each pair of states, with the names of all actions that lead along it."""
    found: dict[tuple[str | None, str], list[str]] = {}
    for source, action in workflow.actions():
        if action.to in known:
            found.setdefault((source, action.to), []).append(words.get(action.name, action.name))
    return {pair: ", ".join(labels) for pair, labels in found.items()}


def _arrow(source: _Box | None, target: _Box, label: str, lane: _Lane | None) -> str:
    anchor = "start"
    if source is None:
        path, x, y = f"M{target.middle:g} {target.y - 30:g}V{target.y - 2:g}", target.middle + 8, target.y - 14.0
    elif source == target:
        right, top = source.x + _WIDTH, source.y
        path = f"M{right:g} {top + 12:g}c36 -6 36 26 2 20"
        x, y = right + 8, top + _HEIGHT + 12.0
    elif target.y > source.y:
        bend = _ROW / 2
        path = (
            f"M{source.middle:g} {source.y + _HEIGHT:g}C{source.middle:g} {source.y + _HEIGHT + bend:g} "
            f"{target.middle:g} {target.y - bend:g} {target.middle:g} {target.y - 2:g}"
        )
        x, y = target.middle + 6, (source.y + _HEIGHT + target.y) / 2
    elif target.y == source.y:
        ahead = 1 if target.x > source.x else -1
        begin, end = source.middle + ahead * _WIDTH / 4, target.middle - ahead * _WIDTH / 4
        low = source.y + _HEIGHT
        path = f"M{begin:g} {low:g}C{begin:g} {low + 20:g} {end:g} {low + 20:g} {end:g} {low + 2:g}"
        x, y, anchor = (begin + end) / 2, low + 27, "middle"
    else:
        assert lane is not None, "what leads back has a lane"
        begin, end = source.x + _WIDTH, target.x + _WIDTH
        path = (
            f"M{begin:g} {source.y + _HEIGHT * 0.7:g}C{lane.x:g} {source.y + _HEIGHT * 0.7:g} "
            f"{lane.x:g} {target.y + _HEIGHT * 0.8:g} {end + 2:g} {target.y + _HEIGHT * 0.8:g}"
        )
        x, y = (6 * lane.x + begin + end) / 8 + 4, lane.said
    line = f'<path d="{path}" fill="none" stroke="#555" stroke-width="1.4" marker-end="url(#tip)"/>'
    # Lines cross; the white around the letters keeps them readable.
    look = f'text-anchor="{anchor}" font-size="11" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke"'
    return f'{line}<text x="{x:g}" y="{y:g}" {look}>{escape(label)}</text>'


def _box(workflow: Workflow, name: str, box: _Box, label: str, now: bool) -> str:
    fill, ink = _COLOURS["now" if now else "done" if workflow.stages[name].done else "open"]
    marked = ' stroke-width="3"' if now else ' stroke-width="1.5"'
    current = ' aria-current="step"' if now else ""
    rectangle = f"x='{box.x:g}' y='{box.y:g}' width='{_WIDTH}' height='{_HEIGHT}' rx='8' fill='{fill}' stroke='{ink}'"
    lines = wrap(label, _ON_A_LINE if len(label) <= 2 * _ON_A_LINE else len(label) // 3 + 8)[:3] or [label]
    size, places = _LINES[len(lines)]
    at = [f"x='{box.middle:g}' y='{box.y + place:g}'" for place in places]
    many = (f"<tspan {place}>{escape(line)}</tspan>" for line, place in zip(lines, at, strict=True))
    said = escape(label) if len(lines) == 1 else " ".join(many)
    words = f"{at[0]} text-anchor='middle' font-size='{size}' fill='{ink}'"
    place = quoteattr(f"state-{name}")
    return f"<g id={place}{current}><rect {rectangle}{marked}/><text {words}>{said}</text></g>"
