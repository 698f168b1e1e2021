"""Words of a State in its own languages: of notices, of sentences for everybody, of national codes (0012).

They come beside the national words in English and Hindi, and never in their place. What one State says in a language is
said in it everywhere, so that two States do not word one thing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from jjm.kit import Fault
from jjm.standards.model import Catalogue, Code, StateExtension, Titles
from jjm.standards.notices.faults import wording_faults
from jjm.standards.notices.model import Event
from jjm.standards.notices.phrases import Phrases, said_alike, said_whole
from jjm.standards.reader import Document, step
from jjm.standards.words import did_you_mean, listed

_T = TypeVar("_T")
_Words = Iterator[tuple[str, tuple[str, ...]]]
"""Where words of a State stand, and the way to them: what is worded, its parts, the language."""


def state_word_faults(document: Document, state: StateExtension, catalogue: Catalogue) -> list[Fault]:
    """Everything in a State's words that does not go with the national ones."""
    earlier = [other for name, other in catalogue.states.items() if name < state.iso]
    return [
        *_notices(document, state, catalogue),
        *_phrases(document, state, catalogue),
        *_labels(document, state, catalogue),
        *_own_languages(document, state),
        *_not_twice(document, state, earlier),
    ]


def worded_by_states(catalogue: Catalogue) -> Catalogue:
    """The standards with the words of all States beside the national ones."""
    codelists, notices, phrases = dict(catalogue.codelists), dict(catalogue.notices), dict(catalogue.phrases)
    for state in catalogue.states.values():
        for name in state.notices.keys() & notices.keys():
            notices[name] = _more_of_notice(notices[name], state)
        for name in state.phrases.keys() & phrases.keys():
            phrases[name] = _more_of_text(phrases[name], state.phrases[name])
        for name in state.labels.keys() & codelists.keys():
            codes = _more_of_codes(codelists[name].codes, state.labels[name])
            codelists[name] = replace(codelists[name], codes=codes)
    return replace(catalogue, codelists=codelists, notices=notices, phrases=phrases)


def _more_of_notice(event: Event, state: StateExtension) -> Event:
    own = state.notices[event.name]
    texts = {channel: {**words, **_others(own.get(channel, {}), words)} for channel, words in event.texts.items()}
    return replace(event, texts=texts)


def _more_of_text(text: Phrases, own: Mapping[str, Titles]) -> Phrases:
    return replace(
        text, words={name: {**titles, **_others(own.get(name, {}), titles)} for name, titles in text.words.items()}
    )


def _more_of_codes(codes: Mapping[str, Code], own: Mapping[str, Titles]) -> dict[str, Code]:
    named = ((code, entry, own.get(code, {})) for code, entry in codes.items())
    return {code: replace(entry, title={**entry.title, **_others(more, entry.title)}) for code, entry, more in named}


def _others(own: Mapping[str, _T], national: Mapping[str, _T]) -> dict[str, _T]:
    return {language: text for language, text in own.items() if language not in national}


def _notices(document: Document, state: StateExtension, catalogue: Catalogue) -> Iterator[Fault]:
    yield from _there(document, "/notices", state.notices, catalogue.notices, "there is no notice `{}`")
    for name in state.notices.keys() & catalogue.notices.keys():
        at, event, texts = step("/notices", name), catalogue.notices[name], state.notices[name]
        for channel, words in texts.items():
            where, known = step(at, channel), event.texts.get(channel)
            if known is None:
                remedy = f"it has words for: {listed(event.texts)}"
                yield document.fault(where, f"`{name}` is not told by {channel}", remedy)
            else:
                yield from _nothing_else(document, where, words, known)
        yield from wording_faults(document, event, texts, at)


def _phrases(document: Document, state: StateExtension, catalogue: Catalogue) -> Iterator[Fault]:
    yield from _there(document, "/phrases", state.phrases, catalogue.phrases, "there is no text `{}`")
    for name in state.phrases.keys() & catalogue.phrases.keys():
        at, own, text = step("/phrases", name), state.phrases[name], catalogue.phrases[name]
        yield from _titled(document, at, own, text.words, f"`{name}` has no sentence `{{}}`")
        yield from said_alike(
            document, at, text, {phrase: said for phrase, said in own.items() if phrase in text.words}
        )
        for language in dict.fromkeys(language for said in own.values() for language in said):
            yield from said_whole(document, at, text, own, language)


def _labels(document: Document, state: StateExtension, catalogue: Catalogue) -> Iterator[Fault]:
    yield from _there(document, "/labels", state.labels, catalogue.codelists, "there is no codelist `{}`")
    for name in state.labels.keys() & catalogue.codelists.keys():
        national = {code: entry.title for code, entry in catalogue.codelists[name].codes.items()}
        at = step("/labels", name)
        yield from _titled(document, at, state.labels[name], national, f"`{{}}` is no national code of `{name}`")


def _there(document: Document, at: str, names: Iterable[str], known: Iterable[str], message: str) -> Iterator[Fault]:
    known = list(known)
    for name in names:
        if name not in known:
            yield document.fault(step(at, name), message.format(name), did_you_mean(name, known))


def _titled(
    document: Document, at: str, own: Mapping[str, Titles], national: Mapping[str, Titles], message: str
) -> Iterator[Fault]:
    yield from _there(document, at, own, national, message)
    for name in own.keys() & national.keys():
        yield from _nothing_else(document, step(at, name), own[name], national[name])


def _nothing_else(document: Document, at: str, own: Iterable[str], national: Iterable[str]) -> Iterator[Fault]:
    for language in set(own) & set(national):
        message = f"it is worded in `{language}` by the national standard, and keeps that wording"
        yield document.fault(step(at, language), message, "leave it out")


def _said(state: StateExtension) -> _Words:
    for name, texts in state.notices.items():
        for channel, words in texts.items():
            yield from ((step(step("/notices", name), channel), (name, channel, lang)) for lang in words)
    for section, body in (("/phrases", state.phrases), ("/labels", state.labels)):
        for name, own in body.items():
            for key, titles in own.items():
                yield from ((step(step(section, name), key), (section, name, key, lang)) for lang in titles)


def _own_languages(document: Document, state: StateExtension) -> Iterator[Fault]:
    for at, (*_, language) in _said(state):
        if language not in state.languages:
            message = f"`{language}` is none of the State's languages: {listed(state.languages)}"
            yield document.fault(step(at, language), message, "add it to `languages`, or take the words out")


def _not_twice(document: Document, state: StateExtension, others: Iterable[StateExtension]) -> Iterator[Fault]:
    known = {way: other for other in others for _, way in _said(other)}
    for at, way in _said(state):
        if (other := known.get(way)) is not None:
            message = f"{other.title.get('en')} words this in `{way[-1]}` already ({other.file})"
            remedy = "keep one of the two, or write it into the national file"
            yield document.fault(step(at, way[-1]), message, remedy)
