"""What a notice must mean: words that say what was declared in every language, and an SMS that carriers take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from jjm.kit import Fault
from jjm.standards.model import Catalogue
from jjm.standards.notices.model import FALLBACK, Channel, Event, Texts, Wording
from jjm.standards.notices.words import PLACE, longest, names_in, sms_length
from jjm.standards.reader import Document, mapping, step
from jjm.standards.words import did_you_mean, listed

Rule = Callable[[Document, Event, Catalogue], Iterator[Fault]]
KINDS = "notice-kind"
"""The codelist of kinds."""
MOST_VARIABLES, MOST_CHARACTERS, MOST_PARTS = 3, 30, 3
"""What an SMS may hold: so many variables, each of so many characters, in so many parts (TRAI TCCCPR 2018 [verify])."""
_A_NIGHT = timedelta(hours=24)


def notice_faults(document: Document, event: Event, catalogue: Catalogue) -> list[Fault]:
    """Everything in a notice that does not mean what a notice must mean."""
    found = [fault for rule in _RULES for fault in rule(document, event, catalogue)]
    return found + list(wording_faults(document, event, event.texts, "/texts"))


def wording_faults(document: Document, event: Event, texts: Texts, at: str) -> Iterator[Fault]:
    """Everything in the words of a notice that does not mean what they must mean; they stand in the document at `at`.

    They are the event's own, or what a State says in its languages.
    """
    yield from _declared(document, event, texts, at)
    yield from _in_every_language(document, event, texts, at)
    yield from _short(document, event, texts, at)


def _named(document: Document, event: Event, catalogue: Catalogue) -> Iterator[Fault]:
    said = str(mapping(document.data).get("$id", ""))
    if said and f"jjm:notice/{event.name}/" not in said:
        remedy = f"write `jjm:notice/{event.name}/…`, or rename the file"
        yield document.fault("/$id", f"this file is called {event.name}", remedy)


def _of_a_kind(document: Document, event: Event, catalogue: Catalogue) -> Iterator[Fault]:
    known = catalogue.codelists.get(KINDS)
    codes = list(known.codes) if known else []
    if event.kind and event.kind not in codes:
        remedy = did_you_mean(event.kind, codes)
        yield document.fault("/kind", f"there is no kind `{event.kind}` in codes/{KINDS}.csv", remedy)


def _declared(document: Document, event: Event, texts: Texts, at: str) -> Iterator[Fault]:
    """Every place in a text has its variable."""
    for where, _, _, wording in _wordings(texts, at):
        for text in (wording.subject or "", wording.text):
            for name in names_in(text):
                if name not in event.variables:
                    remedy = did_you_mean(name, event.variables, "declare it under `variables`")
                    yield document.fault(where, f"the text says `{{{name}}}`, which is not declared", remedy)
            if "{" in (rest := PLACE.sub("", text)) or "}" in rest:
                remedy = "write a variable as `{name}`, in small letters; a text has no other braces"
                yield document.fault(where, "a brace belongs to no variable", remedy)


def _said(document: Document, event: Event, catalogue: Catalogue) -> Iterator[Fault]:
    """Every variable has its place."""
    texts = [text for *_, one in _wordings(event.texts, "") for text in (one.subject or "", one.text)]
    said = {name for text in texts for name in names_in(text)}
    for name in event.variables:
        if name not in said:
            at = step("/variables", name)
            yield document.fault(at, f"no text says `{{{name}}}`", "say it, or take the variable out")


def _in_every_language(document: Document, event: Event, texts: Texts, at: str) -> Iterator[Fault]:
    """No language of a channel says less than another."""
    for where, channel, language, wording in _wordings(texts, at):
        words = event.texts.get(channel, {})
        if FALLBACK not in words:
            continue
        wanted = set(names_in(words[FALLBACK].text))
        if set(names_in(wording.text)) != wanted:
            message = f"`{language}` does not say the same variables as `{FALLBACK}`: {listed(sorted(wanted))}"
            yield document.fault(where, message, "say each of them in every language")


def _short(document: Document, event: Event, texts: Texts, at: str) -> Iterator[Fault]:
    """An SMS has few and short variables, and few parts even when they are as long as they may be."""
    for where, channel, _, wording in _wordings(texts, at):
        if channel != "sms":
            continue
        used = [event.variables[name] for name in names_in(wording.text) if name in event.variables]
        if len(used) > MOST_VARIABLES:
            message = f"an SMS of {len(used)} variables is registered by no carrier"
            yield document.fault(where, message, f"say {MOST_VARIABLES} at most")
        for variable in used:
            if variable.most > MOST_CHARACTERS:
                message = f"`{variable.name}` may have {variable.most} characters, in an SMS {MOST_CHARACTERS}"
                remedy = f"write `most: {MOST_CHARACTERS}`, or leave it out of the SMS"
                yield document.fault(where, message, remedy)
        length = sms_length(longest(wording.text, event.variables))
        if length.parts > MOST_PARTS:
            message = f"this takes up to {length.places} places of {length.alphabet}, {length.parts} SMS"
            yield document.fault(where, message, f"shorten it to {MOST_PARTS} SMS")


def _in_time(document: Document, event: Event, catalogue: Catalogue) -> Iterator[Fault]:
    if not event.urgent and event.life < _A_NIGHT:
        message = "it may be over before the night is, in which nothing is sent"
        yield document.fault("/expires_minutes", message, "write `urgent: true`, or let it live for 1440 minutes")


def _kept_secret(document: Document, event: Event, catalogue: Catalogue) -> Iterator[Fault]:
    if event.secret and "inbox" in event.texts:
        remedy = "leave `inbox` out; a code is of no use where one is signed in already"
        yield document.fault("/texts/inbox", "a secret is not kept to be read again", remedy)


def _registered(document: Document, event: Event, catalogue: Catalogue) -> Iterator[Fault]:
    for channel, ids in event.templates.items():
        for language in ids:
            if language not in event.texts.get(channel, {}):
                at = step(step("/templates", channel), language)
                message = f"there is no text for {channel} in `{language}`"
                yield document.fault(at, message, "write the text, or take the template out")


def _wordings(texts: Texts, at: str) -> Iterator[tuple[str, Channel, str, Wording]]:
    for channel, words in texts.items():
        for language, wording in words.items():
            yield step(step(at, channel), language), channel, language, wording


_RULES: tuple[Rule, ...] = (_named, _of_a_kind, _said, _in_time, _kept_secret, _registered)
