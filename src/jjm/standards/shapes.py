"""What a JSON Schema cannot say of a shape on the map: rings that close, outlines that do not cross themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from jjm.kit import Fault
from jjm.standards.model import Standard

_DRAW = "draw the outline again so that no part of it crosses or touches another (OGC Simple Features, valid polygon)"


def shape_faults(standard: Standard, record: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with the shapes of a record that follows its schema otherwise."""
    names = [f.name for f in standard.fields if f.kind == "geometry" and record.get(f.name) is not None]
    return [fault for name in names for fault in _faults(f"/{name}", record[name])]


def _faults(pointer: str, geometry: Mapping[str, Any]) -> Iterator[Fault]:
    # Loaded when first needed: it takes longer than everything else that a command imports.
    from shapely import is_valid_reason
    from shapely.geometry import shape

    open_ones = [place for place, ring in _rings(geometry) if ring[0] != ring[-1]]
    for place in open_ones:
        remedy = "end the ring with the position it begins with"
        yield Fault("the ring does not close", remedy, f"{pointer}/coordinates/{place}")
    if not open_ones and (reason := str(is_valid_reason(shape(dict(geometry))))) != "Valid Geometry":
        yield Fault(f"the shape is not a valid outline: {reason}", _DRAW, pointer)


def _rings(geometry: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Every ring of the polygons in a geometry, with its place in the coordinates."""
    parts = cast("list[Any]", geometry["coordinates"])
    if geometry["type"] == "Polygon":
        yield from ((str(n), ring) for n, ring in enumerate(parts))
    elif geometry["type"] == "MultiPolygon":
        yield from ((f"{m}/{n}", ring) for m, polygon in enumerate(parts) for n, ring in enumerate(polygon))
