"""The page of feeds: who brings what, against what usually comes, for those who may see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from jjm.access import Actor, Sender
from jjm.kit import IST, Grid, Section, Sheet, SheetFact
from jjm.kit.sheets import Standing as Mood
from jjm.solutions.quality.feeds import store
from jjm.solutions.quality.feeds.findings import PAGE
from jjm.solutions.quality.feeds.model import Feed, Standing
from jjm.solutions.quality.feeds.rules import WEEK
from jjm.solutions.quality.feeds.service import day_over
from jjm.solutions.quality.feeds.telling import visible
from jjm.solutions.quality.feeds.words import called, remedy, say, sentence
from jjm.standards import Catalogue
from jjm.workflow import workflows_of

_SEE_OTHER = 303
_HEAD = ("sender", "what", "last", "today", "week", "usual", "standing", "since")


async def feeds_page(request: Request, actor: Actor, language: str) -> Sheet | Response:
    """Feeds as the reader may see them; whoever is not known here is asked to sign in."""
    if actor.kind == "nobody":
        return RedirectResponse("/sign-in", _SEE_OTHER)
    registry = workflows_of(request).registry
    upto = day_over(registry.clock.now())
    async with registry.database.read() as conn:
        found = await visible(registry, conn, actor, await store.feeds(conn, upto))
    partial = [pair for pair in found if pair[0].is_partial]
    notices: list[tuple[Mood, str]] = [("bad" if partial else "plain", _notice(len(partial), language))]
    parts = [_part(feed, sender, registry.catalogue, language) for feed, sender in partial]
    parts += [_table(found, registry.catalogue, upto, language)] if found else []
    parts.append(Section(say("how", language), sentences=[say("rule", language), say("mends", language)]))
    return Sheet(say("feeds", language), say("kicker", language), notices, parts)


def _notice(partial: int, language: str) -> str:
    return say("some partial" if partial else "none partial", language, count=str(partial))


def _table(found: list[tuple[Feed, Sender | None]], catalogue: Catalogue, upto: date, language: str) -> Section:
    first = upto - WEEK + timedelta(days=1)
    days = say("days", language, first=_day(first), last=_day(upto))
    rows = [_row(feed, sender, catalogue, language) for feed, sender in found]
    return Section(say("all", language), grid=Grid(days, [say(name, language) for name in _HEAD], rows))


def _row(feed: Feed, sender: Sender | None, catalogue: Catalogue, language: str) -> list[str]:
    usual = feed.week.usual
    return [
        called(sender, feed.sender), _title(feed, catalogue, language), _day(feed.last_at.astimezone(IST).date()),
        str(feed.today), str(feed.week.count), say("unknown", language) if usual is None else str(usual),
        say(_standing(feed), language),
        _day(feed.fallen) if feed.fallen else "\u2013",
    ]  # fmt: skip


def _standing(feed: Feed) -> str:
    if feed.is_partial:
        return "partial"
    return "usual feed" if feed.week.standing is Standing.USUAL else feed.week.standing


def _part(feed: Feed, sender: Sender | None, catalogue: Catalogue, language: str) -> Section:
    said = [sentence(feed), remedy(feed)]
    words = [one.get(language) or one["en"] for one in said if one]
    row = _row(feed, sender, catalogue, language)
    facts = [SheetFact(say(name, language), text) for name, text in zip(_HEAD[2:], row[2:], strict=True)]
    return Section(f"{row[0]}: {row[1]}", facts, sentences=words)


def _title(feed: Feed, catalogue: Catalogue, language: str) -> str:
    title = catalogue.types[feed.type].title
    return title.get(language) or title["en"]


def _day(day: date) -> str:
    return day.strftime("%d.%m.%Y")


PAGES: Mapping[str, Callable[[Request, Actor, str], Awaitable[Sheet | Response]]] = {PAGE: feeds_page}
"""The page of feeds by its address."""
LINKS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    PAGE: (
        {language: say("feeds", language) for language in ("en", "hi")},
        {language: say("about", language) for language in ("en", "hi")},
    )
}
"""What the page is called where pages are listed, and what it is about."""
