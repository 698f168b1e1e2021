"""Calendars: which hours of which days count as working time in the country, and in a State that has its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from jjm.kit import Fault
from jjm.standards.build import titles
from jjm.standards.model import Titles
from jjm.standards.reader import Document, mapping, sequence, step, texts

COUNTRY = "IN"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LEAP_YEAR = 2024
Opening = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of each weekday from Monday, and the days on which nothing counts.

    `yearly` are (month, day) of every year, `holidays` single days, each with its title.
    """

    name: str
    version: str
    title: Titles
    week: tuple[tuple[Opening, ...], ...]
    yearly: Mapping[tuple[int, int], Titles]
    holidays: Mapping[date, Titles]

    def openings(self, day: date) -> tuple[Opening, ...]:
        """The hours that count on a day; none on a holiday."""
        closed = day in self.holidays or (day.month, day.day) in self.yearly
        return () if closed else self.week[day.weekday()]


def calendar_from(name: str, raw: Mapping[str, object]) -> Calendar:
    """The calendar that a checked file declares."""
    week = mapping(raw.get("week"))
    return Calendar(
        name,
        str(raw.get("$id", "")).rpartition("/")[2],
        titles(raw.get("title")),
        tuple(tuple(_opening(text) for text in texts(week.get(day))) for day in _DAYS),
        {_month_day(m): titles(m.get("title")) for m in map(mapping, sequence(raw.get("every_year")))},
        {
            date.fromisoformat(str(m["date"])): titles(m.get("title"))
            for m in map(mapping, sequence(raw.get("holidays")))
        },
    )


def calendar_faults(document: Document, name: str) -> Iterator[Fault]:
    """Hours that run backwards or overlap, days that no year has, a file that names another place."""
    raw = mapping(document.data)
    if f"jjm:calendar/{name}/" not in str(raw.get("$id", f"jjm:calendar/{name}/")):
        yield document.fault(
            "/$id", f"this file is called {name}", f"write `jjm:calendar/{name}/…`, or rename the file"
        )
    for day, hours in mapping(raw.get("week")).items():
        ended = time()
        for index, (opens, closes) in enumerate(map(_opening, texts(hours))):
            if opens >= closes or opens < ended:
                at = f"{step('/week', day)}/{index}"
                yield document.fault(at, "these hours run backwards or overlap", "write the stretches in their order")
            ended = closes
    for index, entry in enumerate(sequence(raw.get("every_year"))):
        month, day_of_month = _month_day(mapping(entry))
        try:
            date(_LEAP_YEAR, month, day_of_month)
        except ValueError:
            yield document.fault(f"/every_year/{index}/day", "no year has this day", "write month and day, as in 01-26")


def _opening(text: str) -> Opening:
    opens, _, closes = text.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def _month_day(entry: Mapping[str, object]) -> tuple[int, int]:
    month, _, day = str(entry.get("day", "01-01")).partition("-")
    return int(month), int(day)
