"""`diff` tells compatible from breaking, and shows each break by a record."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from small_standards import Edit, MakeFolder

from jjm.standards import Catalogue, RecordValidator, diff, load, make_record, sample_id

S, H, V, K, OD = (
    "registries/assets/scheme.yaml",
    "registries/people/household.yaml",
    "registries/administration/village.yaml",
    "codes/scheme-kind.csv",
    "states/IN-OD.yaml",
)
NOTE = "        note: {title: {en: Note, hi: टिप्पणी}, type: string, maxLength: 500}\n"
WIND = "  wind: {title: {en: Wind, hi: पवन}, type: boolean}\n"
OPTIONAL = "  solar: {title: {en: Solar, hi: सौर}, type: boolean}\n"
MVS = "MVS,Multi village scheme,बहु ग्राम योजना,Operational Guidelines 2019,2026-11-01\n"

# What is edited, the place it is told at, and what the new edition says against the record shown.
REFUSED: dict[str, tuple[Edit, str, str]] = {
    "an optional field is taken out": ((S, OPTIONAL, ""), "/properties/solar", "/solar: `solar` is not a field"),
    "an optional field becomes required": (
        (S, "required: [villages, name, kind]", "required: [villages, name, kind, solar]"),
        "/properties/solar/required",
        "/solar: `solar` is missing",
    ),
    "a new field is required": ((S, OPTIONAL, OPTIONAL + WIND), "/properties/wind", "/wind: `wind` is missing"),
    "a text gets shorter": ((S, "maxLength: 200", "maxLength: 100"), "/properties/name/maxLength", "101 characters"),
    "a text gets a least length": (
        (S, "type: string, maxLength: 200", "type: string, minLength: 2, maxLength: 200"),
        "/properties/name/minLength",
        "fewer than 2",
    ),
    "a maximum goes down": (
        (S, "maximum: 1000", "maximum: 900"),
        "/properties/design_population/maximum",
        "1000 is more than 900 person",
    ),
    "a minimum goes up": (
        (S, "minimum: 0, maximum: 5000", "minimum: 1, maximum: 5000"),
        "/properties/capacity/minimum",
        "",
    ),
    "a pattern gets narrower": (
        (S, "^[A-Z]{2}[0-9]{4}$", "^[A-Z]{2}[0-9]{3}[1-9]$"),
        "/properties/number/pattern",
        "'AA0000' does not have the form",
    ),
    "any text becomes a web address": (
        (S, "type: string, maxLength: 500}", "type: string, maxLength: 500, format: uri}"),
        "/properties/milestones/items/properties/note/format",
        "/milestones/0/note",
    ),
    "a list gets shorter": ((S, "maxItems: 50", "maxItems: 5"), "/properties/villages/maxItems", "6 entries"),
    "a number becomes a whole number": (
        (S, "type: number, minimum", "type: integer, minimum"),
        "/properties/capacity/type",
        "is not a whole number",
    ),
    "a text becomes a number": (
        (S, "type: string, pattern: '^[A-Z]{2}[0-9]{4}$'", 'type: integer, x-unit: "1"'),
        "/properties/number/type",
        "is not a whole number",
    ),
    "a field inside a list is taken out": (
        (S, NOTE, ""),
        "/properties/milestones/items/properties/note",
        "/milestones/0/note: `note` is not a field",
    ),
    "free content is closed": (
        (S, "type: object, x-open: true", "type: object, properties: {a: {title: {en: A, hi: अ}, type: boolean}}"),
        "/properties/notes/x-open",
        "/notes/note",
    ),
    "a code is taken out": ((K, MVS, ""), "/MVS", "'MVS' is not a code of the list `scheme-kind`"),
    "a State narrows more": ((OD, "maximum: 50", "maximum: 40"), "/tighten/household/members", "more than 40 person"),
    "a State requires more": (
        (OD, "household: [head_name]", "household: [head_name, phone]"),
        "/require/household",
        "/phone: `phone` is missing",
    ),
    "a State takes out a code": ((OD, "code: MEGA", "code: GIGA"), "/codes/scheme-kind", "'MEGA' is not a code"),
    "a State's own field gets shorter": (
        (OD, "maxLength: 40", "maxLength: 30"),
        "/extend/scheme/properties/cluster",
        "/ext/in_od/cluster",
    ),
}

# These records pass, and are misread, shown too widely or not found: the words must say so.
MISREAD: dict[str, tuple[Edit, str, str]] = {
    "the unit changes": ((S, "x-unit: m3/d", "x-unit: L/d"), "/properties/capacity/x-unit", "another amount"),
    "a reference points elsewhere": (
        (S, "items: {x-ref: village}", "items: {x-ref: state}"),
        "/properties/villages/items/x-ref",
        "`state`",
    ),
    "a whole number becomes a number": (
        (S, "type: integer\n    minimum: 0", "type: number\n    minimum: 0"),
        "/properties/design_population/type",
        "is now a number",
    ),
    "a day becomes text": (
        (S, "type: string, format: date}", "type: string}"),
        "/properties/commissioned_on/type",
        "is now text",
    ),
    "the plural changes": ((S, "plural: schemes", "plural: water_schemes"), "/x-jjm/plural", "/api/v1/schemes"),
    "the id changes": ((S, "SCH-{state}-", "SC-{state}-"), "/x-jjm/id", "two ids"),
    "the authority changes": ((S, "authority: state", "authority: centre"), "/x-jjm/authority", "`centre`"),
    "personal data is shown": (
        (H, "maxLength: 200, x-personal: personal", "maxLength: 200"),
        "/properties/head_name/x-personal",
        "in confidence",
    ),
    "sensitive data becomes personal": (
        (H, "x-personal: sensitive", "x-personal: personal"),
        "/properties/account/x-personal",
        "in confidence",
    ),
    "a public type is closed": (
        (S, "authority: state", "authority: state\n  public: false"),
        "/x-jjm/public",
        "refused",
    ),
    "a rule of uniqueness is added": (
        (V, "search: [name]", "unique: [[name]]\n  search: [name]"),
        "/x-jjm/unique",
        "second record",
    ),
    "the place changes": ((H, "  by_state: true\n", ""), "/x-jjm/by_state", "built anew"),
}

COMPATIBLE: dict[str, tuple[Edit, str]] = {
    "an optional field is added": ((S, OPTIONAL, OPTIONAL + WIND), "additive"),
    "a text gets longer": ((S, "maxLength: 200", "maxLength: 300"), "additive"),
    "a maximum goes up": ((S, "maximum: 1000", "maximum: 2000"), "additive"),
    "a limit is taken out": ((S, "minimum: 0, maximum: 5000, ", ""), "additive"),
    "a pattern gets wider": ((S, "^[A-Z]{2}[0-9]{4}$", "^[A-Z]{1,2}[0-9]+$"), "additive"),
    "a pattern says the same": ((S, "^[A-Z]{2}[0-9]{4}$", "^[A-Z][A-Z][0-9][0-9]{3}$"), "additive"),
    "a length that the pattern had anyway": (
        (S, "'^[A-Z]{2}[0-9]{4}$'", "'^[A-Z]{2}[0-9]{4}$', maxLength: 6"),
        "additive",
    ),
    "a required field becomes optional": (
        (S, "required: [villages, name, kind]", "required: [villages, name]"),
        "additive",
    ),
    "a web address becomes any text": ((S, "type: string, format: uri", "type: string"), "additive"),
    "a code is added": ((K, MVS, MVS + "RWS,Regional,क्षेत्रीय,Guidelines,2026-11-01\n"), "additive"),
    "a list gets longer": ((S, "maxItems: 50, ", ""), "additive"),
    "a State widens again": ((OD, "maximum: 50", "maximum: 60"), "additive"),
    "a title changes": ((S, "{en: Solar, ", "{en: Solar pump, "), "editorial"),
    "a code is called otherwise": ((K, "Single village scheme", "Single-village scheme"), "editorial"),
    "an index is added": ((S, "index: [name,", "index: [solar, name,"), "editorial"),
}


def _required_new(edit: Edit) -> tuple[Edit, ...]:
    if "wind" in edit[2]:
        return edit, (S, "required: [villages, name, kind]", "required: [villages, name, kind, wind]")
    return (edit,)


def _validate(catalogue: Catalogue, subject: str, record: dict[str, object], state: str | None) -> list[str]:
    name = subject if subject in catalogue.types else "household" if "village" in record else "scheme"
    return [str(fault) for fault in RecordValidator(catalogue.types[name], catalogue).validate(record, state)]


@pytest.mark.parametrize("case", REFUSED)
def test_a_break_of_validation_is_shown_by_a_record_that_only_the_old_edition_allows(
    case: str, make_folder: MakeFolder
) -> None:
    edit, pointer, says = REFUSED[case]
    old = load(make_folder(name="old"))
    new = load(make_folder(*_required_new(edit), name="new"))
    verdict = diff(old, new)
    assert not verdict.compatible
    finding = next(f for f in verdict.findings if f.effect == "breaking")
    assert finding.pointer == pointer
    assert finding.remedy
    assert finding.refusal is not None
    assert says in finding.refusal
    assert finding.record is not None
    state = "IN-OD" if finding.subject.startswith("states/") else None
    assert _validate(old, finding.subject, finding.record, state) == []
    assert _validate(new, finding.subject, finding.record, state)


@pytest.mark.parametrize("case", MISREAD)
def test_a_break_of_meaning_or_storage_is_told_with_a_record_that_it_concerns(
    case: str, make_folder: MakeFolder
) -> None:
    edit, pointer, says = MISREAD[case]
    old = load(make_folder(name="old"))
    verdict = diff(old, load(make_folder(edit, name="new")))
    finding = next(f for f in verdict.findings if f.effect == "breaking")
    assert (finding.pointer, finding.refusal) == (pointer, None)
    assert says in finding.message
    assert finding.remedy
    assert finding.record is not None
    assert _validate(old, finding.subject, finding.record, None) == []


@pytest.mark.parametrize("case", COMPATIBLE)
def test_what_breaks_nothing_is_compatible(case: str, make_folder: MakeFolder) -> None:
    edit, effect = COMPATIBLE[case]
    verdict = diff(load(make_folder(name="old")), load(make_folder(edit, name="new")))
    assert verdict.compatible
    assert {f.effect for f in verdict.findings} <= {effect}


@pytest.mark.parametrize("case", COMPATIBLE)
def test_compatible_editions_take_300_old_records_of_each_type(case: str, make_folder: MakeFolder) -> None:
    old, new = load(make_folder(name="old")), load(make_folder(COMPATIBLE[case][0], name="new"))
    rng = Random(case)
    for name, standard in old.types.items():
        rules = RecordValidator(new.types[name], new)
        for state in (None, "21"):
            records = (make_record(standard, old, rng, lambda t: sample_id(old, t), state=state) for _ in range(150))
            assert [fault for record in records for fault in rules.validate(record, state)] == []


def test_the_same_standards_differ_in_nothing(make_folder: MakeFolder) -> None:
    verdict = diff(load(make_folder(name="old")), load(make_folder(name="new")))
    assert (verdict.findings, verdict.versions) == ((), ())


@pytest.mark.parametrize(
    ("edit", "version", "wanted"),
    [
        ((S, OPTIONAL, ""), "1.3.0", "2.0.0"),
        ((S, OPTIONAL, ""), "2.0.0", None),
        ((S, "maximum: 1000", "maximum: 2000"), "1.2.1", "1.3.0"),
        ((S, "maximum: 1000", "maximum: 2000"), "1.3.0", None),
        ((S, "{en: Solar, ", "{en: Solar pump, "), "1.2.0", "1.2.1"),
        ((S, "{en: Solar, ", "{en: Solar pump, "), "1.2.1", None),
        ((K, MVS, ""), "1.3.0", "2.0.0"),
        ((S, "x-code: milestone}", "x-code: milestone, x-source: Guidelines}"), "1.2.0", "1.2.1"),
        ((S, "title", "title"), "1.1.9", "1.2.0"),
    ],
)
def test_the_version_number_must_say_how_much_has_changed(
    edit: Edit, version: str, wanted: str | None, make_folder: MakeFolder
) -> None:
    raised = (S, "scheme/1.2.0", f"scheme/{version}")
    verdict = diff(load(make_folder(name="old")), load(make_folder(edit, raised, name="new")))
    if wanted is None:
        assert verdict.versions == ()
    else:
        [fault] = verdict.versions
        assert fault.pointer == "/$id"
        assert wanted in fault.remedy


def test_versions_are_told_in_the_order_of_the_types(make_folder: MakeFolder) -> None:
    old = load(make_folder())
    new = replace(old, types={name: replace(t, plural_title={"en": "Others"}) for name, t in old.types.items()})
    assert [fault.subject for fault in diff(old, new).versions] == list(old.types)


def test_a_field_that_looks_renamed_is_said_to_be(make_folder: MakeFolder) -> None:
    renamed = (S, "  solar: {", "  solar_power: {")
    verdict = diff(load(make_folder(name="old")), load(make_folder(renamed, name="new")))
    [finding] = [f for f in verdict.findings if f.effect == "breaking"]
    assert "`solar_power` looks like its new name" in finding.message


def test_a_type_taken_out_is_breaking_and_a_new_one_is_not(make_folder: MakeFolder) -> None:
    whole = load(make_folder())
    lean = replace(whole, types={name: t for name, t in whole.types.items() if name != "household"})
    verdict = diff(whole, lean)
    assert [f.message for f in verdict.findings if f.effect == "breaking"] == ["the type `household` was taken out"]
    assert diff(lean, whole).compatible


def test_the_verdict_is_json(make_folder: MakeFolder) -> None:
    verdict = diff(load(make_folder(name="old")), load(make_folder((S, OPTIONAL, ""), name="new"))).as_json()
    assert verdict["compatible"] is False
    assert verdict["findings"][0]["subject"] == "scheme"
