"""When the controls of a batch hold it: pure.

A blank holds nothing that the method detects. A duplicate agrees with its sample within a fifth of their mean, the
usual bound of laboratories for chemical parameters [verify against ISO/IEC 17025 practice of the State]; of bacteria
both are found, or neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.solutions.quality.batches.model import Line
from jjm.solutions.quality.limits import NOT_DETECTED

MOST_APART = 0.2
_COUNTED = ("CFU", "MPN", "PFU", "count")


def checked_controls(lines: Sequence[Line], units: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each blank and duplicate with whether it passed, and why not. `units` are the parameters' own."""
    known = {(one.sample, one.parameter): one.result for one in lines if one.kind == "sample"}
    found: list[dict[str, Any]] = []
    for one in lines:
        if one.kind == "sample":
            continue
        why = (
            _blank(one.result)
            if one.kind == "blank"
            else _duplicate(one, known.get((one.sample, one.parameter)), units)
        )
        told = {name: one.result[name] for name in ("value", "below") if name in one.result}
        told |= {"sample": one.sample} if one.kind == "duplicate" else {}
        found.append({"kind": one.kind, "parameter": one.parameter, "passed": why is None} | told | _said(why))
    return found


def _said(why: str | None) -> dict[str, Any]:
    return {"why": why} if why else {}


def _blank(result: Mapping[str, Any]) -> str | None:
    value, word = result.get("value"), " ".join(str(result.get("word") or "").casefold().split())
    if value:
        return f"the blank holds {value:g}"
    if word and word not in NOT_DETECTED:
        return f"the blank holds `{word}`"
    return None if word or value is not None or "below" in result else "the blank has no finding"


def _duplicate(one: Line, first: Mapping[str, Any] | None, units: Mapping[str, str]) -> str | None:
    if first is None:
        return "the sample that it doubles has no such result in the file"
    if one.result.get("unit") != first.get("unit"):
        return "the two are in different units"
    mine, other = one.result.get("value"), first.get("value")
    if units.get(one.parameter, "").startswith(_COUNTED):
        return None if bool(mine) == bool(other) else "it is found in one of the two alone"
    if mine is None or other is None:
        lod = one.result.get("below") if mine is None else first.get("below")
        value = other if mine is None else mine
        near = value is None or (lod is not None and value <= 2 * lod)
        return None if near else "it is found in one of the two alone"
    apart = abs(mine - other) / ((mine + other) / 2) if mine + other else 0.0
    return None if apart <= MOST_APART else f"the two are {apart:.0%} apart, and {MOST_APART:.0%} are allowed"
