"""Whether somebody stood where they say: a position held against what the registry knows of the village. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

from shapely import Geometry
from shapely.geometry import Point, shape
from shapely.ops import nearest_points

from jjm.kit import Fault
from jjm.workflow import Deed, Deeds

OFF = 500.0
"""Metres beyond the boundary that a position may lie: telephones, and boundaries, are not exact."""
NEAR = 5_000.0
"""Metres from the known point of a village, where no boundary is known, within which a position is plausible."""
_FOUND_AGAIN_BY = ("tap_connection", "sampling_point", "location")
_EARTH = 6_371_000.0
_OF_POINT = {"village": "village", "point_kind": "kind", "scheme": "scheme", "water_source": "water_source"}


def place_check(deed: Deed) -> Mapping[str, Any]:
    """What the position says, or that nothing could be checked; never silently right."""
    return {"place_check": checked(deed.becomes.get("location"), deed.referred.get("village") or {})}


def position_in_village(deed: Deed) -> list[Fault]:
    """A position outside the boundary of the named village is refused; where no boundary is known it is only told."""
    village = deed.referred.get("village") or {}
    if checked(deed.becomes.get("location"), village) != "outside":
        return []
    name = village.get("name") or village.get("id")
    remedy = "Name the village in which you stand, or put the position right."
    return [Fault(f"the position lies outside {name}", remedy, "/data/location")]


def as_its_point_says(deed: Deed) -> list[Fault]:
    """Where a sampling point is named, the water is that point's: its village, kind, scheme and source."""
    point = deed.referred.get("sampling_point") or {}
    told = {of_point: deed.becomes.get(name) for name, of_point in _OF_POINT.items()}
    return [
        Fault(
            f"the sampling point lies elsewhere: its `{of_point}` is {point[of_point]}",
            "Name the point where the water was taken, or say of the place what the registry says.",
            f"/data/{name}", value=str(told[of_point]),
        )
        for name, of_point in _OF_POINT.items()
        if point.get(of_point) and told[of_point] and told[of_point] != point[of_point]
    ]  # fmt: skip


def checked(position: Any, village: Mapping[str, Any]) -> str:
    """The code of the codelist `place-check` for a GeoJSON position and a village."""
    if not position:
        return "no_position"
    at = Point(position["coordinates"][:2])
    if village.get("boundary"):
        return "inside" if _distance(shape(village["boundary"]), at) <= OFF else "outside"
    if village.get("location"):
        return "near" if _distance(shape(village["location"]), at) <= NEAR else "far"
    return "no_geometry"


def metres_between(one: Any, other: Any) -> float:
    """Metres from one GeoJSON position to another."""
    return _distance(Point(one["coordinates"][:2]), Point(other["coordinates"][:2]))


def _distance(known: Geometry, at: Point) -> float:
    """Metres from a shape to a point; 0 inside it."""
    nearest, _ = nearest_points(known, at)
    (x1, y1), (x2, y2) = nearest.coords[0][:2], at.coords[0][:2]
    rise, run = radians(y2 - y1), radians(x2 - x1)
    part = sin(rise / 2) ** 2 + cos(radians(y1)) * cos(radians(y2)) * sin(run / 2) ** 2
    return 2 * _EARTH * asin(sqrt(part))


def tap_is_named(deed: Deed) -> list[Fault]:
    """Water of a household's tap is sampled so that the same tap is found again: by tap, sampling point or position."""
    told = deed.becomes
    if told.get("point_kind") != "household" or any(told.get(name) for name in _FOUND_AGAIN_BY):
        return []
    remedy = "Give `tap_connection`, or the `sampling_point` or `location` of the tap."
    return [Fault("it is not said which household's tap this is", remedy, "/data/tap_connection")]


def families_are_of_a_private_source(deed: Deed) -> list[Fault]:
    """Families are named of their own source alone: who drinks from a public one is nobody's business."""
    if not deed.becomes.get("families") or deed.becomes.get("point_kind") == "private_source":
        return []
    return [Fault("families are named of a private source alone", "Leave `families` out.", "/data/families")]


PLACES = Deeds(
    guards={
        "position-in-village": position_in_village,
        "as-its-point-says": as_its_point_says,
        "tap-is-named": tap_is_named,
        "families-are-of-a-private-source": families_are_of_a_private_source,
    },
    fills={"place-check": place_check},
    looks={"position-in-village": ("village",), "place-check": ("village",), "as-its-point-says": ("sampling_point",)},
)
