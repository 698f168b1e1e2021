"""Answers of a field test kit as the live portal sends them: presumptive at most, and untested is not safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import Problem
from jjm.solutions.quality.limits import KitAnswer, SampleVerdict, judge_kit, kit_answers

PORTAL = {"1": "ph", "2": "turbidity", "7": "f", "12": "ecoli"}


def test_the_live_payload_is_read() -> None:
    answers = kit_answers("1,7, 12", "1,0,2", PORTAL)
    assert answers == {"ph": "safe", "f": "unsafe", "ecoli": "not_tested"}
    verdict = judge_kit(answers)
    assert (verdict.sample, verdict.decided_by) == (SampleVerdict.PRESUMPTIVE_CONTAMINATED, ("f",))


def test_what_a_kit_did_not_test_is_not_safe() -> None:
    assert judge_kit(kit_answers("1,7", "2,2", PORTAL)).sample is SampleVerdict.NOT_TESTED
    assert judge_kit({}).sample is SampleVerdict.NOT_TESTED
    assert judge_kit(kit_answers("1,7", "1,2", PORTAL)).sample is SampleVerdict.PRESUMPTIVE_SAFE


@pytest.mark.parametrize(
    ("numbers", "answers", "pointer"),
    [
        ("1,7", "1", "/saferangeid"),
        ("1,99", "1,1", "/test_selected/1"),
        ("1,1", "1,1", "/test_selected/1"),
        ("1,7", "1,3", "/saferangeid/1"),
        ("1,7", "Yes,No", "/saferangeid/0"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(numbers: str, answers: str, pointer: str) -> None:
    with pytest.raises(Problem) as caught:
        kit_answers(numbers, answers, PORTAL)
    assert pointer in [fault.pointer for fault in caught.value.faults]


@given(st.dictionaries(st.sampled_from(sorted(PORTAL.values())), st.sampled_from(["safe", "unsafe", "not_tested"])))
def test_a_kit_never_gives_more_than_a_presumption(answers: dict[str, KitAnswer]) -> None:
    sample = judge_kit(answers).sample
    assert sample in (
        SampleVerdict.PRESUMPTIVE_CONTAMINATED, SampleVerdict.PRESUMPTIVE_SAFE, SampleVerdict.NOT_TESTED
    )  # fmt: skip
    assert (sample is SampleVerdict.PRESUMPTIVE_CONTAMINATED) == ("unsafe" in answers.values())
