"""By which notice a step of a contamination is told to households, and in which words: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.solutions.quality.served.notice import TAPS, name_in
from jjm.standards import Catalogue

CLOSING = "SAFE"
STEPS = ("ADVISE", CLOSING)


def event_of(action: str, case: Mapping[str, Any], catalogue: Catalogue) -> str | None:
    """The notice for a step; None where there are no words for it. Each advice has words of its own, as carriers of SMS
    want them registered."""
    name = "water-tested-again" if action == CLOSING else f"water-{str(case.get('advisory')).replace('_', '-')}"
    return name if name in catalogue.notices else None


def words_of(case: Mapping[str, Any], village: Mapping[str, Any], catalogue: Catalogue) -> dict[str, object]:
    """What the notice says, in each language: the village, the kind of point, and what was found."""
    points, found = catalogue.codelists["sampling-point-kind"].codes, catalogue.codelists["water-quality-parameter"]
    point = points.get(str(case.get("point_kind")))
    titles = [found.codes[one].title for one in case["parameters"] if one in found.codes]
    languages = dict.fromkeys(lang for title in titles for lang in title)
    return {
        "village": {lang: name_in(village, lang) or case["village"] for lang in ("en", "hi", *languages)},
        "point": point.title if point else {"en": "a tap", "hi": "एक नल"},
        "found": {lang: ", ".join(title.get(lang) or title["en"] for title in titles) for lang in languages},
    }


def is_private(case: Mapping[str, Any]) -> bool:
    """True where the water is that of one family: only they are told, and nobody else learns of it by a message."""
    return case.get("point_kind") in TAPS
