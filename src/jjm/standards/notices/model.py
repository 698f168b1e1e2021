"""An event of which people are told: its kind, its variables, and its words by channel and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from jjm.standards.model import Titles

Channel = Literal["inbox", "email", "sms", "whatsapp"]
CHANNELS: tuple[Channel, ...] = ("inbox", "email", "sms", "whatsapp")
"""By which people are told: in the node itself, and outside of it."""
FALLBACK = "en"
"""The language in which each text is written in any case."""
DAYS = timedelta(minutes=4320)
"""How long a notice is of use where its file says nothing."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a text says in braces; a longer value than `most` characters is cut."""

    name: str
    title: Titles
    most: int
    example: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one channel in one language; `subject` is None where the channel has none."""

    text: str
    subject: str | None = None


Texts = Mapping[Channel, Mapping[str, Wording]]
"""Words by channel and language."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something of which people are told.

    `kind` is a code of `notice-kind`. An `urgent` one is sent at night too, a `secret` one is erased once it was sent.
    `templates` are the ids under which texts are registered with those who carry them, by channel and language.
    """

    name: str
    version: str
    title: Titles
    kind: str
    variables: Mapping[str, Variable]
    texts: Texts
    urgent: bool = False
    secret: bool = False
    life: timedelta = DAYS
    templates: Mapping[Channel, Mapping[str, str]] = field(default_factory=dict[Channel, Mapping[str, str]])
    description: Titles = field(default_factory=dict[str, str])
    file: str = ""

    def language(self, channel: Channel, wanted: str | None) -> str:
        """The language in which the channel speaks to somebody who wants that one."""
        return wanted if wanted in self.texts[channel] and wanted is not None else FALLBACK
