"""Which personal fields of many records consents open for one reader, all at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from jjm.access.consents.kept import Kept
from jjm.access.consents.rules import refusal

NONE_KNOWN: Final = "consent-needed"
OVER_FIELD: Final = "over-field"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody would be shown of one record: personal fields, and by what it is found to be within a consent.

    `phones` are the numbers it carries; `areas` all in which it lies, from the nearest up; `told_of` the time
    that it tells of, from and until.
    """

    id: str
    fields: frozenset[str]
    phones: frozenset[str]
    areas: frozenset[str]
    told_of: tuple[datetime, datetime]


@dataclass(slots=True)
class Judged:
    """For each record by its place: the fields that each consent opens, or why none does, and which consent said so."""

    opened: list[dict[str, frozenset[str]]]
    refused: list[tuple[str, str | None] | None]
    consents: dict[str, Kept] = field(default_factory=dict[str, Kept])

    def fields(self, place: int) -> frozenset[str]:
        """All that is opened of a record."""
        return frozenset[str]().union(*self.opened[place].values())

    def fields_under(self, consent: str) -> frozenset[str]:
        """All that a consent opens, of any record."""
        return frozenset[str]().union(*(opened.get(consent, ()) for opened in self.opened))

    def close(self, ids: Iterable[str], code: str) -> None:
        """What these consents opened stays hidden after all."""
        for id in ids:
            for place, found in enumerate(self.opened):
                if found.pop(id, None) is not None and not found:
                    self.refused[place] = (code, id)

    def close_beyond(self, asked: Sequence[Asked], named: frozenset[str]) -> None:
        """A record of which not all fields named are opened stays hidden."""
        for place, one in enumerate(asked):
            opened = self.opened[place]
            if opened and (one.fields & named) - self.fields(place):
                self.refused[place] = (OVER_FIELD, next(iter(opened)))
                opened.clear()


def judged(asked: Sequence[Asked], known: Iterable[Kept], type: str, purpose: str, now: datetime) -> Judged:
    """What these consents open of these records now; the newest first, an older one only for what is left."""
    about: defaultdict[str, list[Kept]] = defaultdict(list)
    found = Judged([], [])
    for kept in known:
        found.consents[kept.consent.id] = kept
        for record in kept.records:
            about[record].append(kept)
    for one in asked:
        opened, why = _one(one, about.get(one.id, ()), type, purpose, now)
        found.opened.append(opened)
        found.refused.append(None if opened or not one.fields else why)
    return found


def _one(
    asked: Asked, known: Sequence[Kept], type: str, purpose: str, now: datetime
) -> tuple[dict[str, frozenset[str]], tuple[str, str | None]]:
    opened: dict[str, frozenset[str]] = {}
    left, why = asked.fields, (NONE_KNOWN, None)
    for kept in known:
        consent = kept.consent
        code = refusal(consent, type, asked.areas, purpose, now, asked.told_of, kept.areas)
        if code is None and kept.phone not in asked.phones:
            code = "other-person"
        fields = left.intersection(consent.data.get(type, ()))
        if code is None and fields:
            opened[consent.id] = fields
            left -= fields
        elif why[1] is None:
            why = (code or OVER_FIELD, consent.id)
    return opened, why


def by_consent(found: Judged, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The records that each consent opens something of."""
    told: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for place, opened in enumerate(found.opened):
        for consent in opened:
            told[consent][ids[place]] = None
    return {consent: list(records) for consent, records in told.items()}


def by_refusal(found: Judged, ids: Sequence[str]) -> Mapping[tuple[str, str], list[str]]:
    """The records that were asked for under a consent which does not open them: by consent and reason."""
    told: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for place, why in enumerate(found.refused):
        if why is not None and why[1] is not None:
            told[why[1], why[0]][ids[place]] = None
    return {key: list(records) for key, records in told.items()}
