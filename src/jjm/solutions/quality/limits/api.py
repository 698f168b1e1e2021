"""Limits over HTTP, for everybody: what holds on a day, and what a sample is by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from jjm.kit import Fault, Problem
from jjm.solutions.quality.limits.answers import (
    EditionTold,
    JudgeAsked,
    ResultAsked,
    VerdictTold,
    told_edition,
    told_verdict,
)
from jjm.solutions.quality.limits.model import Below, Measured, Result, Said
from jjm.solutions.quality.limits.rules import edition_for, judge
from jjm.standards import Catalogue, Code
from jjm.workflow import workflows_of

PARAMETERS = "water-quality-parameter"
router = APIRouter(prefix="/api/v1", tags=["quality"])


@router.get("/quality/limits", response_model=EditionTold)
async def limits(
    request: Request,
    on: Annotated[date | None, Query(description="Day of a sample; today where it is left out")] = None,
    edition: Annotated[str | None, Query(max_length=64, description="An edition by its name, whatever the day")] = None,
) -> EditionTold:
    """The limits of drinking water in force on a day, with what is still to be verified in them."""
    known = workflows_of(request).registry
    found = edition_for(known.catalogue.limits, on or known.clock.today(), edition)
    return told_edition(found, known.catalogue.codelists[PARAMETERS].codes)


@router.post("/quality:judge", response_model=VerdictTold)
async def judged(request: Request, asked: JudgeAsked) -> VerdictTold:
    """What a sample is: a class for each value, and the verdict with the parameters that decided. Nothing is kept."""
    catalogue = workflows_of(request).registry.catalogue
    results = _results(asked.results, catalogue)
    verdict = judge(results, asked.sampled_on, asked.water.known(), catalogue.limits, edition=asked.edition)
    return told_verdict(verdict, {name: entry.codes for name, entry in catalogue.codelists.items()})


def _results(asked: list[ResultAsked], catalogue: Catalogue) -> list[Result]:
    faults = list(_faults(asked, catalogue.codelists[PARAMETERS].codes))
    if faults:
        raise Problem("bad-results", 422, "The results cannot be judged", "Mend what is named.", faults)
    return [_result(one) for one in asked]


def _result(one: ResultAsked) -> Result:
    if one.value is not None:
        return Result(one.parameter, Measured(one.value, one.unit))
    if one.below is not None:
        return Result(one.parameter, Below(one.below, one.unit))
    return Result(one.parameter, None if one.word is None else Said(one.word))


def _faults(asked: list[ResultAsked], codes: Mapping[str, Code]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, one in enumerate(asked):
        at = f"/results/{place}"
        if one.parameter not in codes:
            remedy = f"Send a code of the codelist {PARAMETERS}, such as f, no3 or ecoli."
            yield Fault("This is no parameter that is known", remedy, f"{at}/parameter", value=one.parameter)
        if one.parameter in seen:
            remedy = "Send one result for each parameter of a sample."
            yield Fault("This parameter is there twice", remedy, f"{at}/parameter", value=one.parameter)
        seen.add(one.parameter)
        if sum(told is not None for told in (one.value, one.below, one.word)) > 1:
            remedy = "Send `value`, or `below` with the limit of detection, or `word`."
            yield Fault("More than one finding stands there", remedy, at)
        if one.below == 0:
            yield Fault("A limit of detection is never zero", "Send the limit of the method.", f"{at}/below", value=0)
