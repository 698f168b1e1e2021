"""A text with its values in it, and how many SMS it takes (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, cast

from jjm.standards.notices.model import FALLBACK, Event, Variable, Wording

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_CUT = "…"
# The basic alphabet of 23.038 and its extension, whose characters take two places.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")


class Length(NamedTuple):
    """How long an SMS is: in which alphabet, how many places it takes there, and in how many parts it is sent."""

    alphabet: Literal["GSM-7", "UCS-2"]
    places: int
    parts: int


def sms_length(text: str) -> Length:
    """How many SMS a text takes: 160 places of GSM-7 or 70 of UCS-2 in one, 153 or 67 in each of several."""
    if all(c in _BASIC or c in _EXTENSION for c in text):
        places = sum(2 if c in _EXTENSION else 1 for c in text)
        return Length("GSM-7", places, 1 if places <= 160 else -(-places // 153))
    places = len(text.encode("utf-16-be")) // 2
    return Length("UCS-2", places, 1 if places <= 70 else -(-places // 67))


def names_in(text: str) -> list[str]:
    """The variables that a text says, each once, in their order."""
    return list(dict.fromkeys(PLACE.findall(text)))


def cut(value: str, most: int) -> str:
    """A value on one line, no longer than that."""
    plain = " ".join(value.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + _CUT


def values_of(event: Event, data: Mapping[str, object], language: str = FALLBACK) -> dict[str, str]:
    """The values of an event's variables as they are said in a language; one may be titles by language.

    Raises KeyError for one that is missing.
    """
    return {name: cut(_said(data[name], language), variable.most) for name, variable in event.variables.items()}


def _said(value: object, language: str) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    titles = cast("Mapping[str, object]", value)
    return str(titles.get(language) or titles.get(FALLBACK) or "")


def worded(wording: Wording, values: Mapping[str, str]) -> Wording:
    """The words with values in them; a value is never looked through for further places."""
    subject = None if wording.subject is None else _filled(wording.subject, values)
    return Wording(_filled(wording.text, values), subject)


def longest(text: str, variables: Mapping[str, Variable]) -> str:
    """The text as it is when each of its values is as long as it may be."""
    return _filled(text, {name: "0" * variable.most for name, variable in variables.items()})


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)
