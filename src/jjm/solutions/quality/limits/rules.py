"""Judging a sample: each value by the limit of its day, the sample by its values; what is unknown is never safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from jjm.kit import Problem
from jjm.solutions.quality.limits.model import (
    Below,
    Circumstances,
    Judged,
    Measured,
    Reason,
    Result,
    Said,
    SampleVerdict,
    ValueClass,
    Verdict,
)
from jjm.solutions.quality.limits.units import in_unit_of
from jjm.standards import Beside, Limit, LimitEdition, LimitKind, Span, edition_on

_DETECTED = frozenset(["detected", "present", "positive"])
NOT_DETECTED = frozenset(["not detected", "not detectable", "absent", "negative", "nil", "nd"])
_DISAGREEABLE = frozenset(["disagreeable", "not agreeable", "objectionable", "unagreeable"])
_CANNOT = ValueClass.CANNOT_BE_JUDGED
_By = Mapping[str, Result]


def judge(
    results: Sequence[Result],
    sampled_on: date,
    circumstances: Circumstances,
    editions: Mapping[str, LimitEdition],
    *,
    edition: str | None = None,
) -> Verdict:
    """What a sample is by the edition in force on the day it was taken, or by the one that an old verdict names.

    Raises Problem `no-limits` where no edition was in force on that day, or none has that name.
    """
    used = edition_for(editions, sampled_on, edition)
    by_parameter = {result.parameter: result for result in results}
    values = tuple(_judged(result, used, circumstances, by_parameter) for result in results)
    sample, decided_by = _sample(values, used)
    return Verdict(sample, decided_by, values, used.name)


def edition_for(editions: Mapping[str, LimitEdition], day: date, name: str | None = None) -> LimitEdition:
    """The edition of that name, else the one in force on the day. Raises Problem `no-limits`."""
    found = editions.get(name) if name else edition_on(editions.values(), day)
    if found is None:
        known = ", ".join(sorted(editions)) or "none"
        what = f"There is no edition {name}" if name else f"No edition of limits holds for {day}"
        raise Problem("no-limits", 422, "There are no limits to judge by", f"{what}; known are: {known}.")
    return found


def _sample(values: Iterable[Judged], edition: LimitEdition) -> tuple[SampleVerdict, tuple[str, ...]]:
    by_class: dict[ValueClass, list[str]] = {}
    for value in values:
        by_class.setdefault(value.value_class, []).append(value.result.parameter)
    bad = by_class.get(ValueClass.REJECT, [])
    if edition.contaminated_beyond == "acceptable":
        bad = bad + by_class.pop(ValueClass.PERMISSIBLE, [])
    told = (
        (SampleVerdict.CONTAMINATED, bad),
        (SampleVerdict.UNDECIDED, by_class.get(_CANNOT, [])),
        (SampleVerdict.PERMISSIBLE, by_class.get(ValueClass.PERMISSIBLE, [])),
        (SampleVerdict.ACCEPTABLE, by_class.get(ValueClass.ACCEPTABLE, [])),
    )
    return next(((v, tuple(dict.fromkeys(names))) for v, names in told if names), (SampleVerdict.NOT_TESTED, ()))


def _judged(result: Result, edition: LimitEdition, water: Circumstances, others: _By) -> Judged:
    limit, found = edition.limits.get(result.parameter), result.found
    if found is None:
        return Judged(result, ValueClass.NOT_TESTED, None, None, limit)
    if limit is None:
        return Judged(result, ValueClass.NOT_APPLICABLE, Reason.NO_LIMIT)
    if applies := _applies(limit, water):
        return Judged(result, *applies, None, limit)
    if isinstance(found, Said):
        return Judged(result, *_said(limit, found), None, limit)
    number = found.value if isinstance(found, Measured) else found.lod
    value = in_unit_of(limit, number, found.unit)
    if value is None or limit.kind is LimitKind.CATEGORICAL:
        return Judged(result, _CANNOT, Reason.UNIT_UNKNOWN, None, limit)
    weigh = _measured if isinstance(found, Measured) else _below
    value_class, reason = weigh(limit, value, water)
    if value_class is ValueClass.PERMISSIBLE:
        value_class, reason = _tolerated(limit, edition, water, others)
    return Judged(result, value_class, reason, value, limit)


def _applies(limit: Limit, water: Circumstances) -> tuple[ValueClass, Reason] | None:
    """Why the limit is not for this water, or that this is unknown; None where it is."""
    known = [getattr(water, word) for word in limit.applies_to]
    if False in known:
        return ValueClass.NOT_APPLICABLE, Reason.OTHER_WATER
    return (_CANNOT, Reason.WATER_UNKNOWN) if None in known else None


def _said(limit: Limit, found: Said) -> tuple[ValueClass, Reason | None]:
    word = " ".join(found.word.casefold().split())
    good, bad = (NOT_DETECTED, _DETECTED) if limit.kind is LimitKind.NOT_DETECTABLE else (limit.words, _DISAGREEABLE)
    if limit.kind in (LimitKind.NOT_DETECTABLE, LimitKind.CATEGORICAL):
        if word in good:
            return ValueClass.ACCEPTABLE, None
        if word in bad:
            return ValueClass.REJECT, None
    # "Not detected" of a substance says nothing without the limit of detection.
    return _CANNOT, Reason.DETECTION_TOO_COARSE if word in NOT_DETECTED else Reason.WORD_UNKNOWN


def _measured(limit: Limit, value: Decimal, water: Circumstances) -> tuple[ValueClass, Reason | None]:
    if limit.kind is LimitKind.NOT_DETECTABLE:
        return (ValueClass.REJECT if value > 0 else ValueClass.ACCEPTABLE), None
    if _acceptable(limit, water).holds(value):
        return ValueClass.ACCEPTABLE, None
    within = limit.permissible is not None and limit.permissible.holds(value)
    return (ValueClass.PERMISSIBLE if within else ValueClass.REJECT), None


def _below(limit: Limit, lod: Decimal, water: Circumstances) -> tuple[ValueClass, Reason | None]:
    """Something from nothing to less than the limit of detection: judged only where all of that is one class."""
    if limit.kind is LimitKind.NOT_DETECTABLE:
        fine = limit.detection is not None and lod <= limit.detection
        return (ValueClass.ACCEPTABLE, None) if fine else (_CANNOT, Reason.DETECTION_TOO_COARSE)
    span = _acceptable(limit, water)
    if span.least is None and span.most is not None and lod <= span.most:
        return ValueClass.ACCEPTABLE, None
    if span.least is not None and lod <= span.least:
        return ValueClass.REJECT, None
    return _CANNOT, Reason.DETECTION_TOO_COARSE


def _acceptable(limit: Limit, water: Circumstances) -> Span:
    return (limit.viral if water.viral_protection else None) or limit.acceptable or Span()


def _tolerated(
    limit: Limit, edition: LimitEdition, water: Circumstances, others: _By
) -> tuple[ValueClass, Reason | None]:
    """Whether the permissible limit counts here: no other source, and little enough of what it depends on."""
    if water.alternate_source:
        return ValueClass.REJECT, Reason.ALTERNATE_SOURCE
    if limit.permissible_if is None:
        return ValueClass.PERMISSIBLE, None
    little = _is_little(limit.permissible_if, edition, others)
    if little is None:
        return _CANNOT, Reason.BESIDE_UNKNOWN
    return (ValueClass.PERMISSIBLE, None) if little else (ValueClass.REJECT, Reason.BESIDE_TOO_MUCH)


def _is_little(beside: Beside, edition: LimitEdition, others: _By) -> bool | None:
    other, limit = others.get(beside.parameter), edition.limits.get(beside.parameter)
    if other is None or limit is None or not isinstance(other.found, Measured | Below):
        return None
    number = other.found.value if isinstance(other.found, Measured) else other.found.lod
    value = in_unit_of(limit, number, other.found.unit)
    if value is None or (isinstance(other.found, Below) and value > beside.at_most):
        return None
    return value <= beside.at_most
