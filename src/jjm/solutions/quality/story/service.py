"""Gathers what everybody may know of a village's water."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jjm.kit import ReadConnection
from jjm.registry import Registry, state_in_id
from jjm.solutions.quality.homes import points_to_family
from jjm.solutions.quality.served.api import notices_of
from jjm.solutions.quality.served.notice import TEXT
from jjm.solutions.quality.served.service import records_of
from jjm.solutions.quality.story.words import of_kit_test, of_sample, word
from jjm.solutions.quality.times import instant
from jjm.standards import Catalogue

_CLOSED = 3
_OF_PAGES = ("en", "hi")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and the page of the sample that it speaks of, with the words of the link; empty for none."""

    text: str
    address: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """The notice of an open contamination, in one language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a village's page: a heading, sentences with where they lead (or nothing), and what is said below."""

    title: str
    lines: Sequence[Line]
    warnings: Sequence[Warned]
    note: str


async def told_of_village(registry: Registry, conn: ReadConnection, village: str, language: str) -> Told:
    """The latest result of each place of a village, and its contaminations: open ones, and the last to be closed."""
    cases = await records_of(registry, conn, "contamination", village=[village])
    open_ones = [one for one in cases if one["status"] != "CLOSED"]
    closed = sorted((one for one in cases if one["status"] == "CLOSED"), key=lambda one: one["id"])[-_CLOSED:]
    spoken = language if language in _OF_PAGES else "en"
    warnings = list[Warned]()
    for one in open_ones:
        languages = [spoken, *_local(registry.catalogue, one["id"], spoken)]
        warnings += map(Warned, await notices_of(registry, conn, one, languages), languages)
    lines = [Line(said) for one in closed for said in await notices_of(registry, conn, one, [spoken])]
    lines += await _results(registry, conn, village, spoken)
    return Told(word("title", spoken), lines or [Line(word("none", spoken))], warnings, word("private", spoken))


def _local(catalogue: Catalogue, case: str, spoken: str) -> list[str]:
    """The State's own languages in which its people can read a notice, besides the one of the page."""
    known, state = catalogue.phrases[TEXT].languages, state_in_id(case)
    of_state = [language for one in catalogue.states.values() if one.state == state for language in one.languages]
    return [language for language in of_state if language in known and language not in (*_OF_PAGES, spoken)]


async def _results(registry: Registry, conn: ReadConnection, village: str, language: str) -> list[Line]:
    samples = await records_of(registry, conn, "sample", village=[village], status=["APPROVED"])
    tests = await records_of(registry, conn, "kit_test", village=[village])
    catalogue = registry.catalogue
    link = word("report", language)
    said = [
        (at, Line(of_sample(one, at, catalogue, language), f"/samples/{one['id']}", link))
        for at, one in _latest(samples, "collected_at")
    ]
    said += [(at, Line(of_kit_test(one, at, catalogue, language))) for at, one in _latest(tests, "tested_at")]
    return [line for _, line in sorted(said, key=lambda one: (one[0], one[1].text), reverse=True)]


def _latest(records: Sequence[Mapping[str, Any]], field: str) -> list[tuple[datetime, Mapping[str, Any]]]:
    """The latest record of each place; of homes none, since a result points to a family."""
    found: dict[str, tuple[datetime, Mapping[str, Any]]] = {}
    for one in records:
        at, place = instant(one, field), str(one.get("sampling_point") or one.get("point_kind"))
        if at is not None and not points_to_family(one) and (place not in found or at > found[place][0]):
            found[place] = (at, one)
    return list(found.values())
