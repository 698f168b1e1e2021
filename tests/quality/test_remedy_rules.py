"""The rules of retests and points, with chance: what does not fit never closes a case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.solutions.quality.places import checked
from jjm.solutions.quality.remedy import is_equivalent, outcome_of

PARAMETERS = ("as", "f", "no3", "ecoli")
CLASSES = ("acceptable", "permissible", "beyond", "not_applicable", "cannot_be_judged", "not_tested")
judged = st.dictionaries(st.sampled_from(PARAMETERS), st.sampled_from(CLASSES))
asked = st.lists(st.sampled_from(PARAMETERS), unique=True)


def sample(found: dict[str, str], status: str = "APPROVED") -> dict[str, Any]:
    """A sample judged so; contaminated by whatever is beyond a limit."""
    bad = [name for name, what in found.items() if what == "beyond"]
    told = [{"parameter": name, "verdict": what} for name, what in found.items()]
    verdict = "contaminated" if bad else "acceptable"
    return {"status": status, "judged": told, "verdict": verdict, "decided_by": bad or list(found)}


@given(asked, judged)
def test_a_retest_is_safe_only_if_every_parameter_was_found_good(parameters: list[str], found: dict[str, str]) -> None:
    outcome = outcome_of({"parameters": parameters}, sample(found))
    good = bool(parameters) and all(found.get(name) in ("acceptable", "permissible") for name in parameters)
    assert (outcome == "safe") == good
    assert (outcome == "unsafe") == any(found.get(name) == "beyond" for name in parameters)


@given(st.sampled_from(["REGISTERED", "RECEIVED", "UNDER_TEST", "PENDING_APPROVAL", "REFUSED", "CANCELLED"]), judged)
def test_what_is_not_approved_is_never_safe(status: str, found: dict[str, str]) -> None:
    assert outcome_of({"parameters": ["as"]}, sample(found, status)) in ("pending", "nothing")


POINT = {
    "village": "V", "habitation": "H", "scheme": "S", "water_source": "W", "sampling_point": "P", "point_kind": "tap"
}  # fmt: skip

HOME = {"point_kind": "household", "sampling_point": None, "tap_connection": "T"}
SPOT = HOME | {"tap_connection": None, "location": {"type": "Point", "coordinates": [85.05, 20.05]}}


@pytest.mark.parametrize(
    ("case", "other", "same"),
    [
        ({}, {}, True),
        ({}, {"sampling_point": "Q"}, False),
        ({}, {"sampling_point": None}, True),
        ({"sampling_point": None}, {"water_source": "X"}, True),
        ({"sampling_point": None}, {"water_source": "X", "scheme": "T"}, False),
        ({"sampling_point": None}, {"water_source": "X", "habitation": "I"}, False),
        ({"sampling_point": None, "water_source": None, "scheme": None}, {}, False),
        ({"sampling_point": None}, {"point_kind": "school"}, False),
        ({}, {"village": "U"}, False),
        ({"remedy": "source_abandoned"}, {"sampling_point": "Q", "water_source": "X"}, True),
        ({"remedy": "source_abandoned"}, {"sampling_point": "Q", "habitation": "I"}, False),
        ({"remedy": "other_source", "habitation": None}, {"sampling_point": "Q"}, True),
        ({"remedy": "other_source"}, {"village": "U"}, False),
        ({"remedy": "other_source"}, {"sampling_point": "Q", "scheme": "T", "water_source": "X"}, False),
        ({"remedy": "source_abandoned"}, {"sampling_point": "Q", "scheme": "T", "water_source": "X"}, True),
        ({"remedy": "source_abandoned"}, {"sampling_point": "Q", "point_kind": "private_source"}, False),
        ({"remedy": "source_abandoned"}, {"sampling_point": None, "scheme": None, "water_source": None}, False),
        (HOME, HOME, True),
        (HOME, HOME | {"tap_connection": "U"}, False),
        (HOME, HOME | {"tap_connection": None}, False),
        (HOME, HOME | {"point_kind": "standpost", "tap_connection": None}, False),
        (HOME | {"remedy": "other_source"}, HOME | {"tap_connection": "U"}, False),
        (HOME | {"remedy": "source_abandoned"}, {"point_kind": "standpost"}, False),
        (HOME | {"remedy": "source_abandoned"}, {"point_kind": "standpost", "scheme": "T"}, True),
        (HOME | {"tap_connection": None, "sampling_point": "P"}, HOME | {"sampling_point": "P"}, True),
        (HOME | {"tap_connection": None, "sampling_point": "P"}, HOME | {"sampling_point": "Q"}, False),
        (SPOT, HOME | {"location": {"type": "Point", "coordinates": [85.0501, 20.05]}}, True),
        (SPOT, HOME | {"location": {"type": "Point", "coordinates": [85.0505, 20.05]}}, False),
        (HOME | {"tap_connection": None}, HOME, False),
    ],
)
def test_which_point_stands_for_another(case: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert is_equivalent(POINT | case, POINT | other) is same


SQUARE = {"type": "Polygon", "coordinates": [[[85.0, 20.0], [85.1, 20.0], [85.1, 20.1], [85.0, 20.1], [85.0, 20.0]]]}
CENTRE = {"type": "Point", "coordinates": [85.05, 20.05]}


@pytest.mark.parametrize(
    ("position", "village", "said"),
    [
        ([85.05, 20.05], {"boundary": SQUARE}, "inside"),
        ([85.102, 20.05], {"boundary": SQUARE}, "inside"),
        ([85.12, 20.05], {"boundary": SQUARE, "location": CENTRE}, "outside"),
        ([85.06, 20.06], {"location": CENTRE}, "near"),
        ([85.5, 20.05], {"location": CENTRE}, "far"),
        ([85.05, 20.05], {}, "no_geometry"),
        (None, {"boundary": SQUARE}, "no_position"),
    ],
)
def test_a_position_is_held_against_what_is_known_of_the_village(
    position: list[float] | None, village: dict[str, Any], said: str
) -> None:
    assert checked(position and {"type": "Point", "coordinates": position}, village) == said
