"""Feeds that bring too little, as findings of the areas from which they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jjm.access import Sender, senders
from jjm.kit import ReadConnection
from jjm.registry import AsOf, Reach, Registry
from jjm.solutions.quality.feeds import store
from jjm.solutions.quality.feeds.model import Fall
from jjm.solutions.quality.feeds.telling import areas_of
from jjm.solutions.quality.feeds.words import called, say

LIST: Final = "finding"
CODE: Final = "feed_partial"
PAGE: Final = "/quality/feeds"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found: of which sender (a word that everybody may read), of which type, and in which area."""

    code: str
    type: str
    record: str
    place: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words, with who must act, and where more of it is told."""

    finding: Finding
    title: str
    figures: Sequence[tuple[str, int | str]]
    role_title: str
    remedy: str
    address: str = PAGE
    reason: str | None = None
    is_notice: bool = False


@dataclass(frozen=True, slots=True)
class ToldOfArea:
    """All feeds of an area that bring too little, which never need pages, and where programs find the same."""

    items: Sequence[Told]
    next: Sequence[str] = ()
    files: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A fall with its sender, where that is known, and the area that it is about (empty where none is known)."""

    fall: Fall
    sender: Sender | None
    place: str


async def falls_in(registry: Registry, conn: ReadConnection, area: str | None, day: date) -> list[Placed]:
    """The feeds from an area, or from all areas of the node, that brought too little as it was seen on a day."""
    falls = await store.falls_on(conn, day)
    known, reach = await senders(conn, list({one.sender for one in falls})), Reach(registry)
    found: list[Placed] = []
    for fall in falls:
        sender = known.get(fall.sender)
        areas = await areas_of(reach, conn, fall, sender)
        if area is None or (areas and await reach.lie_within(conn, areas, [area])):
            found.append(Placed(fall, sender, await _place(reach, conn, fall, areas)))
    return found


async def told_of_area(
    registry: Registry, conn: ReadConnection, area: str | None, as_of: AsOf | None, after: Sequence[str], language: str
) -> ToldOfArea:
    """The same in words, open to all.

    Who imports in person, and what tokens are called, is not told here: it stands on the page of feeds.
    """
    found = await falls_in(registry, conn, area, as_of.valid_at if as_of else registry.clock.today())
    files = [(f"{say('feeds', language)} (JSON)", "/api/v1/quality/findings")]
    return ToldOfArea([_told(registry, one, language) for one in found], files=files)


async def _place(reach: Reach, conn: ReadConnection, fall: Fall, areas: Sequence[str]) -> str:
    """The one area from which it comes, else the one State in which its records lie."""
    if len(areas) != 1 and len(fall.states) == 1:
        return (await reach.ids(conn, f"state/{fall.states[0]}"))[0]
    return areas[0] if areas else ""


def _told(registry: Registry, one: Placed, language: str) -> Told:
    code = registry.catalogue.codelists[LIST].codes[CODE]
    role = registry.catalogue.roles[code.extra["acts"]]
    title = registry.catalogue.types[one.fall.type].title
    figures: list[tuple[str, int | str]] = [
        (say("what", language), title.get(language) or title["en"]),
        (say("week", language), one.fall.found),
        (say("usual", language), one.fall.usual),
        (say("since", language), one.fall.began.strftime("%d.%m.%Y")),
    ]
    finding = Finding(CODE, one.fall.type, open_name(one, language), one.place)
    named = code.title.get(language) or code.title["en"]
    remedy = code.extra["remedy_hi" if language == "hi" else "remedy"]
    return Told(finding, named, figures, role.title.get(language) or role.title["en"], remedy)


def open_name(one: Placed, language: str) -> str:
    """What everybody may know of who sends: an application by its name, people and tokens by what they are."""
    sender = one.sender
    if sender is not None and sender.kind == "application":
        return called(sender, one.fall.sender)
    return say("import" if sender is not None and sender.kind == "person" else "token", language)
