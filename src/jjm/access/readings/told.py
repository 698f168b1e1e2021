"""Readings as calls and pages tell of them."""

from __future__ import annotations

from typing import Any

from jjm.access.readings.model import Overseen, OwnReading, OwnReadings
from jjm.standards import Catalogue

_PURPOSES = "purpose"


def told_readings(catalogue: Catalogue, person: str, found: OwnReadings) -> dict[str, Any]:
    """A page of readings, without where it goes on."""
    return {
        "about": [{"type": one.type, "id": one.id} for one in found.about],
        "about_is_cut": found.is_cut,
        "items": [_told(catalogue, person, one) for one in found.items],
    }


def told_overseen(catalogue: Catalogue, person: str, found: Overseen) -> dict[str, Any]:
    """A page of the readings in a place, without where it goes on."""
    return {"place": found.place, "items": [_told(catalogue, person, one) for one in found.items]}


def _told(catalogue: Catalogue, person: str, one: OwnReading) -> dict[str, Any]:
    by = one.by
    reader = {
        "kind": by.kind, "name": by.reader, "office": one.office, "partner": by.participant,
        "partner_name": one.partner, "is_you": by.kind == "person" and by.reader_id == person,
    }  # fmt: skip
    return {
        "reader": reader, "purpose": _purpose(catalogue, by.purpose), "agreement": by.agreement,
        "consent": by.consent, "at": one.mark.at,
        "until": one.until, "answers": one.answers, "type": by.type, "records": list(one.records), "way": by.way,
        "is_exact": one.is_exact, "is_part": one.is_part,
        "fields": None if by.fields is None else by.fields.split(),
    }  # fmt: skip


def _purpose(catalogue: Catalogue, code: str) -> dict[str, Any]:
    """A purpose by its title and lawful basis; one that the standards no longer know by its code."""
    known = catalogue.codelists[_PURPOSES].codes.get(code) if _PURPOSES in catalogue.codelists else None
    if known is None:
        return {"code": code, "title": {"en": code}, "basis": None, "source": None}
    return {"code": code, "title": dict(known.title), "basis": known.extra.get("basis"), "source": known.source}
