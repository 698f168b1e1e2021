"""The reference of notices: of what people are told, by which ways, in which words."""

from __future__ import annotations

from collections.abc import Iterator

from jjm.standards import NOTICE_KINDS, Catalogue, Event, default_folder, load, sms_length
from jjm.standards.notices.words import longest
from tools.markdown import code, page, table


def notices_reference() -> Iterator[tuple[str, str]]:
    """The page of notices, from `standards/notices` and the kinds in `codes/notice-kind.csv`."""
    catalogue = load(default_folder())
    intro = (
        "One file in `standards/notices` is one event of which people are told. How they are sent, and how to connect "
        "those who carry them: [send notices](../how-to/send-notices.md)."
    )
    kinds = table(
        ("kind", "", "can be switched off", "words are kept for"),
        (
            (f"{code(k.code)} {k.title['en']}", k.title["hi"], _off(k.extra["needed"]), f"{k.extra['keep_days']} days")
            for k in catalogue.codelists[NOTICE_KINDS].codes.values()
        ),
    )
    rows = (
        (f"[{e.title['en']}](#{e.name})", e.title["hi"], code(e.kind), ", ".join(e.texts))
        for e in catalogue.notices.values()
    )
    parts = [part for event in catalogue.notices.values() for part in _event(event, catalogue)]
    summary = table(("event", "", "kind", "told by"), rows)
    yield "docs/reference/notices.md", page("Notices", intro, kinds, summary, *parts)


def _event(event: Event, catalogue: Catalogue) -> Iterator[str]:
    yield f"## {event.name}"
    care = ["sent at night too"] if event.urgent else []
    care += ["erased as soon as it was sent"] if event.secret else []
    lasting = f"of use for {event.life.total_seconds() / 60:.0f} minutes"
    yield f"{event.title['en']} ({event.title['hi']}). Version {event.version}; {'; '.join([*care, lasting])}."
    yield table(
        ("variable", "means", "longest", "as in"),
        ((code(v.name), v.title["en"], str(v.most), v.example) for v in event.variables.values()),
    )
    yield table(("by", "language", "words", "SMS at most"), _words(event))


def _words(event: Event) -> Iterator[tuple[str, ...]]:
    for channel, words in event.texts.items():
        for language, wording in words.items():
            text = " ".join(wording.text.split())
            said = f"**{wording.subject}** {text}" if wording.subject else text
            length = sms_length(longest(wording.text, event.variables)) if channel == "sms" else None
            yield channel, language, said, f"{length.parts} ({length.alphabet})" if length else ""


def _off(needed: str) -> str:
    return "no" if needed == "yes" else "yes"
