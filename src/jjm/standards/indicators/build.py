"""Makes an indicator from a checked file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from jjm.standards.build import titles
from jjm.standards.indicators.model import (
    Day,
    Groups,
    Holding,
    Indicator,
    ListColumn,
    Listing,
    Measure,
    RecordSet,
    ReportColumn,
)
from jjm.standards.reader import mapping, sequence, texts

KINDS = ("areas", "count", "sum", "less", "share")


def indicator_from(name: str, file: str, raw: Mapping[str, object]) -> Indicator:
    """The indicator that a file declares."""
    groups = mapping(raw.get("groups"))
    return Indicator(
        name=name,
        version=str(raw.get("$id", "")).rpartition("/")[2],
        code=str(raw.get("code", name)),
        title=titles(raw.get("title")),
        description=titles(raw.get("description")),
        grain=str(raw.get("grain", "")),
        missing=titles(raw.get("missing")),
        sets={key: _set(key, mapping(body)) for key, body in mapping(raw.get("sets")).items()},
        columns=tuple(_column(mapping(entry)) for entry in sequence(raw.get("columns"))),
        without=_text(raw.get("without")),
        groups=Groups(*(str(groups.get(word, "")) for word in ("codelist", "column", "rest"))) if groups else None,
        kept=raw.get("kept") is True,
        listing=_listing(mapping(raw.get("list"))),
        opens=_text(raw.get("opens")),
        source=_text(raw.get("x-source")),
        verify=_text(raw.get("x-verify")),
        file=file,
    )


def _set(name: str, raw: Mapping[str, object]) -> RecordSet:
    newest = mapping(raw.get("newest"))
    return RecordSet(
        name,
        str(raw.get("type", "")),
        _text(raw.get("where")),
        _text(newest.get("of")),
        texts(newest.get("by")),
        _day(raw.get("year")),
        tuple(_set(name, mapping(part)) for part in sequence(raw.get("plus"))),
    )


def _day(raw: object) -> Day | None:
    if isinstance(raw, str):
        return Day(raw)
    named = mapping(raw)
    return Day(str(named.get("field")), _text(named.get("part"))) if named else None


def _column(raw: Mapping[str, object]) -> ReportColumn:
    less, share = mapping(raw.get("less")), mapping(raw.get("share"))
    return ReportColumn(
        name=str(raw.get("name", "")),
        title=titles(raw.get("title")),
        unit="%" if share else str(raw.get("unit", "1")),
        under=titles(raw["under"]) if "under" in raw else None,
        show=cast("Literal['lakh', 'crore'] | None", _text(raw.get("show"))),
        inner=raw.get("inner") is True,
        verify=_text(raw.get("x-verify")),
        measure=_measure(raw),
        less=(str(less.get("from")), str(less.get("take"))) if less else None,
        share=(str(share.get("numerator")), str(share.get("denominator"))) if share else None,
    )


def _listing(raw: Mapping[str, object]) -> Listing | None:
    if not raw:
        return None
    columns = tuple(
        ListColumn(
            str(column.get("name")),
            titles(column.get("title")),
            _text(column.get("place")),
            _held(mapping(column.get("entries"))),
        )
        for column in map(mapping, sequence(raw.get("columns")))
    )
    return Listing(str(raw.get("of")), titles(raw.get("title")), columns)


def _measure(raw: Mapping[str, object]) -> Measure | None:
    if "areas" in raw:
        return Measure("areas", str(raw["areas"]))
    if "count" in raw:
        asked = mapping(raw["count"])
        held = mapping(asked.get("holding"))
        return Measure("count", str(asked.get("of")), _text(asked.get("each")), _text(asked.get("where")), _held(held))
    if "sum" in raw:
        asked = mapping(raw["sum"])
        return Measure("sum", str(asked.get("of")), str(asked.get("field")), _text(asked.get("where")))
    return None


def _held(raw: Mapping[str, object]) -> Holding | None:
    if not raw:
        return None
    without = tuple((part, texts(values)) for part, values in mapping(raw.get("without")).items())
    return Holding(str(raw.get("field")), str(raw.get("part")), texts(raw.get("any")), texts(raw.get("but")), without)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
