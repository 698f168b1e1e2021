"""Shapes on the map are checked beyond their form: rings close, and no outline crosses itself."""

from __future__ import annotations

from typing import Any

import pytest

from jjm.standards import Catalogue, default_folder, load, validators

SQUARE = [[85.0, 20.0], [85.1, 20.0], [85.1, 20.1], [85.0, 20.1], [85.0, 20.0]]
BOW = [[85.0, 20.0], [85.1, 20.1], [85.1, 20.0], [85.0, 20.1], [85.0, 20.0]]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The standards as shipped."""
    return load(default_folder())


def told(catalogue: Catalogue, kind: str, coordinates: Any) -> list[tuple[str | None, str]]:
    """What is said about the boundary of a village."""
    rules = validators(catalogue)["village"]
    record = {"code": "1", "name": "Rampur", "boundary": {"type": kind, "coordinates": coordinates}}
    faults = [f for f in rules.validate(record) if (f.pointer or "").startswith("/boundary")]
    assert not (faults and rules.is_valid(record))
    return [(f.pointer, f.message) for f in faults]


def test_a_sound_outline_passes(catalogue: Catalogue) -> None:
    assert told(catalogue, "Polygon", [SQUARE]) == []
    assert told(catalogue, "MultiPolygon", [[SQUARE]]) == []
    assert told(catalogue, "LineString", SQUARE[:2]) == []


def test_an_outline_that_crosses_itself_is_told_where(catalogue: Catalogue) -> None:
    ((pointer, message),) = told(catalogue, "Polygon", [BOW])
    assert pointer == "/boundary"
    assert "Self-intersection[85.05 20.05]" in message


def test_a_ring_that_does_not_close_is_named(catalogue: Catalogue) -> None:
    open_ring = [*SQUARE[:-1], [85.0, 20.01]]
    assert told(catalogue, "MultiPolygon", [[SQUARE], [open_ring]]) == [
        ("/boundary/coordinates/1/0", "the ring does not close")
    ]
