"""Limits are standards with a date: amendments take over what they do not change, faults have line and remedy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from small_standards import write_folder

from jjm.standards import Catalogue, Span, check, default_folder, edition_on, load

PARAMETERS = """\
code,en,hi,source,source_date,unit
f,Fluoride,फ्लोराइड,IS 10500:2012,2026-11-01,mg/L
mg,Magnesium,मैग्नीशियम,IS 10500:2012,2026-11-01,mg/L
ph,pH,पीएच,IS 10500:2012,2026-11-01,1
so4,Sulphate,सल्फेट,IS 10500:2012,2026-11-01,mg/L
ecoli,E. coli,ई. कोलाई,IS 10500:2012,2026-11-01,CFU/100 mL
"""
BASE = """\
$id: jjm:limits/small/1.0.0
title: {en: Small, hi: छोटा}
standard: "IS 1"
amendment: 0
effective_from: 2012-05-01
source: invented
limits:
  f: {table: 2, kind: MAX, unit: mg/L, acceptable: 1.0, permissible: 1.5, verify: [permissible]}
  mg: {table: 2, kind: MAX, unit: mg/L, acceptable: 30, permissible: 100}
  ph: {table: 1, kind: RANGE, unit: "1", acceptable: [6.5, 8.5], permissible: NR}
  so4:
    {table: 2, kind: MAX, unit: mg/L, acceptable: 200, permissible: 400, permissible_if: {parameter: mg, at_most: 30}}
  ecoli: {table: 6, kind: NOT_DETECTABLE, unit: CFU/100 mL, detection: 3}
"""
OF_FLUORIDE = "  f: {table: 2, kind: MAX, unit: mg/L"
LATER = """\
$id: jjm:limits/small-1/1.0.0
title: {en: Small amended, hi: छोटा संशोधित}
standard: "IS 1"
amendment: 1
effective_from: 2015-06-01
amends: small
source: invented
policy: {contaminated_beyond: acceptable}
limits:
  f: {table: 2, kind: MAX, unit: mg/L, acceptable: 1.0, permissible: NR}
"""
# An edit, what is said of it, and the remedy.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a word is misspelt": ("permissible: 1.5", "permisible: 1.5", "`permisible`", "did you mean `permissible`?"),
    "a kind that is none": (OF_FLUORIDE, OF_FLUORIDE.replace("MAX", "MAXI"), "MAXI", ""),
    "a parameter that is none": ("  f: {", "  fl: {", "`fl` is no parameter", "`f`?"),
    "another unit": (OF_FLUORIDE, OF_FLUORIDE.replace("mg/L", "ug/L"), "recorded in mg/L", "in mg/L"),
    "tighter than acceptable": ("permissible: 1.5", "permissible: 0.5", "tighter than", "`NR`"),
    "a range backwards": ("[6.5, 8.5]", "[8.5, 6.5]", "from more to less", "smaller"),
    "a limit without a number": ("acceptable: 1.0, permissible: 1.5", "permissible: 1.5", "lacks `acceptable`", "add"),
    "relaxation unsaid": (", permissible: 100", "", "lacks `permissible`", "`permissible: NR`"),
    "a number for a range": ("acceptable: [6.5, 8.5]", "acceptable: 7", "a RANGE limit is not", "[6.5, 8.5]"),
    "beside nothing": ("parameter: mg, at", "parameter: ca, at", "`ca` has no limit", ""),
    "to verify what is not there": ("[permissible]", "[detection]", "`detection` is not in", "name a word"),
    "no day": ("effective_from: 2012-05-01", "effective_from: soon", "effective_from", "2015-06-01"),
    "another name": ("limits/small/", "limits/smal/", "this file is called small", "rename"),
}  # fmt: skip
LATER_FAULTS: dict[str, tuple[str, str, str, str]] = {
    "amends nothing": ("amends: small", "amends: smal", "no other edition `smal`", "did you mean `small`?"),
    "amends itself": ("amends: small", "amends: small-1", "no other edition `small-1`", ""),
    "earlier than what it amends": ("2015-06-01", "2011-06-01", "what it amends from 2012-05-01", "comes later"),
    "two on a day": ("2015-06-01", "2012-05-01", "holds from the same day", "its own day"),
}


def written(folder: Path, base: str = BASE, later: str = LATER) -> Path:
    """The small standards with two small editions."""
    write_folder(folder)
    (folder / "limits").mkdir()
    (folder / "codes/water-quality-parameter.csv").write_text(PARAMETERS, "utf-8")
    (folder / "limits/small.yaml").write_text(base, "utf-8")
    (folder / "limits/small-1.yaml").write_text(later, "utf-8")
    return folder


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The standards of the house."""
    return load(default_folder())


