"""Limits at work: what a sample's values are by the edition of its day, and what that makes of the sample.

`judge` is a pure function over `Result`s: each value gets a class (acceptable, permissible in the absence of an
alternate source, beyond) or the reason why it has none, the sample a `Verdict` that names the parameters which decided
and the edition it was judged by. `judge_kit` reads the answers of a field test kit, which are presumptive at most;
`kit_answers` reads them as the live portal sends them. `average` keeps what is below a limit of detection a span.
See `docs/decisions/0013-quality-limits.md`.
"""

from jjm.solutions.quality.limits.averaging import average
from jjm.solutions.quality.limits.kits import KitAnswer, KitVerdict, judge_kit, kit_answers
from jjm.solutions.quality.limits.model import (
    Below,
    Circumstances,
    Found,
    Judged,
    Measured,
    Reason,
    Result,
    Said,
    SampleVerdict,
    ValueClass,
    Verdict,
)
from jjm.solutions.quality.limits.recorded import results_of
from jjm.solutions.quality.limits.rules import NOT_DETECTED, edition_for, judge

__all__ = [
    "NOT_DETECTED",
    "Below",
    "Circumstances",
    "Found",
    "Judged",
    "KitAnswer",
    "KitVerdict",
    "Measured",
    "Reason",
    "Result",
    "Said",
    "SampleVerdict",
    "ValueClass",
    "Verdict",
    "average",
    "edition_for",
    "judge",
    "judge_kit",
    "kit_answers",
    "results_of",
]
