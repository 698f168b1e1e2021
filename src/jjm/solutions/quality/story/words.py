"""The sentences about a village's water, in English and Hindi: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jjm.solutions.quality.times import day_in_india
from jjm.standards import Catalogue

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Water quality",
        "within": "{day}, {place}: a laboratory tested {what}. All of it was within the limits.",
        "permissible": "{day}, {place}: a laboratory tested {what}. {bad} was above the acceptable limit, and within "
        "the one that holds where there is no other source.",
        "beyond": "{day}, {place}: a laboratory found {bad} beyond the limit. Tested were {what}.",
        "undecided": "{day}, {place}: a laboratory tested {what}. Nothing can be said of {bad}.",
        "kit clean": "{day}, {place}: a field kit found nothing out of range in {what}. A kit proves nothing safe.",
        "kit found": "{day}, {place}: a field kit found {bad} out of range. A laboratory was asked to confirm it.",
        "none": "No test of this village's water is recorded here. Untested is not safe.",
        "report": "Report and proof",
        "private": "Results of household taps and private sources are not shown singly, since they point to families.",
    },
    "hi": {
        "title": "जल गुणवत्ता",
        "within": "{day}, {place}: प्रयोगशाला ने {what} का परीक्षण किया। सब सीमा में पाया गया।",
        "permissible": "{day}, {place}: प्रयोगशाला ने {what} का परीक्षण किया। {bad} स्वीकार्य सीमा से अधिक था, पर उस सीमा में "
        "जो अन्य स्रोत न होने पर मान्य है।",
        "beyond": "{day}, {place}: प्रयोगशाला ने {bad} सीमा से अधिक पाया। परीक्षण हुआ: {what}।",
        "undecided": "{day}, {place}: प्रयोगशाला ने {what} का परीक्षण किया। {bad} के बारे में कुछ नहीं कहा जा सकता।",
        "kit clean": "{day}, {place}: फील्ड किट को {what} में कुछ सीमा से बाहर नहीं मिला। किट से जल सुरक्षित सिद्ध नहीं होता।",
        "kit found": "{day}, {place}: फील्ड किट ने {bad} सीमा से बाहर पाया। पुष्टि के लिए प्रयोगशाला से कहा गया।",
        "none": "इस गाँव के जल का कोई परीक्षण यहाँ दर्ज नहीं है। बिना परीक्षण का जल सुरक्षित नहीं माना जाता।",
        "report": "रिपोर्ट और प्रमाण",
        "private": "घरेलू नलों और निजी स्रोतों के परिणाम अलग-अलग नहीं दिखाए जाते, क्योंकि उनसे परिवारों की पहचान होती है।",
    },
}


def word(name: str, language: str) -> str:
    """A sentence without gaps, in that language; in English where it is not translated."""
    return _WORDS.get(language, _WORDS["en"])[name]


def of_sample(sample: Mapping[str, Any], taken: datetime, catalogue: Catalogue, language: str) -> str:
    """What the latest sample of a place says, with its day."""
    tested = [one["parameter"] for one in sample.get("judged") or ()]
    verdict, decided = sample.get("verdict"), list(sample.get("decided_by") or ())
    names = {
        "contaminated": "beyond",
        "permissible": "permissible",
        "undecided": "undecided",
        "not_tested": "undecided",
    }
    name = names.get(str(verdict), "within")
    return _said(name, sample, taken, tested, decided, catalogue, language)


def of_kit_test(test: Mapping[str, Any], tested_at: datetime, catalogue: Catalogue, language: str) -> str:
    """What the latest kit test of a place says, with its day."""
    tested = [one["parameter"] for one in test["results"] if one["result"] != "not_tested"]
    bad = [one["parameter"] for one in test["results"] if one["result"] == "unsafe"]
    return _said("kit found" if bad else "kit clean", test, tested_at, tested, bad, catalogue, language)


def _said(
    name: str,
    record: Mapping[str, Any],
    at: datetime,
    tested: Sequence[str],
    bad: Sequence[str],
    catalogue: Catalogue,
    language: str,
) -> str:
    place = _title(catalogue, "sampling-point-kind", str(record["point_kind"]), language)
    named = [
        ", ".join(_title(catalogue, "water-quality-parameter", one, language) for one in ones) for ones in (tested, bad)
    ]
    day = day_in_india(at).strftime("%d.%m.%Y")
    return word(name, language).format(day=day, place=place, what=named[0], bad=named[1])


def _title(catalogue: Catalogue, codelist: str, code: str, language: str) -> str:
    entry = catalogue.codelists[codelist].codes.get(code)
    return (entry.title.get(language) or entry.title["en"]) if entry else code
