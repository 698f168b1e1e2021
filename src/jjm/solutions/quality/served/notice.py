"""What is said to everybody about unsafe water, in plain words of their language: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jjm.solutions.quality.times import day_in_india
from jjm.standards import Catalogue

LANGUAGES = ("en", "hi")
TAPS = ("household",)
"""Places whose water is that of one family alone; they are named by no more than the village."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "unsafe": "The water of {place} is not safe to drink. A laboratory found {parameters} beyond the limit in a "
        "sample taken on {taken}.",
        "advice": "What to do: {advice}.",
        "no advice": "Until you are told more: do not drink this water and do not cook with it.",
        "no boiling": "Boiling does not help.",
        "until": "This stands until a laboratory has found the water safe again.",
        "again": "The water of {place} was not safe: a laboratory found {parameters} beyond the limit in a sample "
        "taken on {taken}. It was tested again in a sample taken on {retested}: {parameters} is within the limits.",
        "only": "Only what is named here was tested again.",
        "tap": "a household tap in {village}",
        "point": "{kind} in {village}",
        "join": ", ",
    },
    "hi": {
        "unsafe": "{place} का जल पीने योग्य नहीं है। {taken} को लिए गए नमूने में प्रयोगशाला ने {parameters} सीमा से अधिक पाया।",
        "advice": "क्या करें: {advice}।",
        "no advice": "आगे की सूचना तक इस जल को न पिएँ और न इससे खाना पकाएँ।",
        "no boiling": "उबालने से लाभ नहीं होता।",
        "until": "यह सलाह तब तक लागू है जब तक प्रयोगशाला जल को फिर सुरक्षित न पाए।",
        "again": "{place} का जल सुरक्षित नहीं था: {taken} को लिए गए नमूने में प्रयोगशाला ने {parameters} सीमा से अधिक "
        "पाया। {retested} को लिए गए नमूने में फिर परीक्षण हुआ: {parameters} सीमा में है।",
        "only": "फिर परीक्षण केवल उसी का हुआ जिसका नाम यहाँ है।",
        "tap": "{village} में एक घरेलू नल",
        "point": "{village} में {kind}",
        "join": ", ",
    },
}


def notice(
    case: Mapping[str, Any],
    village: str,
    taken: datetime,
    retested: datetime | None,
    chemical: bool,
    catalogue: Catalogue,
    language: str,
) -> str:
    """The notice of a contamination: what was found, when, and what to do; once closed, when it was tested again.

    `village` is its name in that language. Of a household's tap neither habitation nor point is named. Never says that
    water is safe, but what was tested, and on which day.
    """
    words = _WORDS[language]
    known = {
        "place": _place(case, village, catalogue, language),
        "parameters": words["join"].join(
            _title(catalogue, "water-quality-parameter", one, language) for one in case["parameters"]
        ),
        "taken": _day(taken),
    }
    if case["status"] == "CLOSED" and retested is not None:
        return " ".join([words["again"].format(**known, retested=_day(retested)), words["only"]])
    told = [words["unsafe"].format(**known)]
    advice = case.get("advisory")
    told.append(
        words["advice"].format(advice=_title(catalogue, "water-advisory", advice, language))
        if advice
        else words["no advice"]
    )
    return " ".join([*told, *([words["no boiling"]] if chemical else []), words["until"]])


def _place(case: Mapping[str, Any], village: str, catalogue: Catalogue, language: str) -> str:
    kind = case.get("point_kind")
    if kind in TAPS or not kind:
        return _WORDS[language]["tap"].format(village=village)
    named = _title(catalogue, "sampling-point-kind", kind, language)
    return _WORDS[language]["point"].format(kind=named[:1].lower() + named[1:], village=village)


def _title(catalogue: Catalogue, codelist: str, code: str, language: str) -> str:
    entry = catalogue.codelists[codelist].codes.get(code)
    return (entry.title.get(language) or entry.title["en"]) if entry else code


def _day(at: datetime) -> str:
    return day_in_india(at).strftime("%d.%m.%Y")
