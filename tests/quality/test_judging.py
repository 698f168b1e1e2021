"""Every row of IS 10500 below, at, between and above its limits; units, limits of detection, water, editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from is10500 import greatest
from shipped import shipped

from jjm.kit import Problem
from jjm.solutions.quality.limits import (
    Below,
    Circumstances,
    Found,
    Measured,
    Reason,
    Result,
    Said,
    SampleVerdict,
    ValueClass,
    Verdict,
    average,
    judge,
    results_of,
)
from jjm.standards import LimitEdition, Span

EDITIONS: Mapping[str, LimitEdition] = shipped().limits
NEWEST = EDITIONS["is-10500-2012-amendment-3"]
TODAY = date(2026, 11, 29)
TAP = Circumstances(treated=True, chlorinated=True, consumer_end=True)
WELL = Circumstances(treated=False, chlorinated=False, consumer_end=False)
GREATEST = greatest()
OK, BETWEEN, REJECT = ValueClass.ACCEPTABLE, ValueClass.PERMISSIBLE, ValueClass.REJECT
NOT_JUDGED, NOT_APPLICABLE = ValueClass.CANNOT_BE_JUDGED, ValueClass.NOT_APPLICABLE
LEAST_STEP = Decimal("0.000001")


def sample(*results: Result, water: Circumstances = TAP, on: date = TODAY) -> Verdict:
    """What a sample with these results is."""
    return judge(results, on, water, EDITIONS)


def mg(value: str, unit: str | None = None) -> Measured:
    """A measured value."""
    return Measured(Decimal(value), unit)


def class_of(parameter: str, found: Found | None, water: Circumstances = TAP, on: date = TODAY) -> ValueClass:
    """The class of one value; little magnesium stands beside it, on which sulphate depends."""
    return sample(Result(parameter, found), Result("mg", mg("20")), water=water, on=on).values[0].value_class


def reason_of(parameter: str, found: Found | None, water: Circumstances = TAP) -> Reason | None:
    """Why it has its class."""
    return sample(Result(parameter, found), water=water).values[0].reason


def test_every_parameter_of_the_standard_is_tried_here() -> None:
    others = {"odour", "taste", "ph", "frc", "ecoli", "tc", "ms2", "protozoa"}
    assert GREATEST.keys() | others == NEWEST.limits.keys()
    assert len(NEWEST.limits) == 69


@pytest.mark.parametrize("code", GREATEST)
def test_each_row_below_at_between_and_above(code: str) -> None:
    acceptable, permissible = GREATEST[code]
    for value in (Decimal(0), acceptable - LEAST_STEP, acceptable):
        assert class_of(code, Measured(value)) is OK
    if permissible is None:
        assert class_of(code, Measured(acceptable + LEAST_STEP)) is REJECT
        return
    for value in (acceptable + LEAST_STEP, permissible - LEAST_STEP, permissible):
        assert class_of(code, Measured(value)) is BETWEEN
    assert class_of(code, Measured(permissible + LEAST_STEP)) is REJECT


@pytest.mark.parametrize(
    ("value", "wanted"), [("6.49", REJECT), ("6.5", OK), ("7", OK), ("8.5", OK), ("8.51", REJECT), ("0", REJECT)]
)
def test_ph_is_a_range(value: str, wanted: ValueClass) -> None:
    assert class_of("ph", mg(value)) is wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [("0.19", REJECT), ("0.2", OK), ("0.5", OK), ("1.0", OK), ("1.01", REJECT), ("0", REJECT)]
)
def test_residual_chlorine_at_the_tap_of_chlorinated_water(value: str, wanted: ValueClass) -> None:
    assert class_of("frc", mg(value)) is wanted


def test_residual_chlorine_is_asked_of_chlorinated_water_at_the_consumers_end_alone() -> None:
    assert class_of("frc", mg("0.1"), WELL) is NOT_APPLICABLE
    assert class_of("frc", mg("0.1"), replace(TAP, consumer_end=False)) is NOT_APPLICABLE
    assert reason_of("frc", mg("0.1"), Circumstances()) is Reason.WATER_UNKNOWN
    assert class_of("frc", mg("0.1"), Circumstances(chlorinated=False)) is NOT_APPLICABLE


def test_where_viruses_are_feared_more_chlorine_must_be_left() -> None:
    feared = replace(TAP, viral_protection=True)
    assert [class_of("frc", mg(v), feared) for v in ("0.49", "0.5", "1.0", "1.1")] == [REJECT, OK, OK, REJECT]


@pytest.mark.parametrize("code", ["ecoli", "tc", "ms2", "protozoa"])
def test_what_may_not_be_detectable(code: str) -> None:
    assert class_of(code, mg("0")) is OK
    assert class_of(code, mg("1")) is REJECT
    assert class_of(code, Said("Not detected")) is OK
    assert class_of(code, Said("present")) is REJECT
    assert class_of(code, Below(Decimal(1))) is OK
    assert reason_of(code, Below(Decimal(100))) is Reason.DETECTION_TOO_COARSE


def test_total_coliform_counts_in_treated_water_alone() -> None:
    assert class_of("tc", mg("12"), WELL) is NOT_APPLICABLE
    assert class_of("tc", mg("12"), Circumstances()) is NOT_JUDGED
    assert class_of("ecoli", mg("12"), WELL) is REJECT


@pytest.mark.parametrize("code", ["odour", "taste"])
def test_words(code: str) -> None:
    assert class_of(code, Said("Agreeable")) is OK
    assert class_of(code, Said("disagreeable")) is REJECT
    assert reason_of(code, Said("fishy?")) is Reason.WORD_UNKNOWN
    assert reason_of(code, mg("1")) is Reason.UNIT_UNKNOWN


def test_sulphate_is_tolerated_beside_little_magnesium_alone() -> None:
    def beside(magnesium: Found | None, sulphate: str = "300") -> tuple[ValueClass, Reason | None]:
        first = sample(Result("so4", mg(sulphate)), Result("mg", magnesium)).values[0]
        return first.value_class, first.reason

    assert beside(mg("20")) == (BETWEEN, None)
    assert beside(mg("30")) == (BETWEEN, None)
    assert beside(mg("40")) == (REJECT, Reason.BESIDE_TOO_MUCH)
    assert beside(mg("30000", "ug/l")) == (BETWEEN, None)
    assert beside(Below(Decimal(1))) == (BETWEEN, None)
    assert beside(Below(Decimal(50))) == (NOT_JUDGED, Reason.BESIDE_UNKNOWN)
    assert beside(None) == (NOT_JUDGED, Reason.BESIDE_UNKNOWN)
    assert beside(mg("40"), "200") == (OK, None)
    assert beside(None, "401") == (REJECT, None)


def test_where_there_is_another_source_the_permissible_limit_does_not_count() -> None:
    another = replace(TAP, alternate_source=True)
    assert class_of("f", mg("1.2")) is BETWEEN
    assert class_of("f", mg("1.2"), another) is REJECT
    assert reason_of("f", mg("1.2"), another) is Reason.ALTERNATE_SOURCE


@pytest.mark.parametrize(
    ("code", "value", "unit", "wanted"),
    [
        ("no3", "45", "mg/L as NO3", OK),
        ("no3", "11", "mg/L as NO3", OK),
        ("no3", "10.1", "mg/l (as N)", OK),
        ("no3", "10.2", "mg/l (as N)", REJECT),
        ("nh3", "0.6", "mg/L as NH3", OK),
        ("nh3", "0.61", "mg/L as NH3", REJECT),
        ("as", "10", "ug/l", OK),
        ("as", "11", "µg/L", REJECT),
        ("as", "11", "μg/L", REJECT),
        ("u", "30", "ppb", OK),
        ("u", "31", "ppb", REJECT),
        ("f", "1.2", "ppm", BETWEEN),
        ("malathion", "0.19", "mg/L", OK),
        ("malathion", "0.2", "mg/L", REJECT),
        ("turbidity", "4", "NTU", BETWEEN),
        ("colour", "5", "TCU", OK),
        ("th", "600", "mg/l as CaCO3", BETWEEN),
        ("ca", "187", "mg/L as CaCO3", OK),
        ("ca", "188", "mg/L as CaCO3", BETWEEN),
        ("ecoli", "1", "MPN/100ml", REJECT),
        ("ecoli", "0", "MPN/100 mL", OK),
        ("ecoli", "1", "CFU/L", REJECT),
        ("tds", "0.5", "g/L", OK),
        ("ph", "7.2", "pH units", OK),
    ],
)
def test_units_are_understood(code: str, value: str, unit: str, wanted: ValueClass) -> None:
    assert class_of(code, mg(value, unit)) is wanted


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("turbidity", "mg/L"), ("f", "NTU"), ("th", "mg/L as Ca"), ("no3", "mg/L as NO2"), ("ec", "mg/L"),
        ("as", "Mg/kg"), ("ecoli", "mg/L"), ("ms2", "CFU/100 mL"), ("f", "as N"),
    ],
)  # fmt: skip
def test_what_is_no_unit_of_it_is_never_compared(code: str, unit: str) -> None:
    assert class_of(code, mg("0.000001", unit)) in (NOT_JUDGED, NOT_APPLICABLE)


def test_below_the_limit_of_detection_is_not_zero() -> None:
    assert class_of("as", Below(Decimal("0.01"))) is OK
    assert class_of("as", Below(Decimal(10), "ug/L")) is OK
    assert class_of("as", Below(Decimal("0.02"))) is NOT_JUDGED
    assert reason_of("as", Below(Decimal("0.02"))) is Reason.DETECTION_TOO_COARSE
    assert class_of("frc", Below(Decimal("0.05"))) is REJECT
    assert class_of("frc", Below(Decimal("0.3"))) is NOT_JUDGED
    assert class_of("as", Said("not detected")) is NOT_JUDGED
    found = sample(Result("as", Below(Decimal("0.001")))).values[0]
    assert found.result.found == Below(Decimal("0.001"))


def test_recorded_results_are_read_exactly() -> None:
    recorded = [{"parameter": "f", "value": 1.5}, {"parameter": "as", "below": 0.005}, {"parameter": "th"}]
    read = results_of(recorded)
    assert [one.found for one in read] == [mg("1.5"), Below(Decimal("0.005")), None]
    assert sample(*read).decided_by == ("f",)


def test_iron_before_and_after_the_amendment() -> None:
    iron = Result("fe", mg("0.6"))
    before, after = sample(iron, on=date(2015, 5, 31)), sample(iron, on=date(2015, 6, 1))
    assert (before.sample, before.edition) == (SampleVerdict.CONTAMINATED, "is-10500-2012")
    assert (after.sample, after.edition) == (SampleVerdict.ACCEPTABLE, "is-10500-2012-amendment-1")
    arsenic = Result("as", mg("0.03"))
    assert sample(arsenic, on=date(2018, 8, 31)).sample is SampleVerdict.PERMISSIBLE
    assert sample(arsenic, on=date(2018, 9, 1)).sample is SampleVerdict.CONTAMINATED
    assert class_of("u", mg("5"), on=date(2021, 5, 31)) is NOT_APPLICABLE


def test_a_new_edition_changes_no_verdict_that_was_given() -> None:
    results = [Result("f", mg("1.2")), Result("fe", mg("0.6"))]
    given_then = judge(results, TODAY, TAP, EDITIONS)
    stricter = replace(
        NEWEST, name="is-10500-2027", amendment=4, effective_from=date(2026, 1, 1), contaminated_beyond="acceptable"
    )
    loaded = {**EDITIONS, stricter.name: stricter}
    assert judge(results, TODAY, TAP, loaded).contaminated is True
    assert judge(results, TODAY, TAP, loaded, edition=given_then.edition) == given_then


def test_before_the_first_edition_nothing_is_judged() -> None:
    with pytest.raises(Problem, match="2012-04-30"):
        sample(Result("f", mg("1")), on=date(2012, 4, 30))
    with pytest.raises(Problem, match="is-10500-1991"):
        judge([], TODAY, TAP, EDITIONS, edition="is-10500-1991")


def test_the_verdict_names_what_decided() -> None:
    good, tolerated, bad = Result("cl", mg("10")), Result("f", mg("1.2")), Result("no3", mg("46"))
    unknown, untested = Result("tc", mg("3")), Result("th", None)
    assert sample(untested, water=WELL).sample is SampleVerdict.NOT_TESTED
    assert sample(untested).contaminated is None
    assert sample(good, untested).sample is SampleVerdict.ACCEPTABLE
    told = sample(good, tolerated, untested)
    assert (told.sample, told.decided_by, told.contaminated) == (SampleVerdict.PERMISSIBLE, ("f",), False)
    open_ = sample(good, tolerated, unknown, water=Circumstances())
    assert (open_.sample, open_.decided_by, open_.contaminated) == (SampleVerdict.UNDECIDED, ("tc",), None)
    told = sample(good, tolerated, bad, unknown, water=Circumstances())
    assert (told.sample, told.decided_by, told.contaminated) == (SampleVerdict.CONTAMINATED, ("no3",), True)


def test_where_the_policy_is_the_acceptable_limit_more_is_contaminated() -> None:
    strict = {"s": replace(NEWEST, name="s", contaminated_beyond="acceptable")}
    verdict = judge([Result("f", mg("1.2"))], TODAY, TAP, strict)
    assert (verdict.sample, verdict.decided_by) == (SampleVerdict.CONTAMINATED, ("f",))
    assert verdict.values[0].value_class is BETWEEN


amounts = st.decimals(0, 5000, places=6)
codes = st.sampled_from(sorted(GREATEST))
_WORSE = [OK, BETWEEN, REJECT]


@given(codes, amounts, amounts)
def test_more_is_never_better(code: str, one: Decimal, other: Decimal) -> None:
    less, more = sorted([one, other])
    classes = [class_of(code, Measured(value)) for value in (less, more)]
    assert _WORSE.index(classes[0]) <= _WORSE.index(classes[1])


@given(codes, amounts)
def test_the_unit_it_is_told_in_changes_nothing(code: str, value: Decimal) -> None:
    limit = NEWEST.limits[code]
    smaller = {"mg/L": "ug/L", "ug/L": "ng/L"}.get(limit.unit)
    if smaller:
        assert class_of(code, Measured(value * 1000, smaller)) is class_of(code, Measured(value))


@given(codes, amounts)
def test_below_a_limit_of_detection_is_never_worse_than_what_it_may_hide(code: str, lod: Decimal) -> None:
    found = class_of(code, Below(lod))
    assert found in (OK, NOT_JUDGED)
    if found is OK:
        assert class_of(code, Measured(lod)) is OK


@given(st.lists(st.tuples(codes, amounts), max_size=8), st.dates(date(2012, 5, 1), date(2030, 1, 1)))
def test_a_verdict_can_be_given_again_from_its_edition(values: list[tuple[str, Decimal]], day: date) -> None:
    results = [Result(code, Measured(value)) for code, value in values]
    verdict = judge(results, day, TAP, EDITIONS)
    assert judge(results, day + timedelta(days=4000), TAP, EDITIONS, edition=verdict.edition) == verdict
    assert (verdict.sample is SampleVerdict.NOT_TESTED) == all(
        value.value_class in (NOT_APPLICABLE, ValueClass.NOT_TESTED) for value in verdict.values
    )


def test_a_mean_with_findings_below_detection_is_a_span_and_never_takes_them_for_zero() -> None:
    limit = NEWEST.limits["as"]
    below = Below(Decimal(2), "ug/L")
    assert average([mg("0.004"), below], limit) == Span(Decimal("0.002"), Decimal("0.003"))
    assert average([below, Below(Decimal("0.005"))], limit) == Below(Decimal("0.005"))
    assert average([mg("0.004"), mg("0.006")], limit) == Span(Decimal("0.005"), Decimal("0.005"))
    assert average([], limit) is None
    assert average([mg("0.004"), Said("absent")], limit) is None
    assert average([mg("0.004"), mg("1", "NTU")], limit) is None


@given(st.lists(amounts, min_size=1, max_size=6), st.lists(amounts, min_size=1, max_size=6), st.data())
def test_the_span_of_a_mean_holds_whatever_was_hidden(
    values: list[Decimal], lods: list[Decimal], data: st.DataObject
) -> None:
    hidden = [data.draw(st.decimals(0, lod, places=6)) for lod in lods]
    found = average([*map(Measured, values), *map(Below, lods)], NEWEST.limits["f"])
    assert isinstance(found, Span)
    true = sum([*values, *hidden], Decimal(0)) / (len(values) + len(hidden))
    assert found.least is not None and found.most is not None
    assert found.least - LEAST_STEP <= true <= found.most + LEAST_STEP
