"""What is said to everybody about unsafe water, in plain words of their language: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jjm.solutions.quality.times import day_in_india
from jjm.standards import Catalogue

TEXT = "contamination-notice"
"""The phrases of which the notice is made, in `standards/phrases`."""
TAPS = ("household",)
"""Places whose water is that of one family alone; they are named by no more than the village."""


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
    text = catalogue.phrases[TEXT]
    known = {
        "place": _place(case, village, catalogue, language),
        "parameters": ", ".join(
            _title(catalogue, "water-quality-parameter", one, language) for one in case["parameters"]
        ),
        "taken": _day(taken),
    }
    if case["status"] == "CLOSED" and retested is not None:
        again = text.said("again", language, **known, retested=_day(retested))
        return " ".join([again, text.said("only", language)])
    told = [text.said("unsafe", language, **known)]
    advice = case.get("advisory")
    told.append(
        text.said("advice", language, advice=_title(catalogue, "water-advisory", advice, language))
        if advice
        else text.said("no_advice", language)
    )
    return " ".join([*told, *([text.said("no_boiling", language)] if chemical else []), text.said("until", language)])


def _place(case: Mapping[str, Any], village: str, catalogue: Catalogue, language: str) -> str:
    kind, text = case.get("point_kind"), catalogue.phrases[TEXT]
    if kind in TAPS or not kind:
        return text.said("tap", language, village=village)
    named = _title(catalogue, "sampling-point-kind", kind, language)
    return text.said("point", language, kind=named[:1].lower() + named[1:], village=village)


def name_in(village: Mapping[str, Any], language: str) -> str | None:
    """The name of a village in a language, as far as it is recorded; that in the local language before the English."""
    named = {one["language"]: one["name"] for one in village.get("names") or ()}
    local = None if language == "en" else village.get("name_local")
    return named.get(language) or local or village.get("name")


def _title(catalogue: Catalogue, codelist: str, code: str, language: str) -> str:
    entry = catalogue.codelists[codelist].codes.get(code)
    return (entry.title.get(language) or entry.title["en"]) if entry else code


def _day(at: datetime) -> str:
    return day_in_india(at).strftime("%d.%m.%Y")
