"""Who read what is about oneself: the records that carry one's confirmed telephone number, and who was shown them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from jjm.access.context import Access
from jjm.access.model import Actor
from jjm.access.people import store as people
from jjm.access.readings.covering import covers, page_of, reading_of
from jjm.access.readings.model import Mark, OwnReading, OwnReadings, Subject
from jjm.access.readings.service import names_of_partners, places_of_people, readings_of, stretches_of
from jjm.access.sessions import store
from jjm.access.sessions.model import PHONE
from jjm.access.sessions.own import own_account
from jjm.kit import ReadConnection, forbidden

NEWEST = Mark(datetime(9999, 1, 1, tzinfo=UTC), 2**63 - 1)
_AT_ONCE, _TURNS = 500, 10
"""So many stretches are looked through at once, and so often for one page; the next page goes on behind them."""


async def own_readings(
    access: Access, conn: ReadConnection, actor: Actor, after: Mark = NEWEST, limit: int = 50
) -> OwnReadings:
    """Readings of what is about the person who is signed in, newest first.

    Raises Problem 401 or 403 for who is no person, 403 `phone-not-shown` in a session without a confirmed telephone.
    """
    phone = await confirmed_phone(access, conn, actor)
    subjects, is_cut = await access.subjects.about(conn, phone)
    found = await _by_name(conn, subjects, after, limit + 1)
    horizons: list[Mark] = []
    for type in sorted({subject.type for subject in subjects}):
        held, horizon = await _in_stretches(conn, [s for s in subjects if s.type == type], after, limit + 1)
        found += held
        horizons += [horizon] if horizon else []
    items, following = page_of(found, horizons, limit)
    return OwnReadings(tuple(subjects), is_cut, tuple(await with_offices(conn, items)), following)


async def confirmed_phone(access: Access, conn: ReadConnection, actor: Actor) -> str:
    """The number to which the code of this very session was sent; a number that an officer typed proves nothing."""
    person = own_account(actor)
    sessions = await store.sessions(conn, person, access.clock.now())
    by_phone = any(one.id == actor.session and one.means == PHONE for one in sessions)
    contact = (await people.known_person(conn, access.vault, person)).contact if by_phone else None
    if contact is None or contact.phone is None:
        detail = "Records are found by your telephone number. Sign in with a code sent to it, to show that it is yours."
        raise forbidden(detail, "phone-not-shown")
    return contact.phone


async def _by_name(conn: ReadConnection, subjects: Sequence[Subject], after: Mark, most: int) -> list[OwnReading]:
    """Readings that name the records; one that names several of them once."""
    found: dict[Mark, OwnReading] = {}
    for subject in subjects:
        rows = await readings_of(conn, subject.type, subject.id, before=after.at, below=after.number, limit=most)
        for row in rows:
            new = reading_of(row, [subject.id], is_exact=True)
            known = found.get(new.mark)
            found[new.mark] = replace(new, records=known.records + new.records) if known else new
    return list(found.values())


async def _in_stretches(
    conn: ReadConnection, subjects: Sequence[Subject], after: Mark, most: int
) -> tuple[list[OwnReading], Mark | None]:
    """Readings of stretches of one type that may have held these records, and how far back was looked."""
    found: list[OwnReading] = []
    for _ in range(_TURNS):
        rows = await stretches_of(conn, subjects[0].type, before=after.at, below=after.number, limit=_AT_ONCE)
        for row in rows:
            held = [s.id for s in subjects if covers(row, s)]
            found += [reading_of(row, held, is_exact=False)] if held else []
        if len(rows) < _AT_ONCE:
            return found, None
        after = Mark(rows[-1]["at"], rows[-1]["id"])
        if len(found) >= most:
            break
    return found, after


async def with_offices(conn: ReadConnection, items: Sequence[OwnReading]) -> list[OwnReading]:
    """The same with the place of the office behind an officer, and the name of a partner."""
    officers = {one.by.reader_id for one in items if one.by.kind == "person" and one.by.reader_id}
    partners = {one.by.participant for one in items if one.by.participant}
    places = await places_of_people(conn, sorted(officers))
    names = await names_of_partners(conn, sorted(partners))
    return [
        replace(one, office=places.get(one.by.reader_id or ""), partner=names.get(one.by.participant or ""))
        for one in items
    ]
