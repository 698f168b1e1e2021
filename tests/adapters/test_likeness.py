"""When two spellings are one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.adapters.names import Likeness, distance, likeness, squeezed, whole


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RAMANAGARA", "Bengaluru South"),
        ("KARIMGANJ", "Sribhumi"),
        ("Y.S.R.", "Y.S.R. Kadapa"),
        ("AURANGABAD", "Chhatrapati Sambhajinagar"),
        ("OSMANABAD", "Dharashiv"),
        ("MEDINIPUR EAST", "Purba Medinipur"),
        ("Konaseema", "Dr. B.R. Ambedkar Konaseema"),
        ("Ludhiana (East)", "Ludhiana (West)"),
        ("Kalimpong-I", "Kalimpong-II"),
        ("Sector 1", "Sector 2"),
    ],
)
def test_another_name(old: str, new: str) -> None:
    assert likeness(old, new) is Likeness.RENAMED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AHMADABAD", "Ahmedabad"),
        ("ANANTNAG", "Anantnag"),
        ("KUSHI NAGAR", "Kushinagar"),
        ("AGAR MALWA", "Agar-Malwa"),
        ("24 PARAGANAS NORTH", "North 24 Parganas"),
        ("DINAJPUR UTTAR", "Uttar Dinajpur"),
        ("LAHUL AND SPITI", "Lahaul And Spiti"),
        ("SANT KABEER NAGAR", "Sant Kabir Nagar"),
        ("SAIHA", "Siaha"),
        ("VISAKHAPATANAM", "Visakhapatnam"),
        ("Dadra and Nagar Haveli", "The Dadra And Nagar Haveli"),
    ],
)
def test_the_same_name_in_another_spelling(old: str, new: str) -> None:
    assert likeness(old, new) is Likeness.RESPELLED


@pytest.mark.parametrize(
    ("old", "new"),
    [("KENDUJHAR", "Keonjhar"), ("AHMEDNAGAR", "Ahilyanagar"), ("PONDICHERRY", "Puducherry"), ("Rampur", "Raipur")],
)
def test_a_person_has_to_say(old: str, new: str) -> None:
    assert likeness(old, new) is Likeness.DOUBTFUL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Odisha", "Odisha"),
        ("Odisha", "ODISHA"),
        ("Jammu and Kashmir", "Jammu And Kashmir"),
        ("Agar-Malwa", "AGAR MALWA"),
    ],
)
def test_a_list_in_capitals_teaches_nothing(old: str, new: str) -> None:
    assert likeness(old, new) is Likeness.SAME


def test_upper_case_gives_way_to_title_case_and_never_comes_back() -> None:
    assert likeness("PURI", "Puri") is Likeness.RESPELLED
    assert likeness("Puri", "PURI") is Likeness.SAME


def test_names_in_other_scripts_are_never_judged_by_ear() -> None:
    assert likeness("ନୀଳାଦ୍ରି", "ନୀଳାଦ୍ରୀ") is Likeness.DOUBTFUL
    assert squeezed("पूरी") != squeezed("परी")


def test_the_name_of_the_whole() -> None:
    assert [whole(n) for n in ("Jalah (Pt)", "Sidli (Pt-II)", "Bongaigaon(Part)", "Patna (Rural)")] == [
        "Jalah",
        "Sidli",
        "Bongaigaon",
        "Patna (Rural)",
    ]


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_a_distance(a: str, b: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) is (a == b)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_can_be_compared(a: str, b: str) -> None:
    assert likeness(a, b) in Likeness
    assert likeness(a, a) is Likeness.SAME
