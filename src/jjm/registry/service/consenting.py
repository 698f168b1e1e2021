"""Records read for a purpose that rests on consent: each is shown as far as its person agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from jjm.access import AskedOfConsents, Turn, normal_phone
from jjm.kit import IST, ReadConnection, load_queries
from jjm.registry.columns import entries
from jjm.registry.model import AsOf
from jjm.registry.service.context import Registry
from jjm.registry.table import Table

_queries = load_queries("jjm.registry", "consenting")
_MOMENT, _DAY = timedelta(microseconds=1), timedelta(days=1)
Span = tuple[datetime, datetime]


async def hidden_by_consent(
    registry: Registry,
    conn: ReadConnection,
    turn: Turn,
    table: Table,
    rows: Sequence[Any],
    *,
    wanted: frozenset[str] | None = None,
    told_of: Span | None = None,
    is_one: bool = False,
) -> list[frozenset[str]]:
    """The personal fields of each row that stay hidden, after the others were noted and counted as read.

    `told_of` is the time that the rows tell of; each that from which it was asserted, if left out. For a reading of
    `is_one` record, raises Problem 403 `consent-needed` or `over-field`, 429 `over-frequency` where nothing is opened.
    """
    if registry.consents is None:
        return [table.personal] * len(rows)
    inside = [table.inside(row["id"], row["version"], row["sealed"]) for row in rows]
    lying = await _lying(conn, table, rows)
    phones = [_phones(table, values) for values in inside]
    asked = [
        AskedOfConsents(
            row["id"],
            frozenset(values) if wanted is None else wanted.intersection(values),
            own,
            areas,
            told_of or _day(row["valid_from"]),
        )
        for row, values, own, areas in zip(rows, inside, phones, lying, strict=True)
    ]
    found = await registry.consents.opened(turn, asked, wanted if is_one else None)
    if is_one:
        registry.consents.require(found)
    return [table.personal - found.fields(place) for place in range(len(rows))]


def spoken_of(registry: Registry, as_of: AsOf | None) -> Span:
    """The time that the records of a reading tell of: this moment, or the day asked for."""
    if as_of is not None:
        return _day(as_of.valid_at)
    now = registry.clock.now()
    return now, now + _MOMENT


def _day(day: date) -> Span:
    begun = datetime.combine(day, time(), IST)
    return begun, begun + _DAY


def _phones(table: Table, values: dict[str, Any]) -> frozenset[str]:
    """The telephone numbers of a record that are somebody's own, each written in one way."""
    numbers = [values[f.name] for f in table.blinds.values() if f.format == "phone" and f.name in values]
    return frozenset(filter(None, map(normal_phone, numbers)))


async def _lying(conn: ReadConnection, table: Table, rows: Sequence[Any]) -> list[frozenset[str]]:
    """For each row all areas in which it lies, by what it says itself, in the trees of today."""
    standard = table.standard
    places = [[row["id"]] if standard.level else entries(row[standard.area]) if standard.area else [] for row in rows]
    above = await _above(conn, {area for own in places for area in own})
    return [frozenset(own).union(*(above[area] for area in own)) for own in places]


async def _above(conn: ReadConnection, areas: Collection[str]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    if areas:
        async for row in _queries.above(conn, ids=sorted(areas)):
            found[row["id"]].add(row["ancestor"])
    return found
