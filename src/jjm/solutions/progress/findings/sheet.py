"""Findings as CSV, with the names of places."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from jjm.access import ANONYMOUS
from jjm.kit import ReadConnection
from jjm.registry import Registry, batch_get
from jjm.solutions.progress.findings.words import Told

_HEADINGS: Mapping[str, Sequence[str]] = {
    "en": (
        "Code", "What is wrong", "Severity", "Explained by", "Place", "Name of the place", "Registry", "Record",
        "Figures", "Who must act", "What mends it",
    ),
    "hi": (
        "कोड", "क्या गलत है", "गंभीरता", "कारण", "स्थान", "स्थान का नाम", "पंजिका", "अभिलेख",
        "आँकड़े", "किसे कार्य करना है", "कैसे सुधरेगा",
    ),
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 1_000


def heading_line(language: str) -> bytes:
    """The first line, behind the mark by which spreadsheets know UTF-8."""
    return "\ufeff".encode() + _written([_HEADINGS.get(language, _HEADINGS["en"])])


def lines_of(told: Sequence[Told], names: Mapping[str, str]) -> bytes:
    """A line for each finding."""
    return _written([[_safe(text) for text in _line(one, names)] for one in told])


def _line(one: Told, names: Mapping[str, str]) -> Sequence[str]:
    found = one.finding
    figures = "; ".join(f"{word}: {value}" for word, value in one.figures)
    return (
        found.code, one.title, found.severity, one.reason or "", found.place, names.get(found.place, ""), found.type,
        found.record, figures, one.role_title, one.remedy,
    )  # fmt: skip


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


async def names_of(registry: Registry, conn: ReadConnection, places: Sequence[str]) -> dict[str, str]:
    """What areas are called today, by identifier."""
    found: dict[str, str] = {}
    for standard in registry.levels():
        prefix = standard.id.partition("{")[0]
        ids = sorted({place for place in places if place.startswith(prefix)})
        for first in range(0, len(ids), _AT_ONCE):
            part = ids[first : first + _AT_ONCE]
            records, _ = await batch_get(registry, conn, ANONYMOUS, registry.table(standard.name), part)
            found |= {record["id"]: str(record.get("name") or "") for record in records}
    return found
