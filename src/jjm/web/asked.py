"""What an action asks for, as fields of a form: shown from what a record says, and read from what somebody typed.

A form is flat. The value of a field stands under its name, a part of an object under `location.lat`, the code of a list
under `tests.ph`, the part of a row under `results.0.value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, cast

from jjm.kit import IST
from jjm.standards import Field
from jjm.web.shown import Shown

_EVERY_ROW = 400
_LONG_TEXT = 200


def shape(of: Field) -> str:
    """How a field is filled in: `choice`, `checks`, `rows`, `parts`, `lines`, `point`, `text` and so on; or `none`."""
    if of.kind == "list":
        item = cast("Field", of.item)
        inside = shape(item)
        return {"choice": "checks", "parts": "rows", "none": "none", "point": "none"}.get(inside, "lines")
    if of.kind == "object":
        return "parts" if of.fields else "none"
    if of.kind == "text":
        return "long" if (of.max_length or 0) > _LONG_TEXT else "text"
    return {"code": "choice", "boolean": "yes-no", "geometry": "none"}.get(of.kind, of.kind)


def typed_of(of: Field, value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The fields of a form that say what a record says."""
    if value is None:
        return
    match shape(of):
        case "parts":
            for part in of.fields:
                yield from typed_of(part, value.get(part.name), f"{path}.{part.name}")
        case "rows":
            for number, row in enumerate(value):
                yield from typed_of(cast("Field", of.item), row, f"{path}.{number}")
        case "checks":
            yield from ((f"{path}.{code}", "1") for code in value)
        case "point":
            yield from ((f"{path}.lat", str(value["coordinates"][1])), (f"{path}.lon", str(value["coordinates"][0])))
        case "none":
            return
        case kind:
            yield path, _text_of(kind, value)


def _text_of(kind: str, value: Any) -> str:
    match kind:
        case "lines":
            return "\n".join(str(one) for one in value)
        case "yes-no":
            return "true" if value else "false"
        case "instant":
            return datetime.fromisoformat(str(value)).astimezone(IST).strftime("%Y-%m-%dT%H:%M:%S")
        case _:
            return str(value)


def value_of(of: Field, typed: Mapping[str, str], path: str, shown: Shown) -> Any:
    """What was typed, as a record says it; None where nothing was.

    A text that is no value of the field is given as it was typed, so that the standard can say what is wrong with it.
    """
    match shape(of):
        case "parts":
            found = {p.name: value_of(p, typed, f"{path}.{p.name}", shown) for p in of.fields}
            return {name: value for name, value in found.items() if value is not None} or None
        case "rows":
            item = cast("Field", of.item)
            rows = (value_of(item, typed, f"{path}.{n}", shown) for n in range(rows_in(typed, path)))
            return [row for row in rows if row is not None] or None
        case "checks":
            return [code for code, _ in shown.codes(cast("Field", of.item)) if f"{path}.{code}" in typed] or None
        case "lines":
            lines = (line.strip() for line in typed.get(path, "").splitlines())
            return [_scalar(cast("Field", of.item), line) for line in lines if line] or None
        case "point":
            return _point(typed.get(f"{path}.lat", "").strip(), typed.get(f"{path}.lon", "").strip())
        case _:
            text = typed.get(path, "").strip()
            return _scalar(of, text) if text else None


def rows_in(typed: Mapping[str, str], path: str) -> int:
    """How many rows of a table stand in a form."""
    numbers = (name.removeprefix(f"{path}.").partition(".")[0] for name in typed if name.startswith(f"{path}."))
    return min(max((int(n) + 1 for n in numbers if n.isdecimal() and len(n) < 4), default=0), _EVERY_ROW)


def _scalar(of: Field, text: str) -> Any:
    match of.kind:
        case "integer" | "number":
            return _number(text)
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
        case "instant":
            return _instant(text)
        case _:
            return text


def _number(text: str) -> int | float | str:
    """A number as people write it, with the commas of thousands; the text where it is none."""
    plain = text.replace(",", "")
    try:
        found = int(plain) if plain.lstrip("+-").isdecimal() else float(plain)
    except ValueError:
        return text
    return found if isfinite(found) else text


def _instant(text: str) -> str:
    """An instant of the clock in India."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=IST).isoformat()
    except ValueError:
        return text


def _point(lat: str, lon: str) -> dict[str, Any] | None:
    if not lat and not lon:
        return None
    return {"type": "Point", "coordinates": [_number(lon), _number(lat)]}
