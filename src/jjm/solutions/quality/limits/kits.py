"""Field test kits: answers of safe, unsafe or not tested, as the live portal sends them; presumptive at most.

The portal asks per parameter whether the sample is safe and sends two lists of one length: `test_selected` with its own
numbers of the parameters, `saferangeid` with the answers. Yes is 1, No is 0, not tested is 2
(shubhamdevgupta/jjm-wqmis, client of the live portal).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from jjm.kit import Fault, Problem
from jjm.solutions.quality.limits.model import SampleVerdict

KitAnswer: TypeAlias = Literal["safe", "unsafe", "not_tested"]
_ANSWERS: Mapping[str, KitAnswer] = {"1": "safe", "0": "unsafe", "2": "not_tested"}


@dataclass(frozen=True, slots=True)
class KitVerdict:
    """What a kit says of a sample: never more than a presumption, and the parameters it rests on."""

    sample: SampleVerdict
    decided_by: tuple[str, ...]


def kit_answers(test_selected: str, saferangeid: str, parameters: Mapping[str, str]) -> dict[str, KitAnswer]:
    """The answers by parameter; `parameters` are the portal's numbers with our codes.

    Raises Problem `kit-answers-unreadable`, naming each number and answer that is not known, with its place.
    """
    numbers, answers = _split(test_selected), _split(saferangeid)
    faults = list(_faults(numbers, answers, parameters))
    if faults:
        detail = "The two lists of a kit's answers do not fit each other, or hold what is not known."
        raise Problem("kit-answers-unreadable", 422, "The kit's answers cannot be read", detail, faults)
    return {parameters[number]: _ANSWERS[answer] for number, answer in zip(numbers, answers, strict=True)}


def judge_kit(answers: Mapping[str, KitAnswer]) -> KitVerdict:
    """Unsafe in anything tested is presumptive contamination, to be confirmed by a laboratory; untested is not safe."""
    unsafe = tuple(parameter for parameter, answer in answers.items() if answer == "unsafe")
    safe = tuple(parameter for parameter, answer in answers.items() if answer == "safe")
    if unsafe:
        return KitVerdict(SampleVerdict.PRESUMPTIVE_CONTAMINATED, unsafe)
    return KitVerdict(SampleVerdict.PRESUMPTIVE_SAFE if safe else SampleVerdict.NOT_TESTED, safe)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _faults(numbers: list[str], answers: list[str], parameters: Mapping[str, str]) -> Iterable[Fault]:
    if len(numbers) != len(answers):
        what = f"{len(numbers)} parameters and {len(answers)} answers"
        yield Fault(what, "send one answer for each parameter, in the same order", "/saferangeid")
    for place, number in enumerate(numbers):
        if number not in parameters:
            remedy = f"send one of {', '.join(sorted(parameters))}"
            yield Fault(f"{number} is no parameter of the kit", remedy, f"/test_selected/{place}", value=number)
        elif number in numbers[:place]:
            yield Fault(f"{number} is there twice", "send each once", f"/test_selected/{place}", value=number)
    for place, answer in enumerate(answers):
        if answer not in _ANSWERS:
            yield Fault(f"{answer} is no answer", "send 1, 0 or 2", f"/saferangeid/{place}", value=answer)
