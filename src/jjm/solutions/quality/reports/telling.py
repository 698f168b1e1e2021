"""A report in words of the reader, as the parts of a sheet: the same for the page and for the paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from jjm.kit import Grid, Section, SheetFact
from jjm.solutions.quality.reports.model import Report
from jjm.solutions.quality.reports.words import FINDINGS, action, say
from jjm.solutions.quality.times import INDIA, instant
from jjm.standards import Catalogue, Limit, LimitKind, Span

_PARAMETER = "water-quality-parameter"
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_PLACES = ("village", "habitation", "scheme", "water_source", "component", "sampling_point")


def code(catalogue: Catalogue, codelist: str, value: object, language: str) -> str:
    """The word behind a code, in that language or English; the code itself where it has none."""
    entry = catalogue.codelists[codelist].codes.get(str(value))
    return (entry.title.get(language) or entry.title["en"]) if entry else str(value)


def moment(at: datetime) -> str:
    """An instant by the clocks of India, to the minute."""
    return at.astimezone(INDIA).strftime("%d.%m.%Y %H:%M IST")


def told(report: Report, catalogue: Catalogue, language: str) -> list[Section]:
    """Verdict, results, place, custody: all that a report says besides its proof."""
    return [
        _verdict(report, catalogue, language),
        _results(report, catalogue, language),
        _place(report, catalogue, language),
        _custody(report, catalogue, language),
    ]


def _verdict(report: Report, catalogue: Catalogue, language: str) -> Section:
    sample = report.sample
    decided = ", ".join(code(catalogue, _PARAMETER, one, language) for one in sample.get("decided_by") or ())
    edition = report.edition.title.get(language) or report.edition.title["en"]
    pairs = [
        ("verdict", code(catalogue, "sample-verdict", sample.get("verdict"), language)),
        ("decided_by", decided),
        ("edition", edition),
        ("approved_at", moment(report.version.recorded_at)),
        ("approved_by", say("in_charge", language, account=report.version.actor)),
    ]
    said = [say("only", language)] + ([say("verify", language)] if report.edition.verify else [])
    return Section(say("verdict", language), _facts(pairs, language), sentences=said)


def _results(report: Report, catalogue: Catalogue, language: str) -> Section:
    judged = {one["parameter"]: one for one in report.sample.get("judged") or ()}
    names = ("parameter", "value", "unit", "class", "acceptable", "permissible", "method", "tested_at")
    rows = [
        _row(one, judged.get(one["parameter"], {}), report.edition.limits.get(one["parameter"]), catalogue, language)
        for one in report.sample.get("results") or ()
    ]
    edition = report.edition.title.get(language) or report.edition.title["en"]
    caption = say("results_caption", language, edition=edition)
    grid = Grid(caption, [say(name, language) for name in names], rows)
    return Section(say("results", language), grid=grid, sentences=_untested(report, catalogue, language))


def _row(
    result: Mapping[str, Any], judged: Mapping[str, Any], limit: Limit | None, catalogue: Catalogue, language: str
) -> list[str]:
    at, method = instant(result, "tested_at"), result.get("method")
    verdict = code(catalogue, "test-verdict", judged.get("verdict"), language) if judged else ""
    why = code(catalogue, "judgement-reason", judged["reason"], language) if judged.get("reason") else ""
    return [
        code(catalogue, _PARAMETER, result["parameter"], language),
        found(result, language),
        unit_of(result, limit),
        f"{verdict} ({why})" if why else verdict,
        _span(limit, limit.acceptable if limit else None, language),
        _permissible(limit, language),
        code(catalogue, "analysis-method", method, language) if method else "",
        moment(at) if at else "",
    ]


def found(result: Mapping[str, Any], language: str) -> str:
    """What a laboratory found, as it wrote it; below the limit of detection is never zero."""
    if result.get("below") is not None:
        return say("below", language, value=number(result["below"]))
    if result.get("value") is not None:
        return number(result["value"])
    return _finding(str(result.get("word") or ""), language)


def _finding(word: str, language: str) -> str:
    """A finding that is no number: in that language where it is a word of a limit, else as the laboratory wrote it."""
    return say(word.lower(), language) if word.lower() in FINDINGS else word


def unit_of(result: Mapping[str, Any], limit: Limit | None) -> str:
    """The unit in which it was found: the laboratory's own, else that of the parameter; none for words and pH."""
    unit = str(result.get("unit") or (limit.unit if limit else ""))
    return "" if unit == "1" or result.get("word") else unit


