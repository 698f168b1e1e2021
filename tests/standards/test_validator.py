"""A record is checked against its standard: what is wrong, where, what to write, and never a personal value."""

from __future__ import annotations

from typing import Any

import pytest
from small_standards import MakeFolder

from jjm.standards import Catalogue, RecordValidator, load, record_schema, validators

SCHEME: dict[str, Any] = {"name": "Barkote piped water", "kind": "SVS", "villages": ["VIL-399515"]}
HOUSEHOLD: dict[str, Any] = {"village": "VIL-399515"}

# Values added to a valid scheme, where the fault is, what is said, and what to write.
SLIPS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a wrong kind": ({"solar": "yes"}, "/solar", "'yes' is not true or false", "write true or false"),
    "nothing": ({"solar": None}, "/solar", "is null", "leave the field out"),
    "an unknown field": ({"locaton": 1}, "/locaton", "not a field", "did you mean `location`?"),
    "a code in small letters": ({"kind": "svs"}, "/kind", "'svs' is not a code", "did you mean `SVS`?"),
    "no such code": ({"kind": "UNKNOWN"}, "/kind", "not a code of the list `scheme-kind`", "SVS, MVS"),
    "too much": ({"design_population": 1001}, "/design_population", "more than 1000 person", "at most 1000 person"),
    "too little": ({"capacity": -0.5}, "/capacity", "-0.5 is less than 0 m3/d", "at least 0 m3/d"),
    "a fraction": ({"design_population": 1.5}, "/design_population", "1.5 is not a whole number", "a whole number"),
    "a number as text": ({"design_population": "12"}, "/design_population", "'12' is not a whole number", "a whole"),
    "too long": ({"name": "x" * 201}, "/name", "201 characters", "at most 200 characters"),
    "another form": ({"number": "A1"}, "/number", "'A1' does not have the form", "^[A-Z]{2}[0-9]{4}$"),
    "no day": ({"commissioned_on": "2023-02-29"}, "/commissioned_on", "'2023-02-29' is not a day", "YYYY-MM-DD"),
    "a day before the calendar": ({"commissioned_on": "1799-12-31"}, "/commissioned_on", "not a day", "from 1800"),
    "a day after it": ({"commissioned_on": "2201-01-01"}, "/commissioned_on", "not a day", "to 2200"),
    "an instant without a zone": ({"read_at": "2026-01-01T10:00:00"}, "/read_at", "not an instant", "ssZ"),
    "no address": ({"site": "not a page"}, "/site", "not a web address", "(URI)"),
    "places swapped": ({"location": {"type": "Point", "coordinates": [21, 184]}}, "/location", "GeoJSON", "longitude"),
    "a place with height": (
        {"location": {"type": "Point", "coordinates": [84, 21, 3]}},
        "/location",
        "GeoJSON",
        "[longitude, latitude]",
    ),
    "a code inside a list": ({"milestones": [{"kind": "x"}]}, "/milestones/0/kind", "list `milestone`", "sanction"),
    "missing inside a list": ({"milestones": [{}]}, "/milestones/0/kind", "`kind` is missing", "a code of the list"),
    "a list too long": ({"villages": ["VIL-1"] * 51}, "/villages", "51 entries, more than 50", "at most 50 entries"),
    "an id that is a number": ({"villages": [399515]}, "/villages/0", "399515 is not the id", "of type `village`"),
    "a character that no text holds": ({"name": "a\x00b"}, "/name", "U+0000", "leave that character out"),
    "that character in free content": ({"notes": {"a": {"b": ["\x00"]}}}, "/notes", "not an object of free", "free"),
    "a State's field that is not there": (
        {"ext": {"in_od": {"cluster": "x", "clustr": 1}}},
        "/ext/in_od/clustr",
        "not a",
        "`cluster`?",
    ),
    "an unknown State": ({"ext": {"in_xx": {}}}, "/ext/in_xx", "not a field", "in_od"),
    "half an external id": ({"external_ids": [{"system": "imis"}]}, "/external_ids/0/value", "`value`", "add `value`"),
}

GOOD: dict[str, dict[str, Any]] = {
    "all kinds": {
        "villages": ["VIL-399515"],
        "design_population": 1000,
        "capacity": 12.5,
        "location": {"type": "Point", "coordinates": [84.1, 21.9]},
        "commissioned_on": "2024-02-29",
        "read_at": "2026-01-01T10:00:00.123456+05:30",
        "site": "https://example.in/x",
        "number": "AB1234",
        "solar": True,
        "notes": {"free": [1, "two", None, {"three": 3.0}]},
        "milestones": [{"kind": "sanction", "note": ""}],
    },
    "the first and the last day": {"commissioned_on": "1800-01-01", "read_at": "2200-12-31T23:59:59Z"},
    "other systems' ids": {"external_ids": [{"system": "imis", "value": "12", "valid_from": "2020-01-01"}]},
    "a State's field": {"ext": {"in_od": {"cluster": "North"}}},
    "a State's code": {"kind": "MEGA"},
}


@pytest.fixture
def catalogue(make_folder: MakeFolder) -> Catalogue:
    """The small standards."""
    return load(make_folder())


@pytest.fixture
def scheme(catalogue: Catalogue) -> RecordValidator:
    """The rules of schemes."""
    return validators(catalogue)["scheme"]


