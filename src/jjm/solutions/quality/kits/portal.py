"""A kit test as the app of the live portal sends it, read into one of ours: pure.

The names are the portal's (shubhamdevgupta/jjm-wqmis, a client of it). Its numbers of parameters are those that its
`GetParameterList` gives; nobody publishes them, so whoever sends says what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jjm.kit import IST, Fault, invalid
from jjm.solutions.quality.limits import kit_answers
from jjm.standards import Catalogue

_ALIKE = ("habitation", "scheme", "water_source", "sampling_point", "kit")
_KINDS, _PARAMETERS = "sampling-point-kind", "water-quality-parameter"


def kit_test_from(sent: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """What a case of `kit-test` begins with.

    Raises Problem 422 `invalid` for a place or parameter that cannot be told, and `kit-answers-unreadable` as
    `kit_answers` does.
    """
    faults = [*_unknown(sent["parameters"], catalogue), *_no_place(sent, catalogue), *_half_a_position(sent)]
    if faults:
        raise invalid("The kit test cannot be read.", faults)
    answers = kit_answers(sent["test_selected"], sent["saferangeid"], sent["parameters"])
    at: datetime = sent["sample_testing_time"]
    data = {
        "village": f"VIL-{sent['source_village']}",
        "point_kind": sent.get("point_kind") or _kinds_of(sent["source_filter"], catalogue)[0],
        "tested_at": (at if at.tzinfo else at.replace(tzinfo=IST)).isoformat(),
        "results": [{"parameter": parameter, "result": answer} for parameter, answer in answers.items()],
    }
    if sent.get("latitude") is not None:
        data["location"] = {"type": "Point", "coordinates": [sent["longitude"], sent["latitude"]]}
    more = {name: sent.get(name) for name in _ALIKE} | {"remark": sent.get("sample_remark")}
    return data | {name: value for name, value in more.items() if value is not None}


def _kinds_of(number: str | None, catalogue: Catalogue) -> list[str]:
    """The kinds of places that the portal's number stands for."""
    codes = catalogue.codelists[_KINDS].codes.values()
    return [entry.code for entry in codes if number and entry.extra.get("wqmis") == number]


def _no_place(sent: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Fault]:
    kind, number, codes = sent.get("point_kind"), sent.get("source_filter"), catalogue.codelists[_KINDS].codes
    if kind is not None:
        if kind not in codes:
            yield Fault(f"`{kind}` is no kind of place", f"Known: {', '.join(codes)}.", "/point_kind", value=kind)
        return
    found = _kinds_of(number, catalogue)
    if len(found) != 1:
        what = f"it stands for {' and '.join(found)}" if found else "it stands for no kind of place for certain"
        remedy = f"Say `point_kind`: {', '.join(found or codes)}."
        yield Fault(f"`source_filter` does not tell the place: {what}", remedy, "/source_filter", value=number)


def _unknown(parameters: Mapping[str, str], catalogue: Catalogue) -> Iterator[Fault]:
    codes = catalogue.codelists[_PARAMETERS].codes
    for number, code in parameters.items():
        if code not in codes:
            remedy = "Give a code of the codelist `water-quality-parameter`, such as `as`."
            yield Fault(f"`{code}` is no parameter", remedy, f"/parameters/{number}", value=code)


def _half_a_position(sent: Mapping[str, Any]) -> Iterator[Fault]:
    if (sent.get("latitude") is None) != (sent.get("longitude") is None):
        yield Fault("half a position", "Give latitude and longitude, or neither.", "/latitude")
