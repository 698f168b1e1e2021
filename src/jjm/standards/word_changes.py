"""What changes for those who are told something: notices, phrases, calendars, and what States word themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from jjm.standards.calendars import Calendar
from jjm.standards.changes import Effect
from jjm.standards.model import Catalogue, StateExtension
from jjm.standards.notices.model import Event
from jjm.standards.notices.phrases import Phrases
from jjm.standards.reader import step
from jjm.standards.words import listed

_T = TypeVar("_T")
Words = Mapping[str, object]
"""What is said, by its place in the file; the last part of a place is its language."""


@dataclass(frozen=True, slots=True)
class Told:
    """One difference: its effect, the place in its file, and what to do about a break."""

    effect: Effect
    pointer: str
    message: str
    remedy: str = ""


def notice_changes(was: Event, now: Event) -> Iterator[Told]:
    """What becomes of those who are told of an event, and of the programs that tell them."""
    yield from _worded(_in_texts("/texts", was), _in_texts("/texts", now))
    for word in ("kind", "urgent", "life", "templates"):
        if getattr(was, word) != getattr(now, word):
            yield Told("additive", f"/{word}", f"`{word}` was changed: people are told otherwise or at other hours")
    if was.secret != now.secret:
        kept = "was erased once it was sent and is now kept" if was.secret else "is now erased once it was sent"
        remedy = "keep it secret: what it says may let somebody in" if was.secret else ""
        yield Told("breaking" if was.secret else "additive", "/secret", f"what is said {kept}", remedy)
    if gone := [name for name in was.variables if name not in now.variables]:
        yield Told("additive", "/variables", f"it no longer says {listed(gone)}")
    for name in [name for name in now.variables if name not in was.variables]:
        remedy = "leave it out, or raise the major version and mend who tells of it"
        yield Told("breaking", step("/variables", name), f"it now says `{name}`, which nobody gives it so far", remedy)


def phrase_changes(was: Phrases, now: Phrases) -> Iterator[Told]:
    """What becomes of those who read a text."""
    yield from _worded(_in_titles("/phrases", was.words), _in_titles("/phrases", now.words))


def calendar_changes(was: Calendar, now: Calendar) -> Iterator[Told]:
    """What becomes of clocks that run; no record is refused for it."""
    if was.week != now.week:
        yield Told("additive", "/week", "the working hours were changed: clocks that run count by the new ones")
    pairs = (("/every_year", was.yearly, now.yearly), ("/holidays", was.holidays, now.holidays))
    for place, before, after in pairs:
        if gone := sorted(map(_day, before.keys() - after.keys())):
            yield Told("additive", place, f"{listed(gone)} now counts as working time")
        if come := sorted(map(_day, after.keys() - before.keys())):
            yield Told("additive", place, f"{listed(come)} is now a holiday")
    if was.title != now.title:
        yield Told("editorial", "/title", "it is called otherwise")


def state_word_changes(was: StateExtension, now: StateExtension, after: Catalogue) -> Iterator[Told]:
    """What becomes of those who read a State's languages; what the national files say now instead is not lost."""
    words, national = _of_state(now), _national(after)
    before = {place: text for place, text in _of_state(was).items() if place in words or place not in national}
    yield from _worded(before, words)
    if gone := [language for language in was.languages if language not in now.languages]:
        remedy = "keep it, or tell those who read it"
        yield Told("breaking", "/languages", f"{listed(gone)} is no longer one of the State's languages", remedy)
    if come := [language for language in now.languages if language not in was.languages]:
        yield Told("additive", "/languages", f"{listed(come)} is now one of the State's languages")


def as_written(catalogue: Catalogue) -> tuple[Mapping[str, Event], Mapping[str, Phrases]]:
    """The national notices and phrases without the words that States put beside them."""
    own = {place for state in catalogue.states.values() for place in _of_state(state)}
    notices = {name: _without(event, own) for name, event in catalogue.notices.items()}
    texts = {
        name: replace(text, words={p: _kept(f"/phrases/{name}/{p}", said, own) for p, said in text.words.items()})
        for name, text in catalogue.phrases.items()
    }
    return notices, texts


def _without(event: Event, own: set[str]) -> Event:
    return replace(event, texts={c: _kept(f"/notices/{event.name}/{c}", w, own) for c, w in event.texts.items()})


def _kept(at: str, said: Mapping[str, _T], own: set[str]) -> dict[str, _T]:
    return {language: text for language, text in said.items() if f"{at}/{language}" not in own}


def _of_state(state: StateExtension) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, texts in state.notices.items():
        for channel, words in texts.items():
            found |= {f"/notices/{name}/{channel}/{language}": text for language, text in words.items()}
    for section, body in (("phrases", state.phrases), ("labels", state.labels)):
        for name, own in body.items():
            found |= _in_titles(f"/{section}/{name}", own)
    return found


def _national(catalogue: Catalogue) -> set[str]:
    notices, texts = as_written(catalogue)
    found = {place for name, event in notices.items() for place in _in_texts(f"/notices/{name}", event)}
    found |= {place for name, text in texts.items() for place in _in_titles(f"/phrases/{name}", text.words)}
    return found


def _in_texts(at: str, event: Event) -> dict[str, object]:
    return {f"{at}/{c}/{lang}": said for c, words in event.texts.items() for lang, said in words.items()}


def _in_titles(at: str, body: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    return {f"{at}/{key}/{lang}": said for key, titles in body.items() for lang, said in titles.items()}


def _day(day: object) -> str:
    return "{:02}-{:02}".format(*day) if isinstance(day, tuple) else str(day)  # pyright: ignore


def _worded(before: Words, after: Words) -> Iterator[Told]:
    for place, text in before.items():
        at, _, language = place.rpartition("/")
        if place not in after:
            remedy = "keep the words, or raise the major version and tell those who read them"
            yield Told("breaking", place, f"{at} is no longer said in `{language}`", remedy)
        elif after[place] != text:
            message = f"{at} is worded anew in `{language}`: where a carrier registers texts, register it again"
            yield Told("editorial", place, message)
    for place in after:
        if place not in before:
            at, _, language = place.rpartition("/")
            yield Told("additive", place, f"{at} is now said in `{language}`")
