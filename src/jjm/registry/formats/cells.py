"""The way of a value into a cell of a CSV file and back, by the kind of its field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, cast

import orjson

from jjm.standards import Field, describe

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_BETWEEN = "|"
_JSON_KINDS = ("object", "point", "geometry")

FromCell = Callable[[str], Any]
ToCell = Callable[[Any], str]


class BadCell(ValueError):
    """A cell that does not hold a value of its field; says why, without the value."""


def from_cell(field: Field) -> FromCell | None:
    """How the text of a cell becomes a value; None where it is the value. Raises BadCell where it cannot."""
    if field.kind == "list":
        return _list_from(field)
    if field.kind in _JSON_KINDS:
        return _json
    return _FROM.get(field.kind)


def to_cell(field: Field) -> ToCell | None:
    """How a value becomes the text of a cell; None where it is the text."""
    if field.kind == "list":
        return _list_to
    if field.kind in _JSON_KINDS:
        return _text
    return _TO.get(field.kind)


def remedy(field: Field) -> str:
    """What to write into a cell of this field."""
    if field.kind == "list":
        return f"Write {describe(field)}: as JSON, or the entries with | between them."
    if field.kind in _JSON_KINDS:
        return f"Write {describe(field)}, as JSON."
    if field.kind == "boolean":
        return "Write true or false."
    if field.kind in ("integer", "number"):
        return f"Write {describe(field)}, in plain digits without separators."
    return f"Write {describe(field)}."


def _integer(text: str) -> int:
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        raise BadCell("this is not a whole number")
    return int(text)


def _number(text: str) -> float:
    text = text.strip()
    if not _DECIMAL.fullmatch(text) or not math.isfinite(value := float(text)):
        raise BadCell("this is not a number")
    return value


def _boolean(text: str) -> bool:
    value = _WORDS.get(text.strip().lower())
    if value is None:
        raise BadCell("this is neither true nor false")
    return value


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadCell(f"this is not JSON: {error.msg} at character {error.pos + 1}") from error


def _list_from(field: Field) -> FromCell:
    item = cast("Field", field.item)
    convert = from_cell(item)

    def read(text: str) -> list[Any]:
        if text.lstrip().startswith("["):
            return _json(text)
        if item.kind in _JSON_KINDS:
            raise BadCell("this is not a JSON list")
        parts = text.split(_BETWEEN)
        return [part if convert is None else convert(part) for part in parts]

    return read


def _list_to(value: list[Any]) -> str:
    plain = [part for part in value if isinstance(part, str) and part and part == part.strip()]
    joined = _BETWEEN.join(plain)
    # What would be read otherwise than it was meant is written as JSON.
    if plain and plain == value and joined.count(_BETWEEN) == len(plain) - 1 and not joined.startswith("["):
        return joined
    return _text(value)


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


_FROM: dict[str, FromCell] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "code": str.strip,
    "ref": str.strip,
    "date": str.strip,
    "instant": str.strip,
}
_TO: dict[str, ToCell] = {"integer": str, "number": _text, "boolean": lambda value: "true" if value else "false"}