def number(value: object) -> str:
    """A number as it was written, without an exponent."""
    return format(value if isinstance(value, Decimal) else Decimal(str(value)), "f")


def _span(limit: Limit | None, span: Span | None, language: str) -> str:
    if limit is None:
        return say("no_limit", language)
    if limit.kind is LimitKind.NOT_DETECTABLE:
        return say("undetectable", language)
    if span is None:
        return ", ".join(_finding(word, language) for word in limit.words)
    least, most = (None if one is None else number(one) for one in (span.least, span.most))
    if least is not None and most is not None:
        return say("span", language, least=least, most=most)
    return say("most", language, most=most) if least is None else say("least", language, least=least)


def _permissible(limit: Limit | None, language: str) -> str:
    if limit is None:
        return ""
    return say("no_relaxation", language) if limit.permissible is None else _span(limit, limit.permissible, language)


def _untested(report: Report, catalogue: Catalogue, language: str) -> Sequence[str]:
    left = report.sample.get("untested") or ()
    if not left:
        return ()
    names = (
        f"{code(catalogue, _PARAMETER, one['parameter'], language)} "
        f"({code(catalogue, 'untested-reason', one['reason'], language)})"
        for one in left
    )
    return [say("untested", language, names=", ".join(names))]


def _place(report: Report, catalogue: Catalogue, language: str) -> Section:
    sample, laboratory = report.sample, report.laboratory
    purpose = sample.get("purpose")
    places = ("village",) if report.is_private else _PLACES
    pairs = [
        ("number", report.version.id),
        ("laboratory", _named(laboratory, laboratory.get("id"), language)),
        ("accreditation", _accreditation(laboratory, catalogue, language)),
        ("point_kind", code(catalogue, "sampling-point-kind", sample.get("point_kind"), language)),
        *((name, _named(report.names.get(name, {}), sample.get(name), language)) for name in places),
        ("purpose", code(catalogue, "sample-purpose", purpose, language) if purpose else ""),
    ]
    return Section(say("place", language), _facts(pairs, language))


def _named(names: Mapping[str, Any], id: object, language: str) -> str:
    """A place or laboratory by name and identifier."""
    name = called(names, language)
    return f"{name} ({id})" if name else str(id or "")


def called(names: Mapping[str, Any], language: str) -> str:
    """What it is called: in Hindi by its local name, where that is in Devanagari; by the only name where it has one."""
    name, local = str(names.get("name") or ""), str(names.get("name_local") or "")
    return local if not name or (language == "hi" and _DEVANAGARI.search(local)) else name


def _accreditation(laboratory: Mapping[str, Any], catalogue: Catalogue, language: str) -> str:
    if not laboratory.get("accreditation"):
        return ""
    parts = [code(catalogue, "laboratory-accreditation", laboratory["accreditation"], language)]
    parts += [str(laboratory["accreditation_number"])] if laboratory.get("accreditation_number") else []
    if laboratory.get("accredited_upto"):
        year, month, day = str(laboratory["accredited_upto"]).split("-")
        parts.append(say("accredited_upto", language, day=f"{day}.{month}.{year}"))
    return ", ".join(parts)


def _custody(report: Report, catalogue: Catalogue, language: str) -> Section:
    head = [say(name, language) for name in ("when", "what", "with", "seal", "box", "condition")]
    rows = [_hand(one, catalogue, language) for one in report.hands]
    if not rows:
        return Section(say("custody", language), sentences=[say("custody_none", language)])
    return Section(say("custody", language), grid=Grid(say("custody", language), head, rows))


def _hand(hand: Mapping[str, Any], catalogue: Catalogue, language: str) -> list[str]:
    at = instant(hand, "at")
    carried, condition = hand.get("carried_at"), hand.get("condition")
    return [
        moment(at) if at else str(hand["at"]),
        action(hand["action"], language),
        code(catalogue, "custodian", hand["custodian"], language) if hand.get("custodian") else "",
        str(hand.get("seal_number") or ""),
        "" if carried is None else number(carried),
        code(catalogue, "sample-condition", condition, language) if condition else "",
    ]


def _facts(pairs: Sequence[tuple[str, str]], language: str) -> list[SheetFact]:
    return [SheetFact(say(name, language), text) for name, text in pairs if text]
