"""The notice that a person is shown before they agree: itemised, by itself, in plain words (DPDP Rules 2025 r 3).

It says the same in every language in which notices are written; the artefact carries the SHA-256 of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from jjm.access.consents.model import Consent, Mode
from jjm.kit import IST, canonical
from jjm.standards import Catalogue

LANGUAGES: Final = ("en", "hi")
_PURPOSES: Final = "purpose"
_MODES: Final[Mapping[Mode, Mapping[str, str]]] = {
    Mode.VIEW: {"en": "look at it", "hi": "उसे देखना"},
    Mode.STORE: {"en": "keep a copy of it", "hi": "उसकी प्रति रखना"},
    Mode.QUERY: {"en": "ask questions of it", "hi": "उससे प्रश्न पूछना"},
}
_UNITS: Final = {
    "DAY": {"en": "day", "hi": "दिन"},
    "MONTH": {"en": "30 days", "hi": "30 दिन"},
    "YEAR": {"en": "365 days", "hi": "365 दिन"},
}
_TEXTS: Final = {
    "en": (
        "{consumer} asks to see the following about you.\n"
        "What for: {purpose}. {text}\n"
        "Ground: your consent (DPDP Act 2023, section 6).\n"
        "What: {data}\n"
        "Records in: {areas}\n"
        "They tell of the time from {data_from} to {data_until}.\n"
        "They may {mode}, at most {times} times in each {unit}, from {starts} to {until}.\n"
        "They delete it by {keep_until}.\n"
        "You may refuse. Nothing that is due to you from the water supply depends on your answer.\n"
        "You may withdraw at any time, as easily as you give it: at /me/consents on this node, or with a code sent to "
        "your telephone. What was read before stays read.\n"
        "Each reading is written down; you see it at /me/consents and /me/readings.\n"
        "Questions and complaints: the water office of your district; beyond it the Data Protection Board of India."
    ),
    "hi": (
        "{consumer} आपके बारे में निम्नलिखित देखना चाहता है।\n"
        "किस लिए: {purpose}। {text}\n"
        "आधार: आपकी सहमति (डीपीडीपी अधिनियम 2023, धारा 6)।\n"
        "क्या: {data}\n"
        "अभिलेख कहाँ के: {areas}\n"
        "वे {data_from} से {data_until} तक के समय के बारे में हैं।\n"
        "अनुमति: {mode}, हर {unit} में अधिक से अधिक {times} बार, {starts} से {until} तक।\n"
        "वे इसे {keep_until} तक हटा देंगे।\n"
        "आप मना कर सकते हैं। जल आपूर्ति से आपको मिलने वाली कोई चीज़ आपके उत्तर पर निर्भर नहीं है।\n"
        "आप सहमति कभी भी उतनी ही आसानी से वापस ले सकते हैं जितनी आसानी से देते हैं: इस नोड पर /me/consents पर, या अपने "
        "टेलीफ़ोन पर भेजे गए कोड से। जो पहले पढ़ा जा चुका है वह पढ़ा हुआ रहता है।\n"
        "हर बार पढ़ना लिखा जाता है; आप उसे /me/consents और /me/readings पर देखते हैं।\n"
        "प्रश्न और शिकायत: आपके जिले का जल कार्यालय; उससे आगे भारतीय डेटा संरक्षण बोर्ड।"
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says that the artefact does not: who asks and what for in each language, and names of the areas."""

    consumer: Mapping[str, str]
    text: Mapping[str, str]
    areas: Sequence[str]


def notice_of(catalogue: Catalogue, consent: Consent, words: Words) -> dict[str, str]:
    """What a person is told of a consent, by language."""
    return {language: _one(catalogue, consent, words, language) for language in LANGUAGES}


def digest_of(notice: Mapping[str, str]) -> str:
    """The SHA-256 by which an artefact names its notice."""
    return sha256(canonical(dict(notice))).hexdigest()


def _one(catalogue: Catalogue, consent: Consent, words: Words, language: str) -> str:
    purpose = catalogue.codelists[_PURPOSES].codes[consent.purpose].title
    times = {
        name: _day(getattr(consent, name), language)
        for name in ("starts", "until", "keep_until", "data_from", "data_until")
    }
    return _TEXTS[language].format(
        consumer=words.consumer[language], purpose=purpose.get(language, purpose["en"]), text=words.text[language],
        data="; ".join(_data(catalogue, type, fields, language) for type, fields in sorted(consent.data.items())),
        areas=", ".join(words.areas), mode=_MODES[consent.mode][language], times=consent.frequency.times,
        unit=_UNITS[consent.frequency.unit][language], **times,
    )  # fmt: skip


def _data(catalogue: Catalogue, type: str, fields: tuple[str, ...], language: str) -> str:
    standard = catalogue.types[type]
    titles = [
        field.title.get(language, field.title["en"])
        for name in fields
        for field in standard.fields
        if field.name == name
    ]
    return f"{standard.title.get(language, standard.title['en'])}: {', '.join(titles) or ', '.join(fields)}"


def _day(at: datetime, language: str) -> str:
    here = at.astimezone(IST)
    return f"{here:%d.%m.%Y %H:%M} IST" if language == "en" else f"{here:%d.%m.%Y %H:%M}"
