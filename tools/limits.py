"""The reference of limits: what drinking water may hold, by edition, with what nobody has yet compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from jjm.standards import Catalogue, Code, Limit, LimitEdition, LimitKind, Span, default_folder, load
from tools.markdown import code, page, table

_HEADS = ("code", "parameter", "", "unit", "acceptable", "permissible without another source", "judged", "to verify")
_TABLES = {
    0: "In the text: viruses and protozoa",
    1: "Table 1: organoleptic and physical",
    2: "Table 2: general, undesirable in excess",
    3: "Table 3: toxic",
    4: "Table 4: radioactive",
    5: "Table 5: residues of pesticides",
    6: "Table 6: bacteria",
}
_WATER = {"treated": "treated water", "chlorinated": "chlorinated water", "consumer_end": "the consumer's end"}


def limits_reference() -> Iterator[tuple[str, str]]:
    """The page of limits, from `standards/limits`."""
    catalogue = load(default_folder())
    editions = sorted(catalogue.limits.values(), key=lambda edition: edition.effective_from)
    parts = [_editions(editions), *_all(editions[-1], catalogue), _earlier(editions, catalogue)]
    intro = (
        "A sample is judged by the edition in force on the day it was taken. The acceptable limit is the one to keep; "
        "up to the permissible limit water may be used where there is no other source; NR means no relaxation. "
        "What stands under *to verify* has not been compared with an official copy; do not cite it as the standard."
    )
    yield "docs/reference/limits.md", page("Limits of drinking water", intro, *parts)


def _editions(editions: list[LimitEdition]) -> str:
    rows = (
        (
            code(e.name),
            e.title["en"],
            e.title["hi"],
            e.effective_from,
            ", ".join(map(code, e.own)) if e.amends else "all",
        )
        for e in editions
    )
    return "## Editions\n\n" + table(("edition", "English", "Hindi", "samples from", "changes"), rows)


def _all(edition: LimitEdition, catalogue: Catalogue) -> Iterator[str]:
    codes = catalogue.codelists["water-quality-parameter"].codes
    yield f"## {edition.title['en']}\n\nTo verify: {edition.verify}"
    for number, title in sorted(_TABLES.items(), key=lambda item: item[0] or 7):
        rows = [_row(limit, codes) for limit in edition.limits.values() if limit.table == number]
        yield f"### {title}\n\n{table(_HEADS, rows)}"


def _earlier(editions: list[LimitEdition], catalogue: Catalogue) -> str:
    codes = catalogue.codelists["water-quality-parameter"].codes
    changed = {parameter for edition in editions for parameter in edition.own if edition.amends}
    rows = [
        (code(edition.name), *_row(edition.limits[parameter], codes))
        for parameter in sorted(changed)
        for edition in editions
        if parameter in edition.own
    ]
    return "## What amendments changed\n\n" + table(("edition", *_HEADS), rows)


def _row(limit: Limit, codes: Mapping[str, Code]) -> tuple[str, ...]:
    title = codes[limit.parameter].title
    unit = "" if limit.unit == "1" else limit.unit
    basis = f" as {limit.basis}" if limit.basis and limit.basis.lower() != limit.parameter else ""
    return (
        code(limit.parameter), title["en"], title["hi"], unit + basis, _acceptable(limit), _permissible(limit),
        _judged(limit), ", ".join(word.replace("_", " ") for word in limit.verify),
    )  # fmt: skip


def _acceptable(limit: Limit) -> str:
    if limit.kind is LimitKind.NOT_DETECTABLE:
        return f"not detectable (by a method that detects {limit.detection} or less)"
    return ", ".join(limit.words) or _span(limit.acceptable)


def _permissible(limit: Limit) -> str:
    if limit.kind in (LimitKind.NOT_DETECTABLE, LimitKind.CATEGORICAL):
        return "NR"
    beside = limit.permissible_if
    only = f", only if {beside.parameter} is at most {beside.at_most}" if beside else ""
    return _span(limit.permissible) + only if limit.permissible else "NR"


def _judged(limit: Limit) -> str:
    where = " at ".join(_WATER[word] for word in limit.applies_to)
    viral = f"at least {limit.viral.least} where protection from viruses is needed" if limit.viral else ""
    return "; ".join(part for part in (f"only {where}" if where else "", viral) if part)


def _span(span: Span | None) -> str:
    if span is None:
        return ""
    if span.least is None:
        return _plain(span.most)
    return f"{_plain(span.least)} to {_plain(span.most)}" if span.most is not None else f"at least {span.least}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"
