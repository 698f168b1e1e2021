"""What must hold between the words of an edition of limits, and between editions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from jjm.kit import Fault
from jjm.standards.limits import NO_RELAXATION, Limit, LimitEdition, LimitKind
from jjm.standards.model import Codelist
from jjm.standards.reader import Document, mapping, step
from jjm.standards.words import did_you_mean

PARAMETERS = "water-quality-parameter"
_NEEDED = {
    LimitKind.RANGE: ("unit", "acceptable", "permissible"),
    LimitKind.MAX: ("unit", "acceptable", "permissible"),
    LimitKind.MIN: ("unit", "acceptable"),
    LimitKind.NOT_DETECTABLE: ("unit", "detection"),
    LimitKind.CATEGORICAL: ("acceptable",),
}
_FORM: Mapping[LimitKind, tuple[type, ...]] = {
    LimitKind.RANGE: (list,),
    LimitKind.MAX: (int, float),
    LimitKind.MIN: (int, float),
    LimitKind.CATEGORICAL: (list,),
}


def limit_faults(
    files: Mapping[str, Document], editions: Mapping[str, LimitEdition], codelists: Mapping[str, Codelist]
) -> Iterator[Fault]:
    """Editions that amend nothing, hold from the same day, or whose rows contradict themselves or the codelist."""
    days: dict[date, str] = {}
    for name, document in files.items():
        edition = editions[name]
        yield from _of_edition(document, edition, editions)
        if (other := days.setdefault(edition.effective_from, name)) != name:
            yield document.fault(
                "/effective_from", f"`{other}` holds from the same day", "one edition holds on a day; write its own day"
            )
        rows = mapping(mapping(document.data).get("limits"))
        for code in edition.own:
            raw = mapping(rows.get(code))
            yield from _of_row(document, step("/limits", code), edition.limits[code], raw)
            yield from _among(document, step("/limits", code), edition, edition.limits[code], codelists)


def _of_edition(document: Document, edition: LimitEdition, editions: Mapping[str, LimitEdition]) -> Iterator[Fault]:
    raw = mapping(document.data)
    if f"jjm:limits/{edition.name}/" not in str(raw.get("$id", "")):
        remedy = f"write `jjm:limits/{edition.name}/…`, or rename the file"
        yield document.fault("/$id", f"this file is called {edition.name}", remedy)
    if edition.amends is None:
        return
    before = editions.get(edition.amends)
    if before is None or edition.amends == edition.name:
        remedy = did_you_mean(edition.amends, editions.keys() - {edition.name})
        yield document.fault("/amends", f"there is no other edition `{edition.amends}`", remedy, edition.amends)
    elif before.effective_from >= edition.effective_from:
        message = f"it holds from {edition.effective_from}, and what it amends from {before.effective_from}"
        yield document.fault("/effective_from", message, "an amendment comes later; put one of the two days right")


def _of_row(document: Document, at: str, limit: Limit, raw: Mapping[str, object]) -> Iterator[Fault]:
    for word in _NEEDED[limit.kind]:
        if word not in raw:
            remedy = f"add `{word}`; `permissible: {NO_RELAXATION}` says that there is no relaxation"
            yield document.fault(at, f"a {limit.kind} limit lacks `{word}`", remedy)
    forms = _FORM.get(limit.kind, ())
    acceptable = raw.get("acceptable")
    if acceptable is not None and not isinstance(acceptable, forms or (type(None),)):
        remedy = "RANGE `[6.5, 8.5]`, MAX and MIN a number, CATEGORICAL `[agreeable]`, NOT_DETECTABLE none"
        yield document.fault(step(at, "acceptable"), f"a {limit.kind} limit is not written like this", remedy)
    for span, word in ((limit.acceptable, "acceptable"), (limit.viral, "viral_protection")):
        if span and span.least is not None and span.most is not None and span.least > span.most:
            yield document.fault(step(at, word), "it runs from more to less", "write the smaller number first")
    if _is_tighter(limit):
        remedy = "the permissible limit is the wider one; change the two, or write `NR`"
        yield document.fault(step(at, "permissible"), "it is tighter than the acceptable limit", remedy)
    for word in limit.verify:
        if word not in raw:
            yield document.fault(step(at, "verify"), f"`{word}` is not in this row", "name a word of this row")


def _is_tighter(limit: Limit) -> bool:
    most = limit.permissible.most if limit.permissible else None
    acceptable = limit.acceptable.most if limit.acceptable else None
    return most is not None and acceptable is not None and most < acceptable


def _among(
    document: Document, at: str, edition: LimitEdition, limit: Limit, codelists: Mapping[str, Codelist]
) -> Iterator[Fault]:
    codes = codelists.get(PARAMETERS, Codelist(PARAMETERS, {})).codes
    code = codes.get(limit.parameter)
    if code is None:
        message = f"`{limit.parameter}` is no parameter in codes/{PARAMETERS}.csv"
        yield document.fault(at, message, did_you_mean(limit.parameter, codes), limit.parameter)
    elif limit.unit != (known := code.extra.get("unit", "")):
        message = f"`{limit.parameter}` is recorded in {known or 'no unit'}, its limit is in {limit.unit or 'none'}"
        yield document.fault(step(at, "unit"), message, f"write the limit in {known or 'words'}", limit.unit)
    beside = limit.permissible_if
    if beside and beside.parameter not in edition.limits:
        message = f"`{beside.parameter}` has no limit in this edition"
        yield document.fault(step(at, "permissible_if"), message, did_you_mean(beside.parameter, edition.limits))
