"""What an engineer types into the form of a milestone: read, and looked at for what cannot be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from jjm.solutions.progress.works.rules import is_in_india

_MOST, _LONGEST_REMARK = 10_000_000, 1_000
_SAME_DEGREES = 1e-6  # a tenth of a metre
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
    day, wrong = _day(said["reached_on"], today)
    _take(found, "reached_on", day, wrong)
    quantity = _number(said["quantity"])
    right = quantity is not None and 0 <= quantity <= _MOST
    _take(found, "quantity", quantity, "" if right else "number" if said["quantity"] else "missing")
    if said["remark"]:
        _take(found, "remark", said["remark"], "long" if len(said["remark"]) > _LONGEST_REMARK else "")
    _position(found, said["lat"], said["lon"], photo)
    return found


def is_same(record: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """True if a record says what was typed."""
    there, typed = (one["location"]["coordinates"] for one in (record, data))
    is_there = all(abs(a - b) < _SAME_DEGREES for a, b in zip(there, typed, strict=True))
    return is_there and all(record.get(name) == data.get(name) for name in (*_KEPT, "work"))


def _take(found: Milestone, name: str, value: object, wrong: str) -> None:
    if wrong:
        found.wrong[name] = wrong
    else:
        found.data[name] = value


def _day(text: str, today: date) -> tuple[str, str]:
    """A day as records say it, and what is wrong with it."""
    if not text:
        return "", "missing"
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return "", "day"
    return found.isoformat(), "future" if found > today else ""


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
