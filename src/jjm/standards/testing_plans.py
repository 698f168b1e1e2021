"""Testing plans: who must test what water by when, as declared files say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from jjm.kit import Fault
from jjm.standards.build import titles
from jjm.standards.model import Codelist, Titles
from jjm.standards.reader import Document, mapping, sequence, step, texts
from jjm.standards.words import did_you_mean

Subject = Literal["water_source", "laboratory", "village"]
MonthDay = tuple[int, int]
_YEAR = 2025  # no leap year: a season that began on 29 February would have no first day in most years
_KINDS = {"laboratory": "laboratory-level", "village": "sampling-point-kind"}
_PARAMETERS = "water-quality-parameter"


@dataclass(frozen=True, slots=True)
class Season:
    """A part of every year, from the first day to the last, which may lie in the next year."""

    title: Titles
    first: MonthDay
    last: MonthDay


@dataclass(frozen=True, slots=True)
class Band:
    """How often a village of this size is sampled; `up_to` None is the last row."""

    up_to: int | None
    every_days: int
    persons_per_sample: int
    more: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that must be tested: of what, for which parameters, how often.

    `every` is a year from April to March, a month, or seasons. `bands` replace `times` where the population decides.
    """

    name: str
    title: Titles
    of: Subject
    kinds: tuple[str, ...]
    parameters: tuple[str, ...]
    at_least: int
    every: Literal["year", "month"] | tuple[Season, ...]
    times: int
    bands: tuple[Band, ...]
    source: str
    verify: str


@dataclass(frozen=True, slots=True)
class TestingPlan:
    """The duties of one plan by name."""

    __test__ = False  # no test, whatever its name makes pytest think

    name: str
    version: str
    title: Titles
    description: Titles
    duties: Mapping[str, Duty]


def plan_from(name: str, raw: Mapping[str, object]) -> TestingPlan:
    """The plan that a checked file declares."""
    duties = {duty: _duty(duty, mapping(said)) for duty, said in mapping(raw.get("duties")).items()}
    version = str(raw.get("$id", "")).rpartition("/")[2]
    return TestingPlan(name, version, titles(raw.get("title")), titles(raw.get("description")), duties)


def _duty(name: str, raw: Mapping[str, object]) -> Duty:
    every = raw.get("every")
    seasons = tuple(_season(mapping(one)) for one in sequence(every))
    return Duty(
        name,
        titles(raw.get("title")),
        cast("Subject", raw.get("of", "water_source")),
        texts(raw.get("kinds")),
        texts(raw.get("parameters")),
        cast("int", raw.get("at_least", 1)),
        seasons or ("month" if every == "month" else "year"),
        cast("int", raw.get("times", 1)),
        tuple(_band(mapping(one)) for one in sequence(raw.get("by_population"))),
        str(raw.get("source", "")),
        str(raw.get("verify", "")),
    )


def _season(raw: Mapping[str, object]) -> Season:
    return Season(titles(raw.get("title")), _month_day(raw.get("from")), _month_day(raw.get("to")))


def _band(raw: Mapping[str, object]) -> Band:
    return Band(
        cast("int | None", raw.get("up_to")),
        cast("int", raw.get("every_days", 1)),
        cast("int", raw.get("persons_per_sample", 1)),
        cast("int", raw.get("and", 0)),
    )


def _month_day(said: object) -> MonthDay:
    month, _, day = str(said or "01-01").partition("-")
    return int(month), int(day)


def plan_faults(document: Document, plan: TestingPlan, codelists: Mapping[str, Codelist]) -> Iterator[Fault]:
    """Codes that are none, days that not every year has, rows out of order, words that do not go together."""
    if f"jjm:testing-plan/{plan.name}/" not in str(mapping(document.data).get("$id", "")):
        remedy = f"write `jjm:testing-plan/{plan.name}/…`, or rename the file"
        yield document.fault("/$id", f"this file is called {plan.name}", remedy)
    for duty in plan.duties.values():
        at = step("/duties", duty.name)
        yield from _codes(document, step(at, "parameters"), duty.parameters, codelists, _PARAMETERS)
        if duty.of in _KINDS:
            yield from _codes(document, step(at, "kinds"), duty.kinds, codelists, _KINDS[duty.of])
        yield from _amounts(document, at, duty)
        for index, season in enumerate(duty.every if isinstance(duty.every, tuple) else ()):
            yield from _days(document, step(step(at, "every"), index), season)


def _codes(
    document: Document, at: str, used: tuple[str, ...], codelists: Mapping[str, Codelist], name: str
) -> Iterator[Fault]:
    known = codelists.get(name, Codelist(name, {})).codes
    for index, code in enumerate(used):
        if code not in known:
            message = f"`{code}` is not in codes/{name}.csv"
            yield document.fault(step(at, index), message, did_you_mean(code, known), code)


def _amounts(document: Document, at: str, duty: Duty) -> Iterator[Fault]:
    if duty.parameters and duty.at_least > len(duty.parameters):
        message = f"no sample can tell {duty.at_least} of {len(duty.parameters)} parameters"
        yield document.fault(step(at, "at_least"), message, "write at most as many as there are")
    if duty.kinds and duty.of == "water_source":
        yield document.fault(step(at, "kinds"), "sources have no kinds here", "leave it out")
    if bool(duty.bands) != (duty.of == "village") or (duty.bands and duty.every != "month"):
        remedy = "write `of: village`, `every: month` and `by_population` together, or none of them"
        yield document.fault(at, "samples by population are those of villages in a month", remedy)
    sizes = [band.up_to for band in duty.bands]
    rising = [size for size in sizes[:-1] if size is not None]
    if sizes and (sizes[-1] is not None or len(rising) < len(sizes) - 1 or rising != sorted(set(rising))):
        remedy = "write `up_to` from small to large, and a last row without it"
        yield document.fault(step(at, "by_population"), "the rows are not in order, or the last one ends", remedy)


def _days(document: Document, at: str, season: Season) -> Iterator[Fault]:
    for word, (month, day) in (("from", season.first), ("to", season.last)):
        try:
            date(_YEAR, month, day)
        except ValueError:
            yield document.fault(step(at, word), "not every year has this day", "write month and day, as in 03-01")
