"""A faulty file is refused, and each fault names file, line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_standards import FILES, HOUSEHOLD, Edit, MakeFolder

from jjm.kit import Fault, Problem
from jjm.standards import check, load

S, H, V, K, OD = (
    "registries/assets/scheme.yaml",
    "registries/people/household.yaml",
    "registries/administration/village.yaml",
    "codes/scheme-kind.csv",
    "states/IN-OD.yaml",
)
SOLAR = "  solar: {title: {en: Solar, hi: सौर}, type: boolean}\n"

# An edit, what is said on the first line that it changed, and what to write instead.
FAULTS: dict[str, tuple[Edit, str, str]] = {
    "brackets stay open": ((S, "{en: Solar, hi: सौर}", "{en: Solar, hi: सौर"), "not YAML", "brackets"),
    "a key is written twice": ((S, SOLAR, SOLAR + SOLAR), "written twice", "the other is on line"),
    "a tag": ((S, "{en: Solar,", "{en: !python Solar,"), "kind that standards do not use", "quotes"),
    "a word is misspelt": ((S, "maxLength: 200", "maxLenght: 200"), "`maxLenght`", "did you mean `maxLength`?"),
    "a type is misspelt": ((S, "type: boolean", "type: bolean"), "`type: bolean`", "did you mean `boolean`?"),
    "a word of another kind": ((S, "type: boolean", "type: boolean, maximum: 1"), "does not go with", "leave it out"),
    "an enum": ((S, "type: boolean", "type: string, enum: [a]"), "`enum` is not in the dialect", "x-code"),
    "a condition": ((S, "x-jjm:", "oneOf: []\nx-jjm:"), "`oneOf` is not in the dialect", "description"),
    "no Hindi title": ((S, "{en: Solar, hi: सौर}", "{en: Solar}"), "`hi` of `title` is missing", "add `hi`"),
    "no title": ((S, "solar: {title: {en: Solar, hi: सौर}, ", "solar: {"), "`title`", "add `title`"),
    "no unit": ((S, "    x-unit: person\n", ""), "`x-unit`", 'x-unit: "1"'),
    "a unit that is a number": ((S, "x-unit: m3/d", "x-unit: 1"), "`x-unit: 1`", 'x-unit: "1"'),
    "a comma without quotes": ((S, "hi: सौर}", "hi: सौर, पंप}"), "has no content", "quotes"),
    "a name in capitals": ((S, "solar:", "Solar:"), "`Solar`", "snake_case"),
    "nothing inside": ((S, "type: object, x-open: true", "type: object"), "`properties` of `notes`", "x-open"),
    "no words of the node": ((S, "  plural: schemes\n", ""), "`plural` of `x-jjm`", "add `plural`"),
    "a bad version": ((S, "scheme/1.2.0", "scheme/1.2"), "`$id: jjm", "major.minor.patch"),
    "another type's name": ((S, "assets/scheme/", "assets/pump/"), "`pump`", "rename the file to `pump.yaml`"),
    "another group": ((S, "group: assets", "group: people"), "folder `assets`", "group: assets"),
    "a plural that is taken": ((S, "plural: schemes", "plural: villages"), "that of `village`", "own plural"),
    "a plural of the API": ((S, "plural: schemes", "plural: changes"), "API uses itself", "another plural"),
    "a reserved name": ((S, "solar:", "source:"), "`source` is reserved", "scheme_source"),
    "a name of lists": ((S, "solar:", "limit:"), "`limit` is reserved", "scheme_limit"),
    "a reference to nothing": ((S, "x-ref: village", "x-ref: vilage"), "no registry type", "did you mean `village`?"),
    "a list of codes that is not there": (
        (S, "x-code: milestone", "x-code: milestones"),
        "names no codelist",
        "did you mean `milestone`?",
    ),
    "an authority of a field of the State's own record": (
        (S, "type: boolean}", "type: boolean, x-authority: state}"),
        "says nothing",
        "authority: centre",
    ),
    "an area that is none": ((S, "area: villages", "area: kind"), "does not point to an area", "state, village"),
    "an area that is no field": ((S, "area: villages", "area: vilages"), "not a field", "`villages`?"),
    "an id without a place": ((S, "  area: villages\n", ""), "`{state}`", "area: village"),
    "a place that may be absent": (
        (S, "required: [villages, ", "required: ["),
        "`{state}` comes from `villages`",
        "add `villages` to `required`",
    ),
    "a check of nothing": ((S, "{serial}-", ""), "`{check}`", "add `{serial}`"),
    "an id of a field that is not there": ((V, "VIL-{code}", "VIL-{cod}"), "`{cod}`", "did you mean `code`?"),
    "an id of a field that may be absent": ((V, "VIL-{code}", "VIL-{name}"), "may be absent", "`required`"),
    "an id that is personal": ((H, "{serial}-{check}", "{head_name}"), "personal", "leave it out"),
    "ids like another type's": ((H, "HHD-{state}", "SCH-{state}"), "`scheme`", "letters of the type's own"),
    "an index of nothing": ((S, "index: [name,", "index: [nam,"), "`nam`", "did you mean `name`?"),
    "an index of an object": ((S, "index: [name,", "index: [notes,"), "cannot be used for `index`", "one value"),
    "a search in numbers": ((S, "search: [name]", "search: [capacity]"), "`capacity`", "a text"),
    "a required field that is not there": ((S, "name, kind]", "name, kinds]"), "`kinds`", "`kind`?"),
    "a limit that nothing meets": ((S, "minimum: 0, maximum: 5000", "minimum: 9, maximum: 5"), "no number", "minimum"),
    "a pattern that is none": ((S, "^[A-Z]{2}[0-9]{4}$", "^[A-Z"), "pattern cannot be used", "regular expression"),
    "a pattern that looks ahead": ((S, "^[A-Z]{2}[0-9]{4}$", "^(?=A)"), "pattern cannot be used", "look-around"),
    "a pattern that nothing meets": (
        (S, "'^[A-Z]{2}[0-9]{4}$'", "'^[A-Z]{2}[0-9]{4}$', maxLength: 5"),
        "no text of 0 to 5 characters",
        "regular expression",
    ),
    "an example that is not allowed": (
        (V, "title: {en: LGD code", "x-example: x, title: {en: LGD code"),
        "example",
        "allows",
    ),
    "a personal type made public": ((H, "area: village", "area: village\n  public: true"), "never public", "false"),
    "a rank above its parent": ((V, "rank: 5", "rank: 0"), "cannot lie in it", "rank above 0"),
    "a parent that is no area": ((V, "parents: [state]", "parents: [name]"), "does not point to an area", "reference"),
    "a column is missing": ((K, "source_date\n", "date\n"), "`source_date` is missing", "begin the file"),
    "a code is there twice": ((K, "MVS,", "SVS,"), "`SVS` is there twice", "line 2"),
    "a code with a space": ((K, "MVS,", "M VS,"), "cannot be a code", "ASCII"),
    "no Hindi word": ((K, "बहु ग्राम योजना", ""), "`hi` of `MVS` is empty", "Hindi"),
    "no source": ((K, "योजना,Operational Guidelines 2019", "योजना,"), "`source` of `SVS`", "comes from"),
    "a day that is none": ((K, "2026-11-01", "2026-02-30"), "`2026-02-30` is not a day", "YYYY-MM-DD"),
    "a cell too many": ((K, "Multi village", "Multi, village"), "6 cells", "double quotes"),
    "another State's name": ((OD, "iso: IN-OD", "iso: IN-AS"), "speaks for `IN-AS`", "rename"),
    "a State loosens a number": ((OD, "maximum: 50", "maximum: 150"), "at most 100", "at most 100"),
    "a State narrows to nothing": ((OD, "maximum: 50", "maximum: -1"), "leaves no value", "some value"),
    "a State changes a type": ((OD, "maximum: 50", "type: string"), "`type`", "maximum"),
    "a State narrows what is not there": ((OD, "{members:", "{member:"), "no national field", "`members`?"),
    "a State redefines a field": ((OD, "cluster: {title", "kind: {title"), "a national field", "tighten"),
    "a State asks about persons in a public place": (
        (OD, "type: string, maxLength: 40", "type: string, maxLength: 40, x-personal: personal"),
        "`cluster` is about persons",
        "such as `household`",
    ),
    "a State takes something out": ((OD, "tighten:", "remove: [x]\ntighten:"), "`remove`", "known"),
    "a State redefines a code": ((OD, "code: MEGA", "code: SVS"), "keeps that meaning", "another name"),
    "a State adds to no list": ((OD, "scheme-kind:", "scheme-kinds:"), "no national codelist", "`scheme-kind`?"),
    "a State speaks of no type": ((OD, "household: [head", "housholds: [head"), "no registry type", "`household`?"),
    "a State requires what is not there": ((OD, "[head_name]", "[head]"), "no national field", "`head_name`?"),
    "a State's field without a unit": (
        (OD, "type: string, maxLength: 40", "type: integer"),
        "`x-unit` of `cluster`",
        "add `x-unit`",
    ),
}
# Where something was taken out, the fault stands at what is left.
ELSEWHERE = {
    "brackets stay open": "notes:",
    "no unit": "design_population:",
    "no words of the node": "x-jjm:",
    "an id without a place": "  id:",
    "a place that may be absent": "  id:",
}


def _line(case: str, folder: Path) -> int:
    file = FAULTS[case][0][0]
    lines = (folder / file).read_text("utf-8").splitlines()
    if words := ELSEWHERE.get(case):
        return next(number for number, line in enumerate(lines, start=1) if words in line)
    pairs = zip(lines, FILES[file].splitlines(), strict=False)
    return next(number for number, (now, was) in enumerate(pairs, start=1) if now != was)


def _matching(faults: list[Fault], folder: Path, file: str) -> list[Fault]:
    return [fault for fault in faults if fault.file == str(folder / file)]


def test_the_small_standards_have_no_fault(make_folder: MakeFolder) -> None:
    assert check(make_folder()) == []


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_names_its_line_and_its_remedy(case: str, make_folder: MakeFolder) -> None:
    edit, says, remedy = FAULTS[case]
    folder = make_folder(edit)
    fitting = [f for f in _matching(check(folder), folder, edit[0]) if says in f.message and remedy in f.remedy]
    assert fitting, [str(fault) for fault in check(folder)]
    assert fitting[0].line == _line(case, folder)


@pytest.mark.parametrize("case", FAULTS)
def test_one_slip_is_told_in_few_words(case: str, make_folder: MakeFolder) -> None:
    faults = check(make_folder(FAULTS[case][0]))
    told = [str(fault) for fault in faults]
    assert len(told) <= (30 if case == "brackets stay open" else 3), told


def test_all_faults_come_at_once_in_the_order_of_files_and_lines(make_folder: MakeFolder) -> None:
    folder = make_folder(
        (S, "maxLength: 200", "maxLenght: 200"), (S, "x-ref: village", "x-ref: v"), (K, "MVS,", "SVS,")
    )
    with pytest.raises(Problem) as caught:
        load(folder)
    problem = caught.value
    assert (problem.code, len(problem.faults)) == ("standards-faulty", 3)
    assert [Path(f.file or "").name for f in problem.faults] == ["scheme-kind.csv", "scheme.yaml", "scheme.yaml"]
    assert "scheme.yaml:6:" in str(problem)


def test_a_misplaced_or_misnamed_file_is_not_overlooked(make_folder: MakeFolder) -> None:
    folder = make_folder()
    (folder / "registries/pump.yaml").write_text("x: 1")
    (folder / "registries/assets/pump.yml").write_text("x: 1")
    (folder / "codes/Pump Kind.csv").write_text("x")
    (folder / "registries/README.md").write_text("welcome")
    names = sorted(Path(fault.file or "").name for fault in check(folder))
    assert names == ["Pump Kind.csv", "pump.yaml", "pump.yml"]


def test_one_type_in_two_folders_is_a_fault(make_folder: MakeFolder) -> None:
    folder = make_folder()
    (folder / "registries/entities").mkdir()
    (folder / "registries/entities/household.yaml").write_text(HOUSEHOLD.replace("people", "entities"), "utf-8")
    assert any("also declared in registries/entities/household.yaml" in fault.message for fault in check(folder))


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert [fault.message for fault in check(tmp_path)] == ["there are no registry types in this folder"]


def test_a_file_that_is_not_utf8_is_named_with_its_line(make_folder: MakeFolder) -> None:
    folder = make_folder()
    path = folder / K
    path.write_bytes(path.read_bytes() + "X,Café,हि,s,2026-11-01\n".encode("latin-1", "replace"))
    assert any(f.line == 4 and "UTF-8" in f.message for f in check(folder))


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(make_folder: MakeFolder) -> None:
    folder = make_folder()
    for file in (S, K):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert check(folder) == []
