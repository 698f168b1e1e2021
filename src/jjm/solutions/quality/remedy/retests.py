"""What a retest says of a contamination, and which sample may be one: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from jjm.kit import Fault
from jjm.solutions.quality.remedy.points import is_equivalent, of_unsafe
from jjm.solutions.quality.samples.judging import verdict_of
from jjm.solutions.quality.times import instant
from jjm.standards import Catalogue
from jjm.workflow import Deed

Outcome = Literal["pending", "safe", "unsafe", "nothing"]
_GOOD = ("acceptable", "permissible")
_LOST = ("REFUSED", "CANCELLED")


def outcome_of(case: Mapping[str, Any], sample: Mapping[str, Any]) -> Outcome:
    """What an approved sample says of the parameters of a case.

    Safe: each of them was tested and found good. Unsafe: one of them is still what makes the sample contaminated.
    Nothing: lost, or not tested for all of them, or tested so that nothing can be said.
    """
    if sample.get("status") in _LOST:
        return "nothing"
    if sample.get("status") != "APPROVED":
        return "pending"
    judged = {one["parameter"]: one["verdict"] for one in sample.get("judged") or ()}
    bad = set(sample.get("decided_by") or ()) if sample.get("verdict") == "contaminated" else set[str]()
    parameters = case.get("parameters") or ()
    if bad.intersection(parameters):
        return "unsafe"
    return "safe" if parameters and all(judged.get(name) in _GOOD for name in parameters) else "nothing"


def judged_as(case: Mapping[str, Any], sample: Mapping[str, Any], catalogue: Catalogue) -> Mapping[str, Any]:
    """A sample as it is judged for a case whose unsafe sample was taken where people have other water.

    There no permissible limit counts, and a retest that does not say so does not make the water any better.
    """
    taken = instant(sample, "collected_at")
    if not case.get("alternate_source") or sample.get("alternate_source") or taken is None or not sample.get("judged"):
        return sample
    told = {**sample, "alternate_source": True}
    return {**told, **verdict_of(told, catalogue, taken)}


def answer_of(case: Mapping[str, Any], sample: Mapping[str, Any], catalogue: Catalogue) -> Outcome:
    """What a sample says of a case, judged under the circumstances of the case's unsafe sample."""
    return outcome_of(case, judged_as(case, sample, catalogue))


def misfits(case: Mapping[str, Any], sample: Mapping[str, Any]) -> list[Fault]:
    """Why a sample cannot be the retest of a contamination."""
    taken, remedied, faults = instant(sample, "collected_at"), instant(case, "remedied_at"), list[Fault]()
    if sample.get("_type") != "sample":
        remedy = "Link a sample that a laboratory tests; a kit finds, it proves nothing safe."
        return [Fault(f"{sample['id']} is no laboratory sample", remedy, "/links")]
    if sample["id"] == case.get("sample"):
        faults.append(Fault("it is the sample that was unsafe", "Take another one.", "/links"))
    if taken is None or remedied is None or taken <= remedied:
        faults.append(Fault("it was not taken after the remedy", "Take a sample of the water as it is now.", "/links"))
    missing = [name for name in case.get("parameters") or () if name not in (sample.get("tests_asked") or ())]
    if missing:
        remedy = "Link a sample that is tested for what was found."
        faults.append(Fault(f"it is not tested for {', '.join(missing)}", remedy, "/links"))
    if not is_equivalent(case, sample):
        remedy = "Take it where the unsafe sample was taken, or where the same water comes out."
        faults.append(Fault("it is of another point", remedy, "/links"))
    if sample.get("status") in _LOST:
        faults.append(Fault(f"it was {str(sample['status']).lower()}", "Take another one.", "/links"))
    return faults


def retest_fits(deed: Deed) -> list[Fault]:
    """One laboratory sample is linked: of the same water, taken after the remedy, tested for the same parameters."""
    asked = [other for kind, other in deed.ask.links if kind == "retest"]
    if len(asked) != 1:
        return [Fault("no retest is linked", "Link the one sample as `retest`.", "/links")]
    return misfits(_case(deed), _linked(deed, asked[0]))


def retest(deed: Deed) -> Mapping[str, Any]:
    """The sample that was linked."""
    return {"retest_sample": next((other for kind, other in deed.ask.links if kind == "retest"), None)}


def safe_retest(deed: Deed) -> list[Fault]:
    """**Nothing else closes a contamination**: the linked retest is approved, fits, and each parameter is good."""
    sample = _linked(deed, deed.record.get("retest_sample"))
    said = {
        "pending": ("the retest is not approved yet", "Wait for the laboratory."),
        "unsafe": ("the retest is still unsafe", "Take UNSAFE; the remedy goes on."),
        "nothing": ("the retest says nothing of the same parameters", "Take SAMPLE_LOST, and another sample."),
    }
    case = _case(deed)
    outcome = answer_of(case, sample, deed.catalogue)
    faults = [Fault(*said[outcome], "/action", value=sample.get("id"))] if outcome != "safe" else []
    return faults + misfits(case, sample)


def unsafe_retest(deed: Deed) -> list[Fault]:
    """The linked retest is approved, and one of the parameters is still beyond its limit."""
    if answer_of(_case(deed), _linked(deed, deed.record.get("retest_sample")), deed.catalogue) == "unsafe":
        return []
    return [Fault("the retest is not unsafe", "Look at the sample.", "/action")]


def came_to_nothing(deed: Deed) -> list[Fault]:
    """The linked retest was refused, cancelled, or says nothing of these parameters."""
    if answer_of(_case(deed), _linked(deed, deed.record.get("retest_sample")), deed.catalogue) == "nothing":
        return []
    return [Fault("the retest sample is not lost", "Wait for the laboratory, or take SAFE or UNSAFE.", "/action")]


def one_level_up(deed: Deed) -> Mapping[str, Any]:
    """A remedy that did not help raises the level."""
    return {"level": int(deed.record.get("level") or 1) + 1}


def clean_kit(deed: Deed) -> list[Fault]:
    """A kit test after the remedy, of the same water and parameters, found nothing: provisionally safe at most."""
    asked = [other for kind, other in deed.ask.links if kind == "kit"]
    if len(asked) != 1:
        return [Fault("no kit test is linked", "Link the one kit test as `kit`.", "/links")]
    test, case = _linked(deed, asked[0], "kit"), _case(deed)
    found = {one["parameter"]: one["result"] for one in test.get("results") or ()}
    tested, remedied = instant(test, "tested_at"), instant(case, "remedied_at")
    faults = list[Fault]()
    if test.get("_type") != "kit_test" or not is_equivalent(case, test):
        faults.append(Fault("it is no kit test of the same point", "Test where the unsafe sample was taken.", "/links"))
    if tested is None or remedied is None or tested <= remedied:
        faults.append(Fault("it was not done after the remedy", "Test the water as it is now.", "/links"))
    faults += [
        Fault(f"the kit did not find `{name}` in range", "A laboratory retest is needed.", "/links")
        for name in case.get("parameters") or ()
        if found.get(name) != "safe"
    ]
    return faults


def _linked(deed: Deed, id: Any, kind: str = "retest") -> Mapping[str, Any]:
    return next((one for one in deed.linked.get(kind, ()) if one["id"] == id), {"id": id})


def _case(deed: Deed) -> Mapping[str, Any]:
    """The record of a contamination, with what its unsafe sample says of the point."""
    return {**deed.record, **of_unsafe(_linked(deed, deed.record.get("sample"), "source"))}
