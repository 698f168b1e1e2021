"""Says in one phrase what a field holds; the same phrase stands in faults, in the documentation and on pages."""

from __future__ import annotations

from jjm.standards.model import Field
from jjm.standards.words import amount

_FORMATS = {"uri": "a web address (URI)", "email": "an e-mail address", "phone": "a telephone number"}
_FIXED = {
    "boolean": "true or false",
    "date": "a day written YYYY-MM-DD, from 1800 to 2200",
    "instant": "an instant written YYYY-MM-DDThh:mm:ssZ, from 1800 to 2200",
    "point": 'a GeoJSON Point: {"type": "Point", "coordinates": [longitude, latitude]} in degrees',
    "geometry": "a GeoJSON Polygon, LineString, MultiPolygon or MultiLineString with [longitude, latitude] in degrees",
}


def describe(field: Field) -> str:
    """What a field holds, such as `a whole number of person, at least 0`."""
    match field.kind:
        case "text":
            return _text(field)
        case "integer" | "number":
            return _number(field)
        case "code":
            return f"a code of the list `{field.code}`"
        case "ref":
            return f"the id of a record of type `{field.ref}`"
        case "list":
            most = f" of at most {field.max_items}" if field.max_items is not None else ""
            return f"a list{most}, each entry {describe(field.item)}" if field.item else "a list"
        case "object":
            return "an object of free content" if field.open else f"an object with {_names(field)}"
        case _:
            return _FIXED[field.kind]


def _names(field: Field) -> str:
    return ", ".join(f"`{part.name}`" for part in field.fields)


def _text(field: Field) -> str:
    what = _FORMATS.get(field.format or "", "text")
    length = _between(field.min_length or None, field.max_length)
    form = f" of the form {field.pattern}" if field.pattern else ""
    return f"{what}{form}{f' of {length} characters' if length else ''}"


def _number(field: Field) -> str:
    what = "a whole number" if field.kind == "integer" else "a number"
    unit = f" in {field.unit}" if field.unit not in (None, "1") else ""
    limits = _between(field.minimum, field.maximum)
    return f"{what}{unit}{f', {limits}' if limits else ''}"


def _between(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f"at least {amount(least)} and at most {amount(most)}"
    if least is not None:
        return f"at least {amount(least)}"
    return f"at most {amount(most)}" if most is not None else ""
