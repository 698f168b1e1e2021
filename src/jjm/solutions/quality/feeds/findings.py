"""Feeds that bring too little, as findings of the areas from which they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jjm.access import Sender, senders
from jjm.kit import ReadConnection
from jjm.registry import AsOf, Reach, Registry
from jjm.solutions.quality.feeds import store
from jjm.solutions.quality.feeds.model import Fall
from jjm.solutions.quality.feeds.telling import areas_of
from jjm.solutions.quality.feeds.words import called, say

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
    """All feeds of an area that bring too little; there are never so many that they need pages."""

    items: Sequence[Told]
    next: Sequence[str] = ()
    files: Sequence[tuple[str, str]] = ()


async def told_of_area(
    registry: Registry, conn: ReadConnection, area: str | None, as_of: AsOf | None, after: Sequence[str], language: str
) -> ToldOfArea:
    """The feeds from an area, or from all areas of the node, that brought too little on a day; open to all.

    Who imports in person, and what tokens are called, is not told here: it stands on the page of feeds.
    """
    falls = await store.falls_on(conn, as_of.valid_at if as_of else registry.clock.today())
    known, reach = await senders(conn, list({one.sender for one in falls})), Reach(registry)
    found: list[Told] = []
    for fall in falls:
        areas = await areas_of(reach, conn, fall, known.get(fall.sender))
        if area is None or (areas and await reach.lie_within(conn, areas, [area])):
            place = await _place(reach, conn, fall, areas)
            found.append(_told(registry, fall, known, place, language))
    return ToldOfArea(found)


async def _place(reach: Reach, conn: ReadConnection, fall: Fall, areas: Sequence[str]) -> str:
    """The one area from which it comes, else the one State in which its records lie."""
    if len(areas) != 1 and len(fall.states) == 1:
        return (await reach.ids(conn, f"state/{fall.states[0]}"))[0]
    return areas[0] if areas else ""


def _told(registry: Registry, fall: Fall, known: Mapping[str, Sender], place: str, language: str) -> Told:
    code = registry.catalogue.codelists["finding"].codes[CODE]
    role = registry.catalogue.roles[code.extra["acts"]]
    hindi = language == "hi"
    title = registry.catalogue.types[fall.type].title
    figures: list[tuple[str, int | str]] = [
        (say("what", language), title.get(language) or title["en"]),
        (say("week", language), fall.found),
        (say("usual", language), fall.usual),
        (say("since", language), fall.began.strftime("%d.%m.%Y")),
    ]
    finding = Finding(CODE, fall.type, _open_name(fall, known.get(fall.sender), language), place)
    named = code.title.get(language) or code.title["en"]
    remedy = code.extra["remedy_hi" if hindi else "remedy"]
    return Told(finding, named, figures, role.title.get(language) or role.title["en"], remedy)


def _open_name(fall: Fall, sender: Sender | None, language: str) -> str:
    if sender is not None and sender.kind == "application":
        return called(sender, fall.sender)
    return say("import" if sender is not None and sender.kind == "person" else "token", language)
