"""What a shape is, and what those in JSON share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import orjson

MOST_BYTES: Final = 64 * 1024
DEEPEST: Final = 12
BESIDE: Final = "x-jjm"
"""The member in which an artefact in JSON carries what its shape has no word for."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A foreign form of a consent: to and from the names of the profile, and to plain values that can be compared."""

    name: str
    media_type: str
    write: Callable[[Mapping[str, Any]], bytes]
    read: Callable[[bytes], dict[str, Any]]
    plain: Callable[[bytes], object]


def json_object(content: bytes) -> dict[str, Any]:
    """The JSON object that bytes are. Raises ValueError for anything else."""
    found = orjson.loads(content)
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")
    return cast("dict[str, Any]", found)


def plain_json(content: bytes) -> object:
    """A JSON document with every instant as such, however it is written. Raises ValueError for one nested too deep."""
    return _plain(orjson.loads(content), DEEPEST)


def plain_text(text: str) -> object:
    """A text, or the instant that it writes with its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if found.tzinfo is None else found


def picked(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Some members of a document, by name."""
    return {name: document[name] for name in names}


def _plain(value: Any, deeper: int) -> object:
    if deeper < 0:
        raise ValueError("it is nested too deep")
    if isinstance(value, dict):
        return {k: _plain(v, deeper - 1) for k, v in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(each, deeper - 1) for each in cast("list[Any]", value)]
    return plain_text(value) if isinstance(value, str) else value