def test_an_amendment_takes_over_what_it_does_not_change(tmp_path: Path) -> None:
    folder = written(tmp_path / "s")
    assert check(folder) == []
    first, second = load(folder).limits.values()
    assert second.limits["mg"] == first.limits["mg"]
    assert first.limits["f"].permissible == Span(None, Decimal("1.5"))
    assert second.limits["f"].permissible is None
    assert (first.contaminated_beyond, second.contaminated_beyond) == ("permissible", "acceptable")
    assert second.own == ("f",)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_an_edition_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = FAULTS[name]
    assert before in BASE
    faults = check(written(tmp_path / "s", base=BASE.replace(before, after, 1)))
    found = [f for f in faults if message in f.message and remedy in f.remedy]
    assert found, faults
    line = BASE[: BASE.index(before)].count("\n") + 1
    assert str(found[0].file).endswith("limits/small.yaml")
    assert found[0].line in (line, line + 1)


@pytest.mark.parametrize("name", LATER_FAULTS)
def test_a_fault_between_editions_is_named(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = LATER_FAULTS[name]
    faults = check(written(tmp_path / "s", later=LATER.replace(before, after, 1)))
    assert [f for f in faults if message in f.message and remedy in f.remedy], faults


def test_editions_that_amend_each_other_are_refused_not_followed_for_ever(tmp_path: Path) -> None:
    faults = check(written(tmp_path / "s", base=BASE.replace("source:", "amends: small-1\nsource:", 1)))
    assert any("comes later" in fault.remedy for fault in faults)


def test_a_file_beside_the_editions_is_not_overlooked(tmp_path: Path) -> None:
    folder = written(tmp_path / "s")
    (folder / "limits/IS_10500.yaml").write_text(BASE, "utf-8")
    assert any("limits/is-10500-2012.yaml" in fault.remedy for fault in check(folder))


def test_the_shipped_editions_hold_69_parameters_and_change_on_their_days(shipped: Catalogue) -> None:
    editions = shipped.limits.values()
    newest = edition_on(editions, date(2026, 11, 29))
    assert newest is not None
    assert len(newest.limits) == 69
    assert edition_on(editions, date(2012, 4, 30)) is None
    amendments = [
        edition.amendment if (edition := edition_on(editions, day)) else None
        for day in (date(2012, 5, 1), date(2015, 5, 31), date(2015, 6, 1), date(2018, 9, 1), date(2021, 6, 1))
    ]
    assert amendments == [0, 0, 1, 2, 3]


def test_what_nobody_compared_with_an_official_copy_says_so(shipped: Catalogue) -> None:
    newest = shipped.limits["is-10500-2012-amendment-3"]
    assert newest.limits["f"].verify == ()
    assert newest.limits["fe"].verify == ("acceptable", "permissible")
    assert newest.limits["pb"].verify == ("permissible",)
    assert all(edition.verify for edition in shipped.limits.values())
    certain = {code for code, limit in shipped.limits["is-10500-2012"].limits.items() if not limit.verify}
    assert certain == {
        "colour", "odour", "ph", "turbidity", "tds", "ca", "cl", "f", "fe", "mg", "alk", "th", "as",
    }  # fmt: skip
