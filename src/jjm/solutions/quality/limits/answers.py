"""What calls about limits are asked and answered, as the OpenAPI document tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from jjm.solutions.quality.limits.model import Circumstances, Judged, Verdict
from jjm.standards import Code, Limit, LimitEdition, Span

Titles = dict[str, str]


class SpanTold(BaseModel):
    """From the least to the most, both included; null is open."""

    least: float | None
    most: float | None


class LimitTold(BaseModel):
    """What one parameter may be."""

    parameter: str = Field(description="Code of the codelist `water-quality-parameter`")
    title: Titles
    table: int = Field(description="Table of the standard; 0 for its text")
    kind: str = Field(description="RANGE, MAX, MIN, NOT_DETECTABLE or CATEGORICAL")
    unit: str = Field(description="Unit of the parameter and of its limits; empty where it is a word")
    basis: str | None = Field(description="What it is counted as, such as `NO3`")
    acceptable: SpanTold | None
    permissible: SpanTold | None = Field(description="In the absence of an alternate source; null: no relaxation")
    words: list[str] = Field(description="The good words of a CATEGORICAL limit")
    applies_to: list[str] = Field(description="The water it is judged for; empty: all drinking water")
    permissible_if: dict[str, Any] | None = Field(description="The other parameter, and how much of it at most")
    verify: list[str] = Field(description="Words of the row that nobody has compared with an official copy")


class EditionTold(BaseModel):
    """One edition of a standard with all its limits."""

    edition: str
    title: Titles
    standard: str
    amendment: int
    effective_from: date
    contaminated_beyond: str
    source: str
    verify: str
    changed: list[str] = Field(description="What this edition changed in the one before it")
    limits: list[LimitTold]


class ResultAsked(BaseModel):
    """What was found of one parameter: a value, less than a limit of detection, or a word; none means not tested."""

    model_config = ConfigDict(extra="forbid")
    parameter: str = Field(max_length=64, description="Code of the codelist `water-quality-parameter`, such as `f`")
    value: Decimal | None = Field(default=None, ge=0, le=10**9, description="Number or decimal text")
    below: Decimal | None = Field(default=None, ge=0, le=10**9, description="Limit of detection; never send 0 for it")
    word: str | None = Field(default=None, max_length=64, description="`agreeable`, `detected`, `not detected`")
    unit: str | None = Field(default=None, max_length=40, description="Such as `mg/L as N`; else that of the parameter")


class WaterAsked(BaseModel):
    """What is known of the water; what is left out is unknown."""

    model_config = ConfigDict(extra="forbid")
    treated: bool | None = None
    chlorinated: bool | None = None
    consumer_end: bool | None = Field(default=None, description="Taken at a tap, not at a source or plant")
    viral_protection: bool = False
    alternate_source: bool = Field(default=False, description="There is other water: permissible limits do not count")

    def known(self) -> Circumstances:
        """The same for the judge."""
        return Circumstances(**self.model_dump())


class JudgeAsked(BaseModel):
    """A sample to be judged. Nothing of it is kept."""

    model_config = ConfigDict(extra="forbid")
    sampled_on: date
    results: list[ResultAsked] = Field(min_length=1, max_length=200)
    water: WaterAsked = Field(default_factory=WaterAsked)
    edition: str | None = Field(default=None, max_length=64, description="Else that of the day of the sample")


class JudgedTold(BaseModel):
    """One value and its class."""

    parameter: str
    verdict: str = Field(description="Code of the codelist `test-verdict`")
    title: Titles
    reason: str | None = Field(description="Code of the codelist `judgement-reason`")
    why: Titles | None
    value: float | None = Field(description="In the unit of the limit; with `below` sent, the limit of detection")
    unit: str | None


class VerdictTold(BaseModel):
    """What the sample is."""

    verdict: str = Field(description="Code of the codelist `sample-verdict`")
    title: Titles
    contaminated: bool | None = Field(description="Null where it cannot be said; that is not safe")
    decided_by: list[str] = Field(description="Parameters that decided")
    edition: str
    values: list[JudgedTold]


def told_edition(edition: LimitEdition, codes: Mapping[str, Code]) -> EditionTold:
    """An edition as it is answered."""
    return EditionTold(
        edition=edition.name,
        title=dict(edition.title),
        standard=edition.standard,
        amendment=edition.amendment,
        effective_from=edition.effective_from,
        contaminated_beyond=edition.contaminated_beyond,
        source=edition.source,
        verify=edition.verify,
        changed=list(edition.own) if edition.amends else [],
        limits=[_limit(limit, codes) for limit in edition.limits.values()],
    )


def _limit(limit: Limit, codes: Mapping[str, Code]) -> LimitTold:
    beside = limit.permissible_if
    return LimitTold(
        parameter=limit.parameter,
        title=dict(codes[limit.parameter].title),
        table=limit.table,
        kind=str(limit.kind),
        unit=limit.unit,
        basis=limit.basis,
        acceptable=_span(limit.acceptable),
        permissible=_span(limit.permissible),
        words=list(limit.words),
        applies_to=list(limit.applies_to),
        permissible_if={"parameter": beside.parameter, "at_most": float(beside.at_most)} if beside else None,
        verify=list(limit.verify),
    )


def _span(span: Span | None) -> SpanTold | None:
    return None if span is None else SpanTold(least=_number(span.least), most=_number(span.most))


def told_verdict(verdict: Verdict, codelists: Mapping[str, Mapping[str, Code]]) -> VerdictTold:
    """A verdict as it is answered, with the words of the codelists."""
    return VerdictTold(
        verdict=str(verdict.sample),
        title=dict(codelists["sample-verdict"][verdict.sample].title),
        contaminated=verdict.contaminated,
        decided_by=list(verdict.decided_by),
        edition=verdict.edition,
        values=[_judged(value, codelists) for value in verdict.values],
    )


def _judged(value: Judged, codelists: Mapping[str, Mapping[str, Code]]) -> JudgedTold:
    return JudgedTold(
        parameter=value.result.parameter,
        verdict=str(value.value_class),
        title=dict(codelists["test-verdict"][value.value_class].title),
        reason=value.reason,
        why=dict(codelists["judgement-reason"][value.reason].title) if value.reason else None,
        value=_number(value.value),
        unit=value.limit.unit if value.limit else None,
    )


def _number(value: Decimal | None) -> float | None:
    """A decimal as JSON writes it: the shortest text of the float is the decimal that was written."""
    return None if value is None else float(value)
