"""Sentences of which a text for everybody is put together: one file a text, each sentence in several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jjm.kit import Fault
from jjm.standards.build import titles
from jjm.standards.model import Titles
from jjm.standards.notices.model import FALLBACK, Wording
from jjm.standards.notices.words import names_in, worded
from jjm.standards.reader import Document, mapping, step
from jjm.standards.words import listed


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of one text, each by language; `languages` are those in which every one of them is written."""

    name: str
    version: str
    title: Titles
    words: Mapping[str, Titles]
    file: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the whole text can be said, in the order of its file, States' own behind."""
        first, *others = self.words.values()
        return tuple(language for language in first if all(language in one for one in others))

    def said(self, phrase: str, language: str, **values: str) -> str:
        """A sentence with its values; in English where the language is not one of the text's."""
        text = self.words[phrase][language if language in self.languages else FALLBACK]
        return worded(Wording(text), values).text


def phrases_from(name: str, file: str, raw: Mapping[str, object]) -> Phrases:
    """The sentences that a file declares."""
    version = str(raw.get("$id", "")).rpartition("/")[2]
    words = {phrase: titles(said) for phrase, said in mapping(raw.get("phrases")).items()}
    return Phrases(name, version, titles(raw.get("title")), words, file)


def phrases_faults(document: Document, phrases: Phrases) -> Iterator[Fault]:
    """Everything in a file of phrases that does not mean what it must mean."""
    said = str(mapping(document.data).get("$id", ""))
    if said and f"jjm:phrases/{phrases.name}/" not in said:
        remedy = f"write `jjm:phrases/{phrases.name}/…`, or rename the file"
        yield document.fault("/$id", f"this file is called {phrases.name}", remedy)
    yield from said_alike(document, "/phrases", phrases, phrases.words)
    for language in dict.fromkeys(language for one in phrases.words.values() for language in one):
        yield from said_whole(document, "/phrases", phrases, phrases.words, language)


def said_alike(document: Document, at: str, phrases: Phrases, words: Mapping[str, Titles]) -> Iterator[Fault]:
    """Every language of a sentence says the same variables."""
    for phrase, said in words.items():
        wanted = set(names_in(phrases.words.get(phrase, {}).get(FALLBACK, "")))
        for language, text in said.items():
            if set(names_in(text)) != wanted:
                message = f"`{language}` does not say the same variables as `{FALLBACK}`: {listed(sorted(wanted))}"
                yield document.fault(step(step(at, phrase), language), message, "say each of them in every language")


def said_whole(
    document: Document, at: str, phrases: Phrases, words: Mapping[str, Titles], language: str
) -> Iterator[Fault]:
    """Whoever reads a language reads all of the text in it."""
    missing = [phrase for phrase in phrases.words if language not in words.get(phrase, {})]
    if missing:
        message = f"`{language}` lacks {listed(missing)} of the text"
        yield document.fault(at, message, "write every sentence in that language, or none")
