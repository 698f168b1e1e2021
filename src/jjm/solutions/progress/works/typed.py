"""What an engineer types into the form of a milestone: read, and looked at for what cannot be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from jjm.solutions.progress.works.rules import is_in_india

_MOST = 10_000_000
_KEPT = ("component", "village", "reached_on", "quantity", "remark")


@dataclass
class Milestone:
    """What was typed as a record says it, and by field what is wrong with it: a word of `words`."""

    data: dict[str, Any] = field(default_factory=dict[str, Any])
    wrong: dict[str, str] = field(default_factory=dict[str, str])


def milestone_of(
    work: Mapping[str, Any], typed: Mapping[str, str], photo: Sequence[float] | None, today: date
) -> Milestone:
    """The milestone of a work that a form says; where it says no position, the one in its photo is taken."""
    found, said = Milestone(), {name: typed.get(name, "").strip() for name in (*_KEPT, "lat", "lon")}
    components = [one["component"] for one in work.get("components") or ()]
    for name, known in (("component", components), ("village", work["villages"])):
        _take(found, name, said[name], "missing" if not said[name] else "" if said[name] in known else "choice")
    _take(found, "reached_on", said["reached_on"], _day_fault(said["reached_on"], today))
    quantity = _number(said["quantity"])
    right = quantity is not None and 0 <= quantity <= _MOST
    _take(found, "quantity", quantity, "" if right else "number" if said["quantity"] else "missing")
    if said["remark"]:
        found.data["remark"] = said["remark"]
    _position(found, said["lat"], said["lon"], photo)
    return found


def is_same(record: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """True if a record says what was typed."""
    return all(record.get(name) == data.get(name) for name in (*_KEPT, "work"))


def _take(found: Milestone, name: str, value: object, wrong: str) -> None:
    if wrong:
        found.wrong[name] = wrong
    else:
        found.data[name] = value


def _day_fault(text: str, today: date) -> str:
    if not text:
        return "missing"
    try:
        return "future" if date.fromisoformat(text) > today else ""
    except ValueError:
        return "day"


def _position(found: Milestone, lat: str, lon: str, photo: Sequence[float] | None) -> None:
    if not lat and not lon:
        if photo is None:
            found.wrong["lat"] = "nowhere"
        else:
            found.data["location"] = {"type": "Point", "coordinates": list(photo)}
        return
    if not lat or not lon:
        found.wrong["lon" if lat else "lat"] = "both"
        return
    north, east = _number(lat), _number(lon)
    for name, value in (("lat", north), ("lon", east)):
        if value is None:
            found.wrong[name] = "degrees"
    if north is not None and east is not None:
        _take(found, "lat" if not is_in_india(east, north) else "location", _point(east, north),
              "" if is_in_india(east, north) else "abroad")  # fmt: skip


def _point(east: float, north: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [east, north]}


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return None
    return found if isfinite(found) else None
