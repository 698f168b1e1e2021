"""A testing plan is a standard: what is wrong in it is named with its line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from new_type import copy_of_standards
from shipped import shipped

from jjm.standards import check

PLAN = "testing-plans/jjm.yaml"
# An edit of the shipped plan, what is said of it, and the remedy.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a word is misspelt": ("    at_least: 11", "    at_last: 11", "`at_last`", "did you mean `at_least`?"),
    "a parameter that is none": ("[ecoli, tc]", "[ecoly, tc]", "`ecoly` is not in", "`ecoli`?"),
    "a level that is none": ("kinds: [district]", "kinds: [distrct]", "`distrct` is not in", "`district`?"),
    "more than there are": ("at_least: 11", "at_least: 12", "no sample can tell 12 of 11", "at most"),
    "a day of no year": ('"06-15"', '"06-31"', "not every year has this day", "03-01"),
    "rows out of order": ("up_to: 50000", "up_to: 5000", "not in order", "from small to large"),
    "the last row ends": ("- {every_days: 1,", "- {up_to: 900000, every_days: 1,", "the last one ends", "without it"),
    "population of a laboratory": ("of: village", "of: laboratory", "are those of villages", "together"),
    "another name": ("jjm:testing-plan/jjm/", "jjm:testing-plan/jj/", "this file is called jjm", "rename"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_plan_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    before, after, message, remedy = FAULTS[name]
    folder = copy_of_standards(tmp_path / "standards")
    text = (folder / PLAN).read_text("utf-8")
    assert before in text
    (folder / PLAN).write_text(text.replace(before, after, 1), "utf-8")
    found = [fault for fault in check(folder) if message in fault.message and remedy in fault.remedy]
    assert found
    assert str(found[0].file).endswith(PLAN)
    assert found[0].line


def test_the_shipped_plan_says_what_is_to_be_verified() -> None:
    duties = shipped().testing_plans["jjm"].duties.values()
    assert all(duty.source and duty.verify for duty in duties)
