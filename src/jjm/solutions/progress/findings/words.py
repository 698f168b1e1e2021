"""Findings in words: what each number is, in the language of a reader. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jjm.solutions.progress.findings.model import Finding
from jjm.standards import Catalogue, Code

CODES, _FIGURES, _REPORTS = "finding", "reported-figure", "portal-report"
_LISTS = {"report": _REPORTS, "figure_source": "figure-source", "of": "milestone", "guarantee": "guarantee-kind"}
"""The codelists of figures that are codes."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "as_on": "As on", "report": "Report", "of": "Of", "connections": "Connections", "planned": "Planned",
        "achieved": "Achieved", "sanctioned": "Sanctioned", "paid": "Paid", "guarantee": "Guarantee",
        "valid_upto": "Valid up to", "expenditure": "Expenditure", "rounded": "Explained by rounding",
        "other_day": "Explained by reports of different days", "figure_source": "Source of the figures",
        "year": "Financial year",
        "homes_by_figures": "Households by the village's figures", "taps_recorded": "Taps recorded here",
        "taps_reported": "Connections reported of its works",
        "taps_by_figures": "Households with a tap by the village's figures",
        "register_filling": "Explained by a register of taps that is not complete yet",
    },
    "hi": {
        "as_on": "तिथि", "report": "प्रतिवेदन", "of": "किसका", "connections": "कनेक्शन", "planned": "नियोजित",
        "achieved": "उपलब्ध", "sanctioned": "स्वीकृत", "paid": "भुगतान", "guarantee": "गारंटी",
        "valid_upto": "वैधता तिथि", "expenditure": "व्यय", "rounded": "पूर्णांकन से स्पष्ट",
        "other_day": "अलग-अलग दिनों के प्रतिवेदनों से स्पष्ट", "figure_source": "आंकड़ों का स्रोत", "year": "वित्तीय वर्ष",
        "homes_by_figures": "गाँव के आँकड़ों के अनुसार परिवार", "taps_recorded": "यहाँ दर्ज नल",
        "taps_reported": "इसके कार्यों में बताए गए कनेक्शन",
        "taps_by_figures": "गाँव के आँकड़ों के अनुसार नल वाले परिवार",
        "register_filling": "नलों की अधूरी पंजिका से स्पष्ट",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words: what is wrong, what explains it, its numbers with what each is, who must act, what mends it.

    `address` is where more is told; None for the page of the record. `role` is the code of who must act, for the place;
    `role_title` what that role is called.
    """

    finding: Finding
    title: str
    reason: str | None
    figures: Sequence[tuple[str, int | float | str]]
    role: str
    role_title: str
    remedy: str
    address: str | None = None

    @property
    def is_notice(self) -> bool:
        """True where a known reason explains it."""
        return self.finding.severity == "notice"


def told_of(finding: Finding, catalogue: Catalogue, language: str) -> Told:
    """A finding as it is told in a language; English where another is not spoken."""
    code = catalogue.codelists[CODES].codes[finding.code]
    spoken = language if language in _WORDS else "en"
    role = catalogue.roles[code.extra["acts"]]
    remedy = code.extra["remedy" if spoken == "en" else f"remedy_{spoken}"]
    reason = _WORDS[spoken][finding.reason] if finding.reason else None
    figures = list(_figures(finding, catalogue, spoken))
    return Told(finding, _said(code.title, spoken), reason, figures, role.name, _said(role.title, spoken), remedy)


def _figures(finding: Finding, catalogue: Catalogue, language: str) -> Iterator[tuple[str, int | float | str]]:
    for name, value in finding.figures.items():
        plain, _, of_report = name.partition(" (")
        word = _word(finding.type, plain, catalogue, language)
        report = f": {_code(catalogue, _REPORTS, of_report[:-1], language)}" if of_report else ""
        yield word + report, _value(plain, value, catalogue, language)


def _word(type: str, name: str, catalogue: Catalogue, language: str) -> str:
    """What a number is called: as a figure of reports, as a field of the type, or in a word of our own."""
    figure = catalogue.codelists[_FIGURES].codes.get(name) if type == "reported_figures" else None
    if figure is not None:
        return _said(figure.title, language)
    if name in _WORDS[language]:
        return _WORDS[language][name]
    field = next((one for one in catalogue.types[type].fields if one.name == name), None)
    return _said(field.title, language) if field else name


def _value(name: str, value: int | float | str, catalogue: Catalogue, language: str) -> int | float | str:
    if name == "year":
        return f"{value}-{(int(value) + 1) % 100:02}"
    if not isinstance(value, str):
        return value
    if name in ("as_on", "valid_upto"):
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    if value in _WORDS[language]:
        return _WORDS[language][value]
    return _code(catalogue, _LISTS[name], value, language) if name in _LISTS else value


def _code(catalogue: Catalogue, codelist: str, code: str, language: str) -> str:
    known: Code | None = catalogue.codelists[codelist].codes.get(code)
    return _said(known.title, language) if known else code


def _said(titles: Mapping[str, Any], language: str) -> str:
    return str(titles.get(language) or titles["en"])
