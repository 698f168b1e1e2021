"""Turns a checked notice file into the values of the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from jjm.standards.build import titles
from jjm.standards.notices.model import CHANNELS, DAYS, Event, Texts, Variable, Wording
from jjm.standards.reader import mapping


def event_from(name: str, file: str, raw: Mapping[str, object]) -> Event:
    """The event that a file declares."""
    texts, templates = mapping(raw.get("texts")), mapping(raw.get("templates"))
    minutes = raw.get("expires_minutes")
    return Event(
        name=name,
        version=str(raw.get("$id", "")).rpartition("/")[2],
        title=titles(raw.get("title")),
        description=titles(raw.get("description")),
        kind=str(raw.get("kind", "")),
        variables={key: _variable(key, mapping(value)) for key, value in mapping(raw.get("variables")).items()},
        texts=texts_from(texts),
        urgent=raw.get("urgent") is True,
        secret=raw.get("secret") is True,
        life=timedelta(minutes=minutes) if isinstance(minutes, int) else DAYS,
        templates={c: titles(templates[c]) for c in CHANNELS if c in templates},
        file=file,
    )


def texts_from(raw: Mapping[str, object]) -> Texts:
    """Words by channel and language."""
    return {c: {lang: _wording(w) for lang, w in mapping(raw[c]).items()} for c in CHANNELS if c in raw}


def _variable(name: str, raw: Mapping[str, object]) -> Variable:
    return Variable(name, titles(raw.get("title")), cast("int", raw.get("most", 1)), str(raw.get("example", "")))


def _wording(raw: object) -> Wording:
    if isinstance(raw, str):
        return Wording(raw)
    said = mapping(raw)
    return Wording(str(said.get("text", "")), str(said.get("subject", "")))