@pytest.fixture
def household(catalogue: Catalogue) -> RecordValidator:
    """The rules of households."""
    return validators(catalogue)["household"]


@pytest.mark.parametrize("case", GOOD)
def test_a_record_that_follows_the_standard_passes(case: str, scheme: RecordValidator) -> None:
    assert scheme.validate(SCHEME | GOOD[case]) == []
    assert scheme.is_valid(SCHEME | GOOD[case])


@pytest.mark.parametrize("case", SLIPS)
def test_a_slip_is_told_once_with_its_place_and_remedy(case: str, scheme: RecordValidator) -> None:
    added, pointer, says, remedy = SLIPS[case]
    assert not scheme.is_valid(SCHEME | added)
    [fault] = scheme.validate(SCHEME | added)
    assert fault.pointer == pointer
    assert says in fault.message
    assert remedy in fault.remedy


def test_all_slips_are_told_at_once(scheme: RecordValidator) -> None:
    record = {"kind": "x", "solar": 3, "design_population": -1, "what": 1, "villages": []}
    pointers = {fault.pointer for fault in scheme.validate(record)}
    assert pointers == {"/kind", "/solar", "/design_population", "/what", "/name"}


def test_the_value_is_shown_unless_it_is_personal(scheme: RecordValidator, household: RecordValidator) -> None:
    [open_fault] = scheme.validate(SCHEME | {"number": "A1"})
    assert open_fault.value == "A1"
    secrets: dict[str, Any] = {"head_name": "Sita " * 60, "phone": "Sita", "account": "Sita" * 9}
    faults = household.validate(HOUSEHOLD | secrets)
    assert {fault.pointer for fault in faults} == {"/head_name", "/phone", "/account"}
    assert not any("Sita" in str(fault.as_json()) for fault in faults)


def test_a_value_under_an_unknown_name_is_not_shown(household: RecordValidator) -> None:
    [fault] = household.validate(HOUSEHOLD | {"head_nmae": "Sita"})
    assert "Sita" not in str(fault.as_json())


@pytest.mark.parametrize("value", ["\ud800", b"bytes", object(), {1: 2}])
def test_what_json_cannot_carry_is_refused_and_does_not_crash(value: object, scheme: RecordValidator) -> None:
    assert not scheme.is_valid(SCHEME | {"name": value})
    assert scheme.validate(SCHEME | {"name": value})


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 10**400, float("inf"), float("nan")])
def test_numbers_stay_where_every_reader_keeps_them(number: float, make_folder: MakeFolder) -> None:
    folder = make_folder(("registries/assets/scheme.yaml", "minimum: 0, maximum: 5000, ", ""))
    rules = validators(load(folder))["scheme"]
    assert rules.is_valid(SCHEME | {"capacity": 2**53})
    assert not rules.is_valid(SCHEME | {"capacity": number})


def test_a_text_without_a_limit_has_one_all_the_same(make_folder: MakeFolder) -> None:
    folder = make_folder(("registries/assets/scheme.yaml", "type: string, maxLength: 200}", "type: string}"))
    rules = validators(load(folder))["scheme"]
    assert rules.is_valid(SCHEME | {"name": "x" * 10_000})
    assert not rules.is_valid(SCHEME | {"name": "x" * 10_001})


@pytest.mark.parametrize("state", ["21", "IN-OD"])
def test_a_states_rules_hold_for_its_records_alone(state: str, household: RecordValidator) -> None:
    large = HOUSEHOLD | {"members": 60, "head_name": "x"}
    assert household.is_valid(large)
    assert household.is_valid(large, "18")
    [fault] = household.validate(large, state)
    assert (fault.pointer, fault.remedy) == ("/members", "write at most 50 person")
    [missing] = household.validate(HOUSEHOLD, state)
    assert missing.pointer == "/head_name"


def test_a_states_own_required_fields_and_codes(scheme: RecordValidator) -> None:
    own = SCHEME | {"kind": "MEGA", "ext": {"in_od": {"cluster": "North"}}}
    assert scheme.is_valid(own, "21")
    assert [f.pointer for f in scheme.validate(SCHEME, "21")] == ["/ext"]
    assert [f.pointer for f in scheme.validate(SCHEME | {"ext": {"in_od": {}}}, "21")] == ["/ext/in_od/cluster"]
    assert {f.pointer for f in scheme.validate(own, "18")} == {"/kind", "/ext/in_od"}


def test_what_stands_beside_the_fields_is_told_in_words_too(scheme: RecordValidator) -> None:
    [fault] = scheme.validate(SCHEME | {"external_ids": "SC-1"})
    assert (fault.message, fault.remedy) == ("'SC-1' is not a list", "write a list")
    deep: dict[str, object] = {}
    for _ in range(400):
        deep = {"inside": deep}
    [fault] = scheme.validate(SCHEME | {"ext": deep})
    assert fault.message == "this is nested too deeply"


def test_the_schema_is_plain_json_schema_with_titles_and_units(catalogue: Catalogue) -> None:
    schema = record_schema(catalogue.types["scheme"], catalogue)
    assert schema["title"] == "Water supply scheme"
    assert schema["properties"]["capacity"]["x-unit"] == "m3/d"
    assert schema["properties"]["kind"]["enum"] == ["SVS", "MVS", "MEGA"]
    assert schema["additionalProperties"] is False
    words = {word for word in str(schema).replace("'", " ").split() if word.startswith("x-")}
    assert words == {"x-unit"}
