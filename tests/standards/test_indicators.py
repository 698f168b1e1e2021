"""An indicator is checked when it is loaded: what it counts is there, is open, and counts once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjm.standards import check, default_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped standards, to be spoilt."""
    shutil.copytree(default_folder(), tmp_path / "standards")
    return tmp_path / "standards"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("type: village_figure", "type: village_figures", "there is no registry type `village_figures`"),
        ("type: village_figure", "type: scheme", "a record of `scheme` may lie in several areas"),
        ("type: village_figure", "type: water_quality_test", "`water_quality_test` is not public"),
        ("field: households}", "field: house_holds}", "`house_holds` is no open field"),
        ("field: households}", "field: piped_supply}", "`piped_supply` is no number"),
        ("piped_supply = true", "piped_supply = ", "this is not CQL2 text"),
        ("piped_supply = true", "piped_supply = report_day", "`report_day` stands where no day is compared"),
        ("piped_supply = true", "har_ghar_jal_reported_on < report_day", "kept sums do not change with `report_day`"),
        ("piped_supply = false", "pipes = false", "`pipes` is no open field"),
        ("take: taps", "take: tapped", "there is no column `tapped` before this one"),
        ("areas: village", "areas: hamlet", "there is no level `hamlet`"),
        ("grain: village", "grain: hamlet", "there is no level `hamlet`"),
        ("areas: village}", "areas: village, share: {numerator: taps, denominator: taps}}", "says 2 ways to get it"),
        ("name: taps\n", "name: households\n", "there are two columns `households`"),
        ("without: figures", "without: figure", "there is no set `figure`"),
        ("by: [year, as_on]", "by: [years]", "`years` is no open field"),
        ("jjm:indicator/j1/", "jjm:indicator/j2/", "this file is called j1"),
        ("kept: true", "keep: true", "`keep` is not a word that is known here"),
    ],
)
def test_a_fault_is_named_with_its_line_and_a_remedy(folder: Path, right: str, wrong: str, said: str) -> None:
    _spoilt(folder, "j1", right, wrong, said)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("type: sample", "type: samples", "there is no registry type `samples`"),
        ("status = 'APPROVED'", "state = 'APPROVED'", "`state` is no open field of `sample`"),
        ("part: tested_at", "part: parameter", "`results/parameter` is no day"),
        ("part: tested_at", "part: tested", "`results/tested` is no open field"),
        ("without: {verdict:", "without: {verdicts:", "no entry of `results` has `verdicts`"),
        ("each: village}", "each: tested_on}", "`tested_on` is no open field"),
        ("each: village}", "each: village, where: \"method = 'laboratory'\"}", "`method` is no open field of `sample`"),
        ("year: tested_on", "newest: {of: village, by: [tested_on]}", "the newest of several types is not known"),
    ],
)
def test_what_counts_beside_is_checked_as_well(folder: Path, right: str, wrong: str, said: str) -> None:
    _spoilt(folder, "l5", right, wrong, said)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("of: tests\n", "of: samples\n", "there is no set `samples`"),
        (", year: {field: results, part: tested_at}", "", "`tests` has no day"),
        ("place: state", "place: country", "there is no level `country`"),
        ("part: parameter, but", "part: value, but", "`results/value` is no code of one codelist"),
        ("grain: village", "grain: habitation", "may lie in more than a habitation"),
    ],
)
def test_a_list_tells_areas_days_and_codes_alone(folder: Path, right: str, wrong: str, said: str) -> None:
    _spoilt(folder, "l2", right, wrong, said)


def _spoilt(folder: Path, name: str, right: str, wrong: str, said: str) -> None:
    file = folder / "indicators" / f"{name}.yaml"
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), "utf-8")
    faults = [f for f in check(folder) if said in f.message]
    assert faults and all(f.line and f.remedy for f in faults), [f.message for f in check(folder)]


def test_a_type_about_persons_is_not_counted(folder: Path) -> None:
    file = folder / "indicators" / "j1.yaml"
    file.write_text(file.read_text("utf-8").replace("type: village_figure", "type: household", 1), "utf-8")
    assert any("no open field" in f.message or "not public" in f.message for f in check(folder))
